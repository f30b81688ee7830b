"""Texts taken apart: language, paragraphs, sentences, words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ml.words.vocabulary import STOP, Language

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*", re.UNICODE)
NOT_AN_END = {
    "en": frozenset("mr mrs ms dr st sr jr prof capt gen col vs etc vol ch fig p pp i e g".split()),
    "fr": frozenset("m mm mme mlle dr st ste prof etc p pp vol chap fig no av cf ex".split()),
}
END = re.compile(r"([.!?…]+)([\"'”’»)\]]*)(\s+)(?=[\"'“‘«(\[—–-]*\s?[A-ZÀ-ÖØ-Þ0-9])")
GAP = re.compile(r"\n\s*\n")
FRENCH_CUT = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’]", re.IGNORECASE)
LONGEST_SENTENCE = 2000


@dataclass(frozen=True)
class Sentence:
    """`words` are small letters; `stems` what is left of them without stop words and endings, for comparing."""

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]


def language_of(text: str) -> Language:
    """By which language's small words it has more of."""
    words = [word.lower() for word in WORD.findall(text[:200_000].replace("’", "'"))]
    french = sum(word in STOP["fr"] and word not in STOP["en"] for word in split_french(words))
    english = sum(word in STOP["en"] and word not in STOP["fr"] for word in words)
    return "fr" if french > english else "en"


def split_french(words: Iterable[str]) -> list[str]:
    """l'homme is two words."""
    return [part for word in words for part in FRENCH_CUT.sub(lambda cut: cut.group()[:-1] + " ", word).split()]


def words_of(text: str, language: Language) -> list[str]:
    """In small letters, straight apostrophes, without the English 's."""
    words = WORD.findall(text.replace("’", "'").lower())
    if language == "fr":
        return split_french(words)
    return [word.removesuffix("'s") for word in words]


def sentences_of(text: str, language: Language) -> list[Sentence]:
    """In their order. A blank line ends a sentence, too; what has no words is left out."""
    found = []
    for paragraph in GAP.split(text):
        for piece in split_sentences(" ".join(paragraph.split()), language):
            words = tuple(words_of(piece, language))
            if words:
                stems = tuple(stem(word, language) for word in words if len(word) > 2 and word not in STOP[language])
                found.append(Sentence(piece, words, stems))
    return found


def split_sentences(paragraph: str, language: Language, longest: int = LONGEST_SENTENCE) -> list[str]:
    """The sentences of a paragraph; what goes beyond `longest` letters of one is left out."""
    pieces, start = [], 0
    for end in END.finditer(paragraph):
        before = WORD.findall(paragraph[max(start, end.start() - 20) : end.start()])
        last = before[-1].lower() if before else ""
        if end.group(1) == "." and (last in NOT_AN_END[language] or (len(last) == 1 and last not in ("i", "y", "à"))):
            continue
        pieces.append(paragraph[start : end.end(2)].strip())
        start = end.end()
    pieces.append(paragraph[start:].strip())
    return [piece[:longest] for piece in pieces if piece]


@cache
def stem(word: str, language: Language) -> str:
    """Without the usual endings of numbers and times, so that forms of one word meet. Rough on purpose."""
    endings = (
        ("ements", "ement", "issant", "aient", "erait", "antes", "euses", "ante", "ants", "euse", "ées", "ait",
         "ant", "ent", "eux", "és", "ée", "er", "ez", "es", "é", "s", "e")
        if language == "fr"
        else ("ations", "ation", "ingly", "edly", "ness", "ings", "ing", "ies", "ied", "ed", "es", "ly", "s")
    )  # fmt: skip
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= 4 - (len(ending) == 1):
            if ending == "s" and word.endswith(("ss", "us", "is")):
                break
            return word[: -len(ending)] + ("i" if ending in ("ies", "ied") else "")
    return word
