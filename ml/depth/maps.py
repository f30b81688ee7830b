"""Depth by hand, and depth from a small map: (height, width) float32, 0 far to 1 near."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SMALL = 640
"""The longer side of the picture on which a map learns its outlines."""


def top_to_bottom(height: int, width: int) -> Floats:
    """Ground: far at the top, near at the bottom."""
    column = np.linspace(0, 1, height, dtype=np.float32)[:, None] if height > 1 else np.ones((1, 1), np.float32)
    return np.ascontiguousarray(np.broadcast_to(column, (height, width)))


def around(height: int, width: int, x: float, y: float) -> Floats:
    """Near at a point given in shares of the sides, far at the corner that is farthest from it."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    middle_x, middle_y = x * (width - 1), y * (height - 1)
    distance = np.hypot(columns - np.float32(middle_x), rows - np.float32(middle_y))
    farthest = np.hypot(max(middle_x, width - 1 - middle_x), max(middle_y, height - 1 - middle_y))
    return np.asarray(1 - distance / np.float32(max(farthest, 1)), np.float32)


def with_outlines(small: Floats, rgb: Floats, smoothness: float = 1e-3) -> Floats:
    """A small map brought to the picture's size, its edges on the picture's outlines.

    The fast guided filter (He and Sun, 2015): a local linear model of the map by the picture's light is made small and
    used at full size.
    """
    import cv2

    height, width = rgb.shape[:2]
    scale = min(1.0, SMALL / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    light = np.asarray(np.clip(rgb, 0, 1) @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)
    guide = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    depth = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)
    side = (2 * max(2, max(size) // 80) + 1,) * 2
    mean_guide, mean_depth = cv2.blur(guide, side), cv2.blur(depth, side)
    variance = cv2.blur(guide * guide, side) - mean_guide * mean_guide
    slope = (cv2.blur(guide * depth, side) - mean_guide * mean_depth) / (variance + np.float32(smoothness))
    offset = mean_depth - slope * mean_guide
    wide_slope, wide_offset = (
        cv2.resize(cv2.blur(item, side), (width, height), interpolation=cv2.INTER_LINEAR) for item in (slope, offset)
    )
    return np.asarray(np.clip(wide_slope * light + wide_offset, 0, 1), np.float32)


def stretched(values: Floats) -> Floats:
    """To 0..1, the outermost hundredth at either end left out."""
    low, high = np.percentile(values, (1, 99))
    if high - low < 1e-6:
        return np.full(values.shape, 0.5, np.float32)
    return np.asarray(np.clip((values - low) / (high - low), 0, 1), np.float32)
