"""What an order is: a call of the command line with what a person wants of it. Its states stand in states.py."""

import time
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Annotated, Literal, get_args

import msgspec

from editor.workflows.queue.states import ENDED, STATES, State

OrderLane = Literal["compute", "io", "gpu"]
__all__ = (
    "ENDED", "LANES", "STATES", "Order", "OrderLane", "State", "Used", "Wish", "alike", "can_repeat", "now",
    "pause_after", "places_of",
)  # fmt: skip
Tell = Literal["failure", "always", "never"]
LANES: tuple[OrderLane, ...] = get_args(OrderLane)
COLUMNS = (
    "id, arguments, label, folder, lane, priority, state, attempts, most_attempts, not_before, created, started, ended,"
    " share, message, worker, heartbeat, stop, cpu_seconds, peak_bytes, read_bytes, written_bytes, energy_wh,"
    " gpu_bytes, tell, result, snapshot, rank, alike"
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
    gpu_bytes: int = 0
    tell: Tell = "failure"
    result: str = ""
    snapshot: str = ""
    rank: float = 0.0
    alike: str = ""

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for. `after` are ids of orders that must be done first; `not_before` seconds since 1970.

    `tell` says which ends people hear of, `result` is the file that it makes, `snapshot` one that it works on and that
    goes with it."""

    arguments: tuple[str, ...]
    folder: str
    label: str = ""
    lane: OrderLane = "compute"
    priority: Annotated[int, msgspec.Meta(ge=-100, le=100)] = 0
    after: tuple[int, ...] = ()
    not_before: float = 0.0
    most_attempts: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    tell: Tell = "failure"
    result: str = ""
    snapshot: str = ""


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What a process and its children used so far: seconds of CPU, bytes, watt hours (see energy.py)."""

    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    read_bytes: int = 0
    written_bytes: int = 0
    energy_wh: float = 0.0
    gpu_bytes: int = 0


FIRST_PAUSE, LONGEST_PAUSE = 10.0, 3600.0


def pause_after(attempts: int) -> float:
    """Seconds to wait after the n-th failure: ten, then twice as long each time, an hour at most."""
    return min(FIRST_PAUSE * 2.0 ** (attempts - 1), LONGEST_PAUSE)


def now() -> float:
    return time.time()


def alike(arguments: tuple[str, ...]) -> str:
    """What orders have in common that take about as long: the verb, the tool or recipe, the kinds of files.

    >>> alike(("convert", "/a/b.psd", "/a/b.png", "--width", "300"))
    'convert .psd .png'
    >>> alike(("ai", "run", "enlarge", "x.jpg"))
    'ai run enlarge .jpg'
    """
    words = []
    for number, text in enumerate(arguments[:4]):
        if text.startswith("-"):
            break
        end = PurePath(text).suffix.lower()
        words.append(end if end and number else text)
    return " ".join(words)


ONCE = frozenset(("do", "import", "undo", "redo", "repeat", "new"))
"""Verbs that change a project where it lies, and do not see that they did so before."""


def can_repeat(arguments: Sequence[str]) -> bool:
    """Whether nothing is lost or done twice when a call is begun again whose process died in the middle, or right after
    its end. `ai run` on a project is among those: the project remembers the order.

    >>> can_repeat(("convert", "a.psd", "a.png")), can_repeat(("do", "a.atelier", "image.blur"))
    (True, False)
    """
    return not arguments or arguments[0] not in ONCE


def places_of(order: Order) -> list[Path]:
    """Folders that it reads from and writes to, as far as its call names them: its own and those of its files."""
    folder = Path(order.folder)
    found = {folder: None}
    for text in (*order.arguments, order.result):
        if not text or text.startswith(("-", "{", "[")) or len(text) > LONGEST_PATH:
            continue
        path = folder / text
        if path.is_absolute() and ("/" in text or "\\" in text or path.suffix):
            place = next((one for one in (path, *path.parents) if one.is_dir()), folder)
            found.setdefault(place)
    return list(found)


LONGEST_PATH = 1000
