"""Moments as people write them, rules around the change of clocks, what was missed and told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.workflows.queue.moments import moment_from
from editor.workflows.queue.notes import notes_after
from editor.workflows.queue.rules import check_rule, is_once, once_at, runs
from editor.workflows.queue.schedules import NewSchedule, make_due, remind, schedule, schedules
from editor.workflows.queue.store import QueueStore

PARIS = "Europe/Paris"
HERE = datetime(2026, 11, 21, 19, 30)  # noqa: DTZ001 - a Saturday evening on the wall


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Friday 17:00", "2026-11-27 17:00"), ("vendredi 17h", "2026-11-27 17:00"),
        ("saturday 20:00", "2026-11-21 20:00"), ("sat 10:00", "2026-11-28 10:00"),
        ("tomorrow 9:00", "2026-11-22 09:00"), ("demain", "2026-11-22 09:00"), ("tonight 23:00", "2026-11-21 23:00"),
        ("in 20 minutes", "2026-11-21 19:50"), ("dans une heure", "2026-11-21 20:30"),
        ("in 2 days", "2026-11-23 19:30"),
        ("17:00", "2026-11-22 17:00"), ("23:15", "2026-11-21 23:15"), ("noon", "2026-11-22 12:00"),
        ("2027-03-14 22:00", "2027-03-14 22:00"), ("14/12/2026 8:00", "2026-12-14 08:00"),
        ("14 mars 2027 à 8h30", "2027-03-14 08:30"),
        ("tonight", "2026-11-21 20:00"), ("ce soir", "2026-11-21 20:00"), ("ce soir 21h", "2026-11-21 21:00"),
        ("ce soir à 21h30", "2026-11-21 21:30"), ("après-demain", "2026-11-23 09:00"),
        ("après-demain 10h", "2026-11-23 10:00"), ("day after tomorrow", "2026-11-23 09:00"),
        ("minuit", "2026-11-22 00:00"), ("midnight", "2026-11-22 00:00"), ("tonight midnight", "2026-11-22 00:00"),
        ("midi", "2026-11-22 12:00"), ("next week", "2026-11-28 09:00"), ("la semaine prochaine", "2026-11-28 09:00"),
        ("in half an hour", "2026-11-21 20:00"), ("dans une demi-heure", "2026-11-21 20:00"),
        ("1 janvier", "2027-01-01 09:00"), ("1er janvier", "2027-01-01 09:00"), ("3/4 10:00", "2027-04-03 10:00"),
        ("january 1", "2027-01-01 09:00"), ("24 december", "2026-12-24 09:00"), ("demain soir", "2026-11-22 20:00"),
        ("demain 9h", "2026-11-22 09:00"), ("in 52 weeks", "2027-11-20 19:30"),
    ],
)  # fmt: skip
def test_what_people_write(text: str, moment: str) -> None:
    assert f"{moment_from(text, HERE):%Y-%m-%d %H:%M}" == moment


@pytest.mark.parametrize(
    "text", ["", "rubbish", "in some minutes", "25:99", "2020-01-01 10:00", "in 999999999 weeks", "29/2/2025",
             "in 0 minutes"],
)  # fmt: skip
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ExpectedError):
        moment_from(text, HERE)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_to_come_or_a_sentence(text: str) -> None:
    with contextlib.suppress(ExpectedError):
        assert moment_from(text, HERE) > HERE


def moments(rule: str, first: tuple[int, ...], last: tuple[int, ...]) -> list[str]:
    zone = ZoneInfo(PARIS)
    begin, end = (datetime(*one, tzinfo=zone).timestamp() for one in (first, last))  # type: ignore[arg-type, misc]
    return [f"{datetime.fromtimestamp(at, zone):%a %d %H:%M%z}" for at in runs(rule, PARIS, begin, end)]


@pytest.mark.parametrize("rule", ["30 2 * * *", "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0"])
def test_a_night_in_spring_and_one_in_autumn(rule: str) -> None:
    spring = moments(rule, (2026, 3, 28, 12), (2026, 3, 30, 12))
    assert spring == ["Sun 29 03:30+0200", "Mon 30 02:30+0200"], "there is no half past two: an hour later"
    autumn = moments(rule, (2026, 10, 24, 12), (2026, 10, 26, 12))
    assert autumn == ["Sun 25 02:30+0200", "Mon 26 02:30+0100"], "half past two comes twice: the first counts"


def test_every_twenty_minutes_goes_through_the_hour_that_comes_twice() -> None:
    assert len(moments("*/20 * * * *", (2026, 10, 25, 1, 59), (2026, 10, 25, 3))) == 7


def test_cron_counts_weekdays_from_sunday_and_takes_either_day() -> None:
    week = moments("0 6 * * 1-5", (2026, 11, 16), (2026, 11, 23))
    assert [text[:3] for text in week] == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert moments("0 6 * * 7", (2026, 11, 16), (2026, 11, 23)) == moments("0 6 * * 0", (2026, 11, 16), (2026, 11, 23))
    either = moments("0 6 1 * 0", (2026, 11, 28), (2026, 12, 2))
    assert either == ["Sun 29 06:00+0100", "Tue 01 06:00+0100"]


def test_rules_by_the_minute_are_found_at_once_and_by_the_second_refused() -> None:
    assert moments("FREQ=MINUTELY;INTERVAL=7", (2026, 11, 16), (2026, 11, 16, 0, 20)) == [
        "Mon 16 00:03+0100", "Mon 16 00:10+0100", "Mon 16 00:17+0100",
    ]  # fmt: skip
    for rule, sentence in (("FREQ=SECONDLY", "too often"), ("0 0 30 2 *", "never"), ("1 2 3", "no rule")):
        with pytest.raises(ExpectedError, match=sentence):
            check_rule(rule, PARIS)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("0 6 * * mon#1", "no rule"), ("0 6 L * *", "no rule"), ("0 6 15W * *", "no rule"), ("0 6 * * ?", "no rule"),
        ("FREQ=MINUTELY;BYSECOND=0,20,40", "too often"), ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=3", "never"),
        ("FREQ=DAILY;COUNT=3;BYMONTH=2;BYMONTHDAY=30", "never"), ("FREQ=DAILY;UNTIL=20200101T000000Z", "never"),
        ("FREQ=DAILY;UNTIL=tomorrow", "no rule"), ("DTSTART;TZID=Europe/Atlantis:20300101T090000\nRRULE:FREQ=DAILY",
                                                  "no time zone"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_kept_are_refused_at_once(rule: str, sentence: str) -> None:
    with pytest.raises(ExpectedError, match=sentence):
        check_rule(rule, PARIS)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=DAILY;BYHOUR=9;UNTIL=20261117T080000Z", ["Mon 16 09:00+0100", "Tue 17 09:00+0100"]),
        ("DTSTART;TZID=America/New_York:20261116T090000\nRRULE:FREQ=DAILY;COUNT=2",
         ["Mon 16 15:00+0100", "Tue 17 15:00+0100"]),
        ("DTSTART:20261116T080000Z\nRRULE:FREQ=DAILY;COUNT=2", ["Mon 16 09:00+0100", "Tue 17 09:00+0100"]),
        ("FREQ=HOURLY;BYDAY=TU;INTERVAL=12", ["Tue 17 00:00+0100", "Tue 17 12:00+0100"]),
        ("FREQ=MONTHLY;BYMONTHDAY=17", ["Tue 17 00:00+0100"]),
        ("DTSTART:20200101T003000\nRRULE:FREQ=HOURLY;BYDAY=TU;BYHOUR=5", ["Tue 17 05:30+0100"]),
        ("0 6 * nov tue-wed", ["Tue 17 06:00+0100", "Wed 18 06:00+0100"]),
    ],
)  # fmt: skip
def test_rules_of_other_calendars(rule: str, found: list[str]) -> None:
    assert moments(rule, (2026, 11, 16), (2026, 11, 18, 23)) == found


def test_so_many_times_counts_from_now(store: QueueStore, clock: Clock) -> None:
    key = schedule(store, NewSchedule(name="Call", rule="FREQ=DAILY;COUNT=5;BYHOUR=9;BYMINUTE=0", zone=PARIS))
    (kept,) = schedules(store)
    days = [f"{datetime.fromtimestamp(at, ZoneInfo(PARIS)):%d %H:%M}" for at in runs(kept.rule, PARIS, 0, 3e9)]
    assert (kept.id, days) == (key, ["22 09:00", "23 09:00", "24 09:00", "25 09:00", "26 09:00"])


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 19, 30, tzinfo=ZoneInfo(PARIS)).timestamp()

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


def test_a_reminder_comes_once_on_the_desktop_and_as_a_note(store: QueueStore, clock: Clock) -> None:
    shown: list[tuple[str, str]] = []

    def desktop(title: str, text: str) -> bool:
        shown.append((title, text))
        return True

    _, moment = remind(store, "Friday 17:00", "Send the proofs", PARIS)
    assert is_once(once_at(moment))
    assert make_due(store, desktop) == []
    clock.time = moment.replace(tzinfo=ZoneInfo(PARIS)).timestamp() + 2
    make_due(store, desktop)
    make_due(store, desktop)
    assert shown == [("Send the proofs", "Reminder")]
    assert [(note.kind, note.title, note.shown) for note in notes_after(store, 0)] == [
        ("reminder", "Send the proofs", True)
    ]
    assert schedules(store) == [], "what came once is gone"


def test_what_was_missed_is_told(store: QueueStore, clock: Clock) -> None:
    schedule(store, NewSchedule(name="Nightly", rule="0 2 * * *", arguments=("x",), zone=PARIS))
    schedule(store, NewSchedule(name="Morning", rule="0 8 * * *", arguments=("x",), zone=PARIS, catch_up=False))
    remind(store, "tomorrow 9:00", "Call", PARIS)
    clock.time += 5 * 86_400
    assert len(make_due(store)) == 1
    found = {note.title: note.text for note in notes_after(store, 0)}
    assert found == {
        "Missed: Nightly": "5 missed since 2026-11-22 02:00; made up for once.",
        "Missed: Morning": "5 missed since 2026-11-22 08:00; left out.",
        "Call": "It was due 2026-11-22 09:00.",
    }


@pytest.mark.parametrize("text", ["", "  "])
def test_no_moment_at_all_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ExpectedError, match=r"^No moment was given\."):
        moment_from(text, HERE)
