"""Non-local means on float planes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from render.kernels.library import run
from render.kernels.parallel import for_each
from render.kernels.variants import LANES

Plane = NDArray[np.float32]
PATCH = 2
"""A patch is a square of 2 * PATCH + 1 pixels; the same number stands in the kernel."""
ROWS, SMALLEST = 64, (32, 64)
_KERNELS = {(1, 1): "nonlocal_light", (3, 2): "nonlocal_colour"}


def nonlocal_means(
    guides: Sequence[Plane], values: Sequence[Plane], weights: Sequence[float], radius: int, strength: float,
    free: float, tell: Callable[[float], None] = lambda _share: None,
) -> list[Plane]:
    """Each value as the mean of those within `radius`, weighed by exp(-max(0, difference * strength - free)).

    The difference is the mean over a patch of the sum of weight * (guide - guide there)². All planes have one size,
    (height, width) float32 of any range; there is one guide and one value, or three guides and two values. `tell` is
    called with the share done, from any thread, and may raise to stop.
    """
    height, width = guides[0].shape
    name = _KERNELS[len(guides), len(values)]
    margin = radius + PATCH
    wide = max(-(-width // LANES) * LANES, SMALLEST[1])
    tall = max(height, SMALLEST[0])
    padded = {id(plane): _padded(plane, margin, tall - height, wide - width) for plane in (*guides, *values)}
    results = [np.empty((tall, wide), np.float32) for _ in values]
    planes = [padded[id(plane)] for plane in (*guides, *values)]

    def strip(top: int) -> None:
        tell(top / tall)
        bottom = min(tall, top + ROWS)
        top = max(0, min(top, bottom - SMALLEST[0]))
        parts = [plane[top : bottom + 2 * margin] for plane in planes]
        outs = [np.empty((bottom - top, wide), np.float32) for _ in values]
        run(name, *parts, *map(float, weights), radius, strength, free, *outs)
        for result, out in zip(results, outs, strict=True):
            result[top:bottom] = out

    for_each(strip, range(0, tall, ROWS))
    return [result[:height, :width] for result in results]


def _padded(plane: Plane, margin: int, down: int, right: int) -> Plane:
    """Mirrored at the edges, and widened to what the kernel works on."""
    import cv2

    sides = (margin, margin + down, margin, margin + right)
    mirrored = cv2.copyMakeBorder(plane, *sides, borderType=cv2.BORDER_REFLECT)
    return np.ascontiguousarray(mirrored, np.float32)
