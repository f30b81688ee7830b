"""Numbers and dates of slots: read by the rule that the slot states, written as its language does.

Nothing is guessed: "1,5" is a number only where a comma is the decimal mark, "03/04/2026" is the third of April only
where the day comes first. A date that begins with four digits of a year can mean but one day, and is read everywhere.
How a language writes is taken from the data of the Unicode consortium (Babel), loaded on first use.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.model.template import DateFormat, DateOrder, DecimalMark, Language, Slot

LOCALES: dict[Language, str] = {"english": "en_GB", "english, month first": "en_US", "french": "fr_FR"}
SPACES = " \u00a0\u202f\u2009"
MINUS = "-\u2212"
LARGEST = 18
"""Digits before the decimal mark."""


def _numbers(group: str, point: str) -> re.Pattern[str]:
    return re.compile(
        rf"([{MINUS}+]?)(\d+|\d{{1,3}}(?:([{group}'’{SPACES}])\d{{3}})(?:\3\d{{3}})*)(?:{point}(\d+))?"
    )


NUMBER: dict[DecimalMark, re.Pattern[str]] = {"point": _numbers(",", r"\."), "comma": _numbers(".", ",")}
DATE = re.compile(r"(\d{1,4})([./ -])(\d{1,2})\2(\d{1,4})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
ORDERS: dict[DateOrder, tuple[int, int, int]] = {
    "day month year": (2, 1, 0), "month day year": (2, 0, 1), "year month day": (0, 1, 2),
}
"""Where year, month and day stand."""
SKELETONS: dict[DateFormat, str] = {"day and month": "MMMMd", "month and year": "yMMMM"}


# Numbers


def read_number(slot: Slot, text: str) -> Decimal:
    """Raises ExpectedError, with a sentence that says what the rule is."""
    said = _bare(text, slot.unit)
    found = NUMBER[slot.mark].fullmatch(said)
    if found is None:
        other: DecimalMark = "point" if slot.mark == "comma" else "comma"
        meant = NUMBER[other].fullmatch(said) is not None
        why = f" {reading_rule(slot)}" if meant else ""
        raise ExpectedError(tr("“{text}” is no number.", text=_shortened(text)) + why)
    whole = "".join(letter for letter in found[2] if letter.isdecimal())
    if len(whole.lstrip("0")) > LARGEST or len(found[4] or "") > LARGEST:
        raise ExpectedError(tr("“{text}” has too many digits.", text=_shortened(text)))
    sign = "-" if found[1] and found[1] in MINUS else ""
    return Decimal(f"{sign}{whole}.{found[4] or 0}")


def _bare(text: str, unit: str) -> str:
    """Without the slot's own unit, which may stand on either side."""
    said = text.strip(SPACES + "\n\t")
    if unit and said.casefold().endswith(unit.casefold()):
        said = said[: -len(unit)]
    elif unit and said.lstrip(MINUS + "+").casefold().startswith(unit.casefold()):
        sign = said[: len(said) - len(said.lstrip(MINUS + "+"))]
        said = sign + said.lstrip(MINUS + "+")[len(unit) :].strip(SPACES)
    return said.strip(SPACES)


def write_number(slot: Slot, value: Decimal) -> str:
    """With the decimals, the thousands, the digits and the unit of the slot.

    >>> write_number(Slot(id="", name="", language="french", decimals=2, unit="€"), Decimal("1234.5"))
    '1\\u202f234,50\\xa0€'
    """
    from babel.numbers import format_decimal

    rounded = value.quantize(Decimal(1).scaleb(-slot.decimals), ROUND_HALF_UP)
    rounded = abs(rounded) if rounded == 0 else rounded
    whole = "0" * max(1, slot.digits)
    if slot.thousands and not slot.counted:  # serial numbers are read digit by digit
        whole = f"#,##{whole}" if len(whole) == 1 else _grouped(whole)
    pattern = whole + ("." + "0" * slot.decimals if slot.decimals else "")
    return _with_unit(slot, str(format_decimal(abs(rounded), pattern, LOCALES[slot.language])), rounded < 0)


