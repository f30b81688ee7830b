"""When something recurs: a cron line ("0 6 * * mon-fri") or a calendar rule ("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18").

Cron is read by APScheduler, calendar rules (RFC 5545, RRULE) by dateutil. Both count in a time zone: six o'clock
stays six when clocks change. A moment that the change leaves out comes an hour later, one that it has twice comes once.
"""

import heapq
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.calendars import calendar_runs, is_calendar, with_start, zone_in

MOST_MISSED = 1000
"""Runs that are counted between two moments; a rule that fires every minute may have missed a year."""
SECOND = timedelta(seconds=1)
ONE = r"(?:\*|(?:\d{1,2}|[a-z]{3,4})(?:-(?:\d{1,2}|[a-z]{3}))?)(?:/\d{1,2})?"
FIELD = re.compile(rf"{ONE}(?:,{ONE})*", re.IGNORECASE)
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def check_rule(rule: str, zone: str) -> None:
    """Raises ExpectedError for what is no rule, never fires, or names no time zone."""
    start = datetime.now(UTC)
    rule = counted_from(rule, zone, start.timestamp())
    if next(runs(rule, zone, start.timestamp(), start.timestamp() + 20 * 366 * 86400), None) is None:
        raise ExpectedError(tr("{rule} never comes.", rule=rule))


def counted_from(rule: str, zone: str, moment: float) -> str:
    """A rule as it is kept: one that comes so many times says from when it counts. Raises ExpectedError."""
    try:
        return with_start(rule, _zone(zone_in(rule) or zone), moment)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise _no_rule(rule) from error


def runs(rule: str, zone: str, after: float, until: float) -> Iterator[float]:
    """Moments at which a rule fires, later than `after` and not later than `until`, in seconds since 1970."""
    place = _zone(zone_in(rule) or zone)
    first, last = datetime.fromtimestamp(after, place), datetime.fromtimestamp(until, place)
    found = _calendar(rule, place, first, last) if is_calendar(rule) else _cron(rule, place, first, last)
    for count, moment in enumerate(found):
        if count >= MOST_MISSED:
            return
        yield moment.timestamp()


def _cron(rule: str, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """With both a day of the month and a weekday, either is enough, as cron has it since ever."""
    fields = rule.split()
    if len(fields) != 5:
        raise _no_rule(rule)
    if not all(FIELD.fullmatch(field) for field in fields):
        raise _no_rule(rule)  # such as mon#1, of which APScheduler drops the half
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
    at = first.astimezone(UTC) + SECOND
    is_hourly = line.split()[1] == "*"
    while (moment := trigger.get_next_fire_time(None, at)) is not None and moment.timestamp() <= last.timestamp():
        # With the fold, a time that the night has twice is its second one: whoever names hours had it with the first.
        if moment.timestamp() >= at.timestamp() and (is_hourly or not moment.fold):
            yield moment
        at = max(moment.astimezone(UTC), at) + SECOND


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


def _calendar(rule: str, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    try:
        yield from calendar_runs(rule, zone, first, last)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise _no_rule(rule) from error


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
