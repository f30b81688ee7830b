"""Calendar rules of RFC 5545 (RRULE), counted in wall-clock time, which is what such rules mean.

dateutil counts those by the day, month and year. It would look up to the year 9999 for what never comes, so days that
can be meant at all are looked for first; hours and minutes are counted here, which passes over days that do not fit.
"""

import re
from calendar import isleap
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from editor.base.errors import ExpectedError
from editor.base.translation import tr

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEARS_AHEAD = 20
START = datetime(2020, 1, 1, 0, 0)  # noqa: DTZ001 - wall-clock time: a rule is laid on the zone's clock
"""From when rules are counted that do not say it themselves."""
BEGIN = re.compile(r"DTSTART(?:;TZID=([^:\s]+)|;VALUE=DATE)?:(\d{8})(?:T(\d{4,6}))?(Z?)\s*", re.IGNORECASE)
UNTIL = re.compile(r"UNTIL=(\d{8}T\d{6})Z", re.IGNORECASE)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ABOUT_DAYS = ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYDAY", "BYWEEKNO", "BYEASTER")


def is_calendar(rule: str) -> bool:
    return "FREQ=" in rule.upper()


def zone_in(rule: str) -> str:
    """The time zone that a rule names itself; "" for none."""
    found = BEGIN.search(rule)
    return (found[1] or "") if found else ""


def with_start(rule: str, zone: ZoneInfo, moment: float) -> str:
    """A rule that comes so many times begins to count with the next time that it comes."""
    if not is_calendar(rule) or "COUNT=" not in rule.upper() or BEGIN.search(rule):
        return rule
    uncounted = re.sub(r";?\bCOUNT=\d+", "", rule, flags=re.IGNORECASE).lstrip(";")
    begin = datetime.fromtimestamp(moment, zone)
    first = next(calendar_runs(uncounted, zone, begin, begin + timedelta(days=YEARS_AHEAD * 366)), None)
    if first is None:
        return rule
    return f"DTSTART:{first:%Y%m%dT%H%M%S}\nRRULE:{rule.strip().upper().removeprefix('RRULE:')}"


