"""The mood of a text: words of good and bad feeling, turned by "not", strengthened by "very", averaged by sentence.

The way to reckon follows Hutto and Gilbert, "VADER" (2014) in outline; the words are our own (`mood_words.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ml.words.mood_words import MOODS, STRENGTHENING, TURNING
from ml.words.texts import language_of, sentences_of
from ml.words.vocabulary import Language

REACH = 3
"""A turning word acts on so many words after it; in French also on the word before ("n'est pas")."""
TURNED, STRONGER, EVEN = -0.6, 1.35, 6.0
CLEAR = 0.05
STEPS = 10


@dataclass(frozen=True)
class Mood:
    """`value` from -1 (dark) to 1 (bright). `course` is the mood along the text in ten steps; `words` counts the words
    of feeling that it rests on."""

    value: float
    course: tuple[float, ...]
    words: int

    @property
    def name(self) -> Literal["bright", "dark", "even"]:
        return "bright" if self.value > CLEAR else "dark" if self.value < -CLEAR else "even"


def mood_of(text: str, language: Language | None = None) -> Mood:
    language = language or language_of(text)
    values, words = [], 0
    for sentence in sentences_of(text, language):
        value, found = sentence_mood(sentence.words, language)
        values.append(value)
        words += found
    if not values:
        return Mood(0.0, (), 0)
    steps = min(STEPS, len(values))
    parts = [values[len(values) * step // steps : len(values) * (step + 1) // steps] for step in range(steps)]
    course = tuple(round(sum(part) / len(part), 3) for part in parts)
    return Mood(round(sum(values) / len(values), 4), course, words)


def sentence_mood(words: Sequence[str], language: Language) -> tuple[float, int]:
    """(-1 to 1, how many words of feeling)."""
    total, found = 0.0, 0
    for place, word in enumerate(words):
        value = float(value_of(word, language))
        if not value:
            continue
        found += 1
        before = words[max(0, place - REACH) : place]
        if before and before[-1] in STRENGTHENING[language]:
            value *= STRONGER
        turned = any(item in TURNING[language] for item in before)
        if language == "fr" and not turned:
            turned = place + 1 < len(words) and words[place + 1] == "pas"
        total += value * (TURNED if turned else 1.0)
    return total / math.sqrt(total * total + EVEN), found


def value_of(word: str, language: Language) -> int:
    """From -3 to 3; 0 for words without feeling."""
    whole, stems = _table(language)
    if word in whole:
        return whole[word]
    for length in range(len(word), 2, -1):
        if word[:length] in stems:
            return stems[word[:length]]
    return 0


@cache
def _table(language: Language) -> tuple[dict[str, int], dict[str, int]]:
    whole: dict[str, int] = {}
    stems: dict[str, int] = {}
    for value, words in MOODS[language].items():
        for word in words.split():
            if word.endswith("*"):
                stems[word[:-1]] = value
            else:
                whole[word] = value
    return whole, stems
