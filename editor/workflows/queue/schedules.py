"""Recurring work and reminders: when a run is due it becomes an order; runs that were missed are caught up once."""

import json
import sqlite3
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from editor.base.errors import ExpectedError
from editor.base.numbers import at_text
from editor.base.translation import tr
from editor.workflows.queue.moments import moment_from
from editor.workflows.queue.notes import Desktop, NoteKind, add_note, show_on
from editor.workflows.queue.orders import Wish
from editor.workflows.queue.rules import MOST_MISSED, check_rule, counted_from, is_once, once_at, runs, zone_here
from editor.workflows.queue.store import QueueStore, add_order

COLUMNS = "id, name, rule, zone, arguments, folder, catch_up, paused, last"
AHEAD = 400 * 86400.0


class Schedule(msgspec.Struct, frozen=True, array_like=True):
    """One row of the table `schedule`; without `arguments` it is a reminder, of which `name` is the text. `catch_up`:
    a run that was missed, because the machine was off, is made up for, once however many were missed."""

    id: int
    name: str
    rule: str
    zone: str
    arguments: tuple[str, ...]
    folder: str
    catch_up: bool
    paused: bool
    last: float

    @property
    def is_reminder(self) -> bool:
        return not self.arguments


class NewSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for; `zone` "" is this machine's."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    rule: str
    arguments: tuple[str, ...] = ()
    folder: str = "."
    zone: str = ""
    catch_up: bool = True


def schedules(store: QueueStore) -> list[Schedule]:
    return [_from(row) for row in store.rows(f"SELECT {COLUMNS} FROM schedule ORDER BY name, id")]


def schedule(store: QueueStore, new: NewSchedule) -> int:
    """Add recurring work; it begins with the next moment of its rule. Raises ExpectedError for a rule that is none."""
    zone = new.zone or zone_here()
    check_rule(new.rule, zone)
    if not new.name.strip():
        raise ExpectedError(tr("Recurring work needs a name."))
    rule = counted_from(new.rule, zone, store.clock())
    call = json.dumps(new.arguments, ensure_ascii=False)
    values = (new.name.strip(), rule, zone, call, new.folder, new.catch_up, store.clock())
    statement = (
        "INSERT INTO schedule (name, rule, zone, arguments, folder, catch_up, last) VALUES (?, ?, ?, ?, ?, ?, ?)"
    )
    return int(store.write(lambda connection: connection.execute(statement, values).lastrowid) or 0)


def change_schedule(store: QueueStore, key: int, new: NewSchedule) -> None:
    """Give recurring work another name, rule or call. With another rule it begins anew from now; without a zone it
    keeps the one that it has."""
    known = _known(store, key)
    zone = new.zone or known.zone
    is_same = (new.rule, zone) == (known.rule, known.zone)
    if not is_same:
        check_rule(new.rule, zone)
    if not new.name.strip():
        raise ExpectedError(tr("Recurring work needs a name."))
    moment = store.clock()
    rule, last = (known.rule, known.last) if is_same else (counted_from(new.rule, zone, moment), moment)
    call = json.dumps(new.arguments, ensure_ascii=False)
    values = (new.name.strip(), rule, zone, call, new.catch_up, last, key)
    statement = "UPDATE schedule SET name = ?, rule = ?, zone = ?, arguments = ?, catch_up = ?, last = ? WHERE id = ?"
    store.write(lambda connection: connection.execute(statement, values))


def unschedule(store: QueueStore, key: int) -> None:
    _known(store, key)
    store.write(lambda connection: connection.execute("DELETE FROM schedule WHERE id = ?", (key,)))


def pause_schedule(store: QueueStore, key: int, paused: bool) -> None:
    """While it is paused nothing is due; when it goes on it begins anew, without what came between."""
    _known(store, key)
    statement = "UPDATE schedule SET paused = ?, last = ? WHERE id = ?"
    store.write(lambda connection: connection.execute(statement, (paused, store.clock(), key)))


def next_run(one: Schedule, moment: float) -> float | None:
    """When it is due next, in seconds since 1970; None when it is paused or not within a year."""
    return None if one.paused else next(runs(one.rule, one.zone, moment, moment + AHEAD), None)


def make_due(store: QueueStore, desktop: Desktop = lambda _title, _text: False) -> list[int]:
    """Turn what is due into orders and reminders; the ids of the orders. Runs that were missed are told. Safe to call
    from several programs: of one run only one of them makes an order."""
    moment, made = store.clock(), list[int]()
    for one in schedules(store):
        if one.paused:
            continue
        if one.last > moment + FAR_AHEAD:  # the clock stood in the future for a while
            store.write(lambda connection, one=one: _move(connection, one, moment))  # type: ignore[misc]
            continue
        due = list(runs(one.rule, one.zone, one.last, moment))
        if not due:
            continue
        taken = store.write(lambda connection, one=one, due=due: _take(connection, one, due, moment))  # type: ignore[misc]
        if taken is None:
            continue
        made += [taken.order] if taken.order else []
        for key, title, text in taken.notes:
            show_on(store, key, title, text, desktop)
    return made


