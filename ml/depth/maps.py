"""Depth by hand, and depth from a small map: (height, width) float32, 0 far to 1 near."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

STRIP = 256
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

    The fast guided filter (He and Sun, 2015) by colour: a local linear model of the map by the picture's colours is
    made small and used at full size.
    """
    import cv2

    height, width = rgb.shape[:2]
    scale = min(1.0, SMALL / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    guide = np.asarray(cv2.resize(np.clip(rgb, 0, 1), size, interpolation=cv2.INTER_AREA), np.float32)
    depth = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.float32)
    coarseness = max(-(-size[1] // small.shape[0]), -(-size[0] // small.shape[1]))
    side = 2 * max(2, max(size) // 80, coarseness) + 1
    slope, offset = _local_models(guide, depth, (side, side), smoothness)
    result = np.empty((height, width), np.float32)
    for top in range(0, height, STRIP):
        rows = slice(top, min(height, top + STRIP))
        wide_slope, wide_offset = (_enlarged_rows(item, rows, height, width) for item in (slope, offset))
        result[rows] = np.clip(np.einsum("ijk,ijk->ij", wide_slope, np.clip(rgb[rows], 0, 1)) + wide_offset, 0, 1)
    return result


def _local_models(guide: Floats, depth: Floats, side: tuple[int, int], smoothness: float) -> tuple[Floats, Floats]:
    """(height, width, 3) and (height, width): depth is about slope . colour + offset around each pixel."""
    import cv2

    mean_guide, mean_depth = cv2.blur(guide, side), cv2.blur(depth, side)
    shared = cv2.blur(guide * depth[..., None], side) - mean_guide * mean_depth[..., None]
    spread = np.empty((*depth.shape, 3, 3), np.float32)
    for a in range(3):
        for b in range(3):
            spread[..., a, b] = cv2.blur(guide[..., a] * guide[..., b], side) - mean_guide[..., a] * mean_guide[..., b]
    slope = np.linalg.solve(spread + np.float32(smoothness) * np.eye(3, dtype=np.float32), shared[..., None])[..., 0]
    offset = mean_depth - np.einsum("ijk,ijk->ij", slope, mean_guide)
    return np.asarray(cv2.blur(slope, side), np.float32), np.asarray(cv2.blur(offset, side), np.float32)


def _enlarged_rows(plane: Floats, rows: slice, height: int, width: int) -> Floats:
    """These rows of a plane brought to (height, width), linearly."""
    import cv2

    places = (np.arange(rows.start, rows.stop) + 0.5) * plane.shape[0] / height - 0.5
    low = np.clip(np.floor(places).astype(np.intp), 0, max(0, plane.shape[0] - 2))
    high = np.minimum(low + 1, plane.shape[0] - 1)
    share = np.clip(places - low, 0, 1).astype(np.float32).reshape(-1, *[1] * (plane.ndim - 1))
    part = (1 - share) * plane[low] + share * plane[high]
    return np.asarray(cv2.resize(part, (width, len(part)), interpolation=cv2.INTER_LINEAR), np.float32)


def stretched(values: Floats) -> Floats:
    """To 0..1, the outermost hundredth at either end left out."""
    low, high = np.percentile(values, (1, 99))
    if high - low < 1e-6:
        return np.full(values.shape, 0.5, np.float32)
    return np.asarray(np.clip((values - low) / (high - low), 0, 1), np.float32)
