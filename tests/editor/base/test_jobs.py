"""Lanes, nested progress, cancelling, failures as sentences, the log of a project."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Job, JobQueue, JobState, JobStatus, Needs, Progress
from editor.base.memory import free_memory


@pytest.fixture
def queue() -> Iterator[JobQueue]:
    made = JobQueue()
    yield made
    made.close()


class Log:
    """A JobLog in memory."""

    def __init__(self) -> None:
        self.lines: list[tuple[Any, ...]] = []

    def begin(self, kind: str, parameters: Mapping[str, Any]) -> int:
        self.lines.append(("begin", kind, dict(parameters)))
        return 1

    def end(self, row: int, state: JobState, message: str) -> None:
        self.lines.append(("end", state, message))


def test_results_states_and_log(queue: JobQueue) -> None:
    heard: list[JobStatus] = []
    queue.changed.connect(heard.append)
    log = Log()
    job = Job("Export", lambda progress: 42, lane="io", kind="export", parameters={"path": "a"}, log=log)
    assert queue.submit(job).result(10) == 42
    assert [status.state for status in heard] == ["queued", "running", "done"]
    assert log.lines == [("begin", "export", {"path": "a"}), ("end", "done", "")]
    assert queue.active() == []


def test_the_document_lane_is_one_thread_in_order(queue: JobQueue) -> None:
    order: list[tuple[int, int]] = []
    jobs = [
        Job(str(n), lambda progress, n=n: order.append((n, threading.get_ident())), lane="document") for n in range(20)
    ]
    for handle in [queue.submit(job) for job in jobs]:
        handle.result(10)
    assert [number for number, _ in order] == list(range(20))
    assert len({thread for _, thread in order}) == 1


def test_other_lanes_run_side_by_side(queue: JobQueue) -> None:
    meeting = threading.Barrier(2, timeout=10)
    for handle in [queue.submit(Job("Meet", lambda progress: meeting.wait(), lane="compute")) for _ in range(2)]:
        handle.result(10)


def test_progress_nests_is_published_seldom_and_cancels(queue: JobQueue) -> None:
    heard: list[float] = []
    queue.changed.connect(lambda status: heard.append(status.share) if status.state == "running" else None)
    going = threading.Event()

    def work(progress: Progress) -> None:
        part = progress.part(0.2, 0.8)
        for step in range(100_000):
            part(step / 100_000)
            going.set()
            time.sleep(0.0005)

    handle = queue.submit(Job("Long", work))
    assert going.wait(10)
    time.sleep(0.25)
    queue.cancel(handle.id)
    with pytest.raises(Cancelled):
        handle.result(10)
    assert handle.status.state == "cancelled"
    assert all(0.2 <= share <= 0.8 for share in heard[1:]) and len(heard) < 12


def test_the_end_is_told_also_of_what_never_began(queue: JobQueue) -> None:
    ends: list[tuple[object, str]] = []

    def told(result: object, error: BaseException | None) -> None:
        ends.append((result, type(error).__name__))

    queue.submit(Job("Answer", lambda progress: 42, ended=told)).result(10)
    gate = threading.Event()
    queue.submit(Job("Hold", lambda progress: gate.wait(10), lane="document"))
    late = queue.submit(Job("Late", lambda progress: 1, lane="document", ended=told))
    late.cancel()
    gate.set()
    with pytest.raises(Cancelled):
        late.result(10)
    assert ends == [(42, "NoneType"), (None, "Cancelled")]


def test_failures_are_results(queue: JobQueue) -> None:
    bugs: list[BaseException] = []
    queue.failed.connect(bugs.append)

    def expected(progress: Progress) -> None:
        raise ExpectedError("The disk is full.", "Free some space.")

    handle = queue.submit(Job("Fail", expected))
    with pytest.raises(ExpectedError):
        handle.result(10)
    assert (handle.status.state, handle.status.message) == ("failed", "The disk is full. Free some space.")
    broken = queue.submit(Job("Bug", lambda progress: 1 // 0))
    with pytest.raises(ZeroDivisionError):
        broken.result(10)
    assert broken.status.message and [type(bug) for bug in bugs] == [ExpectedError, ZeroDivisionError]


def test_needs_are_checked_before_the_work(queue: JobQueue, tmp_path: Path) -> None:
    ran: list[int] = []
    for needs in (Needs(memory=1 << 60), Needs(disk=1 << 60, at=tmp_path)):
        handle = queue.submit(Job("Large", lambda progress: ran.append(1), needs=needs))
        with pytest.raises(ExpectedError, match="MB"):
            handle.result(10)
    assert ran == []
    assert (free_memory() or 1) > 0


def test_closing_cancels_what_waits_and_what_runs() -> None:
    queue = JobQueue()
    started = threading.Event()

    def work(progress: Progress) -> None:
        started.set()
        while True:
            progress(0.5)
            time.sleep(0.001)

    running = queue.submit(Job("Run", work, lane="document"))
    waiting = queue.submit(Job("Wait", lambda progress: None, lane="document"))
    assert started.wait(10)
    queue.close()
    assert (running.status.state, waiting.status.state) == ("cancelled", "cancelled")
