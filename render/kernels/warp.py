"""Moving, turning and stretching an image through an affine map."""

from __future__ import annotations

from typing import Literal

import numpy as np

from render.geometry import Affine, IntRect, Point
from render.kernels.formats import Array, format_name
from render.kernels.library import packed, run
from render.kernels.parallel import in_strips
from render.kernels.resample import resize
from render.kernels.variants import LANES

Interpolation = Literal["nearest", "bilinear", "bicubic"]
_KINDS = {"nearest": 0, "bilinear": 1, "bicubic": 2}


def warp(pixels: Array, map_: Affine, region: IntRect, interpolation: Interpolation = "bicubic") -> Array:
    """`region` of the image after `map_` (from source pixels to output pixels); transparent outside the source.

    Point sampling: when the map shrinks by more than half, use `warp_smooth`. Raises ZeroDivisionError for a map
    that flattens the plane.
    """
    source = packed(pixels)
    inverse = map_.inverse()
    result = np.empty((region.height, region.width, 4), source.dtype)
    name, kind = f"warp_{format_name(source)}", _KINDS[interpolation]
    if source.shape[0] == 0 or source.shape[1] == 0:
        result[...] = 0
        return result

    def strip(top: int, bottom: int) -> None:
        corner = inverse.apply(Point(region.x, region.y + top))
        numbers = (inverse.a, inverse.b, inverse.c, inverse.d, corner.x, corner.y)
        _columns(name, source, (*numbers, kind), result[top:bottom])

    in_strips(strip, region.height, region.width, pixels=1 << 16)
    return result


def _columns(name: str, source: Array, numbers: tuple[float, ...], result: Array) -> None:
    """Whole vectors straight into the result, the last columns through a padded piece."""
    width = result.shape[1]
    whole = width - width % LANES
    if whole:
        run(name, source, *numbers, result[:, :whole])
    if width > whole:
        a, b, c, d, e, f, kind = numbers
        padded = np.empty((result.shape[0], LANES, 4), result.dtype)
        run(name, source, a, b, c, d, e + a * whole, f + b * whole, kind, padded)
        result[:, whole:] = padded[:, : width - whole]


def warp_smooth(pixels: Array, map_: Affine, region: IntRect) -> Array:
    """As `warp` with bicubic sampling, but without aliasing: the source is first shrunk by area to the map's scale."""
    height, width = pixels.shape[:2]
    across = (map_.a**2 + map_.b**2) ** 0.5
    down = (map_.c**2 + map_.d**2) ** 0.5
    small_width = max(1, round(width * across)) if across < 1 else width
    small_height = max(1, round(height * down)) if down < 1 else height
    if (small_width, small_height) != (width, height):
        pixels = resize(pixels, small_width, small_height, "area")
        map_ = Affine.scaling(width / small_width, height / small_height).then(map_)
    return warp(pixels, map_, region)
