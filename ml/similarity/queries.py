"""What a person types, matched with names, keywords and looks. Plain words: no model is asked, nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from ml.similarity.looks import LOOKS

SAME = {
    "rouge": "red", "orangé": "orange", "jaune": "yellow", "vert": "green", "verte": "green", "turquoise": "cyan",
    "teal": "cyan", "bleu": "blue", "bleue": "blue", "violet": "purple", "violette": "purple", "mauve": "purple",
    "rose": "pink", "marron": "brown", "brun": "brown", "brune": "brown", "noir": "black", "noire": "black",
    "blanc": "white", "blanche": "white", "gris": "gray", "grise": "gray", "grey": "gray", "sombre": "dark",
    "foncé": "dark", "foncée": "dark", "night": "dark", "clair": "bright", "claire": "bright", "light": "bright",
    "coloré": "colorful", "colorée": "colorful", "colourful": "colorful", "pâle": "pale", "pastel": "pale",
    "monochrome": "monochrome", "vertical": "portrait", "verticale": "portrait", "horizontal": "landscape",
    "horizontale": "landscape", "paysage": "landscape", "carré": "square", "carrée": "square", "petit": "small",
    "petite": "small", "grand": "large", "grande": "large", "big": "large", "panoramique": "panorama",
}  # fmt: skip
"""French and other English words for LOOKS."""
PARTS = re.compile(r"[^\W\d_]+|\d+")
HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
NAME, KEYWORD, LOOK, FOLDER = 1.0, 1.0, 0.9, 0.5
"""What a word counts that is found there."""
SHORTEST_START, START = 3, 0.8
"""A word of so many letters also finds longer words that begin with it, which count for less."""


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """Small letters without accents, and without the s of a plural."""
    letters = unicodedata.normalize("NFD", word.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare[:-1] if len(bare) > 3 and bare.endswith(("s", "x")) and not bare.endswith("ss") else bare


_SAME_PLAIN = {plain(word): look for word, look in SAME.items()} | {plain(look): look for look in LOOKS}


def words_in(text: str) -> list[str]:
    """The words of a name or a query: parted at signs, digits and humps (`redCar_2` has three)."""
    return [plain(part) for part in PARTS.findall(HUMP.sub(" ", text))]


def look_of(word: str) -> str:
    """The one of LOOKS that a word of `words_in` means, or ""."""
    return _SAME_PLAIN.get(word, "")


def score_of(query: Iterable[str], name: Iterable[str], keywords: Iterable[str], looks: Iterable[str],
             folder: Iterable[str] = ()) -> float:
    """0 when some word is found nowhere, else up to 1. Words and names as `words_in` gives them."""
    places = ((NAME, list(name)), (KEYWORD, list(keywords)), (FOLDER, list(folder)))
    seen, total, count = set(looks), 0.0, 0
    for word in query:
        best = LOOK if look_of(word) in seen else 0.0
        for weight, words in places:
            if word in words:
                best = max(best, weight)
            elif len(word) >= SHORTEST_START and any(other.startswith(word) for other in words):
                best = max(best, START * weight)
        if best == 0.0:
            return 0.0
        total, count = total + best, count + 1
    return total / count if count else 0.0
