"""What an order is, and the states it goes through.

    queued ──► running ──► done
      ▲  │        │ ├────► failed
      │  └──►─────┼─┴────► cancelled
      └─ waiting ◄┘

queued: it may begin. waiting: for another order, for its time, or for a pause after a failure. An order whose process
died with its runner goes back to queued.
"""

import time
from typing import Annotated, Literal, get_args

import msgspec

State = Literal["queued", "waiting", "running", "done", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
OrderLane = Literal["compute", "io", "gpu"]
LANES: tuple[OrderLane, ...] = get_args(OrderLane)
COLUMNS = (
    "id, arguments, label, folder, lane, priority, state, attempts, most_attempts, not_before, created, started, ended,"
    " share, message, worker, heartbeat, stop, cpu_seconds, peak_bytes, read_bytes, written_bytes, energy_wh"
)


class Order(msgspec.Struct, frozen=True, array_like=True):
    """One row of the table `job`, in its order; schema.sql says what the fields mean."""

    id: int
    arguments: tuple[str, ...]
    label: str
    folder: str
    lane: OrderLane
    priority: int
    state: State
    attempts: int
    most_attempts: int
    not_before: float
    created: float
    started: float | None = None
    ended: float | None = None
    share: float = 0.0
    message: str = ""
    worker: str = ""
    heartbeat: float | None = None
    stop: bool = False
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    read_bytes: int = 0
    written_bytes: int = 0
    energy_wh: float = 0.0

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for. `after` are ids of orders that must be done first; `not_before` seconds since 1970."""

    arguments: tuple[str, ...]
    folder: str
    label: str = ""
    lane: OrderLane = "compute"
    priority: Annotated[int, msgspec.Meta(ge=-100, le=100)] = 0
    after: tuple[int, ...] = ()
    not_before: float = 0.0
    most_attempts: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What a process and its children used so far: seconds of CPU, bytes, watt hours (estimated in measuring.py)."""

    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    read_bytes: int = 0
    written_bytes: int = 0
    energy_wh: float = 0.0


FIRST_PAUSE, LONGEST_PAUSE = 10.0, 3600.0


def pause_after(attempts: int) -> float:
    """Seconds to wait after the n-th failure: ten, then twice as long each time, an hour at most."""
    return min(FIRST_PAUSE * 2.0 ** (attempts - 1), LONGEST_PAUSE)


def now() -> float:
    return time.time()
