"""Moments as people write them: "Friday 17:00", "tomorrow 9:00", "in 20 minutes", "vendredi 17h"."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from editor.base.errors import ExpectedError
from editor.base.translation import tr

LATER = re.compile(r"(?:in|dans)\s+(\d+|an?|une?)\s*(\w+)", re.IGNORECASE)
UNITS: Mapping[str, timedelta] = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "mn"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours", "heure", "heures"), timedelta(hours=1)),
    **dict.fromkeys(("day", "days", "jour", "jours"), timedelta(days=1)),
    **dict.fromkeys(("week", "weeks", "semaine", "semaines"), timedelta(weeks=1)),
}  # fmt: skip
DAYS = {"today": 0, "tonight": 0, "aujourd’hui": 0, "aujourd'hui": 0, "tomorrow": 1, "demain": 1}
FRENCH = {
    "lundi": "monday", "mardi": "tuesday", "mercredi": "wednesday", "jeudi": "thursday", "vendredi": "friday",
    "samedi": "saturday", "dimanche": "sunday", "janvier": "january", "février": "february", "mars": "march",
    "avril": "april", "mai": "may", "juin": "june", "juillet": "july", "août": "august", "septembre": "september",
    "octobre": "october", "novembre": "november", "décembre": "december", "midi": "12:00", "noon": "12:00", "à": "",
    "at": "", "le": "", "on": "", "next": "", "prochain": "",
}  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MORNING = 9
"""The hour of a day that was named without one."""


def moment_from(text: str, here: datetime) -> datetime:
    """The moment that a text means, seen from `here` (wall-clock time), in the future. Raises ExpectedError."""
    words = text.strip().lower()
    later = LATER.fullmatch(words)
    if later is not None and later[2] in UNITS:
        count = int(later[1]) if later[1].isdigit() else 1
        return here.replace(microsecond=0) + count * UNITS[later[2]]
    found = _read(words, here)
    if found is None:
        raise ExpectedError(
            tr("{text} is no moment.", text=text),
            tr("Write it like “Friday 17:00”, “tomorrow 9:00”, “in 20 minutes” or “2027-03-14 22:00”."),
        )
    if found <= here:
        raise ExpectedError(tr("{text} has passed.", text=text))
    return found


def _read(words: str, here: datetime) -> datetime | None:
    from dateutil import parser

    words = re.sub(r"\b(\d{1,2})\s*h\s*(\d{2})?\b", lambda found: f"{found[1]}:{found[2] or '00'}", words)
    day = next((DAYS[word] for word in words.split() if word in DAYS), None)
    plain = " ".join(FRENCH.get(word, word) for word in words.split() if word not in DAYS).strip()
    start = (here + timedelta(days=day or 0)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if not plain:
        return start if day is not None else None
    try:
        read: datetime = parser.parse(plain, default=start, dayfirst="/" in plain or "." in plain)
    except (ValueError, OverflowError, TypeError):
        return None
    found = read.replace(tzinfo=None)
    if found <= here and day is None:
        if any(name.startswith(word[:3]) for word in plain.split() for name in WEEKDAYS if len(word) > 2):
            found += timedelta(weeks=1)
        elif re.fullmatch(r"[\d:. apm]+", plain) and found.date() == here.date():
            found += timedelta(days=1)  # a time alone: the next one
    return found
