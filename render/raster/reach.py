"""Where a stroke goes, worked out without drawing it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from render.geometry import IntRect
from render.kernels.dab import Dab
from render.kernels.variants import LANES
from render.raster.stroke import LEAST_STEP, Brush, Sample, StrokePath, driven
from render.raster.tree import TILE

Grid = tuple[int, int]

STRIDE = TILE / 2
"""Pixels from one look to the next: no tile that the middle of the stroke crosses at length is passed over."""


def inner_dabs(brush: Brush, samples: Sequence[Sample], share: float = 1.0) -> Iterator[Dab]:
    """A few dabs along the stroke, each so small that the true dabs beside it certainly reach as far.

    `share` is the least width of the brush's tips, in diameters. None for a brush whose dabs may lie apart: few of
    them make a long stroke.
    """
    if not samples:
        return
    least = share * brush.diameter * driven(brush.size_by_pressure, min(sample.pressure for sample in samples))
    diameter = least - 2 * max(LEAST_STEP, brush.spacing * brush.diameter)
    if diameter <= 0:
        return
    path = StrokePath(replace(brush, diameter=diameter, spacing=STRIDE / diameter, size_by_pressure=0.0))
    for sample in samples:
        yield from path.extend((sample,))
    yield from path.finish()


def tiles_in(left: float, top: float, right: float, bottom: float) -> int:
    """How many tiles an area meets."""
    wide, high = (math.floor(far / TILE) - math.floor(near / TILE) + 1 for near, far in ((left, right), (top, bottom)))
    return wide * high


def within(x: float, y: float, far_x: float, far_y: float) -> dict[Grid, IntRect]:
    """The tiles that an area meets, each with the part of it, its columns in whole vectors."""
    left, right, top, bottom = math.floor(x), math.ceil(far_x), math.floor(y), math.ceil(far_y)
    found = {}
    for row in range(top // TILE, (bottom - 1) // TILE + 1):
        for column in range(left // TILE, (right - 1) // TILE + 1):
            begin = max(0, left - column * TILE) // LANES * LANES
            end = min(TILE, -(-(right - column * TILE) // LANES) * LANES)
            above, low = max(0, top - row * TILE), min(TILE, bottom - row * TILE)
            found[column, row] = IntRect(begin, above, end - begin, low - above)
    return found
