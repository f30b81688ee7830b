"""Work that misbehaves: what the tests of the farm's faults give to workers."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.workflows.farm.tasks import Given, Task


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` is where runs are counted: one empty file each."""

    folder: str
    number: int = 0
    seconds: float = 0.0
    how: str = ""


def task(how: str, folder: Path, number: int = 0, seconds: float = 0.0, longest: float = 60.0, **more: Any) -> Task:
    wish = Wish(folder=str(folder), number=number, seconds=seconds, how=how)
    return Task(work="tests.editor.workflows.farm.farm_works:work", wish=wish, name=f"{how} {number}",
                seconds=longest, **more)  # fmt: skip


def counted(folder: Path, number: int | None = None) -> int:
    """How often work was begun."""
    return len(list(folder.glob("*.run" if number is None else f"{number}-*.run")))


def work(given: Given, wish: Wish) -> bytes:
    folder = Path(wish.folder)
    first = not list(folder.glob(f"{wish.number}-*.run"))
    (folder / f"{wish.number}-{os.getpid()}-{time.time_ns()}.run").touch()
    if wish.how == "wait":
        deadline = time.monotonic() + wish.seconds
        while time.monotonic() < deadline:
            given.check()
            time.sleep(0.01)
    elif wish.how == "deaf":
        time.sleep(wish.seconds)
    elif wish.how == "hang" and first:
        time.sleep(600)
    elif wish.how == "freeze" and first:
        os.kill(os.getpid(), signal.SIGSTOP)
    elif wish.how == "eat" or (wish.how == "eat once" and first):
        held = []
        for _ in range(200):
            held.append(bytearray(os.urandom(1 << 20)) * 16)
            time.sleep(0.02)
    elif wish.how == "break":
        raise RuntimeError(f"broken on purpose in {os.getpid()}")
    elif wish.how == "refuse":
        raise ExpectedError("This file is not good.")
    elif wish.how == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    read = b"".join(path.read_bytes() for path in (*given.shared, *given.inputs))
    return f"{wish.number}:{len(read)}".encode()


def threads_given(given: Given, _wish: object) -> bytes:
    """How many threads the work may use."""
    return str(given.threads).encode()
