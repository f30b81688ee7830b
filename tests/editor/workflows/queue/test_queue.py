"""The queue: order of work, waiting, trying again, stopping, resting, and what is left after a runner was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.workflows.queue.measuring import Meter, is_process_alive, name_of_process, reason_to_rest
from editor.workflows.queue.orders import STATES, Used, Wish, pause_after
from editor.workflows.queue.runner import Runner
from editor.workflows.queue.states import WAYS, State
from editor.workflows.queue.store import LINES_KEPT, QueueStore

PYTHON = (sys.executable, "-c")
PROGRESS = "import os,sys,time; open(os.environ['ATELIER_PROGRESS'],'w').write('0.5 Half way'); "


class Clock:
    def __init__(self) -> None:
        self.time, self.steady = 1000.0, 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[QueueStore]:
    opened = QueueStore(tmp_path / "queue.sqlite", clock, steady=lambda: clock.steady)
    yield opened
    opened.close()


def wish(code: str, folder: Path, **more: object) -> Wish:
    return Wish(arguments=(code,), folder=str(folder), **more)  # type: ignore[arg-type]


def runner(store: QueueStore, **more: object) -> Runner:
    return Runner(store, PYTHON, rest=lambda folders: "", **more)  # type: ignore[arg-type]


def run_all(store: QueueStore, seconds: float = 60.0) -> None:
    working = runner(store)
    end = time.monotonic() + seconds
    working.run(stop=lambda: time.monotonic() > end, until_idle=True)
    working.close()


def test_orders_run_and_leave_their_log(store: QueueStore, tmp_path: Path) -> None:
    key = store.add(wish("print('one'); print('zwei ü')", tmp_path, label="Two words"))
    run_all(store)
    order = store.order(key)
    assert (order.state, order.share, order.attempts, order.label) == ("done", 1.0, 1, "Two words")
    assert [text for _, text in store.lines(key)] == ["one", "zwei ü"]


def test_urgent_ones_come_first_and_lanes_have_room_of_their_own(store: QueueStore, tmp_path: Path) -> None:
    low = store.add(wish("", tmp_path))
    high = store.add(wish("", tmp_path, priority=5))
    disk = store.add(wish("", tmp_path, lane="io"))
    claimed = [store.claim("me", {"compute": 1, "io": 0}), store.claim("me", {"compute": 1, "io": 0})]
    assert [order.id for order in claimed if order] == [high, low]
    assert store.claim("me", {"compute": 1, "io": 0}) is None
    last = store.claim("me", {"compute": 0, "io": 1})
    assert last is not None
    assert last.id == disk


def test_what_waits_for_another_begins_after_it(store: QueueStore, tmp_path: Path) -> None:
    first = store.add(wish("import time; time.sleep(0.3); open('a', 'w').write('a')", tmp_path))
    second = store.add(wish("open('b', 'w').write(open('a').read())", tmp_path, after=(first,), priority=9))
    assert store.order(second).state == "waiting"
    run_all(store)
    assert (tmp_path / "b").read_text() == "a"
    with pytest.raises(ExpectedError, match="no job 99"):
        store.add(wish("", tmp_path, after=(99,)))


def test_a_failure_is_tried_again_after_growing_pauses(store: QueueStore, tmp_path: Path, clock: Clock) -> None:
    code = "import os,sys; n=len(os.listdir('.')); open(f'{n}','w'); sys.exit(0 if n >= 2 else 'atelier: Not yet.')"
    (tmp_path / "work").mkdir()
    key = store.add(wish(code, tmp_path / "work"))
    run_all(store)
    assert (store.order(key).state, store.order(key).message) == ("waiting", "Not yet.")
    clock.time += pause_after(1) - 1
    run_all(store)
    assert store.order(key).attempts == 1
    clock.time += 1
    run_all(store)
    assert store.order(key).not_before == clock.time + pause_after(2) == clock.time + 20
    clock.time += 20
    run_all(store)
    assert (store.order(key).state, store.order(key).attempts) == ("done", 3)


def test_what_waits_for_a_failure_fails_and_comes_back_with_it(store: QueueStore, tmp_path: Path) -> None:
    code = "import os,sys; sys.exit(0 if os.path.exists('go') else 'atelier: It is not there.')"
    first = store.add(wish(code, tmp_path, most_attempts=1))
    second = store.add(wish("", tmp_path, after=(first,)))
    third = store.add(wish("", tmp_path, after=(second,)))
    run_all(store)
    assert [store.order(key).state for key in (first, second, third)] == ["failed", "failed", "failed"]
    assert "waits for" in store.order(third).message
    (tmp_path / "go").touch()
    store.again(first)
    run_all(store)
    assert [store.order(key).state for key in (first, second, third)] == ["done", "done", "done"]


def test_wrong_usage_and_missing_programs_are_not_tried_again(store: QueueStore, tmp_path: Path) -> None:
    usage = store.add(wish("import sys; sys.exit(2)", tmp_path))
    nowhere = store.add(wish("", tmp_path / "nowhere"))
    run_all(store)
    assert [store.order(key).state for key in (usage, nowhere)] == ["failed", "failed"]
    assert "could not be started" in store.order(nowhere).message


def test_a_crash_is_said(store: QueueStore, tmp_path: Path) -> None:
    key = store.add(wish("import os; os.kill(os.getpid(), 11)", tmp_path, most_attempts=1))
    run_all(store)
    assert store.order(key).message == "It crashed (signal 11)."


@pytest.mark.parametrize("begun_in", ["front", "background"])
def test_cancel_before_and_during(store: QueueStore, tmp_path: Path, begun_in: str) -> None:
    """In the background of a shell Ctrl+C is ignored, by whatever is begun there."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.SIG_IGN if begun_in == "background" else signal.default_int_handler)
    try:
        cancel_before_and_during(store, tmp_path)
    finally:
        signal.signal(signal.SIGINT, before)


