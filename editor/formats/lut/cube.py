"""Cube files, as Adobe wrote them down (Cube LUT Specification 1.0) and as Resolve extended them.

A head of keywords, then one colour a line, red fastest. Resolve may have a table of one dimension before the cube in
the same file, and says with LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE what Adobe says with DOMAIN_MIN and DOMAIN_MAX.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from editor.base.translation import tr
from editor.formats.lut.numbers import Unusable, number, rows_of, text_of, whole
from render.lookup import LARGEST_CUBE, MOST_ENTRIES, Limits, LookupTable, straight_ramps

MOST_HEAD_LINES = 4096
_FIRST_COLOR = re.compile(r"^[ \t]*[-+.0-9]|^[ \t]*(?:nan|inf)\b", re.MULTILINE | re.IGNORECASE)


@dataclass
class _Head:
    """What the keywords said; 0 for a table that there is none of."""

    line: int = 0
    cube: int = 0
    low: Limits = (0.0, 0.0, 0.0)
    high: Limits = (1.0, 1.0, 1.0)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)


def read_cube(data: bytes) -> LookupTable:
    """Raises Unusable for what is no cube file."""
    text = text_of(data)
    begin = _FIRST_COLOR.search(text)
    head = _read_head(text[: begin.start()] if begin else text)
    if not (head.line or head.cube):
        raise Unusable(tr("It says no size, so it is no Cube file."))
    rows = rows_of(text[begin.start() :] if begin else "", head.line + head.cube**3)
    entries = np.ascontiguousarray(rows[: head.line].T) if head.line else straight_ramps()
    low, high = _limits(head)
    if not head.cube:
        return LookupTable(low, high, entries)
    if head.line:
        entries = _led_into(entries, head.ranges.get("3D", (0.0, 1.0)))
    return LookupTable(low, high, entries, np.ascontiguousarray(rows[head.line :]))


def _read_head(text: str) -> _Head:
    lines = text.split("\n", MOST_HEAD_LINES)
    if len(lines) > MOST_HEAD_LINES:
        raise Unusable(tr("It is no text with a color on each line."))
    head = _Head()
    for line in lines:
        words = line.split("#", 1)[0].split()
        if words:
            _read_keyword(head, words[0].upper(), words[1:])
    return head


def _read_keyword(head: _Head, keyword: str, words: list[str]) -> None:
    """One line of the head. Keywords that nobody knows say nothing of the colours."""
    if keyword == "LUT_1D_SIZE" and words:
        head.line = whole(words[0], 2, MOST_ENTRIES)
    elif keyword == "LUT_3D_SIZE" and words:
        head.cube = whole(words[0], 2, LARGEST_CUBE)
    elif keyword in ("DOMAIN_MIN", "DOMAIN_MAX") and len(words) >= 3:
        limits = (number(words[0]), number(words[1]), number(words[2]))
        if keyword == "DOMAIN_MIN":
            head.low = limits
        else:
            head.high = limits
    elif keyword in ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE") and len(words) >= 2:
        head.ranges[keyword[4:6]] = (number(words[0]), number(words[1]))


def _limits(head: _Head) -> tuple[Limits, Limits]:
    """Of the first table; a range of Resolve stands for a domain."""
    low, high = head.low, head.high
    found = head.ranges.get("1D" if head.line else "3D")
    if found is not None:
        low, high = (found[0],) * 3, (found[1],) * 3
    if any(above - below < 1e-6 for below, above in zip(low, high, strict=True)):
        raise Unusable(tr("Its range ends before it begins."))
    return low, high


def _led_into(entries: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """The ramps of a file with both tables, so that they lead to places from 0 to 1 in its cube."""
    low, high = limits
    if high - low < 1e-6:
        raise Unusable(tr("Its range ends before it begins."))
    return ((entries - np.float32(low)) / np.float32(high - low)).astype(np.float32)
