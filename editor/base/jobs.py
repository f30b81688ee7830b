"""Long work in named lanes: progress that nests, cancelling, and a log that survives a crash.

A job's work takes a `Progress` and returns its result. Inputs are immutable, so lanes share nothing that needs a lock:
`document` is one thread and the only one that edits, `io` waits for disks, `compute` runs code that lets others run
(kernels, codecs, child processes). Signals are emitted on the job's own thread; a window passes them on to its own.
"""

import itertools
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeVar

import msgspec

from editor.base.errors import Cancelled, ExpectedError
from editor.base.memory import free_memory
from editor.base.signal import Signal
from editor.base.translation import tr

T = TypeVar("T")
Lane = Literal["document", "io", "compute"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
PUBLISH_SECONDS = 0.1
LANE_THREADS: Mapping[Lane, int] = {"document": 1, "io": 4, "compute": 2}


class Progress:
    """A share of the whole from 0 to 1. `part` gives a piece of it to a callee, which again counts from 0 to 1."""

    def __init__(
        self,
        publish: Callable[[float, str], None] = lambda share, text: None,
        cancelled: Callable[[], bool] = lambda: False,
        start: float = 0.0,
        end: float = 1.0,
    ) -> None:
        self._publish = publish
        self._cancelled = cancelled
        self._start = start
        self._end = end

    def __call__(self, share: float, text: str = "") -> None:
        """Say how far the work is. Raises Cancelled when it should stop."""
        self.check()
        share = min(max(share, 0.0), 1.0)
        self._publish(self._start + (self._end - self._start) * share, text)

    def check(self) -> None:
        """Raise Cancelled when the work should stop."""
        if self._cancelled():
            raise Cancelled

    def part(self, start: float, end: float) -> "Progress":
        """The progress for a piece that reaches from `start` to `end` of this one.

        >>> shares = []
        >>> Progress(lambda share, text: shares.append(share)).part(0.2, 0.8).part(0.5, 1.0)(0.5)
        >>> shares
        [0.65]
        """
        length = self._end - self._start
        return Progress(self._publish, self._cancelled, self._start + length * start, self._start + length * end)


@dataclass(frozen=True)
class Needs:
    """What a job needs before it starts: bytes of memory, and bytes of disk at a place."""

    memory: int = 0
    disk: int = 0
    at: Path | None = None

    def check(self) -> None:
        """Raise ExpectedError when there is less; what cannot be found out counts as enough."""
        free = free_memory()
        if free is not None and free < self.memory:
            raise ExpectedError(
                tr(
                    "This needs {needed} MB of memory; {free} MB are free.",
                    needed=-(-self.memory >> 20),
                    free=free >> 20,
                ),
                tr("Close other programs, or work at a smaller size."),
            )
        if self.disk and self.at is not None:
            room = shutil.disk_usage(self.at).free
            if room < self.disk:
                raise ExpectedError(
                    tr(
                        "This needs {needed} MB on the disk; {free} MB are free.",
                        needed=-(-self.disk >> 20),
                        free=room >> 20,
                    ),
                    tr("Free some space, or choose another disk."),
                )


class JobLog(Protocol):
    """Where jobs with a `kind` are written down, so that a crash leaves a trace: the project's job table."""

    def begin(self, kind: str, parameters: Mapping[str, Any]) -> int: ...

    def end(self, row: int, state: JobState, message: str) -> None: ...


@dataclass(frozen=True)
class Job(Generic[T]):
    """`work` does it. With `log`, `kind` and `parameters` (plain data) let it be offered again after a crash.

    `ended` hears, in the job's thread, the result or the error, also of a job that was cancelled before it began.
    """

    name: str
    work: Callable[[Progress], T]
    lane: Lane = "compute"
    needs: Needs = Needs()
    kind: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    log: JobLog | None = None
    ended: Callable[[Any, BaseException | None], object] | None = None


class JobStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What listeners hear. `share` from 0 to 1; `message` is the sentence of a failure or what is being done."""

    id: int
    name: str
    state: JobState
    share: float = 0.0
    message: str = ""


class JobHandle(Generic[T]):
    """One submitted job: its state, its end, its result."""

    def __init__(self, key: int, job: Job[T]) -> None:
        self.id = key
        self.job = job
        self.status = JobStatus(id=key, name=job.name, state="queued")
        self._finished = threading.Event()
        self._cancel = threading.Event()
        self._result: T | None = None
        self.error: BaseException | None = None

    def cancel(self) -> None:
        """Ask the work to stop; it does at its next word of progress."""
        self._cancel.set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancel.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """False when it has not ended by then."""
        return self._finished.wait(seconds)

    def result(self, seconds: float | None = None) -> T:
        """Wait for the result; raises what the work raised, Cancelled among it."""
        if not self.wait(seconds):
            raise TimeoutError(f"job {self.job.name!r} has not ended after {seconds} s")
        if self.error is not None:
            raise self.error
        return self._result  # type: ignore[return-value]

    def _end(self, result: T | None, error: BaseException | None, status: JobStatus) -> None:
        self._result, self.error, self.status = result, error, status


class JobQueue:
    """The lanes of one program. Threads start with the first job of their lane; `close` ends and joins them all."""

    def __init__(self) -> None:
        self.changed = Signal[JobStatus]()
        self.failed = Signal[BaseException]()
        self._numbers = itertools.count(1)
        self._handles: dict[int, JobHandle[Any]] = {}
        self._waiting: dict[Lane, deque[JobHandle[Any]]] = {lane: deque() for lane in LANE_THREADS}
        self._threads: dict[Lane, list[threading.Thread]] = {lane: [] for lane in LANE_THREADS}
        self._idle: dict[Lane, int] = dict.fromkeys(LANE_THREADS, 0)
        self._news = threading.Condition()
        self._closing = False

    def submit(self, job: Job[T]) -> JobHandle[T]:
        """Queue a job at the end of its lane."""
        with self._news:
            if self._closing:
                raise RuntimeError("the job queue is closed")
            handle = JobHandle(next(self._numbers), job)
            self._handles[handle.id] = handle
            self._waiting[job.lane].append(handle)
            if self._idle[job.lane] < len(self._waiting[job.lane]):
                self._add_thread(job.lane)
            self._news.notify_all()
        self.changed.emit(handle.status)
        return handle

    def active(self) -> list[JobStatus]:
        """What is queued or running, oldest first."""
        with self._news:
            return [handle.status for handle in self._handles.values()]

    def cancel(self, key: int) -> None:
        """Ask one job to stop, by the id of its status. One that waits for its turn ends at once."""
        with self._news:
            handle = self._handles.get(key)
            if handle is None:
                return
            handle.cancel()
            waits = handle in self._waiting[handle.job.lane]
            if waits:
                self._waiting[handle.job.lane].remove(handle)
        if waits:
            self._finish(handle, None, Cancelled(), None)

    def close(self) -> None:
        """Cancel everything, wait for what is running to notice, end the threads."""
        with self._news:
            self._closing = True
            for handle in self._handles.values():
                handle.cancel()
            self._news.notify_all()
        for thread in [thread for lane in self._threads.values() for thread in lane]:
            if thread is not threading.current_thread():
                thread.join()

    def _add_thread(self, lane: Lane) -> None:
        if len(self._threads[lane]) < LANE_THREADS[lane]:
            thread = threading.Thread(target=self._serve, args=(lane,), name=f"jobs-{lane}", daemon=True)
            self._threads[lane].append(thread)
            thread.start()

    def _serve(self, lane: Lane) -> None:
        while True:
            with self._news:
                self._idle[lane] += 1
                while not self._waiting[lane] and not self._closing:
                    self._news.wait()
                self._idle[lane] -= 1
                if not self._waiting[lane]:
                    return
                handle = self._waiting[lane].popleft()
            self._run(handle)

    def _run(self, handle: JobHandle[Any]) -> None:
        row = None
        result, error = None, None
        try:
            if handle.is_cancelled:
                raise Cancelled
            handle.job.needs.check()
            if handle.job.log is not None:
                row = handle.job.log.begin(handle.job.kind, handle.job.parameters)
            self._say(handle, "running", 0.0, "")
            result = handle.job.work(Progress(self._throttled(handle), lambda: handle.is_cancelled))
        except BaseException as raised:  # noqa: BLE001 - a job's failure is its result; the thread must go on serving
            error = raised
        self._finish(handle, result, error, row)

    def _finish(self, handle: JobHandle[Any], result: object, error: BaseException | None, row: int | None) -> None:
        state: JobState = "done" if error is None else "cancelled" if isinstance(error, Cancelled) else "failed"
        share = 1.0 if error is None else handle.status.share
        message = str(error) if isinstance(error, ExpectedError) else ""
        if state == "failed" and not message:
            message = tr("Something went wrong inside Atelier.")
        status = JobStatus(id=handle.id, name=handle.job.name, state=state, share=share, message=message)
        try:
            if handle.job.log is not None and row is not None:
                handle.job.log.end(row, state, message)
        except ExpectedError as failure:
            error = error or failure
        if handle.job.ended is not None:
            handle.job.ended(result, error)
        with self._news:
            self._handles.pop(handle.id, None)
        handle._end(result, error, status)
        try:
            self.changed.emit(status)
            if error is not None and state == "failed":
                self.failed.emit(error)
        finally:
            handle._finished.set()

    def _throttled(self, handle: JobHandle[Any]) -> Callable[[float, str], None]:
        """Publish at most every 0.1 s: a loop may report each step without a thought."""
        last = [0.0]

        def publish(share: float, text: str) -> None:
            now = time.monotonic()
            if now - last[0] >= PUBLISH_SECONDS:
                last[0] = now
                self._say(handle, "running", share, text)

        return publish

    def _say(self, handle: JobHandle[Any], state: JobState, share: float, message: str) -> None:
        handle.status = JobStatus(id=handle.id, name=handle.job.name, state=state, share=share, message=message)
        self.changed.emit(handle.status)
