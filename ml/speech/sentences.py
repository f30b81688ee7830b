"""Text into sentences to be spoken one by one, so that a whole chapter needs the memory of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 400
"""Letters: longer sentences are cut at a comma or a space."""
ENDS = re.compile(r"(?<=[.!?…。！？])[\"'»”’)\]]*\s+(?=\S)")
SHORT = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Prof|Sr|Jr|vs|etc|No|M|Mme|Mlle|MM|p|cf|fig)|\b[A-Z])\.$")
"""What ends with a point and no sentence."""


@dataclass(frozen=True)
class Sentence:
    """`start` is where it begins in the whole text; white space inside is one space."""

    text: str
    start: int
    ends_paragraph: bool


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, none empty, none longer than 400 letters."""
    for paragraph in re.finditer(r"(?:[^\n]|\n(?!\s*\n))+", text):
        pieces = [piece for start, end in _cuts(paragraph.group()) for piece in _short(paragraph.group(), start, end)]
        spoken = [(start, " ".join(part.split())) for start, part in pieces]
        spoken = [(start, part) for start, part in spoken if any(letter.isalnum() for letter in part)]
        for place, (start, part) in enumerate(spoken):
            yield Sentence(part, paragraph.start() + start, place == len(spoken) - 1)


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for found in ENDS.finditer(text):
        goes_on = text[found.start() - 1] == "." and text[found.end()].islower()
        if not goes_on and not SHORT.search(text[begin : found.start()]):
            yield begin, found.end()
            begin = found.end()
    yield begin, len(text)


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Parts of a sentence, cut where a speaker would breathe."""
    while end - start > LONGEST:
        window = text[start : start + LONGEST]
        cut = max(window.rfind(mark, LONGEST // 3) + 1 for mark in (", ", "; ", ": ", "— "))
        cut = cut if cut > 0 else max(window.rfind(" ", LONGEST // 3), 0) or LONGEST
        yield start, text[start : start + cut]
        start += cut
    yield start, text[start:end]
