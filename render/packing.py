"""Rectangles on one sheet: none turned, none over another, in as little room as a simple rule finds.

The outline of what lies on the sheet already (a skyline) is a row of steps; each rectangle, the highest first, goes as
far up as it can. Sheets of several widths are tried and the smallest wins. That is quick for thousands and wastes
little; the best there is nobody can find quickly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

Size = tuple[int, int]
Step = tuple[int, int, int]
"""Left, right, and the ground: how far down the sheet is taken there."""
TRIED = 16
"""Widths between the narrowest and the widest that are worth trying."""


@dataclass(frozen=True)
class Packing:
    """`places` are left upper corners in the order of what was given."""

    width: int
    height: int
    places: tuple[tuple[int, int], ...]


def pack(sizes: Sequence[Size], most: int, padding: int = 0, power_of_two: bool = False) -> Packing | None:
    """The smallest sheet found, no side longer than `most`, with `padding` pixels around each rectangle; None where
    they do not fit.

    >>> pack([(4, 4), (4, 4)], 16)
    Packing(width=4, height=8, places=((0, 0), (0, 4)))
    """
    best: Packing | None = None
    for width in _widths(sizes, most, padding, power_of_two):
        found = _packed(sizes, width, padding)
        height = power_above(found.height) if power_of_two else found.height
        if height > most:
            continue
        made = Packing(width if power_of_two else found.width, height, found.places)
        if best is None or _cost(made) < _cost(best):
            best = made
    return best


def power_above(side: int) -> int:
    """
    >>> [power_above(side) for side in (1, 2, 3, 64, 65)]
    [1, 2, 4, 64, 128]
    """
    return 1 << max(0, side - 1).bit_length()


def _cost(packing: Packing) -> tuple[int, int]:
    """Its area, and among equals how far it is from a square."""
    return packing.width * packing.height, abs(packing.width - packing.height)


def _widths(sizes: Sequence[Size], most: int, padding: int, power_of_two: bool) -> list[int]:
    least = max((width for width, _ in sizes), default=1) + 2 * padding
    if least > most:
        return []
    if power_of_two:
        first = power_above(least)
        return [side for power in range(32) if (side := first << power) <= most]
    square = isqrt(sum((width + padding) * (height + padding) for width, height in sizes))
    spread = {max(least, min(most, square * step // (TRIED // 2))) for step in range(1, TRIED + 1)}
    return sorted({least, most, *spread})


def _packed(sizes: Sequence[Size], width: int, padding: int) -> Packing:
    """As high as it becomes in a sheet of that width; the sheet is no wider than what lies on it. Each rectangle brings
    the padding at its left and above it, the sheet the rest."""
    steps: list[Step] = [(0, width - padding, 0)]
    places: list[tuple[int, int]] = [(0, 0)] * len(sizes)
    right = bottom = 0
    for number in sorted(range(len(sizes)), key=lambda place: (-sizes[place][1], -sizes[place][0], place)):
        wide, high = (side + padding for side in sizes[number])
        left, top = _lowest(steps, wide, width - padding)
        places[number] = (left + padding, top + padding)
        right, bottom = max(right, left + wide), max(bottom, top + high)
        steps = _raised(steps, left, left + wide, top + high)
    return Packing(max(1, right + padding), max(1, bottom + padding), tuple(places))


def _lowest(steps: list[Step], wide: int, end: int) -> tuple[int, int]:
    """Where a rectangle of that width lies highest on the sheet, and then furthest to the left."""
    best: tuple[int, int] | None = None
    for number, (left, _, _) in enumerate(steps):
        if left + wide > end:
            break
        top = 0
        for begin, _, ground in steps[number:]:
            if begin >= left + wide:
                break
            top = max(top, ground)
        if best is None or (top, left) < best:
            best = (top, left)
    assert best is not None, "the sheet is as wide as the widest"
    return best[1], best[0]


def _raised(steps: list[Step], left: int, right: int, ground: int) -> list[Step]:
    """The outline with another step from `left` to `right`."""
    made: list[Step] = []
    for begin, end, below in steps:
        made += [(begin, min(end, left), below)] if begin < left else []
        made += [(max(begin, right), end, below)] if end > right else []
    return sorted([*made, (left, right, ground)])
