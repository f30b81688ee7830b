"""Moving, turning, stretching and cutting the pixels of a layer. A layer's pixels are an array and where it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from render.geometry import Affine, IntRect, Rect
from render.kernels.resample import resize
from render.kernels.warp import warp, warp_smooth
from render.raster.tree import TILE

Array = NDArray[Any]
Interpolation = Literal["nearest", "bilinear", "bicubic", "smooth"]


@dataclass(frozen=True)
class Placed:
    """Premultiplied pixels and the place of their first pixel in the picture."""

    pixels: Array
    x: int = 0
    y: int = 0

    @property
    def area(self) -> IntRect:
        return IntRect(self.x, self.y, self.pixels.shape[1], self.pixels.shape[0])


def transformed(layer: Placed, map_: Affine, interpolation: Interpolation = "smooth") -> Placed:
    """The layer after an affine map of the picture, just large enough. "smooth" is bicubic, and area where it shrinks.

    Raises ZeroDivisionError for a map that flattens the plane.
    """
    area = layer.area
    if map_ == Affine.translation(round(map_.e), round(map_.f)):
        return Placed(layer.pixels, layer.x + round(map_.e), layer.y + round(map_.f))
    soft = 0 if interpolation == "nearest" else 1
    region = map_.bounds(Rect(area.x, area.y, area.width, area.height)).expanded(soft).rounded_out()
    own = Affine.translation(layer.x, layer.y).then(map_)
    if interpolation == "smooth":
        pixels = warp_smooth(layer.pixels, own, region)
    else:
        pixels = warp(layer.pixels, own, region, interpolation)
    return trimmed(Placed(pixels, region.x, region.y))


def resized(layer: Placed, scale_x: float, scale_y: float) -> Placed:
    """The layer in a picture of another size (Lanczos); its edges move to the nearest whole pixels."""
    x, y = round(layer.x * scale_x), round(layer.y * scale_y)
    width = max(1, round(layer.area.right * scale_x) - x)
    height = max(1, round(layer.area.bottom * scale_y) - y)
    return Placed(resize(layer.pixels, width, height), x, y)


def cropped(layer: Placed, region: IntRect) -> Placed:
    """The part of the layer inside a region of the picture; may be empty."""
    inside = layer.area.intersection(region)
    if inside.is_empty:
        return Placed(layer.pixels[:0, :0], region.x, region.y)
    rows = slice(inside.y - layer.y, inside.bottom - layer.y)
    return Placed(layer.pixels[rows, inside.x - layer.x : inside.right - layer.x], inside.x, inside.y)


def trimmed(layer: Placed) -> Placed:
    """The layer without its fully transparent borders."""
    alpha = layer.pixels[..., 3] > 0
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    if not len(rows):
        return Placed(layer.pixels[:0, :0], layer.x, layer.y)
    area = IntRect(
        layer.x + int(columns[0]),
        layer.y + int(rows[0]),
        int(columns[-1] - columns[0]) + 1,
        int(rows[-1] - rows[0]) + 1,
    )
    return cropped(layer, area)


def into_tiles(layer: Placed) -> dict[tuple[int, int], Array]:
    """The layer cut into tiles of the picture's grid; tiles with nothing in them are left out."""
    grid: dict[tuple[int, int], Array] = {}
    area = layer.area
    if area.is_empty:
        return grid
    for row in range(area.y // TILE, (area.bottom - 1) // TILE + 1):
        for column in range(area.x // TILE, (area.right - 1) // TILE + 1):
            square = IntRect(column * TILE, row * TILE, TILE, TILE)
            part = cropped(layer, square)
            if part.pixels.any():
                tile = np.zeros((TILE, TILE, *layer.pixels.shape[2:]), layer.pixels.dtype)
                top, left = part.y - square.y, part.x - square.x
                tile[top : top + part.area.height, left : left + part.area.width] = part.pixels
                grid[column, row] = tile
    return grid
