"""The states of an order and the ways between them: one table, which the diagram in resources/docs/queue.md repeats.

queued: it may begin. waiting: for another order, for its time, or for a pause after a failure. paused: a person holds
it; one that had begun sleeps where it is. Every statement of store.py that writes a state keeps to `WAYS`; tests hold
the statements to the table and the diagram to the table.
"""

from collections.abc import Mapping
from typing import Literal, get_args

State = Literal["queued", "waiting", "running", "paused", "done", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("queued", "waiting", "running", "paused")
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
WAYS: Mapping[State, frozenset[State]] = {
    "waiting": frozenset(("queued", "paused", "failed", "cancelled")),
    "queued": frozenset(("running", "waiting", "paused", "failed", "cancelled")),
    "running": frozenset(("done", "failed", "cancelled", "waiting", "queued", "paused")),
    "paused": frozenset(("waiting", "queued", "running", "done", "failed", "cancelled")),
    "done": frozenset(("waiting", "queued")),
    "failed": frozenset(("waiting", "queued")),
    "cancelled": frozenset(("waiting", "queued")),
}