def cancel_before_and_during(store: QueueStore, tmp_path: Path) -> None:
    waiting = store.add(wish("", tmp_path, not_before=1e12))
    store.cancel(waiting)
    assert store.order(waiting).state == "cancelled"
    code = f"try:\n    {PROGRESS}time.sleep(60)\nfinally: open('heard', 'w').close()"  # who is killed writes nothing
    polite = store.add(wish(code, tmp_path))
    working = runner(store)
    working.step()
    while store.order(polite).share != 0.5:
        working.step()
        time.sleep(0.02)
    assert store.order(polite).message == "Half way"
    store.cancel(polite)
    working.run(until_idle=True)
    assert store.order(polite).state == "cancelled"
    assert (tmp_path / "heard").exists()
    working.close()


def test_closing_gives_back_what_was_not_done(store: QueueStore, tmp_path: Path) -> None:
    key = store.add(wish("import time; time.sleep(60)", tmp_path))
    working = runner(store)
    working.step()
    assert store.order(key).state == "running"
    working.close()
    assert (store.order(key).state, store.order(key).attempts) == ("queued", 0)


def test_work_rests_and_wakes(store: QueueStore, tmp_path: Path) -> None:
    reasons = ["", "Waiting for power.", "Waiting for power.", ""]
    code = "import time\nfor n in range(20): open('ticks', 'a').write('x'); time.sleep(0.05)"
    key = store.add(wish(code, tmp_path))
    other = store.add(wish("", tmp_path))
    working = Runner(store, PYTHON, room={"compute": 1}, rest=lambda folders: reasons[0])
    working.step()
    while not (tmp_path / "ticks").exists():
        time.sleep(0.02)
    reasons.pop(0)
    working.step()
    assert store.setting("resting") == "Waiting for power."
    time.sleep(0.1)
    ticks = (tmp_path / "ticks").stat().st_size
    time.sleep(0.4)
    assert (tmp_path / "ticks").stat().st_size == ticks, "it sleeps"
    reasons[:] = [""]
    working.run(until_idle=True)
    assert (store.order(key).state, store.order(other).state) == ("done", "done")
    working.close()


