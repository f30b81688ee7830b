"""Reads the orders for the window, on the desk's thread: all of them when something was written, else those that run.
Rows that did not change are not made into orders again. No Qt here."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from editor.base.translation import tr
from editor.workflows.queue.estimates import all_left, usual_seconds
from editor.workflows.queue.orders import COLUMNS, LANES, Order, OrderLane
from editor.workflows.queue.runner import ROOM
from editor.workflows.queue.states import OPEN, State
from editor.workflows.queue.store import QueueStore, order_from

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ("FILTERS", "LANES", "LANE_TEXTS", "STATE_TEXTS", "Found", "OrdersReading", "Wanted", "place_of")
FULL_SECONDS = 1.0
LINES_FIRST = 1000
"""So many lines of a log are read when it is opened; from then on all that come."""
LANE_TEXTS: Mapping[OrderLane, str] = {"compute": "Processor", "io": "Files and network", "gpu": "Graphics card"}
STATE_TEXTS: dict[State, str] = {
    "queued": "Queued", "waiting": "Waiting", "running": "Running", "paused": "Paused", "done": "Done",
    "failed": "Failed", "cancelled": "Cancelled",
}  # fmt: skip
FILTERS: tuple[tuple[str, tuple[State, ...]], ...] = (
    ("All jobs", ()), ("Not done yet", OPEN), ("Running", ("running", "paused")), ("Waiting", ("queued", "waiting")),
    ("Failed", ("failed",)), ("Done", ("done",)), ("Cancelled", ("cancelled",)),
)  # fmt: skip
FIRST: tuple[State, ...] = ("running", "paused", "queued", "waiting")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows: filters, and the order whose log is open with the number of its last line."""

    whole: bool = False
    states: tuple[State, ...] = ()
    lane: str = ""
    words: tuple[str, ...] = ()
    log: int = 0
    line: int = 0


class Found(msgspec.Struct, kw_only=True):
    """`orders` is None when nothing but what runs was read; that stands in `running`."""

    wanted: Wanted
    orders: list[Order] | None = None
    running: dict[int, Order] = {}
    usual: Mapping[str, float] = {}
    after: Mapping[int, Sequence[int]] = {}
    count: int = 0
    seconds: float = 0.0
    unknown: int = 0
    lines: list[tuple[int, float, str]] = []


class OrdersReading:
    """Remembers what it read last; asked by one thread."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._full_at, self._version = -FULL_SECONDS, -1
        self._rows: dict[object, tuple[object, ...]] = {}
        self._orders: dict[object, Order] = {}

    def read(self, store: QueueStore, wanted: Wanted) -> Found:
        found = Found(wanted=wanted)
        version = store.version()
        due = self._steady() - self._full_at >= FULL_SECONDS and version != self._version
        if wanted.whole or due:
            self._version, self._full_at = version, self._steady()
            self._read_all(store, found)
        else:
            found.running = {one.id: one for one in store.orders(("running", "paused"))}
        if wanted.log:
            found.lines = new_lines(store, wanted.log, wanted.line)
        return found

    def _read_all(self, store: QueueStore, found: Found) -> None:
        every, wanted = self._all_orders(store), found.wanted
        is_open = [one for one in every if not one.has_ended]
        found.count = len(every)
        found.usual = usual_seconds(store, (one.alike for one in is_open))
        found.after = store.all_after()
        found.seconds, found.unknown = all_left(is_open, found.usual, ROOM, time.time())
        shown = [
            one
            for one in every
            if (not wanted.states or one.state in wanted.states)
            and (not wanted.lane or one.lane == wanted.lane)
            and _has(one, wanted.words)
        ]
        found.orders = sorted(shown, key=place_of)

    def _all_orders(self, store: QueueStore) -> list[Order]:
        rows = {row[0]: row for row in store.rows(f"SELECT {COLUMNS} FROM job")}
        before, orders = self._rows, self._orders
        self._orders = {
            key: orders[key] if before.get(key) == row else order_from(row) for key, row in rows.items()
        }  # fmt: skip
        self._rows = rows
        return list(self._orders.values())


def new_lines(store: QueueStore, key: int, line: int) -> list[tuple[int, float, str]]:
    """Of an order's log what came after a line, oldest first."""
    rows = store.rows(
        "SELECT id, time, text FROM line WHERE job = ? AND id > ? ORDER BY id DESC LIMIT ?",
        (key, line, -1 if line else LINES_FIRST),
    )
    return [(int(str(row[0])), float(str(row[1])), str(row[2])) for row in reversed(rows)]


def place_of(one: Order) -> tuple[int, float, float]:
    """What runs comes first, then what will, in that order, then what has ended, the newest first."""
    if one.state in FIRST:
        return FIRST.index(one.state), -one.priority, one.rank
    return len(FIRST), -(one.ended or 0.0), -one.id


def _has(one: Order, words: tuple[str, ...]) -> bool:
    if not words:
        return True
    text = f"#{one.id} {one.label} {one.message} {' '.join(one.arguments)} {tr(STATE_TEXTS[one.state])}".casefold()
    return all(word in text for word in words)
