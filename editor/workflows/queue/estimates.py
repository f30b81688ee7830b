"""How long orders will take, from how long orders like them took: no promise, and nothing where nothing is known."""

import statistics
from collections.abc import Iterable, Mapping

from editor.workflows.queue.orders import Order, OrderLane
from editor.workflows.queue.store import QueueStore

REMEMBERED = 20
ENOUGH_SHARE = 0.05
"""From here on an order's own progress says more than others like it."""


def usual_seconds(store: QueueStore, kinds: Iterable[str]) -> dict[str, float]:
    """For each kind of order (`alike`) the middle of the last ones that were done; kinds never seen are left out."""
    found = {}
    for kind in set(kinds):
        rows = store.rows(
            "SELECT ended - started FROM job WHERE alike = ? AND state = 'done' AND ended >= started"
            " ORDER BY ended DESC LIMIT ?",
            (kind, REMEMBERED),
        )
        if rows:
            found[kind] = statistics.median(float(str(row[0])) for row in rows)
    return found


def seconds_left(order: Order, usual: Mapping[str, float], moment: float) -> float | None:
    """Of one order, from now on; None when nobody can say."""
    known = usual.get(order.alike)
    if order.state == "running" and order.started is not None:
        gone = max(0.0, moment - order.started)
        if order.share >= ENOUGH_SHARE:
            return gone * (1 - order.share) / order.share
        return None if known is None else max(0.0, known - gone)
    return None if order.has_ended else known


def all_left(
    orders: Iterable[Order], usual: Mapping[str, float], room: Mapping[OrderLane, int], moment: float
) -> tuple[float, int]:
    """Seconds until all orders are done, lanes side by side, and of how many nobody can say."""
    lanes: dict[OrderLane, float] = {}
    longest, unknown = 0.0, 0
    for order in orders:
        left = seconds_left(order, usual, moment)
        if order.has_ended or order.state == "paused":
            continue
        if left is None:
            unknown += 1
            continue
        longest = max(longest, left)
        lanes[order.lane] = lanes.get(order.lane, 0.0) + left
    return max([longest, *(seconds / max(1, room.get(lane, 1)) for lane, seconds in lanes.items())]), unknown
