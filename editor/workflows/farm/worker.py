"""What runs inside a worker: Dask loads this module there (`dask_setup`), and every task comes through `perform`.

A task that nobody wants any more is asked to stop, and half a second later its process ends; one that hangs ends it
too. Its nanny starts another: a process is the one thing that can be stopped for certain.
"""

import faulthandler
import os
import shutil
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from distributed import WorkerPlugin, get_worker

from editor.base.errors import Cancelled, ExpectedError
from editor.base.translation import set_language
from editor.workflows.farm.cache import packed
from editor.workflows.farm.contents import Content, Folder
from editor.workflows.farm.starting import THREADS_VARIABLE
from editor.workflows.farm.tasks import Given, Task, kept_here, work_of
from editor.workflows.farm.versions import mark, versions

GRACE_SECONDS = 0.4
ROOM = 1000
LIMIT_VARIABLE = "ATELIER_FARM_LIMIT_MB"
FOLDER_VARIABLE = "ATELIER_FARM_CONTENTS"
SHRINK_SECONDS = 30.0

counts: Counter[str] = Counter()
_doing: dict[str, threading.Event] = {}
_shrunk = [0.0]
_measured = [0.0, 0.0]


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What comes back. `data` is packed, in an array, which Dask sends without a copy.

    `missing` are digests of contents that this worker must be sent.
    """

    worker: str
    seconds: float
    data: np.ndarray | None = None
    failure: str = ""
    final: bool = False
    log: str = ""
    missing: tuple[str, ...] = ()


def folder() -> Folder:
    """Where this worker keeps what it was sent; workers of one machine share it."""
    root = Path(os.environ.get(FOLDER_VARIABLE, "") or Path(tempfile.gettempdir()) / "atelier-contents")
    most = int(os.environ.get(LIMIT_VARIABLE, "") or 20 << 10) << 20
    return Folder(root, most)


def missing(contents: list[Content]) -> list[str]:
    """Digests of the files that are not here yet."""
    kept = folder()
    return [content.digest for content in contents if not kept.has(content)]


def receive(content: Content, number: int, data: bytes) -> None:
    """One piece of a file; it waits beside the others until `received`."""
    place = _pieces(content)
    place.mkdir(parents=True, exist_ok=True)
    partial = place / f"{number}.{os.getpid()}.part"
    partial.write_bytes(data)
    os.replace(partial, place / str(number))


def received(content: Content) -> None:
    """Put a file together from its pieces. Raises ExpectedError when they are damaged."""
    place, names = _pieces(content), {name: str(number) for number, name in enumerate(content.pieces)}
    folder().put(content, lambda name: (place / names[name]).read_bytes())
    shutil.rmtree(place, ignore_errors=True)
    _measured[0] = 0.0
    _make_room()


def _pieces(content: Content) -> Path:
    return folder().root / "arriving" / content.digest


def _make_room() -> None:
    if time.monotonic() - _shrunk[0] >= SHRINK_SECONDS:
        _shrunk[0] = time.monotonic()
        folder().shrink()


def perform(task: Task, asked: str, spoken: str, key: str, pieces: dict[str, bytes]) -> Answer:
    """Do a task. `asked` is the client's mark, `pieces` what belongs to it alone; failures are answers, too."""
    worker, began = get_worker().address, time.monotonic()
    if asked != mark():
        return Answer(worker, 0.0, failure="mark")
    kept = folder()
    absent = [content.digest for content in task.shared if not kept.has(content)]
    absent += [each.digest for each in task.inputs if not kept.has(each) and not set(each.pieces) <= set(pieces)]
    if absent:
        return Answer(worker, 0.0, missing=tuple(absent))
    set_language(spoken)
    stop = _doing[key] = threading.Event()
    try:
        with _hang_log() as log:
            faulthandler.dump_traceback_later(task.seconds, exit=True, file=log)
            data = _worked(task, kept, pieces, stop)
        counts["done"] += 1
        return Answer(worker, time.monotonic() - began, np.frombuffer(packed(data), np.uint8))
    except ExpectedError as error:
        counts["failed"] += 1
        return Answer(worker, time.monotonic() - began, failure=str(error), final=True)
    except Cancelled:
        return Answer(worker, time.monotonic() - began, failure="cancelled")
    except Exception as error:  # noqa: BLE001 - whatever it is, another worker may do better, and the person is told
        counts["failed"] += 1
        reason = f"{type(error).__name__}: {error}"
        return Answer(worker, time.monotonic() - began, failure=reason, log=traceback.format_exc(limit=-6))
    finally:
        faulthandler.cancel_dump_traceback_later()
        _doing.pop(key, None)


def _worked(task: Task, kept: Folder, pieces: dict[str, bytes], stop: threading.Event) -> bytes:
    def check() -> None:
        if stop.is_set():
            raise Cancelled

    inputs = tuple(kept.put(content, pieces.__getitem__) for content in task.inputs)
    _make_room()
    given = Given(
        shared=tuple(kept.path_of(content) for content in task.shared), inputs=inputs, on_worker=True,
        threads=int(os.environ.get(THREADS_VARIABLE, "1")),
        contents=(*task.shared, *task.inputs), check=check, kept=kept_here(),
    )  # fmt: skip
    return work_of(task.work)(given, task.wish)


def _hang_log() -> Any:
    """Where the stack of a task that hangs is written before its process ends."""
    root = folder().root
    root.mkdir(parents=True, exist_ok=True)
    return open(root / f"hung-{os.getpid()}.log", "w")


class Watch(WorkerPlugin):  # type: ignore[misc, unused-ignore]
    """Hears from Dask which tasks nobody wants any more."""

    name = "atelier"

    def transition(self, key: Any, start: str, finish: str, **_more: Any) -> None:
        if start == "executing" and finish in ("released", "cancelled", "forgotten"):
            stop = _doing.get(str(key))
            if stop is not None:
                stop.set()
                ender = threading.Timer(GRACE_SECONDS, _end_unless_done, (str(key), stop))
                ender.daemon = True
                ender.start()


def _end_unless_done(key: str, stop: threading.Event) -> None:
    if _doing.get(key) is stop:
        os._exit(9)


def _report(_worker: Any) -> dict[str, Any]:
    """What `farm status` and the window show of a worker; goes with every sign of life."""
    return {
        "mark": mark(), "versions": versions(), "done": counts["done"], "failed": counts["failed"],
        "doing": len(_doing), "contents": _contents_size(), "limit": folder().most,
    }  # fmt: skip


def _contents_size() -> int:
    """Looked up now and then: a folder of many files takes a while."""
    if time.monotonic() - _measured[0] > 5.0:
        _measured[:] = [time.monotonic(), float(folder().size())]
    return int(_measured[1])


async def dask_setup(worker: Any) -> None:
    """Called by Dask in every worker before it says hello to its scheduler."""
    worker.metrics["atelier"] = _report
    worker.state.total_resources[mark()] = ROOM
    worker.state.available_resources[mark()] = ROOM
    await worker.plugin_add(Watch(), "atelier")


