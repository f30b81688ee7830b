"""Several runners on one queue, runners and children that are killed, clocks that jump."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from editor.workflows.queue.measuring import is_process_alive
from editor.workflows.queue.orders import Used, Wish
from editor.workflows.queue.runner import Runner
from editor.workflows.queue.schedules import NewSchedule, make_due, next_run, schedule, schedules
from editor.workflows.queue.store import QueueStore

RUNNER = """
import sys
from pathlib import Path
from editor.workflows.queue.runner import Runner
from editor.workflows.queue.store import QueueStore
store = QueueStore(Path(sys.argv[1]))
runner = Runner(store, ("/bin/sh", "-c"), rest=lambda folders: "")
runner.run(until_idle=True)
runner.close()
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="orders here are lines of a shell")


def wish(code: str, folder: Path, **more: object) -> Wish:
    return Wish(arguments=(code,), folder=str(folder), **more)  # type: ignore[arg-type]


def test_four_processes_do_two_hundred_orders_once_each(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    store = QueueStore(tmp_path / "queue.sqlite")
    keys = [store.add(wish(f"echo x >> {number}", work)) for number in range(200)]
    children = [subprocess.Popen([sys.executable, "-c", RUNNER, str(store.path)]) for _ in range(4)]
    assert [child.wait(120) for child in children] == [0, 0, 0, 0]
    assert {store.order(key).state for key in keys} == {"done"}
    assert [(work / str(number)).read_text() for number in range(200)] == ["x\n"] * 200
    assert {store.order(key).attempts for key in keys} == {1}
    assert store.runners(is_process_alive) == []
    store.close()


def test_a_killed_child_is_said_and_tried_again(tmp_path: Path) -> None:
    store = QueueStore(tmp_path / "queue.sqlite")
    key = store.add(wish("echo begun; sleep 60", tmp_path, most_attempts=2))
    runner = Runner(store, ("/bin/sh", "-c"), rest=lambda folders: "")
    runner.step()
    deadline = time.monotonic() + 20
    while not store.lines(key) and time.monotonic() < deadline:
        runner.step()
        time.sleep(0.05)
    (child,) = [one for one in psutil.Process().children() if one.name() in ("sh", "dash")]
    for one in (child, *child.children()):  # a shell that outlives its child says so
        os.kill(one.pid, signal.SIGKILL)
    while store.order(key).state == "running" and time.monotonic() < deadline:
        runner.step()
        time.sleep(0.05)
    order = store.order(key)
    assert (order.state, order.message) == ("waiting", "It crashed (signal 9).")
    assert order.attempts == 1
    runner.close()
    store.close()


def test_what_outlives_its_killed_runner_is_ended_before_the_order_begins_again(tmp_path: Path) -> None:
    """A film that two processes write at once would be neither's."""
    store = QueueStore(tmp_path / "queue.sqlite")
    key = store.add(wish("while true; do echo $$ >> ticks; sleep 0.05; done", tmp_path))
    child = subprocess.Popen([sys.executable, "-c", RUNNER, str(store.path)])
    ticks, deadline = tmp_path / "ticks", time.monotonic() + 30
    while not (ticks.exists() and ticks.stat().st_size > 20) and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    orphan = int(ticks.read_text().split()[0])
    assert psutil.pid_exists(orphan), "it was not stopped with its runner"
    runner = Runner(store, ("/bin/sh", "-c"), rest=lambda folders: "")
    before = set(ticks.read_text().split())
    runner.step()
    while len(set(ticks.read_text().split())) < 2 and time.monotonic() < deadline:
        runner.step()
        time.sleep(0.02)
    assert before == {str(orphan)}
    assert not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE
    assert store.order(key).attempts == 2
    store.cancel(key)
    while runner.is_busy and time.monotonic() < deadline:
        runner.step()
        time.sleep(0.02)
    assert store.order(key).state == "cancelled"
    runner.close()
    store.close()


class Clock:
    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time


def test_a_clock_that_goes_back_keeps_no_retry_waiting_for_a_day(tmp_path: Path) -> None:
    clock = Clock()
    store = QueueStore(tmp_path / "queue.sqlite", clock)
    key = store.add(wish("", tmp_path))
    store.claim("me", {"compute": 1})
    store.end(key, "me", "failed", "", Used())
    assert store.order(key).state == "waiting"
    clock.time -= 86_400
    claimed = store.claim("me", {"compute": 1})
    assert claimed is not None
    assert claimed.id == key
    store.close()


def test_a_clock_that_stood_in_the_future_does_not_end_recurring_work(tmp_path: Path) -> None:
    clock = Clock()
    store = QueueStore(tmp_path / "queue.sqlite", clock)
    schedule(store, NewSchedule(name="Hourly", rule="0 * * * *", arguments=("x",), zone="UTC"))
    clock.time += 10 * 366 * 86_400
    made = make_due(store)
    assert len(made) == 1, "ten years were missed: one run"
    store.cancel(*made)  # as long as it is open no other begins
    clock.time -= 10 * 366 * 86_400
    assert make_due(store) == []
    (one,) = schedules(store)
    clock.time = (next_run(one, clock.time) or 0) + 1
    assert len(make_due(store)) == 1
    assert make_due(store) == []
    store.close()


def test_what_may_be_tried_once_is_not_begun_again_when_its_runner_was_killed(tmp_path: Path) -> None:
    store = QueueStore(tmp_path / "queue.sqlite")
    key = store.add(wish("echo x >> begun; sleep 60", tmp_path, most_attempts=1, label="Once"))
    child = subprocess.Popen([sys.executable, "-c", RUNNER, str(store.path)])
    deadline = time.monotonic() + 30
    while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    told: list[tuple[str, str]] = []
    runner = Runner(
        store, ("/bin/sh", "-c"), rest=lambda folders: "", desktop=lambda title, text: not told.append((title, text))
    )
    runner.run(until_idle=True)
    order = store.order(key)
    assert (order.state, order.attempts) == ("failed", 1)
    assert order.message == "The program ended while this was running."
    assert [text for _, text in store.lines(key)][-1] == "It is not begun again: no tries are left (1 of 1)."
    assert (tmp_path / "begun").read_text() == "x\n"
    assert [title for title, _ in told] == ["Failed: Once"]
    runner.close()
    store.close()


def test_what_may_be_tried_twice_is_begun_twice(tmp_path: Path) -> None:
    store = QueueStore(tmp_path / "queue.sqlite")
    key = store.add(wish("", tmp_path, most_attempts=2))
    for after in ("queued", "failed"):
        store.claim("somebody:1:0", {"compute": 1})
        store.reclaim(lambda worker: False)
        assert store.order(key).state == after
    assert [text for _, text in store.lines(key)] == [
        "The program ended while this was running.", "It begins again.",
        "The program ended while this was running.", "It is not begun again: no tries are left (2 of 2).",
    ]  # fmt: skip
    store.close()


def test_what_would_be_done_twice_fails_when_its_runner_died(tmp_path: Path) -> None:
    store = QueueStore(tmp_path / "queue.sqlite")
    key = store.add(Wish(arguments=("do", "a.atelier", "image.blur"), folder=str(tmp_path)))
    store.claim("somebody:1:0", {"compute": 1})
    store.reclaim(lambda worker: False)
    assert (store.order(key).state, store.order(key).attempts) == ("failed", 1)
    store.close()


def test_closing_does_not_put_back_what_has_just_ended(tmp_path: Path) -> None:
    store = QueueStore(tmp_path / "queue.sqlite")
    store.add(Wish(arguments=("open('did', 'a').write('x')",), folder=str(tmp_path)))
    polite = "import signal, time; open('on', 'w'); signal.signal(signal.SIGINT, lambda *_: exit(0)); time.sleep(60)"
    store.add(Wish(arguments=(polite,), folder=str(tmp_path)))
    working = Runner(store, (sys.executable, "-c"), rest=lambda folders: "")
    deadline = time.monotonic() + 30
    for _ in range(2):
        working.step()
    while any(not (tmp_path / name).exists() for name in ("did", "on")) and time.monotonic() < deadline:
        time.sleep(0.02)
    for running in working._running:
        if running.order.id == 1:
            running.process.wait(10)
    working.close()
    assert [one.state for one in store.orders()] == ["done", "done"]
    store.close()
