"""What a brush file holds, whoever wrote it."""

from typing import TYPE_CHECKING

from editor.commands.raster.tips import FoundBrush, Paper
from render.raster.tips import LARGEST, MOST_TIPS, Rank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_SPACING, MOST_SPACING = 0.01, 10.0


class DamagedBrush(ValueError):
    """A file that is not what its name says, or ends too early."""


class TooLarge(ValueError):
    """A file that would unpack to more than anybody's brushes are."""


def longest(pictures: "tuple[NDArray[np.uint8], ...]") -> float:
    """The diameter at which the first picture is as large as in its file."""
    return float(max(pictures[0].shape[:2]))


def spacing_of(percent: float) -> float:
    """Percent of the diameter, as these files say it, in bounds."""
    return min(MOST_SPACING, max(LEAST_SPACING, percent / 100))


def bounded(value: float, low: float, high: float) -> float:
    """A number of a file, within what a brush can have; what is no number becomes the least."""
    return min(high, max(low, float(value))) if value == value else low


def checked_size(width: int, height: int) -> tuple[int, int]:
    """Raises DamagedBrush for what no tip is."""
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise DamagedBrush("size")
    return width, height


def checked_ranks(ranks: tuple[Rank, ...], count: int) -> tuple[Rank, ...]:
    """Ranks that tell no more apart than there are tips; else one row of them all, in turn."""
    product = 1
    for rank in ranks:
        product *= rank.count
    return ranks if ranks and product <= min(count, MOST_TIPS) else (Rank(count),)


__all__ = [
    "DamagedBrush", "FoundBrush", "Paper", "TooLarge", "bounded", "checked_ranks", "checked_size", "longest",
    "spacing_of",
]  # fmt: skip
