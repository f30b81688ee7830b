"""Solid colour and flood fill."""

import numpy as np

from render.color import Color
from render.raster.depth import Array, from_unit, peak_of, to_unit


def solid(height: int, width: int, color: Color, dtype: str) -> Array:
    """Premultiplied pixels of one colour."""
    pixel = from_unit(np.array(color.premultiplied(), np.float64), dtype)
    return np.ascontiguousarray(np.broadcast_to(pixel, (height, width, 4)))


def similar_area(pixels: Array, seed: tuple[int, int], tolerance: float, contiguous: bool) -> Array:
    """Coverage (h, w) of the pixels whose every component is within `tolerance` (0 to 1) of the seed's.

    `seed` is (x, y) inside the array; `contiguous` keeps only what hangs together with it by edges.
    """
    import cv2

    x, y = seed
    unit = to_unit(pixels)
    close = (np.abs(unit - unit[y, x]) <= tolerance + 1e-6).all(axis=2)
    if contiguous:
        _, labels = cv2.connectedComponents(close.astype(np.uint8), connectivity=4)
        close = labels == labels[y, x]
    covered: Array = np.where(close, peak_of(pixels.dtype), 0).astype(pixels.dtype)
    return covered


def painted_over(pixels: Array, color: Color, coverage: Array) -> Array:
    """Premultiplied pixels with a colour laid over them where covered (source over)."""
    source = np.array(color.premultiplied(), np.float32) * to_unit(coverage)[..., None]
    return from_unit(source + to_unit(pixels) * (1 - source[..., 3:]), pixels.dtype)


def tinted(pixels: Array, color: Color) -> Array:
    """Premultiplied pixels in one colour, as opaque as they were."""
    alpha = to_unit(pixels)[..., 3:] * color.alpha
    return from_unit(np.array([color.red, color.green, color.blue, 1.0], np.float32) * alpha, pixels.dtype)


def gradient(
    height: int, width: int, start: tuple[float, float], end: tuple[float, float], colors: tuple[Color, Color],
    dtype: str,
) -> Array:
    """A linear gradient between two points, mixed premultiplied in the encoded space."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max(dx * dx + dy * dy, 1e-12)
    x = np.arange(width, dtype=np.float32)[None, :] + 0.5 - start[0]
    y = np.arange(height, dtype=np.float32)[:, None] + 0.5 - start[1]
    share = np.clip((x * dx + y * dy) / length, 0, 1)[..., None]
    first, last = (np.array(color.premultiplied(), np.float32) for color in colors)
    return from_unit(first * (1 - share) + last * share, dtype)