def calendar_runs(rule: str, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Moments later than `first` and not later than `last`, both in `zone`. Raises ValueError or TypeError for what is
    no rule, ExpectedError for one that comes too often."""
    start, text = _parted(rule, zone)
    values = _values(text)
    if "SECONDLY" in text or "," in values.get("BYSECOND", ""):
        raise ExpectedError(tr("{rule} comes too often: once a minute is the most.", rule=rule))
    begin, end = first.replace(tzinfo=None), last.replace(tzinfo=None)
    before = begin
    for naive in _naive(text, values, start, begin - HOUR, end):
        moment = naive.replace(tzinfo=zone)
        if moment.timestamp() > last.timestamp():
            return
        if moment.timestamp() > first.timestamp() and naive != before:
            yield moment
        before = naive


def _parted(rule: str, zone: ZoneInfo) -> tuple[datetime | None, str]:
    """From when the rule counts, if it says so, and the rest of it; both on the clock of the zone."""
    found = BEGIN.search(rule)
    start = None
    if found:
        clock = (found[3] or "000000").ljust(6, "0")
        start = datetime.strptime(f"{found[2]}{clock}", "%Y%m%d%H%M%S")  # noqa: DTZ007 - wall-clock time
        start = start.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if found[4] else start
    text = BEGIN.sub("", rule).strip().upper()
    text = UNTIL.sub(lambda until: f"UNTIL={_here(until[1], zone):%Y%m%dT%H%M%S}", text)
    return start, text if "RRULE:" in text else f"RRULE:{text}"


def _here(stamp: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=UTC).astimezone(zone)


def _values(text: str) -> dict[str, str]:
    found = re.search(r"RRULE:(\S+)", text)
    pairs = (part.partition("=") for part in (found[1] if found else "").split(";"))
    return {name: value for name, _, value in pairs}


def _naive(
    text: str, values: dict[str, str], start: datetime | None, begin: datetime, end: datetime
) -> Iterator[datetime]:
    from dateutil.rrule import rrule, rrulestr

    made = rrulestr(text, dtstart=start or START)
    if isinstance(made, rrule):
        begins = start or START
        far = max(end, begins + YEARS_AHEAD * 366 * DAY) if "COUNT" in values else end
        if not _comes_at_all(values, begins if "COUNT" in values else max(begin, begins), far):
            return
        if values["FREQ"] in ("HOURLY", "MINUTELY"):
            for naive in _by_hours(values, made, begin, end):
                if naive > begin:
                    yield naive
            return
    for naive in made.xafter(begin, inc=False):
        if naive > end + HOUR:
            return
        yield naive


def _comes_at_all(values: dict[str, str], begin: datetime, end: datetime) -> bool:
    """Whether there is a day on which it may come."""
    numbers = [int(found) for found in re.findall(r"([+-]?\d+)[A-Z]{2}", values.get("BYDAY", ""))]
    if values.get("FREQ") == "MONTHLY" and numbers and all(abs(number) > 5 for number in numbers):
        return False
    if not any(name in values for name in ABOUT_DAYS):
        return True
    fits, day = _fitting(values), begin.replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= end:
        if fits(day):
            return True
        day += DAY
    return False


def _fitting(values: dict[str, str]) -> Callable[[datetime], bool]:
    """Tells of a day whether its month, its number and its weekday are among those that a rule names."""
    months, days, of_year = (_numbers(values, name) for name in ABOUT_DAYS[:3])
    weekdays = {WEEKDAYS.index(part[-2:]) for part in values.get("BYDAY", "").split(",") if part}

    def fits(day: datetime) -> bool:
        length = (day.replace(day=28) + 4 * DAY).replace(day=1) - day.replace(day=1)
        of_this_year = day.timetuple().tm_yday
        year = 366 if isleap(day.year) else 365
        return (
            (not months or day.month in months)
            and (not days or bool(days & {day.day, day.day - length.days - 1}))
            and (not of_year or bool(of_year & {of_this_year, of_this_year - year - 1}))
            and (not weekdays or day.weekday() in weekdays)
        )

    return fits


def _numbers(values: dict[str, str], name: str) -> set[int]:
    return {int(part) for part in values[name].split(",")} if name in values else set()


def _by_hours(values: dict[str, str], made: Any, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Rules by the hour or minute, in step with their own beginning; days and hours that do not fit are passed over."""
    if any(name in values for name in ("BYSETPOS", "BYWEEKNO", "BYEASTER")):
        raise ValueError(values)
    by_hour = values["FREQ"] == "HOURLY"
    length = (3600 if by_hour else 60) * int(made._interval)
    start: datetime = made._dtstart
    fits, hours, minutes = _fitting(values), _numbers(values, "BYHOUR"), _numbers(values, "BYMINUTE")
    second, left = min(_numbers(values, "BYSECOND") or {start.second}), made._count
    until = min(end + HOUR, made._until or end + HOUR)
    steps = 0 if left is not None else max(0, int((begin - start).total_seconds() // length) - 1)
    while (moment := start + timedelta(seconds=steps * length)) <= until:
        following = moment + timedelta(seconds=length)
        if not fits(moment):
            following = moment.replace(hour=0, minute=0, second=0) + DAY
        elif hours and moment.hour not in hours:
            following = moment.replace(minute=0, second=0) + HOUR
        elif by_hour or not minutes or moment.minute in minutes:
            for minute in sorted(minutes) if by_hour and minutes else [moment.minute]:
                found = moment.replace(minute=minute, second=second)
                if start <= found <= until and (left is None or left > 0):
                    left = None if left is None else left - 1
                    yield found
        if left == 0:
            return
        steps = max(steps + 1, -int(-(following - start).total_seconds() // length))