LATE, FAR_AHEAD = 90.0, 3600.0
"""Seconds after which a run counts as missed, and by which a clock may go back without anything beginning anew."""


class _Taken(msgspec.Struct):
    """What one due rule led to: an order (0 for none) and notes with their ids."""

    order: int = 0
    notes: list[tuple[int, str, str]] = msgspec.field(default_factory=list)


def _move(connection: sqlite3.Connection, one: Schedule, moment: float) -> bool:
    """Remember that runs up to this moment were seen to, if nobody else did."""
    statement = "UPDATE schedule SET last = ? WHERE id = ? AND last = ?"
    return connection.execute(statement, (moment, one.id, one.last)).rowcount > 0


def _take(connection: sqlite3.Connection, one: Schedule, due: list[float], moment: float) -> _Taken | None:
    """Move on to this moment, if nobody else did, and do what is due."""
    if not _move(connection, one, moment):
        return None
    late = [run for run in due if moment - run >= LATE]
    wanted, taken = len(late) < len(due) or one.catch_up, _Taken()
    if is_once(one.rule):
        connection.execute("DELETE FROM schedule WHERE id = ?", (one.id,))
    if wanted and one.is_reminder:
        text = tr("It was due {when}.", when=_when(one, late[-1])) if len(late) == len(due) else tr("Reminder")
        _note(connection, taken, moment, "reminder", one.name, text)
        return taken
    busy = _still_open(connection, one) if wanted else 0
    if busy:
        title = tr("Left out: {name}", name=one.name)
        told = connection.execute("SELECT 1 FROM note WHERE job = ? AND title = ?", (busy, title)).fetchone()
        if told is None:
            _note(connection, taken, moment, "missed", title, tr("The last run has not ended yet."), busy)
        return taken
    if wanted:
        wish = Wish(arguments=one.arguments, folder=one.folder, label=one.name)
        taken.order = add_order(connection, wish, moment)
        connection.execute("UPDATE schedule SET job = ? WHERE id = ?", (taken.order, one.id))
    if late:
        title = tr("Missed: {name}", name=one.name)
        _note(connection, taken, moment, "missed", title, _missed(one, late, wanted), taken.order or None)
    return taken


def _still_open(connection: sqlite3.Connection, one: Schedule) -> int:
    """The order that it made last, when that has not ended; else 0."""
    row = connection.execute(
        "SELECT job.id FROM schedule JOIN job ON job.id = schedule.job WHERE schedule.id = ?"
        " AND job.state NOT IN ('done', 'failed', 'cancelled')",
        (one.id,),
    ).fetchone()
    return int(row[0]) if row else 0


def _note(
    connection: sqlite3.Connection, taken: _Taken, moment: float, kind: NoteKind, title: str, text: str,
    job: int | None = None,
) -> None:  # fmt: skip
    taken.notes.append((add_note(connection, moment, kind, title, text, job), title, text))


def _missed(one: Schedule, late: list[float], wanted: bool) -> str:
    """How many runs, since when, and what comes of it."""
    count = len(late) if len(late) < MOST_MISSED else f"{MOST_MISSED}+"
    since = _when(one, late[0])
    if wanted:
        return tr("{count} missed since {when}; made up for once.", count=count, when=since)
    return tr("{count} missed since {when}; left out.", count=count, when=since)


def _when(one: Schedule, moment: float) -> str:
    return at_text(datetime.fromtimestamp(moment, ZoneInfo(one.zone)))


def remind(store: QueueStore, when: str, text: str, zone: str = "") -> tuple[int, datetime]:
    """A reminder for a moment that a person wrote ("Friday 17:00"); its id and the moment."""
    zone = zone or zone_here()
    here = datetime.fromtimestamp(store.clock(), ZoneInfo(zone)).replace(tzinfo=None)
    moment = moment_from(when, here)
    return schedule(store, NewSchedule(name=text, rule=once_at(moment), zone=zone)), moment


def _known(store: QueueStore, key: int) -> Schedule:
    rows = store.rows(f"SELECT {COLUMNS} FROM schedule WHERE id = ?", (key,))
    if not rows:
        raise ExpectedError(tr("There is no recurring work {number}.", number=key))
    return _from(rows[0])


def _from(row: tuple[object, ...]) -> Schedule:
    return msgspec.convert([*row[:4], json.loads(str(row[4])), *row[5:]], Schedule, strict=False)
