"""Where a text changes its subject: chapters of a talk or a film from its captions.

Hearst, "TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages" (1997): the words before and after each
gap are compared, and a chapter begins where their likeness has a valley. Words count by their rarity here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ml.progress import SILENT, Progress
from ml.words.keywords import keywords_of
from ml.words.texts import language_of, stem, words_of
from ml.words.vocabulary import STOP, Language

SPAN, LONGEST_SPAN = 60, 400
"""Words on each side of a gap that are compared: a third of a chapter's usual length, within these bounds."""
LEAST_WORDS = 40
"""A chapter is not shorter, nor shorter than a third of the usual length."""
USUAL, USUAL_COUNT = 120, 10
"""Without a number of chapters: so many words each, or so many chapters where the text is long."""
TITLE_WORDS = 2


@dataclass(frozen=True)
class Chapter:
    """`first` is the number of the piece that it begins with."""

    first: int
    title: str


def chapters_of(
    pieces: Sequence[str], count: int = 0, language: Language | None = None, progress: Progress = SILENT
) -> list[Chapter]:
    """Chapters of pieces of text in their order; `count` of them, or as many as the text has with 0."""
    language = language or language_of(" ".join(pieces))
    stems = [_stems(piece, language) for piece in pieces]
    if not any(stems):
        return []
    starts = [0, *_borders(stems, count, progress)]
    ends = [*starts[1:], len(pieces)]
    texts = [" ".join(pieces[start:end]) for start, end in zip(starts, ends)]
    return [Chapter(start, title) for start, title in zip(starts, _titles(texts, language))]


def _stems(piece: str, language: Language) -> list[str]:
    return [stem(word, language) for word in words_of(piece, language)
            if len(word) > 2 and word not in STOP[language]]


def _borders(stems: Sequence[Sequence[str]], count: int, progress: Progress) -> list[int]:
    """The numbers of the pieces, but the first, with which chapters begin."""
    spread = Counter(word for piece in stems for word in set(piece))
    rare = {word: math.log(1 + len(stems) / many) for word, many in spread.items()}
    before = _totals(stems)
    third = (before[-1] / count if count else max(USUAL, before[-1] / USUAL_COUNT)) / 3
    span, least = round(min(max(SPAN, third), LONGEST_SPAN)), max(LEAST_WORDS, third)
    likeness = []
    for gap in range(1, len(stems)):
        progress(0.9 * gap / len(stems))
        likeness.append(_likeness(stems, gap, rare, span))
    depths = _depths(likeness)
    if not depths:
        return []
    mean = sum(depths) / len(depths)
    deviation = math.sqrt(sum((depth - mean) ** 2 for depth in depths) / len(depths))
    limit = 1e-9 if count else max(mean + deviation, 0.05)
    chosen: list[int] = []
    for gap in sorted(range(1, len(stems)), key=lambda gap: (-depths[gap - 1], gap)):
        if depths[gap - 1] <= limit or (count and len(chosen) + 1 >= count):
            break
        borders = [0, *chosen, len(stems)]
        if all(abs(before[gap] - before[other]) >= least for other in borders):
            chosen.append(gap)
    return sorted(chosen)


def _totals(stems: Sequence[Sequence[str]]) -> list[int]:
    """How many words stand before each piece, and before the end."""
    totals = [0]
    for piece in stems:
        totals.append(totals[-1] + len(piece))
    return totals


def _likeness(stems: Sequence[Sequence[str]], gap: int, rare: dict[str, float], span: int) -> float:
    """The cosine between what stands before and after a gap."""
    before = _around(stems, range(gap - 1, -1, -1), span)
    after = _around(stems, range(gap, len(stems)), span)
    product = sum(before[word] * after[word] * rare[word] ** 2 for word in before.keys() & after.keys())
    lengths = [math.sqrt(sum((many * rare[word]) ** 2 for word, many in side.items())) for side in (before, after)]
    return product / (lengths[0] * lengths[1]) if all(lengths) else 0.0


def _around(stems: Sequence[Sequence[str]], numbers: range, span: int) -> Counter[str]:
    found: Counter[str] = Counter()
    left = span
    for number in numbers:
        found.update(stems[number])
        left -= len(stems[number])
        if left <= 0:
            break
    return found


def _depths(likeness: Sequence[float]) -> list[float]:
    """How deep each gap lies below the hills on both sides of it."""
    depths = []
    for place, here in enumerate(likeness):
        sides = []
        for way in (range(place, -1, -1), range(place, len(likeness))):
            top = here
            for other in way:
                if likeness[other] < top:
                    break
                top = likeness[other]
            sides.append(top - here)
        depths.append(sum(sides))
    return depths


def _titles(texts: Sequence[str], language: Language) -> list[str]:
    """Keywords of each chapter, those first that the other chapters have not."""
    found = [keywords_of(text, 8, language) for text in texts]
    common = Counter(keyword.text.lower() for keywords in found for keyword in keywords)
    titles = []
    for keywords in found:
        ranked = sorted(keywords, key=lambda keyword: -keyword.score / common[keyword.text.lower()])
        title = ", ".join(keyword.text for keyword in ranked[:TITLE_WORDS])
        titles.append(title[:1].upper() + title[1:])
    return titles
