"""Captions as SubRip text (.srt), which every player reads."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from editor.model.video import Caption


def srt_of(captions: Iterable[Caption]) -> str:
    """Numbered from 1 by time. Lines without a letter are left out: an empty line would end the caption."""
    blocks = []
    for number, caption in enumerate(sorted(captions, key=lambda item: item.start), 1):
        lines = [line.rstrip() for line in caption.text.splitlines() if line.strip()]
        blocks.append("\n".join([str(number), f"{clock(caption.start)} --> {clock(caption.end)}", *lines]) + "\n")
    return "\n".join(blocks)


def clock(time: Fraction) -> str:
    """Hours, minutes, seconds and milliseconds.

    >>> clock(Fraction(3723)), clock(Fraction(1, 2))
    ('01:02:03,000', '00:00:00,500')
    """
    seconds, thousandths = divmod(round(time * 1000), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{thousandths:03}"
