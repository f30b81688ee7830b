"""Rules, schedules that are caught up, recipes, and folders that are watched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from editor.base.errors import ExpectedError
from editor.workflows.queue.notes import notes_after
from editor.workflows.queue.recipes import Recipe, check_recipe, filled, read_recipe
from editor.workflows.queue.rules import check_rule, runs, zone_here
from editor.workflows.queue.schedules import (
    NewSchedule,
    change_schedule,
    make_due,
    next_run,
    pause_schedule,
    schedule,
    schedules,
    unschedule,
)
from editor.workflows.queue.store import QueueStore
from editor.workflows.queue.watching import look, pause_watch, unwatch, watch, watches

PARIS = "Europe/Paris"
VERBS = frozenset({"convert", "ai"})


def moment(*parts: int) -> float:
    return datetime(*parts, tzinfo=ZoneInfo(PARIS)).timestamp()  # type: ignore[arg-type, misc]


def local(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, ZoneInfo(PARIS)).strftime("%Y-%m-%d %H:%M")


class Clock:
    def __init__(self) -> None:
        self.time = moment(2026, 3, 27, 12, 0)

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[QueueStore]:
    opened = QueueStore(tmp_path / "queue.sqlite", clock)
    yield opened
    opened.close()


def test_six_o_clock_stays_six_when_clocks_change() -> None:
    found = [local(run) for run in runs("0 6 * * *", PARIS, moment(2026, 3, 27, 12), moment(2026, 3, 31))]
    assert found == ["2026-03-28 06:00", "2026-03-29 06:00", "2026-03-30 06:00"]


def test_calendar_rules() -> None:
    last_friday = "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18;BYMINUTE=30"
    found = [local(run) for run in runs(last_friday, PARIS, moment(2026, 3, 27, 18, 30), moment(2026, 6, 1))]
    assert found == ["2026-04-24 18:30", "2026-05-29 18:30"]


@pytest.mark.parametrize("rule", ["", "never", "61 * * * *", "0 0 31 2 *", "FREQ=SOMETIMES", "FREQ=YEARLY;BYMONTH=13"])
def test_what_is_no_rule_is_said(rule: str) -> None:
    with pytest.raises(ExpectedError):
        check_rule(rule, PARIS)


def test_zones() -> None:
    check_rule("0 6 * * *", zone_here())
    with pytest.raises(ExpectedError, match="no time zone"):
        check_rule("0 6 * * *", "Europe/Atlantis")


def test_a_due_run_becomes_one_order_and_missed_ones_are_caught_up_once(store: QueueStore, clock: Clock) -> None:
    key = schedule(store, NewSchedule(name="Nightly", rule="0 2 * * *", arguments=("convert", "a", "b"), zone=PARIS))
    (kept,) = schedules(store)
    assert local(next_run(kept, clock.time) or 0) == "2026-03-28 02:00"
    assert make_due(store) == []
    clock.time = moment(2026, 3, 28, 2, 0) + 1
    (order,) = make_due(store)
    assert store.order(order).arguments == ("convert", "a", "b")
    assert make_due(store) == []
    store.cancel(order)
    clock.time = moment(2026, 4, 9, 10)
    assert len(make_due(store)) == 1, "twelve nights were missed, one run makes up for them"
    unschedule(store, key)
    with pytest.raises(ExpectedError, match="no recurring work"):
        unschedule(store, key)


def test_missed_runs_are_left_out_where_that_is_wished(store: QueueStore, clock: Clock) -> None:
    schedule(store, NewSchedule(name="At noon", rule="0 12 * * *", arguments=("convert",), zone=PARIS, catch_up=False))
    clock.time = moment(2026, 3, 28, 18)
    assert make_due(store) == []
    clock.time = moment(2026, 3, 29, 12) + 20
    assert len(make_due(store)) == 1


def test_reminders_and_pauses(store: QueueStore, clock: Clock) -> None:
    told: list[str] = []

    def show(title: str, text: str) -> bool:
        told.append(title)
        return True

    key = schedule(store, NewSchedule(name="Water the plants", rule="0 9 * * *", zone=PARIS))
    clock.time = moment(2026, 3, 28, 9) + 5
    assert make_due(store, show) == []
    assert told == ["Water the plants"]
    pause_schedule(store, key, True)
    clock.time += 5 * 86400
    make_due(store, show)
    pause_schedule(store, key, False)
    make_due(store, show)
    assert told == ["Water the plants"], "what came in the pause stays in the pause"


def test_two_programs_make_one_order(store: QueueStore, clock: Clock) -> None:
    other = QueueStore(store.path, clock)
    schedule(store, NewSchedule(name="Nightly", rule="0 2 * * *", arguments=("convert",), zone=PARIS))
    clock.time = moment(2026, 3, 28, 2) + 1
    assert len(make_due(store)) + len(make_due(other)) == 1
    other.close()


def test_a_recipe_is_read_and_filled(tmp_path: Path) -> None:
    path = tmp_path / "web.atelier-recipe"
    path.write_text('name = "Web"\nfiles = ["png"]\nsteps = [["convert", "{input}", "{output}/{stem}.webp"]]\n')
    recipe = read_recipe(path, VERBS)
    assert recipe.takes(Path("A.PNG"))
    assert not recipe.takes(Path("a.jpg"))
    source = tmp_path / "odd {name}.png"
    assert filled(recipe, source, tmp_path / "out", tmp_path / "work") == [
        ("convert", str(source), f"{tmp_path}/out/odd {{name}}.webp")
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "is no recipe"), ('name = "x"\nsteps = []', "no steps"),
        ('name = "x"\nsteps = [["rm", "-rf"]]', "nothing"),
        ('name = "x"\nsteps = [["convert", "{inptu}"]]', "nothing: inptu"), ('name = "x"\nsteps = 4', "is no recipe"),
        ('name = "x"\nsteps = [["convert"]]\nshell = "rm"', "is no recipe"),
    ],
)  # fmt: skip
def test_what_is_no_recipe_is_said(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(ExpectedError, match=sentence):
        read_recipe(tmp_path / "r.toml", VERBS)


@pytest.mark.parametrize(
    ("rule", "times"),
    [
        ("0,30 2 * * *", "02:00 02:30"), ("15,45 2,3 * * *", "02:15 02:45 03:15 03:45"),
        ("*/30 1-3 * * *", "01:00 01:30 02:00 02:30 03:00 03:30"), ("30 * * * *", "00:30 01:30 02:30 02:30 03:30"),
    ],
)  # fmt: skip
def test_in_the_night_with_an_hour_twice_each_named_time_comes_once(rule: str, times: str) -> None:
    zone = ZoneInfo(PARIS)
    start = datetime(2026, 10, 25, tzinfo=zone).timestamp()
    found = [f"{datetime.fromtimestamp(moment, zone):%H:%M}" for moment in runs(rule, PARIS, start, start + 5 * 3600)]
    assert found == times.split()
    second_time = list(runs(rule, PARIS, start + 10_200, start + 13_000))  # from 02:50 to 02:36
    assert len(second_time) == (rule == "30 * * * *"), "what ran before the clock went back does not run again"


def test_a_dropped_file_is_taken_once_it_is_whole(store: QueueStore, tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    recipe = Recipe(name="Web", steps=(("convert", "{input}", "{output}/{stem}.webp"),), files=("png",))
    check_recipe(recipe, VERBS)
    key = watch(store, folder, tmp_path / "web.toml", output)
    (folder / "a.png").write_bytes(b"half")
    (folder / "note.txt").write_bytes(b"not for us")
    assert look(store, lambda path: recipe) == []
    (folder / "a.png").write_bytes(b"half and the rest")
    assert look(store, lambda path: recipe) == [], "it was still growing"
    (made,) = look(store, lambda path: recipe)
    assert store.order(made).arguments[:2] == ("jobs", "apply")
    assert store.order(made).label == "a.png"
    assert look(store, lambda path: recipe) == []
    (folder / "a.png").write_bytes(b"another picture")
    look(store, lambda path: recipe)
    assert len(look(store, lambda path: recipe)) == 1, "a file that was replaced is taken again"
    pause_watch(store, key, True)
    (folder / "b.png").write_bytes(b"b")
    look(store, lambda path: recipe)
    assert look(store, lambda path: recipe) == []
    assert watches(store)[0].paused
    unwatch(store, key)
    assert json.dumps(watches(store)) == "[]"


def test_results_never_go_where_files_are_watched(store: QueueStore, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for output in (tmp_path / "in", tmp_path):
        with pytest.raises(ExpectedError, match="cannot go"):
            watch(store, tmp_path / "in", tmp_path / "r.toml", output)
    with pytest.raises(ExpectedError, match="no folder"):
        watch(store, tmp_path / "nowhere", tmp_path / "r.toml", tmp_path / "out")


def test_work_that_recurs_does_not_overlap_itself(store: QueueStore, clock: Clock) -> None:
    schedule(store, NewSchedule(name="Nightly", rule="0 2 * * *", arguments=("convert",), zone=PARIS))
    clock.time = moment(2026, 3, 28, 2) + 1
    (order,) = make_due(store)
    for day in (29, 30, 31):
        clock.time = moment(2026, 3, day, 3) + 1
        assert make_due(store) == []
    assert [note.title for note in notes_after(store, 0)] == ["Left out: Nightly"], "told once"
    store.cancel(order)
    clock.time = moment(2026, 4, 1, 2) + 1
    assert len(make_due(store)) == 1


def test_recurring_work_keeps_zone_and_moment_that_nobody_changed(store: QueueStore, clock: Clock) -> None:
    key = schedule(store, NewSchedule(name="Nightly", rule="0 2 * * *", arguments=("convert",), zone="Asia/Tokyo"))
    (before,) = schedules(store)
    clock.time += 5 * 86400
    change_schedule(store, key, NewSchedule(name="Every night", rule="0 2 * * *", arguments=("convert",)))
    (after,) = schedules(store)
    assert (after.name, after.zone, after.last) == ("Every night", "Asia/Tokyo", before.last)
    change_schedule(store, key, NewSchedule(name="Every night", rule="0 3 * * *", arguments=("convert",)))
    (after,) = schedules(store)
    assert (after.rule, after.zone, after.last) == ("0 3 * * *", "Asia/Tokyo", clock.time)
