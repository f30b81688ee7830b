"""Layer trees for tests, and a naive compositor in double precision on whole pictures, from the same values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from render.geometry import IntRect
from render.kernels.modes import BlendMode
from render.raster.adjustments import GaussianBlur, adjust
from render.raster.plan import plan
from render.raster.stack import Step
from render.raster.tree import (
    TILE,
    AdjustmentLayer,
    Array,
    DrawnLayer,
    GroupLayer,
    Layer,
    Mask,
    PixelLayer,
    Tile,
    Tiles,
)
from tests.render.kernels.reference import blended, divide, random_pixels, reals, stored


def tiles_of(pixels: Array, x: int = 0, y: int = 0, outside: float = 0.0, name: str = "") -> Tiles:
    """A picture cut into tiles; whole empty tiles are left out."""
    grid = {}
    for row in range(0, pixels.shape[0], TILE):
        for column in range(0, pixels.shape[1], TILE):
            part = pixels[row : row + TILE, column : column + TILE]
            square = np.zeros((TILE, TILE, *pixels.shape[2:]), pixels.dtype)
            square[: part.shape[0], : part.shape[1]] = part
            if square.any():
                grid[column // TILE, row // TILE] = Tile.of((name, part.tobytes()), square)
    return Tiles(grid, x, y, outside)


def noise(width: int, height: int, seed: int, dtype: Any = np.float32) -> Array:
    return random_pixels((height, width), dtype, seed)


def coverage(width: int, height: int, seed: int, dtype: Any = np.float32) -> Array:
    return stored(np.random.default_rng(seed).random((height, width)), dtype)


def flattened(tiles: Tiles, width: int, height: int, planes: bool = False) -> np.ndarray:
    """The tiles laid out on the picture."""
    whole = np.full((height, width) if planes else (height, width, 4), float(tiles.outside))
    for (column, row), tile in tiles.grid.items():
        values = reals(tile.load())
        left, top = column * TILE + tiles.x, row * TILE + tiles.y
        x, y = max(0, left), max(0, top)
        right, bottom = min(width, left + TILE), min(height, top + TILE)
        if right > x and bottom > y:
            whole[y:bottom, x:right] = values[y - top : bottom - top, x - left : right - left]
    return whole


def share_of(mask: Mask | None, width: int, height: int) -> np.ndarray:
    if mask is None:
        return np.ones((height, width))
    values = flattened(mask.tiles, width, height, planes=True)
    return 1 - mask.density * (1 - (1 - values if mask.inverted else values))


def naive(layers: Sequence[Layer], width: int, height: int) -> np.ndarray:
    """The whole picture, premultiplied, in doubles."""
    return _upon(np.zeros((height, width, 4)), plan(layers), False)


def _upon(result: np.ndarray, steps: Sequence[Step], keep: bool) -> np.ndarray:
    height, width = result.shape[:2]
    for step in steps:
        layer = step.layer
        share = share_of(layer.mask, width, height)
        if isinstance(layer, AdjustmentLayer) and not isinstance(layer.adjustment, GaussianBlur):
            opaque = reals(adjust(result.astype(np.float32), layer.adjustment, opaque=True))
            result = blended(opaque, result, layer.blend, share * layer.opacity, True, False)
        elif step.mixes:
            share = (share * layer.opacity)[..., None]
            result = result * (1 - share) + _upon(result, step.inside, keep) * share
        else:
            own = _own(step, width, height)
            if step.within is not None:
                share = share * _upon(np.zeros((height, width, 4)), (step.within,), False)[..., 3]
            if step.clipped:
                own = _upon(own * share[..., None], step.clipped, True)
                share = np.ones_like(share)
            kept = keep or step.within is not None
            result = blended(own, result, layer.blend, share * layer.opacity, kept, False)
    return result


def _own(step: Step, width: int, height: int) -> np.ndarray:
    match step.layer:
        case PixelLayer(tiles=tiles):
            return flattened(tiles, width, height)
        case GroupLayer():
            return _upon(np.zeros((height, width, 4)), step.inside, False)
        case DrawnLayer(draw=draw):
            return reals(draw(IntRect(0, 0, width, height), 1.0))
    raise AssertionError(step.layer)


__all__ = ["BlendMode", "coverage", "divide", "flattened", "naive", "noise", "share_of", "tiles_of"]
