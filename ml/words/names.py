"""Names of people and places by their capitals and what stands around them: no model, so it guesses, and says so.

A capital inside a sentence makes a name; a word that also stands there in small letters is none. At the beginning of a
sentence, where every word has a capital, a second one behind it does. A title, a verb of saying or a given name that
goes on makes a person; a known country or city, a word such as "river", or a preposition of place makes a place.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from ml.words.given_names import GIVEN_NAMES
from ml.words.texts import language_of, sentences_of
from ml.words.vocabulary import BEFORE_PLACES, PLACE_NOUNS, PLACES, SAYING, STOP, TITLES, Language

TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*\.?|[,;:!?\"“”«»()—–.]", re.UNICODE)
CUT = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=[A-ZÀ-Þ])", re.IGNORECASE)
OWNED = re.compile(r"'(?:s|ll|d|ve|re)$")
"""What English hangs on a name: Dinah's, Dinah'll."""
JOINING = {"en": frozenset(("of", "the")), "fr": frozenset(("de", "du", "des", "la", "le"))}
NO_NAMES = frozenset("""
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december english french german american latin christmas god chapter
    lundi mardi mercredi jeudi vendredi samedi dimanche dieu noël chapitre
    project gutenberg ebook
    ah oh alas hush pray soo majesty hélas
""".split())
"""Words with capitals that name nobody."""
Kind = Literal["person", "place", "other"]


@dataclass(frozen=True)
class Name:
    text: str
    kind: Kind
    count: int


def names_of(text: str, language: Language | None = None, most: int = 60) -> list[Name]:
    """The names that come most often, the most frequent first."""
    language = language or language_of(text)
    small: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    hints: dict[str, Counter[str]] = {}
    for sentence in sentences_of(text, language):
        tokens = [_bare(token, language) for token in TOKEN.findall(sentence.text)]
        small.update(token.lower() for token in tokens if token[:1].islower())
        for start, end in _runs(tokens, language):
            name = OWNED.sub("", " ".join(tokens[start:end]).replace("’", "'")).rstrip(".")
            seen[name] += 1
            is_first = start == 0 or not any(token[0].isalpha() for token in tokens[:start]) or tokens[start - 1] in (
                "“", '"', "«", "—", "–", ".", "!", "?", ":")
            inside[name] += not is_first or _goes_on(tokens, start, end)
            hints.setdefault(name, Counter()).update(_hints(tokens, start, end, language))
    found = []
    for name, count in seen.most_common():
        key = name.lower()
        is_known = key in PLACES
        is_common = small[key] * 4 > count and " " not in name
        if (is_common and not is_known) or (not inside[name] and not is_known) or key in NO_NAMES or len(name) < 2:
            continue
        found.append(Name(name, _kind(name, hints[name], count), count))
    return _joined(found)[:most]


def _goes_on(tokens: list[str], start: int, end: int) -> bool:
    """Whether a sentence begins with a given name and another word with a capital, and is more than a heading."""
    is_full = end - start > 1 and tokens[start].lower() in GIVEN_NAMES
    return is_full and any(token[0].islower() for token in tokens[end:])


def _bare(token: str, language: Language) -> str:
    """l'Angleterre is Angleterre."""
    return CUT.sub("", token) if language == "fr" else token


def _runs(tokens: list[str], language: Language) -> list[tuple[int, int]]:
    """Where capitals follow each other, small joining words between them included."""
    found, start = [], 0
    while start < len(tokens):
        if not _is_capital(tokens[start], language):
            start += 1
            continue
        end = start + 1
        while end < len(tokens):
            if _is_capital(tokens[end], language) and not tokens[end - 1].endswith("."):
                end += 1
            elif tokens[end] in JOINING[language] and end + 1 < len(tokens) and tokens[end] != "the" and _is_capital(
                    tokens[end + 1], language):
                end += 2
            else:
                break
        while start < end - 1 and tokens[start].rstrip(".").lower() in TITLES[language] and tokens[start][0].islower():
            start += 1
        found.append((start, end))
        start = end
    return found


def _is_capital(token: str, language: Language) -> bool:
    bare = token.rstrip(".")
    return (
        len(bare) > 1 and bare[0].isupper() and not bare.isupper() and bare.lower() not in STOP[language]
        and bare.replace("’", "'").lower() not in STOP[language]
    )


def _hints(tokens: list[str], start: int, end: int, language: Language) -> list[str]:
    before = [token.rstrip(".").lower() for token in tokens[max(0, start - 2) : start]]
    after = [token.lower() for token in tokens[end : end + 2]]
    first = tokens[start].rstrip(".").lower()
    hints = []
    if first in TITLES[language] or (before and before[-1] in TITLES[language]):
        hints.append("title")
    if (before and before[-1] in SAYING[language]) or (after and after[0] in SAYING[language]):
        hints.append("saying")
    if before and before[-1] in BEFORE_PLACES[language]:
        hints.append("at")
    if {first, tokens[end - 1].lower(), *before[-2:]} & PLACE_NOUNS:
        hints.append("noun")
    return hints


def _kind(name: str, hints: Counter[str], count: int) -> Kind:
    first, *rest = name.split()
    if hints["title"] * 3 >= count or (rest and first.lower() in GIVEN_NAMES and not hints["noun"]):
        return "person"
    if name.lower() in PLACES or hints["noun"] * 3 > count:
        return "place"
    if hints["saying"] and hints["saying"] * 2 >= hints["at"]:
        return "person"
    return "place" if hints["at"] * 2 > count and count > 1 else "other"


def _joined(names: list[Name]) -> list[Name]:
    """A person's short name takes the kind of the long one."""
    people = {word for name in names if name.kind == "person" for word in name.text.split()}
    return [
        Name(name.text, "person", name.count) if name.kind == "other" and name.text in people else name
        for name in names
    ]
