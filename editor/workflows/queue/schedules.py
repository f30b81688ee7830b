"""Recurring work and reminders: when a run is due it becomes an order; runs that were missed are caught up once."""

import json
import sqlite3
from collections.abc import Callable
from typing import Annotated

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.orders import Wish
from editor.workflows.queue.rules import check_rule, runs, zone_here
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
    values = (new.name.strip(), new.rule, zone, json.dumps(new.arguments), new.folder, new.catch_up, store.clock())
    statement = (
        "INSERT INTO schedule (name, rule, zone, arguments, folder, catch_up, last) VALUES (?, ?, ?, ?, ?, ?, ?)"
    )
    return int(store.write(lambda connection: connection.execute(statement, values).lastrowid) or 0)


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


def make_due(store: QueueStore, remind: Callable[[str], object] = lambda text: None) -> list[int]:
    """Turn what is due into orders and reminders; the ids of the orders. Safe to call from several programs: of one
    run only one of them makes an order."""
    moment, made = store.clock(), list[int]()
    for one in schedules(store):
        if one.paused:
            continue
        due = list(runs(one.rule, one.zone, one.last, moment))
        if not due:
            continue
        on_time = [run for run in due if moment - run < LATE]
        wanted = bool(on_time) or one.catch_up
        key = store.write(lambda connection, one=one, wanted=wanted: _take(connection, one, moment, wanted))  # type: ignore[misc]
        if key is None:
            continue
        if one.is_reminder:
            remind(one.name)
        elif key:
            made.append(key)
    return made


LATE = 90.0
"""Seconds after which a run counts as missed."""


def _take(connection: sqlite3.Connection, one: Schedule, moment: float, wanted: bool) -> int | None:
    """Move on to this moment, if nobody else did; the order's id, 0 when none was wanted."""
    moved = connection.execute(
        "UPDATE schedule SET last = ? WHERE id = ? AND last = ?", (moment, one.id, one.last)
    ).rowcount
    if not moved:
        return None
    if not wanted:
        return None
    if one.is_reminder:
        return 0
    return add_order(connection, Wish(arguments=one.arguments, folder=one.folder, label=one.name), moment)


def _known(store: QueueStore, key: int) -> Schedule:
    rows = store.rows(f"SELECT {COLUMNS} FROM schedule WHERE id = ?", (key,))
    if not rows:
        raise ExpectedError(tr("There is no recurring work {number}.", number=key))
    return _from(rows[0])


def _from(row: tuple[object, ...]) -> Schedule:
    return msgspec.convert([*row[:4], json.loads(str(row[4])), *row[5:]], Schedule, strict=False)
