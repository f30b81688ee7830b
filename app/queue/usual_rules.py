"""Rules as people think of them: every day, Monday to Friday, a day of the week or month, at a time. Whatever else a
cron line or a calendar rule says stays as it is written. No Qt here."""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from msgspec.structs import replace

from editor.base.translation import tr
from editor.workflows.queue.rules import is_once, zone_here

Way = Literal["once", "daily", "workdays", "weekly", "monthly", "other"]
WAYS: tuple[tuple[Way, str], ...] = (
    ("once", "Once"), ("daily", "Every day"), ("workdays", "Monday to Friday"), ("weekly", "Every week"),
    ("monthly", "Every month"), ("other", "Another rule"),
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CODES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST = 0
"""Stands for the last day of a month; days behind the 28th are not in every month, and are left to rules."""
LATEST = 28
CRON = re.compile(r"(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|mon-fri|1-5|[a-z]{3}|[0-7])", re.IGNORECASE)
END_OF_MONTH = re.compile(r"FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=(\d{1,2});BYMINUTE=(\d{1,2});BYSECOND=0")
MOMENT = re.compile(r"DTSTART:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)")


class UsualRule(msgspec.Struct, frozen=True, kw_only=True):
    """`day` is a weekday from Monday, 0, or a day of the month. `text` is a moment, or a rule of another kind."""

    way: Way
    hour: int = 9
    minute: int = 0
    day: int = 0
    text: str = ""

    def rule(self) -> str:
        """As it is kept; not for moments.

        >>> UsualRule(way="weekly", day=4, hour=17).rule()
        '0 17 * * fri'
        """
        time = f"{self.minute} {self.hour}"
        if self.way == "daily":
            return f"{time} * * *"
        if self.way == "workdays":
            return f"{time} * * mon-fri"
        if self.way == "weekly":
            return f"{time} * * {CODES[self.day]}"
        if self.way == "monthly" and self.day == LAST:
            return f"FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR={self.hour};BYMINUTE={self.minute};BYSECOND=0"
        return f"{time} {self.day} * *" if self.way == "monthly" else self.text


def usual_rule(rule: str) -> UsualRule:
    """The way a rule was made, as far as it is one of ours.

    >>> usual_rule("0 9 * * *").way, usual_rule("5 9 * * mon-fri").minute, usual_rule("0 17 * * fri").day
    ('daily', 5, 4)
    >>> usual_rule("*/5 * * * *").text
    '*/5 * * * *'
    """
    if is_once(rule):
        found = MOMENT.search(rule)
        year, month, day, hour, minute, second = found.groups() if found else ("",) * 6
        seconds = f":{second}" if second != "00" else ""
        return UsualRule(way="once", text=f"{year}-{month}-{day} {hour}:{minute}{seconds}" if found else "")
    if last := END_OF_MONTH.fullmatch(rule):
        return UsualRule(way="monthly", day=LAST, hour=int(last[1]), minute=int(last[2]))
    found = CRON.fullmatch(rule.strip())
    made = _of_cron(*found.groups()) if found is not None else None
    return made or UsualRule(way="other", text=rule)


def _of_cron(minute: str, hour: str, day: str, weekday: str) -> UsualRule | None:
    at = UsualRule(way="daily", hour=int(hour), minute=int(minute))
    if at.hour > 23 or at.minute > 59:
        return None
    weekday = weekday.lower()
    if day != "*":
        fits = weekday == "*" and 1 <= int(day) <= LATEST
        return replace(at, way="monthly", day=int(day)) if fits else None
    if weekday == "*":
        return at
    if weekday in ("mon-fri", "1-5"):
        return replace(at, way="workdays")
    if weekday.isdigit():
        return replace(at, way="weekly", day=(int(weekday) - 1) % 7)
    return replace(at, way="weekly", day=CODES.index(weekday)) if weekday in CODES else None


def words_of(rule: str, zone: str) -> str:
    """For a row: "Every Friday, 17:00"; the zone where it is not this machine's."""
    usual = usual_rule(rule)
    text = dict(WAYS)[usual.way]
    if usual.way in ("once", "other"):
        said = tr(text) if usual.way == "once" else rule.replace("\n", " ")
    else:
        day = ""
        if usual.way == "weekly":
            day = f", {tr(DAYS[usual.day])}"
        elif usual.way == "monthly":
            day = f", {day_of_month(usual.day)}"
        said = f"{tr(text)}{day}, {usual.hour:02}:{usual.minute:02}"
    return said if zone in ("", zone_here()) else f"{said} ({zone})"


def day_of_month(day: int) -> str:
    return tr("the last day") if day == LAST else tr("day {number}", number=day)
