"""The stroke of a second tip beside the first: how much of the first is seen follows from both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.geometry import IntRect
from render.kernels.dab import Dab
from render.raster.reach import Grid, within
from render.raster.stroke import Brush, Sample, StrokePath
from render.raster.tips import Mode, Second
from render.raster.tree import TILE

Plane = NDArray[np.float32]
MOST_TILES = 4096


class Beside:
    """Coverage of the second tip on the layer's tiles; it goes the same way, with its own spacing and chance."""

    def __init__(self, second: Second, brush: Brush) -> None:
        self.second = second
        self.path = StrokePath(second.beside(brush), second.tips)
        self._coverage: dict[Grid, Plane] = {}

    def extend(self, samples: Sequence[Sample]) -> list[tuple[Grid, IntRect]]:
        """Go on; where it has drawn."""
        return self._drawn(self.path.extend(samples))

    def finish(self) -> list[tuple[Grid, IntRect]]:
        """The end of the stroke; where it has drawn."""
        return self._drawn(self.path.finish())

    def _drawn(self, dabs: Iterable[Dab]) -> list[tuple[Grid, IntRect]]:
        damage: dict[Grid, IntRect] = {}
        for dab in dabs:
            stamp = self.second.tips.stamp(dab)
            for grid, area in within(stamp.left, stamp.top, stamp.right, stamp.bottom).items():
                if grid not in self._coverage:
                    if len(self._coverage) >= MOST_TILES:
                        continue
                    self._coverage[grid] = np.zeros((TILE, TILE), np.float32)
                stamp.draw(self._coverage[grid], grid[0] * TILE, grid[1] * TILE)
                damage[grid] = damage[grid].union(area) if grid in damage else area
        return list(damage.items())

    def through(self, own: Plane, grid: Grid, part: Any) -> Plane:
        """The first tip's coverage of a part of a tile, as much of it as the second lets be seen."""
        other = self._coverage.get(grid)
        there = np.zeros_like(own) if other is None else other[part]
        return np.asarray(np.where(own > 0, together(own, there, self.second.mode), 0), np.float32)


def together(own: Plane, other: Plane, mode: Mode) -> Plane:
    """Two coverages as one."""
    if mode == "darken":
        return np.minimum(own, other)
    if mode == "subtract":
        return np.asarray(np.maximum(own - other, 0))
    if mode == "burn":
        return np.asarray(1 - np.minimum(1, (1 - own) / np.maximum(other, 1e-6)))
    if mode == "linear_burn":
        return np.asarray(np.maximum(own + other - 1, 0))
    if mode == "overlay":
        return np.where(own < 0.5, 2 * own * other, 1 - 2 * (1 - own) * (1 - other))
    if mode == "dodge":
        return np.minimum(1, own / np.maximum(1 - other, 1e-6))
    if mode == "hard_mix":
        return np.asarray(own + other >= 1, np.float32)
    if mode == "add":
        return np.asarray(np.minimum(own + other, 1))
    return own * other
