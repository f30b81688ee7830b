"""Laying pictures over each other on one frame."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from render.geometry import Affine, IntRect, Point, Rect
from render.kernels.blend import blend
from render.kernels.warp import warp

Pixels = NDArray[np.uint8]
CLOSE = 1e-3


class Picture(Protocol):
    """Something that can be asked for at any size."""

    @property
    def key(self) -> str:
        """Equal keys give equal pixels."""
        ...

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in its own units."""
        ...

    def pixels(self, width: int, height: int) -> Pixels:
        """All of it, premultiplied RGBA of exactly (height, width, 4); not to be written to."""
        ...


def placed(picture: Picture, to_pixels: Affine, region: IntRect) -> Pixels:
    """`region` of a picture after `to_pixels`, which leads from its own units to pixels; transparent around it."""
    width, height = picture.size
    across = float(np.hypot(to_pixels.a, to_pixels.b)) * width
    down = float(np.hypot(to_pixels.c, to_pixels.d)) * height
    if across < 1e-6 or down < 1e-6:
        return np.zeros((region.height, region.width, 4), dtype=np.uint8)
    upright = _whole_pixels(to_pixels, width, height)
    if upright is not None:
        return _cut(picture.pixels(upright.width, upright.height), upright, region)
    taken = _source_size(across, width), _source_size(down, height)
    map_ = Affine.scaling(width / taken[0], height / taken[1]).then(to_pixels)
    return np.asarray(warp(picture.pixels(*taken), map_, region, "bicubic"))


def over(canvas: Pixels, layer: Pixels, opacity: float) -> Pixels:
    """The layer over the canvas, which is written to; an opaque layer simply takes its place."""
    return np.asarray(blend(layer, canvas, opacity=opacity, out=canvas))


def add_weighted(canvas: Pixels, layer: Pixels, weight: float) -> None:
    """canvas + weight·layer: the two halves of a dissolve. Weights add up to 1 or less, so nothing overflows but by
    rounding, which is cut off."""
    total = canvas.astype(np.uint16) + (layer * np.float32(weight) + np.float32(0.5)).astype(np.uint16)
    np.minimum(total, 255, out=total)
    canvas[...] = total


def _source_size(pixels: float, native: float) -> int:
    """Shrink while decoding, enlarge while warping."""
    return max(1, round(min(pixels, max(native, 1.0))))


def _whole_pixels(map_: Affine, width: float, height: float) -> IntRect | None:
    """The rectangle of whole pixels that an unturned picture fills exactly, if it does."""
    if abs(map_.b) > 1e-9 or abs(map_.c) > 1e-9 or map_.a <= 0 or map_.d <= 0:
        return None
    first, last = map_.apply(Point(0, 0)), map_.apply(Point(width, height))
    rect = Rect(first.x, first.y, last.x - first.x, last.y - first.y)
    edges = (rect.x, rect.y, rect.right, rect.bottom)
    if any(abs(edge - round(edge)) > CLOSE for edge in edges):
        return None
    left, top, right, bottom = (round(edge) for edge in edges)
    return IntRect(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _cut(pixels: Pixels, at: IntRect, region: IntRect) -> Pixels:
    """The part of an image lying at `at` that falls into `region`."""
    if at == region:
        return pixels
    result = np.zeros((region.height, region.width, 4), dtype=np.uint8)
    common = at.intersection(region)
    if not common.is_empty:
        source = pixels[common.y - at.y : common.bottom - at.y, common.x - at.x : common.right - at.x]
        result[common.y - region.y : common.bottom - region.y, common.x - region.x : common.right - region.x] = source
    return result
