"""What texts of numbers have in common: lines that are lines, and numbers that are numbers."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from editor.base.translation import tr

LONGEST_LINE = 8192
PIECE = 1 << 20
_COMMENT = re.compile(r"#[^\n]*")
_OF_NUMBERS = b"0123456789eE+-. \t\n\v\f"


class Unusable(Exception):
    """Why a file holds no colour lookup; a translated sentence."""


def text_of(data: bytes) -> str:
    """The text of a file with plain line ends; raises Unusable for what is no text in lines."""
    if not data.strip():
        raise Unusable(tr("It is empty."))
    if b"\0" in data or _longest_line(data) > LONGEST_LINE:
        raise Unusable(tr("It is no text with a color on each line."))
    return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def _longest_line(data: bytes) -> int:
    letters = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero((letters == ord("\n")) | (letters == ord("\r")))
    return int(np.diff(ends, prepend=-1, append=len(data)).max())


def rows_of(text: str, count: int) -> NDArray[np.float32]:
    """(count, 3) numbers, one row a line; comments and empty lines between them are passed over.

    Piece by piece: the words of a large cube at once would be half a gigabyte of small strings.
    """
    text = _COMMENT.sub("", text)
    if text.encode("ascii", "replace").translate(None, _OF_NUMBERS):
        raise Unusable(tr("It holds something that is no color where colors should be."))
    pieces, missing, begin = list[NDArray[np.float64]](), count, 0
    while missing > 0 and begin < len(text):
        end = text.find("\n", begin + PIECE)
        part = text[begin:] if end < 0 else text[begin:end]
        begin += len(part) + 1
        rows = _rows_of_piece(part)[:missing]
        pieces.append(rows)
        missing -= len(rows)
    if missing:
        raise Unusable(tr("It was cut off: it has {found} colors of {wanted}.", found=count - missing, wanted=count))
    with np.errstate(over="ignore"):
        found = np.concatenate(pieces).astype(np.float32)
    if not np.isfinite(found).all():
        raise Unusable(tr("It holds numbers that are no colors."))
    return found


def _rows_of_piece(part: str) -> NDArray[np.float64]:
    """Some whole lines."""
    words = part.split()
    lines = sum(1 for line in part.split("\n") if line and not line.isspace())
    if len(words) != 3 * lines:
        raise Unusable(tr("A color has three numbers; a line of this file has not."))
    try:
        return np.array(list(map(float, words)), np.float64).reshape(-1, 3)
    except ValueError as error:
        raise Unusable(tr("It holds something that is no color where colors should be.")) from error


def number(word: str) -> float:
    """A finite number of a head."""
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value) or abs(value) > 1e6:
        raise Unusable(tr("{word} is no number that a color lookup could have.", word=word[:40]))
    return value


def whole(word: str, least: int, most: int) -> int:
    """A size within what can be."""
    value = number(word)
    if value != int(value) or not least <= value <= most:
        raise Unusable(
            tr("Its size is {size}; it can be from {least} to {most}.", size=word[:40], least=least, most=most)
        )
    return int(value)

