"""Keywords by plain statistics: what comes often, is spread over the text, and is rare in general small talk.

After ideas of Campos et al., "YAKE! Keyword extraction from single documents using multiple local features" (2020):
capital letters inside sentences, spread over the text, how many different neighbours a word has. The formula is ours.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ml.words.given_names import GIVEN_NAMES
from ml.words.texts import WORD, Sentence, language_of, sentences_of, stem, words_of
from ml.words.vocabulary import GENERAL, PLACES, SAYING, STOP, TITLES, Language

PARTS = 20
"""The text is cut into so many pieces to see how far a word is spread."""
LONGEST = 3
COMMON, NAMED = 0.35, 1.4
"""What a word of any text counts, and one that is written with a capital inside sentences."""
INNER = {"en": frozenset(("of",)), "fr": frozenset(("de", "du", "des", "d"))}
"""Small words that may stand inside a keyword."""


@dataclass(frozen=True)
class Keyword:
    """`score` from 0 to 1, the first has 1; `count` is how often it stands in the text."""

    text: str
    score: float
    count: int


def keywords_of(text: str, count: int = 12, language: Language | None = None) -> list[Keyword]:
    """The `count` best words and short phrases, the best first."""
    language = language or language_of(text)
    sentences = sentences_of(text, language)
    if not sentences:
        return []
    shown = written_forms(sentences, language)
    weights = word_weights(sentences, language, shown)
    found = _phrases(sentences, weights, language)
    best = max((score for _words, score, _number in found), default=1.0)
    kept: list[tuple[tuple[str, ...], Keyword]] = []
    for words, score, number in sorted(found, key=lambda item: (-item[1], item[0])):
        stems = tuple(stem(word, language) for word in words)
        if any(_covers(stems, other) for other, _ in kept):
            continue
        name = " ".join(shown.get(word, word) for word in words).replace("d ", "d’" if language == "fr" else "d ")
        kept.append((stems, Keyword(name, round(score / best, 4), number)))
        if len(kept) >= count:
            break
    return [keyword for _, keyword in kept]


def _covers(stems: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one of two keywords is a part of the other."""
    return set(stems) <= set(other) or set(other) <= set(stems)


def word_weights(sentences: Sequence[Sentence], language: Language, shown: dict[str, str]) -> dict[str, float]:
    """How much each word that is not a small word says about the text."""
    counts: Counter[str] = Counter()
    spread: dict[str, set[int]] = defaultdict(set)
    neighbours: dict[str, set[str]] = defaultdict(set)
    stops, total = STOP[language] | SAYING[language] | TITLES[language], len(sentences)
    for number, sentence in enumerate(sentences):
        words = sentence.words
        for place, word in enumerate(words):
            if word in stops or len(word) < 3:
                continue
            key = stem(word, language)
            counts[key] += 1
            spread[key].add(number * PARTS // total)
            if 0 < place < len(words) - 1:
                neighbours[key].update((words[place - 1] + " ", words[place + 1]))
    parts = min(PARTS, total)
    capitals = {stem(word, language) for word, form in shown.items() if form[:1].isupper()}
    common = {stem(word, language) for word in GENERAL[language]} - capitals
    weights = {}
    for key, number in counts.items():
        evenly = len(spread[key]) / parts
        free = len(neighbours[key]) / (2 * number + 2)  # a word with ever new neighbours is a word for anything
        weights[key] = math.log1p(number) ** 1.5 * (0.4 + evenly) / (1.0 + free) * min(1.0, len(key) / 5)
        weights[key] *= NAMED if key in capitals else COMMON if key in common else 1.0
    return weights


def written_forms(sentences: Sequence[Sentence], language: Language) -> dict[str, str]:
    """How most words are written inside sentences: names keep their capitals. At the beginning of one only those that
    are known to be names count, for there every word has a capital."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for place, form in enumerate(WORD.findall(sentence.text)):
            if place == 0 and form.lower() not in GIVEN_NAMES and form.lower() not in PLACES:
                continue
            for part in words_of(form, language):
                whole = form[form.lower().find(part) :][: len(part)] if part in form.lower() else part
                forms[part][whole if not whole.isupper() or len(whole) < 2 else part] += 1
    return {word: counted.most_common(1)[0][0] for word, counted in forms.items()}


def _phrases(
    sentences: Sequence[Sentence], weights: dict[str, float], language: Language
) -> list[tuple[tuple[str, ...], float, int]]:
    """(words, score, count) of single words and of phrases that come more than once."""
    singles: Counter[str] = Counter()
    runs: Counter[tuple[str, ...]] = Counter()
    for sentence in sentences:
        words = sentence.words
        for start, word in enumerate(words):
            if stem(word, language) not in weights or word in STOP[language]:
                continue
            singles[word] += 1
            for length in range(2, LONGEST + 1):
                run = words[start : start + length]
                if len(run) == length and _is_phrase(run, weights, language):
                    runs[run] += 1
    grouped: dict[str, Counter[str]] = defaultdict(Counter)
    for word, number in singles.items():
        grouped[stem(word, language)][word] += number
    found: list[tuple[tuple[str, ...], float, int]] = [
        ((forms.most_common(1)[0][0],), weights[key], sum(forms.values())) for key, forms in grouped.items()
    ]
    least = 2 if len(sentences) < 400 else 4
    for run, number in runs.items():
        if number >= least:
            parts = [weights[stem(word, language)] for word in run if stem(word, language) in weights]
            alone = max(min(singles[word] for word in run if word in singles), 1)
            together = min(1.0, 1.6 * number / alone)  # how often the rarest of its words stands in this phrase
            found.append((run, 1.15 * together * sum(parts) / len(parts), number))
    return found


def _is_phrase(run: tuple[str, ...], weights: dict[str, float], language: Language) -> bool:
    ends = all(stem(word, language) in weights and word not in STOP[language] for word in (run[0], run[-1]))
    inner = all(word in INNER[language] or stem(word, language) in weights for word in run[1:-1])
    return ends and inner and run[0] != run[-1]
