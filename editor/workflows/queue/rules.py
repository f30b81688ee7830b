"""When something recurs: a cron line ("0 6 * * mon-fri") or a calendar rule ("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18").

Cron is read by APScheduler, calendar rules (RFC 5545, RRULE) by dateutil. Both count in a time zone: six o'clock
stays six when clocks change.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from editor.base.errors import ExpectedError
from editor.base.translation import tr

MOST_MISSED = 1000
"""Runs that are counted between two moments; a rule that fires every minute may have missed a year."""
SECOND = timedelta(seconds=1)


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
    from apscheduler.triggers.cron import CronTrigger

    try:
        trigger = CronTrigger.from_crontab(rule, timezone=zone)
    except ValueError as error:
        raise ExpectedError(
            tr("{rule} is no rule for recurring work.", rule=rule),
            tr('Write it like "0 6 * * mon-fri" (minute, hour, day, month, weekday) or "FREQ=WEEKLY;BYDAY=MO".'),
        ) from error
    moment = trigger.get_next_fire_time(None, first + SECOND)
    while moment is not None and moment <= last:
        if moment > first:
            yield moment
        moment = trigger.get_next_fire_time(moment, moment + SECOND)


def _calendar(rule: str, first: datetime, last: datetime) -> Iterator[datetime]:
    """Counted in wall-clock time, which is what such rules mean."""
    from dateutil.rrule import rrulestr

    text = rule if rule.upper().startswith(("RRULE:", "DTSTART")) else f"RRULE:{rule}"
    start = datetime(2020, 1, 1, 0, 0)  # noqa: DTZ001 - wall-clock time: the rule is laid on the zone's clock below
    try:
        made = rrulestr(text, dtstart=None if "DTSTART" in text.upper() else start)
        for naive in made.xafter(first.replace(tzinfo=None), inc=False):
            moment = naive.replace(tzinfo=first.tzinfo)
            if moment > last:
                return
            yield moment
    except (ValueError, TypeError, OverflowError) as error:
        raise ExpectedError(
            tr("{rule} is no rule for recurring work.", rule=rule),
            tr('Write it like "0 6 * * mon-fri" (minute, hour, day, month, weekday) or "FREQ=WEEKLY;BYDAY=MO".'),
        ) from error


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