def test_what_is_used_is_measured(store: QueueStore, tmp_path: Path) -> None:
    code = "import time; b = bytearray(60_000_000); t = time.process_time()\nwhile time.process_time() < t + 1.2: pass"
    key = store.add(wish(code, tmp_path))
    run_all(store)
    order = store.order(key)
    assert order.cpu_seconds > 0.3
    assert order.peak_bytes > 50_000_000
    assert 0 < order.energy_wh < 0.1


def test_a_disk_that_is_nearly_full_makes_work_rest(tmp_path: Path) -> None:
    assert reason_to_rest(False, 0, [tmp_path]) == ""
    assert "Waiting for room" in reason_to_rest(False, 1 << 60, [tmp_path])
    assert "Waiting for room: 5 MB" in reason_to_rest(False, 6 << 20, [tmp_path], free_on=lambda _folder: 5 << 20)


def test_the_disks_of_what_an_order_reads_and_writes_count(store: QueueStore, tmp_path: Path) -> None:
    full, fine = tmp_path / "full", tmp_path / "fine"
    for one in (full, fine):
        one.mkdir()
    asked: list[Path] = []

    def rest(folders: list[Path]) -> str:
        asked.extend(folders)
        return "Waiting for room." if any(place.is_relative_to(full) for place in folders) else ""

    first = store.add(Wish(arguments=("open('on', 'w'); import time; time.sleep(60)",), folder=str(fine)))
    working = Runner(store, PYTHON, rest=rest)
    working.step()
    second = store.add(Wish(arguments=("pass", "a.psd", str(full / "new" / "b.png")), folder=str(fine)))
    for _ in range(3):
        working.step()
    assert store.order(second).state == "queued"
    assert store.setting("resting") == "Waiting for room."
    assert not working._asleep, "what works on another disk goes on"
    assert {fine, full} <= set(asked)
    store.cancel(second)
    working.step()
    assert store.setting("resting") == ""
    store.cancel(first)
    working.close()


def test_on_battery_work_rests_where_a_person_wants_that(tmp_path: Path) -> None:
    assert reason_to_rest(True, 0, [tmp_path], battery=lambda: 41.6) == "Waiting for power: the battery has 42 %."
    assert reason_to_rest(False, 0, [tmp_path], battery=lambda: 41.6) == ""
    assert reason_to_rest(True, 0, [tmp_path], battery=lambda: None) == ""


