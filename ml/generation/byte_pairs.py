"""CLIP's byte-pair encoding: words into the numbers that text encoders were trained on.

The scheme is Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units" (2016), on bytes as in
GPT-2 (Radford et al., 2019), with CLIP's lower case and end-of-word mark (Radford et al., "Learning Transferable
Visual Models From Natural Language Supervision", 2021). The vocabulary and the merges come with each model.
"""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError

END_OF_WORD = "</w>"
CONTRACTIONS = ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")
LENGTH = 77
"""How many numbers CLIP's text encoders take."""


class BytePairs:
    """Turns a text into numbers. `pad` fills up to the length: most models want the end mark, some another number."""

    def __init__(self, vocabulary: dict[str, int], merges: list[tuple[str, str]], pad: str = "") -> None:
        self.vocabulary = vocabulary
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.start = self._special("<|startoftext|>")
        self.end = self._special("<|endoftext|>")
        self.pad = vocabulary.get(pad, self.end)
        self._letters = byte_letters()
        self._known: dict[str, list[int]] = {}

    def _special(self, name: str) -> int:
        if name not in self.vocabulary:
            raise ModelError("The tokenizer of this model lacks the sign {name}.", name=name)
        return self.vocabulary[name]

    def encode(self, text: str, length: int = LENGTH) -> NDArray[np.int64]:
        """(length,) int64: start mark, the text, end mark, filling. What is too long is cut off at the end."""
        numbers = self.numbers(text)[: length - 2]
        filled = [self.start, *numbers, self.end]
        return np.array(filled + [self.pad] * (length - len(filled)), np.int64)

    def numbers(self, text: str) -> list[int]:
        """The numbers of a text without marks; their count tells whether it fits."""
        clean = " ".join(html.unescape(html.unescape(text)).split()).lower()
        return [number for word in words_of(unicodedata.normalize("NFC", clean)) for number in self._word(word)]

    def _word(self, word: str) -> list[int]:
        if word not in self._known:
            letters = [self._letters[byte] for byte in word.encode("utf-8")]
            pieces = self._merged([*letters[:-1], letters[-1] + END_OF_WORD])
            self._known[word] = [self.vocabulary.get(piece, self.end) for piece in pieces]
        return self._known[word]

    def _merged(self, pieces: list[str]) -> list[str]:
        """Join the pair that was learned first, again and again, until no learned pair is left."""
        unknown = len(self.ranks)
        while len(pieces) > 1:
            rank, place = min((self.ranks.get(pair, unknown), place) for place, pair in enumerate(_pairs(pieces)))
            if rank == unknown:
                break
            first, second = pieces[place], pieces[place + 1]
            joined: list[str] = []
            index = 0
            while index < len(pieces):
                if pieces[index : index + 2] == [first, second]:
                    joined.append(first + second)
                    index += 2
                else:
                    joined.append(pieces[index])
                    index += 1
            pieces = joined
        return pieces


def _pairs(pieces: list[str]) -> Iterator[tuple[str, str]]:
    return zip(pieces, pieces[1:], strict=False)


def byte_letters() -> dict[int, str]:
    """A printable letter for each byte: its Latin-1 sign where that shows, else one from U+0100 on."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {byte: chr(byte) for byte in shown} | {byte: chr(0x100 + place) for place, byte in enumerate(hidden)}


def words_of(text: str) -> Iterator[str]:
    """Contractions, runs of letters, single digits, runs of other signs; white space parts them."""
    place = 0
    while place < len(text):
        contraction = next((sign for sign in CONTRACTIONS if text.startswith(sign, place)), "")
        if contraction:
            yield contraction
            place += len(contraction)
            continue
        kind = _kind(text[place])
        end = place + 1
        while kind != "number" and end < len(text) and _kind(text[end]) == kind:
            end += 1
        if kind != "space":
            yield text[place:end]
        place = end


def _kind(sign: str) -> str:
    if sign.isspace():
        return "space"
    return {"L": "letter", "N": "number"}.get(unicodedata.category(sign)[0], "other")


def read_byte_pairs(vocabulary: Path, merges: Path, settings: Path | None = None) -> BytePairs:
    """From a model's `vocab.json`, `merges.txt` and, where there is one, `tokenizer_config.json`."""
    try:
        numbers = json.loads(vocabulary.read_text(encoding="utf-8"))
        lines = merges.read_text(encoding="utf-8").splitlines()
        plain = json.loads(settings.read_text(encoding="utf-8")) if settings is not None else {}
    except (OSError, ValueError) as error:
        raise ModelError("The tokenizer of this model cannot be read: {reason}", reason=str(error)) from error
    pairs = [tuple(line.split()) for line in lines if line and not line.startswith("#version")]
    pad = plain.get("pad_token")
    named = pad.get("content") if isinstance(pad, dict) else pad
    return BytePairs(numbers, [(pair[0], pair[1]) for pair in pairs if len(pair) == 2], named or "")
