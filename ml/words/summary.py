"""A summary made of a text's own sentences.

TextRank (Mihalcea and Tarau, 2004) in the form of LexRank (Erkan and Radev, 2004): sentences vote for sentences that
share their words, weighed by rarity. The votes are counted without the table of all pairs: with rows of unit length,
similarity is N N^T, and N^T, then N, is applied to the vector. What says the same again is passed over (maximal
marginal relevance, Carbonell and Goldstein, 1998).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.words.texts import Sentence, language_of, sentences_of
from ml.words.vocabulary import Language

DAMPING, ROUNDS = 0.85, 40
SHORTEST, LONGEST = 6, 60
"""Words of a sentence that may stand in a summary."""
SAME = 0.5


@dataclass(frozen=True)
class _Matrix:
    """Sparse rows of unit length: sentence, word and value of each entry."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float64]
    count: int
    width: int

    def similarity_to(self, row: int) -> NDArray[np.float64]:
        """Of every sentence to one."""
        weights = np.zeros(self.width)
        mine = self.rows == row
        weights[self.columns[mine]] = self.values[mine]
        return np.asarray(np.bincount(self.rows, self.values * weights[self.columns], self.count), np.float64)

    def votes(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        words = np.bincount(self.columns, self.values * scores[self.rows], self.width)
        given = np.bincount(self.rows, self.values * words[self.columns], self.count)
        return np.asarray(given - scores, np.float64)  # none for itself


def summary_of(text: str, count: int = 5, language: Language | None = None) -> list[str]:
    """The `count` sentences that say most, in the order of the text."""
    sentences = sentences_of(text, language or language_of(text))
    fit = [number for number, one in enumerate(sentences) if SHORTEST <= len(one.words) <= LONGEST and one.stems]
    if len(fit) <= count:
        return [sentences[number].text for number in fit] or [one.text for one in sentences[:count]]
    chosen = [sentences[number] for number in fit]
    matrix = _matrix(chosen)
    scores = _ranks(matrix)
    scores *= np.array([min(1.0, len(one.stems) / 6) for one in chosen])
    return [chosen[number].text for number in sorted(_varied(matrix, scores, count))]


def _matrix(sentences: Sequence[Sentence]) -> _Matrix:
    spread = Counter(stem for sentence in sentences for stem in set(sentence.stems))
    numbers = {stem: number for number, stem in enumerate(spread)}
    rare = np.log(len(sentences) / np.array([spread[stem] for stem in numbers], np.float64)) + 0.1
    rows, columns, values = [], [], []
    for row, sentence in enumerate(sentences):
        for stem, many in Counter(sentence.stems).items():
            rows.append(row)
            columns.append(numbers[stem])
            values.append(many * rare[numbers[stem]])
    at, weights = np.array(rows), np.array(values, np.float64)
    lengths = np.sqrt(np.bincount(at, weights * weights, len(sentences)))
    return _Matrix(at, np.array(columns), weights / lengths[at], len(sentences), len(numbers))


def _ranks(matrix: _Matrix) -> NDArray[np.float64]:
    scores = np.full(matrix.count, 1.0 / matrix.count)
    out = np.maximum(matrix.votes(np.ones(matrix.count)), 1e-9)
    for _ in range(ROUNDS):
        fresh = (1 - DAMPING) / matrix.count + DAMPING * matrix.votes(scores / out)
        if np.abs(fresh - scores).sum() < 1e-7:
            break
        scores = np.maximum(fresh, 0.0)
    return scores


def _varied(matrix: _Matrix, scores: NDArray[np.float64], count: int) -> list[int]:
    """The best sentences, without those that repeat one already chosen."""
    chosen: list[int] = []
    open_ = scores.copy()
    while len(chosen) < count and np.isfinite(open_).any():
        best = int(np.argmax(open_))
        if not np.isfinite(open_[best]):
            break
        chosen.append(best)
        open_[matrix.similarity_to(best) > SAME] = -np.inf
        open_[best] = -np.inf
    return chosen
