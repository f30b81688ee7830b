"""Times as editors write them: hours, minutes, seconds and frames."""

import re
from fractions import Fraction

DROPPING = {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}
"""Rates of NTSC: so many frame numbers are left out each minute, but for every tenth (SMPTE ST 12-1)."""


def to_timecode(time: Fraction, rate: Fraction) -> str:
    """HH:MM:SS:FF; with a semicolon before the frames where numbers are dropped.

    >>> to_timecode(Fraction(61), Fraction(25))
    '00:01:01:00'
    >>> to_timecode(Fraction(1800 * 1001, 30000), Fraction(30000, 1001))
    '00:01:00;02'
    """
    frame = max(0, int((time * rate + Fraction(1, 2)).__floor__()))
    whole = max(1, round(rate))
    dropped = DROPPING.get(rate, 0)
    if dropped:
        frame += _left_out(frame, whole, dropped)
    seconds, frames = divmod(frame, whole)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    digits = 2 if whole <= 100 else 3
    return f"{hours:02}:{minutes:02}:{seconds:02}{';' if dropped else ':'}{frames:0{digits}}"


def from_timecode(text: str, rate: Fraction) -> Fraction:
    """The inverse; also takes seconds as a number, and leaves out what is 0 on the left. Raises ValueError.

    >>> from_timecode("1:01:00", Fraction(25)), from_timecode("2.5", Fraction(25))
    (Fraction(61, 1), Fraction(5, 2))
    """
    plain = text.strip().replace(",", ".")
    if re.fullmatch(r"\d{1,6}(\.\d{1,9})?", plain):
        return Fraction(plain)
    if not re.fullmatch(r"\d{1,4}([:;]\d{1,3}){1,3}", plain):
        raise ValueError(f"{text!r} is no time: write 00:01:02:10 or 62.4")
    parts = [int(part) for part in re.split("[:;]", plain)]
    hours, minutes, seconds, frames = [0] * (4 - len(parts)) + parts
    whole = max(1, round(rate))
    frame = ((hours * 60 + minutes) * 60 + seconds) * whole + frames
    dropped = DROPPING.get(rate, 0)
    if dropped:
        total = hours * 60 + minutes
        frame -= dropped * (total - total // 10)
    return Fraction(frame) / rate


def _left_out(frame: int, whole: int, dropped: int) -> int:
    """How many frame numbers were skipped before this frame."""
    a_minute = whole * 60 - dropped
    ten_minutes = a_minute * 10 + dropped
    tens, rest = divmod(frame, ten_minutes)
    minutes = 0 if rest < whole * 60 else 1 + (rest - whole * 60) // a_minute
    return dropped * (9 * tens + minutes)
