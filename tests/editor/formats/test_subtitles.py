"""SubRip text: numbers by time, times to the millisecond, no line that would end a caption early."""

from __future__ import annotations

from fractions import Fraction

from editor.formats.subtitles import srt_of
from editor.model.video import Caption


def test_numbered_by_time_and_no_empty_line() -> None:
    late = Caption(id="b", start=Fraction(3661), duration=Fraction(1, 3), text="Two")
    early = Caption(id="a", start=Fraction(1, 2), duration=Fraction(1), text="One \n\n line\n")
    assert srt_of([late, early]) == (
        "1\n00:00:00,500 --> 00:00:01,500\nOne\n line\n\n2\n01:01:01,000 --> 01:01:01,333\nTwo\n"
    )
    assert srt_of([]) == ""
