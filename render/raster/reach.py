"""Where a stroke goes, worked out without drawing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from render.kernels.dab import Dab
from render.raster.stroke import LEAST_STEP, Brush, Sample, StrokePath, driven
from render.raster.tree import TILE

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
