"""Numbers, sizes and moments for people: the one way in which windows and terminal write them.

How a language writes is told by samples among its texts, so that a new language brings its own: "1,234.5" holds the
marks, "%Y-%m-%d" and its like the order of days. What programs read (`--json`, CSV, files) never comes through here.
"""

from datetime import datetime

from editor.base.translation import tr

GROUPED_FROM = 10_000.0
"""Smaller numbers stay in one piece, as years and widths in pixels are written."""


def number_text(
    value: float, digits: int | None = None, keep_zeros: bool = False, signed: bool = False, grouped: bool = True
) -> str:
    """With at most `digits` behind the decimal mark; without `digits`, six that matter.

    >>> number_text(2.5, 2), number_text(2.0, 1), number_text(2.0, 1, keep_zeros=True), number_text(40.25)
    ('2.5', '2', '2.0', '40.25')
    >>> number_text(1234567.891, 1), number_text(-0.01, 1), number_text(0.5, 2, signed=True)
    ('1,234,567.9', '0', '+0.5')
    """
    text = f"{value:.6g}" if digits is None and abs(value) < 1e6 else f"{value:.{digits or 0}f}"
    if "." in text and "e" not in text and not keep_zeros:
        text = text.rstrip("0").rstrip(".")
    if not text.strip("-0."):
        text = text.removeprefix("-")
    group, point = _marks()
    whole, dot, rest = text.partition(".")
    if grouped and abs(value) >= GROUPED_FROM and whole.lstrip("-").isdigit():
        whole = f"{int(whole):,}".replace(",", group)
    return ("+" if signed and value > 0 else "") + whole + (point if dot else "") + rest


def percent_text(share: float, digits: int = 0) -> str:
    """1 is all of it.

    >>> percent_text(0.402, 1), percent_text(1)
    ('40.2\\xa0%', '100\\xa0%')
    """
    return f"{number_text(share * 100, digits)}\u00a0%"


def size_text(size: float) -> str:
    """Bytes in decimal units, as file managers show them.

    >>> size_text(12), size_text(4_200_000), size_text(250_000_000)
    ('12 B', '4.2 MB', '250 MB')
    """
    value, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    digits = 0 if value >= 100 or unit == "B" else 1
    number = number_text(value, digits, keep_zeros=True)
    texts = {
        "B": tr("{number} B", number=number), "kB": tr("{number} kB", number=number),
        "MB": tr("{number} MB", number=number), "GB": tr("{number} GB", number=number),
    }  # fmt: skip
    return texts[unit]


def day_text(moment: float) -> str:
    """The day of a moment (seconds since 1970), here."""
    return _here(moment).strftime(tr("%Y-%m-%d"))


def moment_text(moment: float, seconds: bool = False) -> str:
    """Day and time of a moment, here."""
    return at_text(_here(moment), seconds)


def at_text(at: datetime, seconds: bool = False) -> str:
    """Day and time as `at` has them, wherever that is.

    >>> at_text(datetime(2026, 3, 14, 22, 5))
    '2026-03-14 22:05'
    """
    return at.strftime(tr("%Y-%m-%d %H:%M:%S") if seconds else tr("%Y-%m-%d %H:%M"))


def time_text(moment: float, seconds: bool = False) -> str:
    """The time of day of a moment, here."""
    return _here(moment).strftime(tr("%H:%M:%S") if seconds else tr("%H:%M"))


def _here(moment: float) -> datetime:
    return datetime.fromtimestamp(moment).astimezone()


def _marks() -> tuple[str, str]:
    """What stands between thousands, and the decimal mark."""
    sample = tr("1,234.5")
    return sample[1:-5], sample[-2]
