"""Which pictures have which words: built once from all names, then asked for every letter that a person types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.similarity.queries import FOLDER, KEYWORD, LOOK, NAME, SHORTEST_START, START, look_of, words_in

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Worded:
    """A picture as words know it."""

    place: str
    keywords: str
    looks: str


class WordIndex:
    """Scores as `queries.score_of` gives them, for all pictures at once."""

    def __init__(self, pictures: Iterable[Worded]) -> None:
        self.places: list[str] = []
        found: dict[str, dict[int, float]] = {}
        looks: dict[str, list[int]] = {}
        for row, picture in enumerate(pictures):
            self.places.append(picture.place)
            path = Path(picture.place)
            for weight, text in ((FOLDER, path.parent.name), (KEYWORD, picture.keywords), (NAME, path.stem)):
                for word in words_in(text):
                    rows = found.setdefault(word, {})
                    rows[row] = max(weight, rows.get(row, 0.0))
            for look in picture.looks.split():
                looks.setdefault(look, []).append(row)
        self._words = {word: _arrays(rows) for word, rows in found.items()}
        self._looks = {look: np.array(rows, np.int64) for look, rows in looks.items()}

    def scores(self, text: str) -> Floats:
        """(n,) for the n places: 0 where some word is missing, else up to 1."""
        query = words_in(text)
        total = np.zeros(len(self.places), np.float32)
        if not query:
            return total
        fits = np.ones(len(self.places), bool)
        for word in query:
            one = self._scores_of(word)
            total += one
            fits &= one > 0
        return np.where(fits, total / np.float32(len(query)), np.float32(0.0))

    def _scores_of(self, word: str) -> Floats:
        scores = np.zeros(len(self.places), np.float32)
        rows = self._looks.get(look_of(word))
        if rows is not None:
            scores[rows] = LOOK
        for other, (at, weights) in self._words.items():
            if other == word:
                scores[at] = np.maximum(scores[at], weights)
            elif len(word) >= SHORTEST_START and other.startswith(word):
                scores[at] = np.maximum(scores[at], weights * np.float32(START))
        return scores


def _arrays(rows: dict[int, float]) -> tuple[NDArray[np.int64], Floats]:
    return np.array(list(rows), np.int64), np.array(list(rows.values()), np.float32)
