"""When something recurs: a cron line ("0 6 * * mon-fri") or a calendar rule ("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18").

Cron is read by APScheduler, calendar rules (RFC 5545, RRULE) by dateutil. Both count in a time zone: six o'clock
stays six when clocks change. A moment that the change leaves out comes an hour later, one that it has twice comes once.
"""

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from editor.base.errors import ExpectedError
from editor.base.translation import tr

MOST_MISSED = 1000
"""Runs that are counted between two moments; a rule that fires every minute may have missed a year."""
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
START = datetime(2020, 1, 1, 0, 0)  # noqa: DTZ001 - wall-clock time: a rule is laid on the zone's clock
"""From when rules are counted that do not say it themselves."""


def check_rule(rule: str, zone: str) -> None:
    """Raises ExpectedError for what is no rule, never fires, or names no time zone."""
    start = datetime.now(UTC)
    if next(runs(rule, zone, start.timestamp(), start.timestamp() + 20 * 366 * 86400), None) is None:
        raise ExpectedError(tr("{rule} never comes.", rule=rule))


def runs(rule: str, zone: str, after: float, until: float) -> Iterator[float]:
    """Moments at which a rule fires, later than `after` and not later than `until`, in seconds since 1970."""
    place = _zone(zone)
    first, last = datetime.fromtimestamp(after, place), datetime.fromtimestamp(until, place)
    found = _calendar(rule, first, last) if "FREQ=" in rule.upper() else _cron(rule, place, first, last)
    for count, moment in enumerate(found):
        if count >= MOST_MISSED:
            return
        yield moment.timestamp()


def _cron(rule: str, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """With both a day of the month and a weekday, either is enough, as cron has it since ever."""
    fields = rule.split()
    if len(fields) != 5:
        raise _no_rule(rule)
    fields[4] = _weekdays_by_name(fields[4].lower())
    either = [fields]
    if fields[2] != "*" and fields[4] != "*":
        either = [[*fields[:4], "*"], [*fields[:2], "*", *fields[3:]]]
    moments = heapq.merge(
        *(_moments(" ".join(one), rule, zone, first, last) for one in either), key=datetime.timestamp
    )
    return (next(same) for _, same in groupby(moments, datetime.timestamp))


def _moments(line: str, rule: str, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    from apscheduler.triggers.cron import CronTrigger

    try:
        trigger = CronTrigger.from_crontab(line, timezone=zone)
    except ValueError as error:
        raise _no_rule(rule) from error
    # Wall-clock times of the hour that comes twice in autumn compare wrongly, so the way goes by UTC.
    at, before = first.astimezone(UTC) + SECOND, first
    while (moment := trigger.get_next_fire_time(None, at)) is not None and moment.timestamp() <= last.timestamp():
        repeated = moment.replace(tzinfo=None, fold=0) == before.replace(tzinfo=None, fold=0)
        if moment.timestamp() >= at.timestamp() and not (repeated and "*" not in line.split()[1]):
            yield moment
        before, at = moment, max(moment.astimezone(UTC), at) + SECOND


def _weekdays_by_name(field: str) -> str:
    """Cron counts weekdays from Sunday, 0 or 7; APScheduler from Monday. Names mean the same to both."""
    parts = []
    for part in field.split(","):
        days, slash, step = part.partition("/")
        low, dash, high = days.partition("-")
        if dash and low.isdigit() and high.isdigit() and int(high) <= 7:
            taken = range(int(low), int(high) + 1, int(step) if step.isdigit() and int(step) else 1)
            parts += [WEEKDAYS[day % 7] for day in taken]
        else:
            parts.append((WEEKDAYS[int(days) % 7] if days.isdigit() and int(days) <= 7 else days) + slash + step)
    return ",".join(dict.fromkeys(parts))


def _calendar(rule: str, first: datetime, last: datetime) -> Iterator[datetime]:
    """Counted in wall-clock time, which is what such rules mean."""
    from dateutil.rrule import rrule, rrulestr

    has_start = "DTSTART" in rule.upper()
    text = rule if has_start or rule.upper().startswith("RRULE:") else f"RRULE:{rule}"
    if "SECONDLY" in rule.upper():
        raise ExpectedError(tr("{rule} comes too often: once a minute is the most.", rule=rule))
    begin, end = first.replace(tzinfo=None), last.replace(tzinfo=None)
    try:
        made = rrulestr(text, dtstart=None if has_start else START)
        if isinstance(made, rrule) and not has_start:
            made = made.replace(dtstart=_later_start(made, begin))
        if isinstance(made, rrule) and "COUNT" not in rule.upper() and "UNTIL" not in rule.upper():
            made = made.replace(until=end)  # what never comes would be looked for up to the year 9999
        before = begin
        for naive in made.xafter(begin - HOUR, inc=False):
            moment = naive.replace(tzinfo=first.tzinfo)
            if moment.timestamp() > last.timestamp():
                return
            if moment.timestamp() > first.timestamp() and naive != before:
                yield moment
            before = naive
    except (ValueError, TypeError, OverflowError) as error:
        raise _no_rule(rule) from error


def _later_start(made: Any, begin: datetime) -> datetime:
    """Rules by the hour or minute begin shortly before they are asked for, in step with the year 2020."""
    from dateutil.rrule import HOURLY, MINUTELY

    seconds = {HOURLY: 3600, MINUTELY: 60}.get(made._freq)
    if seconds is None or made._count is not None:
        return START
    length = seconds * int(made._interval)
    steps = int((begin - START).total_seconds() // length) - 86400 // length - 2
    return START + timedelta(seconds=max(0, steps) * length)


def _no_rule(rule: str) -> ExpectedError:
    return ExpectedError(
        tr("{rule} is no rule for recurring work.", rule=rule),
        tr('Write it like "0 6 * * mon-fri" (minute, hour, day, month, weekday) or "FREQ=WEEKLY;BYDAY=MO".'),
    )


def once_at(moment: datetime) -> str:
    """The rule that comes once, at this moment of the wall clock."""
    return f"DTSTART:{moment:%Y%m%dT%H%M%S}\nRRULE:FREQ=DAILY;COUNT=1"


def is_once(rule: str) -> bool:
    return "COUNT=1" in rule.upper().replace(";", "\n").split("\n")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ExpectedError(
            tr("There is no time zone {name}.", name=name), tr("Write it like Europe/Paris.")
        ) from error


def zone_here() -> str:
    """The name of this machine's time zone."""
    from tzlocal import get_localzone_name

    return str(get_localzone_name() or "UTC")
