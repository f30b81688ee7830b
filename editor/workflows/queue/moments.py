"""Moments as people write them: "Friday 17:00", "tomorrow 9:00", "in 20 minutes", "vendredi 17h"."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from editor.base.errors import ExpectedError
from editor.base.translation import tr

LATER = re.compile(r"(?:in|dans)\s+(\d{1,4}|an?|une?|half an?|(?:une )?demi[- ])\s*(\w+)", re.IGNORECASE)
LATER_STILL = re.compile(r"(?:in|dans)\s+\d{5,}\b.*", re.IGNORECASE)
UNITS: Mapping[str, timedelta] = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "mn"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours", "heure", "heures"), timedelta(hours=1)),
    **dict.fromkeys(("day", "days", "jour", "jours"), timedelta(days=1)),
    **dict.fromkeys(("week", "weeks", "semaine", "semaines"), timedelta(weeks=1)),
}  # fmt: skip
DAYS = {
    "today": 0, "tonight": 0, "aujourd’hui": 0, "aujourd'hui": 0, "soir": 0, "tomorrow": 1, "demain": 1,
    "overmorrow": 2, "après-demain": 2,
}  # fmt: skip
TOGETHER = {
    "ce soir": "soir", "this evening": "tonight", "the day after": "after", "day after": "after",
    "after tomorrow": "overmorrow",
    "après demain": "après-demain", "demain soir": "demain 20:00", "tomorrow evening": "tomorrow 20:00",
    "tomorrow night": "tomorrow 20:00", "la semaine": "semaine",
    "semaine prochaine": "next week",
}  # fmt: skip
"""Words that mean one thing together, in this order."""
EVENING = ("tonight", "soir")
FRENCH = {
    "lundi": "monday", "mardi": "tuesday", "mercredi": "wednesday", "jeudi": "thursday", "vendredi": "friday",
    "samedi": "saturday", "dimanche": "sunday", "janvier": "january", "février": "february", "mars": "march",
    "avril": "april", "mai": "may", "juin": "june", "juillet": "july", "août": "august", "septembre": "september",
    "octobre": "october", "novembre": "november", "décembre": "december", "midi": "12:00", "noon": "12:00",
    "minuit": "00:00", "midnight": "00:00", "à": "", "1er": "1",
    "at": "", "le": "", "on": "", "next": "", "prochain": "",
}  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MORNING, NIGHT = 9, 20
"""The hour of a day, or of an evening, that was named without one."""


def moment_from(text: str, here: datetime) -> datetime:
    """The moment that a text means, seen from `here` (wall-clock time), in the future. Raises ExpectedError."""
    words = " ".join(text.lower().split())
    if LATER_STILL.fullmatch(words):
        raise ExpectedError(tr("{text} is too far away.", text=text))
    later = LATER.fullmatch(words)
    if later is not None and later[2] in UNITS:
        found: datetime | None = here.replace(microsecond=0) + _count(later[1]) * UNITS[later[2]]
    else:
        found = _read(words, here)
    if found is None:
        raise ExpectedError(
            tr("{text} is no moment.", text=text) if words else tr("No moment was given."),
            tr("Write it like “Friday 17:00”, “tomorrow 9:00”, “in 20 minutes” or “2027-03-14 22:00”."),
        )
    if found <= here:
        raise ExpectedError(tr("{text} has passed.", text=text))
    return found


def _count(text: str) -> float:
    return float(text) if text.isdigit() else 0.5 if "half" in text or "demi" in text else 1.0


def _read(words: str, here: datetime) -> datetime | None:
    from dateutil import parser

    for together, meant in TOGETHER.items():
        words = words.replace(together, meant)
    words = re.sub(r"\b(\d{1,2})\s*h\s*(\d{2})?\b", lambda found: f"{found[1]}:{found[2] or '00'}", words)
    if words.startswith("next week"):
        words, here = words.removeprefix("next week").strip(), here + timedelta(weeks=1)
        words = words or "today"
    evening = any(word in EVENING for word in words.split())
    day = next((DAYS[word] for word in words.split() if word in DAYS), None)
    plain = " ".join(FRENCH.get(word, word) for word in words.split() if word not in DAYS).strip()
    hour = NIGHT if evening and here.hour < NIGHT else 23 if evening else MORNING
    start = (here + timedelta(days=day or 0)).replace(hour=hour, minute=0, second=0, microsecond=0)
    if not plain:
        return start if day is not None else None
    if day is not None and plain == "00:00" and (evening or day == 0):
        return start.replace(hour=0) + timedelta(days=1)  # the midnight at the end of that day
    try:
        read: datetime = parser.parse(plain, default=start, dayfirst="/" in plain or "." in plain)
        return _next(read.replace(tzinfo=None), plain, here) if day is None else read.replace(tzinfo=None)
    except (ValueError, OverflowError, TypeError):
        return None


def _next(found: datetime, plain: str, here: datetime) -> datetime:
    """What was named without a day or a year is the next of its kind."""
    if found > here:
        return found
    if any(name.startswith(word[:3]) for word in plain.split() for name in WEEKDAYS if len(word) > 2):
        return found + timedelta(weeks=1)
    if re.fullmatch(r"[\d:. apm]+", plain) and found.date() == here.date():
        return found + timedelta(days=1)
    has_year = re.search(r"\b\d{4}\b", plain) or re.search(r"\d[/.-]\d+[/.-]\d", plain)
    return found if has_year else found.replace(year=found.year + 1)
