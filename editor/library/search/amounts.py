"""Numbers, sizes, lengths and days as a person writes them in a search."""

import datetime
import re

from editor.base.errors import ExpectedError
from editor.base.translation import tr

SPAN = re.compile(r"^([^.]+(?:\.\d+)?)\.\.(.+)$")
UNITS = {"": 1, "b": 1, "k": 10**3, "kb": 10**3, "m": 10**6, "mb": 10**6, "g": 10**9, "gb": 10**9, "t": 10**12}
SIZE = re.compile(r"^(\d+(?:[.,]\d+)?)\s*([kmgt]?[bo]?)$", re.IGNORECASE)
CLOCK = re.compile(r"^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$")
DAY = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
AGO = re.compile(r"^(\d{1,4})([dwmy])$")
DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def plain_number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ExpectedError(tr("{text} is not a number.", text=text)) from None


def size_bytes(text: str) -> float:
    """>>> size_bytes("1.5mb")
    1500000.0
    """
    match = SIZE.match(text.strip())
    if match is None:
        raise ExpectedError(tr("{text} is not a size.", text=text), tr("Write it like 200kb, 5mb or 1gb."))
    return float(match[1].replace(",", ".")) * UNITS[match[2].lower().replace("o", "b")]


def length_seconds(text: str) -> float:
    """>>> length_seconds("1:30")
    90.0
    """
    match = CLOCK.match(text)
    if match is None:
        return plain_number(text.removesuffix("s"))
    return int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3])


def moments(text: str, today: datetime.date | None = None) -> tuple[float, float]:
    """First moment of a day, month or year and of the one after it, in seconds since 1970, local time.

    Raises ExpectedError for what is no day.
    """
    today = today or datetime.datetime.now().astimezone().date()
    tomorrow = today + datetime.timedelta(days=1)
    named = {"today": (today, tomorrow), "yesterday": (today - datetime.timedelta(days=1), today)}
    ago = AGO.match(text.lower())
    if ago:
        first = today - datetime.timedelta(days=min(int(ago[1]) * DAYS[ago[2]], 36500) - 1)
        named[text.lower()] = (first, tomorrow)
    first, end = named.get(text.lower()) or _written(text)
    return _start(first), _start(end)


def _written(text: str) -> tuple[datetime.date, datetime.date]:
    match = DAY.match(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
        first = datetime.date(year, month, day)
        if match[3]:
            return first, first + datetime.timedelta(days=1)
        if match[2]:
            return first, datetime.date(year + month // 12, month % 12 + 1, 1)
        return first, datetime.date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        raise ExpectedError(
            tr("{text} is not a day.", text=text), tr("Write it like 2026, 2026-03, 2026-03-14, today or 7d.")
        ) from None


def _start(day: datetime.date) -> float:
    return datetime.datetime.combine(day, datetime.time()).timestamp()
