"""Many pieces of work in a few child processes that live on from piece to piece.

A piece that crashes in a stranger's codec, or takes too long, costs itself only: its process is replaced and the others
go on. Codecs' own chatter goes nowhere.
"""

import contextlib
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from editor.base.errors import ExpectedError
from editor.base.translation import language, set_language, tr

T = TypeVar("T")
R = TypeVar("R")
WORKERS = 2
LONGEST_WAIT = 0.2
"""Seconds after which whoever waits for the children may look whether it should stop."""


@dataclass(frozen=True)
class Done(Generic[T, R]):
    """`failure` is a sentence, empty when there is a result. `process` is the id of the process that had the piece."""

    piece: T
    result: R | None = None
    failure: str = ""
    process: int = 0


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    piece: Any = None
    busy: bool = False
    started: float = field(default_factory=time.monotonic)


_Recruit = Callable[[], _Worker]


def in_children(
    pieces: Iterable[T],
    work: Callable[[T], R],
    *,
    workers: int = WORKERS,
    seconds: float = 120.0,
    check: Callable[[], object] = lambda: None,
) -> Iterator[Done[T, R]]:
    """Do `work` for every piece; what is done comes in no order. `work` and the pieces must be picklable.

    A piece may take `seconds`. `check` is called several times a second and may raise Cancelled.
    """
    waiting = deque(pieces)
    recruit = partial(_start, work)
    crew = [recruit() for _ in range(min(workers, len(waiting)))]
    try:
        while waiting or any(worker.busy for worker in crew):
            check()
            for index, worker in enumerate(crew):
                if not worker.busy and waiting:
                    crew[index] = _give(worker, waiting.popleft(), recruit)
            yield from _collect(crew, recruit, seconds)
    finally:
        for worker in crew:
            _stop(worker)


def _start(work: Callable[[T], R]) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, language()), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, piece: object, recruit: _Recruit) -> _Worker:
    """Hand a piece to a worker; one that died while idle is replaced first."""
    try:
        worker.connection.send(piece)
    except OSError:
        worker = recruit()
        worker.connection.send(piece)
    worker.piece, worker.busy, worker.started = piece, True, time.monotonic()
    return worker


def _collect(crew: list[_Worker], recruit: _Recruit, seconds: float) -> Iterator[Done[Any, Any]]:
    """What is done now, and what has failed by crash or time; the workers concerned are replaced."""
    busy = [worker for worker in crew if worker.busy]
    first = min(worker.started for worker in busy) + seconds
    longest = min(LONGEST_WAIT, max(0.0, first - time.monotonic()))
    ready = wait([worker.connection for worker in busy], timeout=longest)
    for index, worker in enumerate(crew):
        if not worker.busy:
            continue
        number = worker.process.pid or 0
        if worker.connection in ready:
            try:
                result, failure = worker.connection.recv()
                worker.busy = False
                yield Done(worker.piece, result, failure, number)
                continue
            except (EOFError, OSError):
                failure = tr("A decoder crashed on this file.")
        elif time.monotonic() - worker.started >= seconds:
            failure = tr("It took longer than {seconds} s.", seconds=round(seconds))
        else:
            continue
        _stop(worker)
        crew[index] = recruit()
        yield Done(worker.piece, None, failure, number)


def _stop(worker: _Worker) -> None:
    worker.connection.close()
    if not worker.busy:
        worker.process.join(1.0)
    if worker.process.is_alive():
        worker.process.kill()
    worker.process.join()


def _serve(connection: Connection, work: Callable[[Any], Any], spoken: str) -> None:
    """A child: works on what it is given until the other end closes."""
    set_language(spoken)
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    while True:
        try:
            piece = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(_attempt(work, piece))


def _attempt(work: Callable[[Any], Any], piece: object) -> tuple[object, str]:
    try:
        return work(piece), ""
    except ExpectedError as error:
        return None, str(error)
    except Exception as error:  # noqa: BLE001 - one bad file must not end the rest; the fault is named
        return None, tr("A fault of the program: {fault}.", fault=f"{type(error).__name__}: {error}")