def _grouped(zeros: str) -> str:
    """A pattern of so many digits at least, by thousands."""
    padded = zeros.rjust(max(4, len(zeros)), "#")
    head, tail = padded[:-3], padded[-3:]
    return f"{head},{tail}"


def _with_unit(slot: Slot, number: str, is_negative: bool) -> str:
    from babel import Locale

    unit, sign = slot.unit, "-" if is_negative else ""
    if not unit:
        return sign + number
    locale = Locale.parse(LOCALES[slot.language])
    if len(unit) == 1 and not unit.isalnum():
        kinds = locale.percent_formats[None] if unit in "%‰" else locale.currency_formats["standard"]
        before, after = kinds.prefix[0], kinds.suffix[0]
        mark = "%" if unit in "%‰" else "¤"
        if unit in "%‰" or unit in "€$£¥₣₹₽₩₺₴₿":
            return sign + str(before).replace(mark, unit) + number + str(after).replace(mark, unit)
        if unit in "°′″":
            return sign + number + unit
    return f"{sign}{number}\u00a0{unit}"


# Dates


def read_date(slot: Slot, text: str) -> date:
    """Raises ExpectedError, with a sentence that says what the rule is."""
    said = " ".join(text.split())
    found = DATE.fullmatch(said)
    if found is None:
        raise ExpectedError(tr("“{text}” is no date.", text=_shortened(text)) + " " + _order(slot))
    parts = (found[1], found[3], found[4])
    places = ORDERS["year month day"] if len(parts[0]) == 4 else ORDERS[slot.read_order]
    year, month, day = (parts[place] for place in places)
    if len(year) != 4:
        raise ExpectedError(
            tr("“{text}” is no date: a year has four digits.", text=_shortened(text)) + " " + _order(slot)
        )
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise ExpectedError(
            tr("“{text}” is no day of the calendar.", text=_shortened(text)) + " " + _order(slot)
        ) from error


def reading_rule(slot: Slot) -> str:
    """How what is given is read, in a sentence."""
    if slot.takes == "date":
        return _order(slot)
    by_comma = slot.mark == "comma"
    return (
        tr("Decimals are written with a comma here: 12,5.") if by_comma
        else tr("Decimals are written with a point here: 12.5.")
    )  # fmt: skip


def _order(slot: Slot) -> str:
    return {
        "day month year": tr("Dates are written day, month, year here: 31/12/2026."),
        "month day year": tr("Dates are written month, day, year here: 12/31/2026."),
        "year month day": tr("Dates are written year, month, day here: 2026-12-31."),
    }[slot.read_order]


def write_date(slot: Slot, value: date) -> str:
    """As the slot's language writes it; the first of a month is "1er" in French.

    >>> write_date(Slot(id="", name="", language="french", date_format="full"), date(2026, 3, 1))
    'dimanche 1er mars 2026'
    """
    from babel.dates import format_date, format_skeleton

    if slot.date_format == "numbers, year first":
        return value.isoformat()
    if slot.date_format in SKELETONS:
        written = str(format_skeleton(SKELETONS[slot.date_format], value, locale=LOCALES[slot.language]))
    else:
        written = str(format_date(value, slot.date_format, LOCALES[slot.language]))
    has_first = slot.language == "french" and value.day == 1 and slot.date_format in ("long", "full", "day and month")
    return re.sub(r"\b1(?= \w)", "1er", written, count=1) if has_first else written


# As a field shows it, and as it reads it again


def plainly(slot: Slot, value: Decimal | date) -> str:
    """A value as the slot's own rule reads it."""
    if isinstance(value, date):
        parts = (f"{value.year:04}", f"{value.month:02}", f"{value.day:02}")
        order = {"day month year": (2, 1, 0), "month day year": (1, 2, 0), "year month day": (0, 1, 2)}
        return ("-" if slot.read_order == "year month day" else "/").join(parts[at] for at in order[slot.read_order])
    said = f"{value:f}"
    said = said.rstrip("0").rstrip(".") if "." in said else said
    return said.replace(".", ",") if slot.mark == "comma" else said


def _shortened(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= 40 else said[:39] + "…"
