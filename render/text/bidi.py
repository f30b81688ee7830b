"""The Unicode bidirectional algorithm (UAX #9) without isolates, which are treated as neutral.

Explicit embeddings and overrides, weak types, neutrals and implicit levels; then the order of runs on a line (L2).
"""

import unicodedata
from typing import Literal

Base = Literal["ltr", "rtl", "auto"]
_OPENERS = {"LRE": (0, None), "RLE": (1, None), "LRO": (0, "L"), "RLO": (1, "R")}
_REMOVED = {"LRE", "RLE", "LRO", "RLO", "PDF", "BN", "LRI", "RLI", "FSI", "PDI"}


def levels(text: str, base: Base = "ltr", override: bool = False) -> list[int]:
    """The embedding level of every character; odd levels run from right to left.

    >>> levels("a\\u05d0")
    [0, 1]
    """
    types = [unicodedata.bidirectional(character) or "L" for character in text]
    paragraph = _base_level(types, base)
    if override:
        return [paragraph] * len(text)
    if paragraph == 0 and not any(kind in ("R", "AL", "AN", "RLE", "RLO") for kind in types):
        return [0] * len(text)
    result = _explicit(types, paragraph)
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or result[index] != result[start]:
            _resolve_run(types, result, start, index, paragraph)
            start = index
    _reset_ends(text, result, paragraph)
    return result


def _base_level(types: list[str], base: Base) -> int:
    if base != "auto":
        return 1 if base == "rtl" else 0
    strong = next((kind for kind in types if kind in ("L", "R", "AL")), "L")
    return 0 if strong == "L" else 1


def _explicit(types: list[str], paragraph: int) -> list[int]:
    """X1 to X8: embeddings and overrides; changes `types` for overridden characters."""
    stack: list[tuple[int, str | None]] = [(paragraph, None)]
    result = []
    for index, kind in enumerate(types):
        level, forced = stack[-1]
        if kind in _OPENERS and len(stack) < 62:
            odd, forced_inside = _OPENERS[kind]
            stack.append((level + 2 - (level + odd) % 2 if (level + odd) % 2 == 0 else level + 1, forced_inside))
        elif kind == "PDF" and len(stack) > 1:
            stack.pop()
        elif forced and kind not in _REMOVED:
            types[index] = forced
        result.append(level)
    return result


def _resolve_run(types: list[str], result: list[int], start: int, end: int, paragraph: int) -> None:
    level = result[start]
    before = result[start - 1] if start else paragraph
    after = result[end] if end < len(types) else paragraph
    opening = "R" if max(before, level) % 2 else "L"
    closing = "R" if max(after, level) % 2 else "L"
    kinds = [kind if kind not in _REMOVED else "ON" for kind in types[start:end]]
    _weak(kinds, opening)
    _neutral(kinds, opening, closing, "R" if level % 2 else "L")
    for offset, kind in enumerate(kinds):
        if level % 2 == 0:
            result[start + offset] = level + {"R": 1, "AN": 2, "EN": 2}.get(kind, 0)
        else:
            result[start + offset] = level + (1 if kind in ("L", "EN", "AN") else 0)


def _weak(kinds: list[str], opening: str) -> None:
    """W1 to W7."""
    previous = strong = opening
    for index, kind in enumerate(kinds):
        if kind == "NSM":
            kind = kinds[index] = previous
        if kind == "EN" and strong == "AL":
            kinds[index] = "AN"
        if kind in ("L", "R", "AL"):
            strong = kind
        previous = kinds[index]
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for index in range(1, len(kinds) - 1):
        pair = (kinds[index - 1], kinds[index + 1])
        if (kinds[index] in ("ES", "CS") and pair == ("EN", "EN")) or (kinds[index] == "CS" and pair == ("AN", "AN")):
            kinds[index] = pair[0]
    _european_terminators(kinds)
    strong = opening
    for index, kind in enumerate(kinds):
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"
        elif kind in ("ES", "CS", "ET"):
            kinds[index] = "ON"


def _european_terminators(kinds: list[str]) -> None:
    index = 0
    while index < len(kinds):
        end = index
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        touches = (index > 0 and kinds[index - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")
        if end > index and touches:
            kinds[index:end] = ["EN"] * (end - index)
        index = max(end, index + 1)


def _neutral(kinds: list[str], opening: str, closing: str, embedding: str) -> None:
    """N1 and N2: neutrals between two alike directions take that direction, others that of the level."""
    index = 0
    while index < len(kinds):
        if kinds[index] in ("L", "R", "EN", "AN"):
            index += 1
            continue
        end = index
        while end < len(kinds) and kinds[end] not in ("L", "R", "EN", "AN"):
            end += 1
        left = opening if index == 0 else ("L" if kinds[index - 1] == "L" else "R")
        right = closing if end == len(kinds) else ("L" if kinds[end] == "L" else "R")
        kinds[index:end] = [left if left == right else embedding] * (end - index)
        index = end


def _reset_ends(text: str, result: list[int], paragraph: int) -> None:
    """L1: separators and trailing white space take the level of the paragraph."""
    trailing = True
    for index in range(len(text) - 1, -1, -1):
        kind = unicodedata.bidirectional(text[index])
        if kind in ("B", "S"):
            trailing = True
            result[index] = paragraph
        elif kind == "WS" and trailing:
            result[index] = paragraph
        else:
            trailing = False


def visual_order(run_levels: list[int]) -> list[int]:
    """L2: the order, from left to right, of runs whose levels are given in logical order.

    >>> visual_order([0, 1, 1, 0])
    [0, 2, 1, 3]
    """
    order = list(range(len(run_levels)))
    if not run_levels:
        return order
    lowest_odd = min((level for level in run_levels if level % 2), default=max(run_levels) + 1)
    for level in range(max(run_levels), lowest_odd - 1, -1):
        index = 0
        while index < len(order):
            end = index
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            if end > index:
                order[index:end] = order[index:end][::-1]
            index = max(end, index + 1)
    return order
