"""3DL files of Lustre, Flame and others: a line of input places, then whole numbers, blue fastest.

They do not say how many bits their numbers have, but for Lustre's "Mesh"; the largest number tells it.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from editor.base.translation import tr
from editor.formats.lut.numbers import Unusable, number, rows_of, text_of, whole
from render.lookup import LARGEST_CUBE, LookupTable, straight_ramps

DEPTHS = (8, 10, 12, 14, 16)
MOST_HEAD_LINES = 4096
_WORDS = re.compile(r"^[ \t]*(?:LUT8|gamma\b|3DMESH\b).*$", re.MULTILINE | re.IGNORECASE)
"""Lines of words that stand before or after the numbers."""


def read_3dl(data: bytes) -> LookupTable:
    """Raises Unusable for what is no 3DL file."""
    text = _WORDS.sub("", text_of(data))
    places, depth, body = _read_head(text)
    size = len(places)
    rows = rows_of(body, size**3)
    if rows.min() < 0 or rows.max() > 2**17:
        raise Unusable(tr("It holds numbers that are no colors."))
    nodes = rows / np.float32(_white(float(rows.max()), depth))
    cube = nodes.reshape(size, size, size, 3).transpose(2, 1, 0, 3).reshape(-1, 3)  # red fastest
    return LookupTable(entries=_ramps(places), cube=np.ascontiguousarray(cube, np.float32))


def _read_head(text: str) -> tuple[NDArray[np.float64], int, str]:
    """Input places, bits of the output (0: not said), and the text that follows."""
    depth, mesh, begin = 0, 0, 0
    for _line in range(MOST_HEAD_LINES):
        end = text.find("\n", begin)
        line = text[begin:] if end < 0 else text[begin:end]
        words = line.split("#", 1)[0].split()
        if words and words[0].lower() == "mesh" and len(words) >= 3:
            mesh, depth = 2 ** whole(words[1], 1, 7) + 1, whole(words[2], 8, 16)
        elif mesh and len(words) == 3 and mesh != 3:
            return np.arange(mesh, dtype=np.float64), depth, text[begin:]
        elif words:
            return _places(words), depth, text[end:] if end >= 0 else ""
        if end < 0:
            break
        begin = end + 1
    raise Unusable(tr("It says no size, so it is no 3DL file."))


def _places(words: list[str]) -> NDArray[np.float64]:
    """The inputs that the nodes stand for, from 0 on and always rising."""
    if not 2 <= len(words) <= LARGEST_CUBE:
        raise Unusable(tr("It says no size, so it is no 3DL file."))
    found = np.array([number(word) for word in words])
    if found[0] != 0 or (np.diff(found) <= 0).any():
        raise Unusable(tr("Its input places do not rise."))
    return found


def _ramps(places: NDArray[np.float64]) -> NDArray[np.float32]:
    """Straight for even places; else each input's share of the way through the cube."""
    steps = np.diff(places)
    if np.abs(steps - steps.mean()).max() <= 1.0:  # 0 64 128 ... 1023: evenly, but for whole numbers
        return straight_ramps()
    count = min(4096, int(places[-1]) + 1)
    shares = np.interp(np.linspace(0, places[-1], count), places, np.linspace(0, 1, len(places)))
    return np.tile(shares.astype(np.float32), (3, 1))


def _white(most: float, depth: int) -> float:
    """The largest number of the depth that was said, or of the least one that holds all of them."""
    bits = depth or next((bits for bits in DEPTHS if most < 2**bits), 16)
    return float(2**bits - 1)