RUNNER = """
import sys
from pathlib import Path
from editor.workflows.queue.runner import Runner
from editor.workflows.queue.store import QueueStore
store = QueueStore(Path(sys.argv[1]))
Runner(store, (sys.executable, "-c"), rest=lambda folders: "").run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process group")
def test_after_a_killed_runner_nothing_is_lost_and_nothing_done_twice(tmp_path: Path) -> None:
    path, work = tmp_path / "queue.sqlite", tmp_path / "work"
    work.mkdir()
    store = QueueStore(path)
    keys = [store.add(wish(f"import time; time.sleep(0.1); open('{n}','a').write('x')", work)) for n in range(12)]
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", RUNNER, str(path)])
        deadline = time.monotonic() + 20
        done = len(store.orders(("done",)))
        while len(store.orders(("done",))) < done + 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
        child.wait()
    running = [order.id for order in store.orders(("running",))]
    assert set(store.reclaim(is_process_alive)) == set(running)
    run_all(store)
    assert {store.order(key).state for key in keys} == {"done"}
    for number, key in enumerate(keys):
        written = (work / str(number)).read_text()
        assert written == "x" or (set(written) == {"x"} and store.order(key).attempts > 1)
    store.close()


def test_what_kills_its_runner_again_and_again_ends(store: QueueStore, tmp_path: Path) -> None:
    key = store.add(wish("", tmp_path))
    for _ in range(3):
        assert store.order(key).state == "queued"
        store.claim("somebody:1:0", {"compute": 1})
        store.reclaim(lambda worker: False)
    assert store.order(key).state == "failed"


def test_a_silent_runner_of_another_machine_loses_its_order(store: QueueStore, tmp_path: Path, clock: Clock) -> None:
    key = store.add(wish("", tmp_path))
    store.claim("elsewhere:1:0", {"compute": 1})
    assert store.reclaim(lambda worker: True) == []
    clock.time += 86_400
    assert store.reclaim(lambda worker: True) == [], "a clock that jumps takes nothing from a runner that lives"
    clock.steady += 31
    assert store.reclaim(lambda worker: True) == [key]
    assert store.beat(key, "elsewhere:1:0", 0.5, "", Used()) == "stop", "the late one is told to stop"
    store.end(key, "elsewhere:1:0", "done", "", Used())
    assert store.order(key).state == "queued"


def test_two_runners_never_take_the_same(tmp_path: Path) -> None:
    stores = [QueueStore(tmp_path / "queue.sqlite") for _ in range(3)]
    for number in range(60):
        stores[0].add(wish(str(number), tmp_path))
    taken: list[int] = []

    def take(store: QueueStore, name: str) -> None:
        while (order := store.claim(name, {"compute": 1})) is not None:
            taken.append(order.id)

    threads = [threading.Thread(target=take, args=(store, f"w{index}")) for index, store in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 60
    for store in stores:
        store.close()


def test_endless_logs_are_cut_and_old_orders_forgotten(store: QueueStore, tmp_path: Path, clock: Clock) -> None:
    key = store.add(wish("", tmp_path))
    store.log(key, [str(number) for number in range(LINES_KEPT + 100)])
    lines = store.lines(key)
    assert (len(lines), lines[0][1], lines[-1][1]) == (LINES_KEPT, "100", str(LINES_KEPT + 99))
    store.claim("me", {"compute": 1})
    store.end(key, "me", "done", "", Used())
    assert store.forget_ended(clock.time) == 0
    clock.time += 1
    assert store.forget_ended(clock.time) == 1
    assert store.lines(key) == []


def test_this_process_is_alive_and_a_dead_one_is_not() -> None:
    assert is_process_alive(name_of_process())
    host = name_of_process().partition(":")[0]
    assert not is_process_alive(f"{host}:{os.getpid()}:12.0"), "another process had this number before"
    assert is_process_alive("elsewhere:1:0")
    assert Meter(os.getpid()).sample().peak_bytes > 0


STEPS = ("add", "claim", "end", "fail", "cancel", "again", "later", "reclaim", "pause", "go on", "close")


@settings(max_examples=40)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(STEPS), st.integers(0, 9)
        ),
        max_size=30,
    )
)
def test_orders_only_go_the_ways_of_the_diagram(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    clock = Clock()
    store = QueueStore(tmp_path_factory.mktemp("any") / "queue.sqlite", clock)
    before: dict[int, State] = {}
    for action, number in steps:
        keys = sorted(before)
        key = keys[number % len(keys)] if keys else 0
        clock.time += 0.5
        if action == "add":
            store.add(wish("", Path("."), after=(key,) if key and number % 2 else (), most_attempts=1 + number % 3))
        elif action == "claim":
            store.claim("me", {"compute": 1})
        elif action in ("end", "fail"):
            store.end(key, "me", "done" if action == "end" else "failed", "", Used())
        elif action == "later":
            clock.time += number * 10
        elif action == "reclaim":
            store.reclaim(lambda worker: False)
        elif action == "close":
            store.put_back([key], "me")
        elif key:
            {"cancel": store.cancel, "again": store.again, "pause": store.pause, "go on": store.go_on}[action](key)
        after = {order.id: order.state for order in store.orders()}
        for one, state in after.items():
            assert state in STATES
            assert one not in before or state == before[one] or state in WAYS[before[one]]
            others = [store.order(other).state for other in store.after(one)]
            had_begun = before.get(one) in ("running", "paused")
            assert state != "running" or all(other == "done" for other in others) or had_begun
        before = after
    store.close()
