"""Timecode there and back, numbers dropped where NTSC drops them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from editor.display.timecode import from_timecode, to_timecode

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize("rate", [NTSC, Fraction(60000, 1001), Fraction(24000, 1001), Fraction(25), Fraction(120)])
def test_there_and_back(rate: Fraction) -> None:
    for frame in [*range(0, 40_000, 37), 1799, 1800, 1801, 17_981, 17_982, 107_891, 107_892]:
        time = frame / rate
        assert from_timecode(to_timecode(time, rate), rate) == time


def test_an_hour_of_drop_frame_is_an_hour() -> None:
    assert to_timecode(107_892 / NTSC, NTSC) == "01:00:00;00"


@pytest.mark.parametrize("text", ["", "a", "1:2:3:4:5", "-1", "1:-2"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        from_timecode(text, NTSC)
