"""Coverage: which pixels an edit applies to, and how much. Arrays of (height, width) in the document's depth.

A `region` says which rectangle of the document an array stands for.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from render.geometry import IntRect, Point, Rect
from render.raster.depth import Array, from_unit, peak_of, to_unit

Combine = Literal["replace", "add", "subtract", "intersect"]
SUBPIXEL_BITS = 4
BAND = 512


def rectangle(region: IntRect, rect: Rect, dtype: str) -> Array:
    """Exact area coverage of a rectangle with fractional edges."""
    columns = np.arange(region.x, region.right, dtype=np.float64)
    rows = np.arange(region.y, region.bottom, dtype=np.float64)
    across = np.clip(np.minimum(columns + 1, rect.right) - np.maximum(columns, rect.x), 0, 1)
    down = np.clip(np.minimum(rows + 1, rect.bottom) - np.maximum(rows, rect.y), 0, 1)
    return from_unit(down[:, None] * across[None, :], dtype)


def ellipse(region: IntRect, rect: Rect, dtype: str) -> Array:
    """Coverage of the ellipse inside a rectangle, with an edge of about one pixel."""
    radius_x, radius_y = max(rect.width / 2, 1e-6), max(rect.height / 2, 1e-6)
    x = (np.arange(region.x, region.right) + 0.5 - rect.center.x)[None, :]
    y = (np.arange(region.y, region.bottom) + 0.5 - rect.center.y)[:, None]
    value = (x / radius_x) ** 2 + (y / radius_y) ** 2 - 1
    # Distance to the curve to first order: the implicit function over the length of its gradient.
    slope = 2 * np.sqrt((x / radius_x**2) ** 2 + (y / radius_y**2) ** 2)
    return from_unit(np.clip(0.5 - value / np.maximum(slope, 1e-9), 0, 1), dtype)


def polygon(region: IntRect, points: Sequence[Point], dtype: str) -> Array:
    """Anti-aliased coverage of a closed polygon, even-odd, as a lasso draws it."""
    coverage = np.zeros((region.height, region.width), dtype)
    if len(points) < 3:
        return coverage
    left, top = min(p.x for p in points), min(p.y for p in points)
    reach = Rect(left, top, max(p.x for p in points) - left, max(p.y for p in points) - top).rounded_out()
    reach = reach.intersection(region)
    for y in range(reach.y, reach.bottom, BAND):
        band = IntRect(reach.x, y, reach.width, min(BAND, reach.bottom - y))
        if not band.is_empty:
            place = np.s_[y - region.y : y - region.y + band.height, band.x - region.x : band.right - region.x]
            coverage[place] = _polygon_band(band, points, dtype)
    return coverage


def _polygon_band(band: IntRect, points: Sequence[Point], dtype: str) -> Array:
    """Four samples a pixel each way, averaged: OpenCV's own anti-aliasing draws a line around, which fattens."""
    import cv2

    factor, unit = 4, 1 << SUBPIXEL_BITS
    canvas = np.zeros((band.height * factor, band.width * factor), np.uint8)
    corners = np.array([[(p.x - band.x) * factor - 0.5, (p.y - band.y) * factor - 0.5] for p in points], float)
    cv2.fillPoly(canvas, [np.rint(corners * unit).astype(np.int32)], 255, shift=SUBPIXEL_BITS)
    small = cv2.resize(canvas, (band.width, band.height), interpolation=cv2.INTER_AREA)
    return from_unit(np.asarray(small, np.float32) / np.float32(255), dtype)


def feathered(coverage: Array, sigma: float) -> Array:
    """Coverage with a soft edge; the array should reach 3 sigma beyond the shape."""
    import cv2

    if sigma <= 0:
        return coverage
    soft = cv2.GaussianBlur(to_unit(coverage), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return from_unit(soft, coverage.dtype)


def combined(old: Array, new: Array, how: Combine) -> Array:
    """Add, subtract or intersect two coverages of the same size."""
    if how == "add":
        return np.asarray(np.maximum(old, new))
    if how == "subtract":
        peak = np.asarray(peak_of(new.dtype), new.dtype)
        return np.asarray(np.minimum(old, peak - new))
    return np.asarray(np.minimum(old, new)) if how == "intersect" else new


def limited(before: Array, after: Array, coverage: Array) -> Array:
    """`after` where selected, `before` where not, a mix between. Pixels (h, w, 4) or coverage (h, w)."""
    share = to_unit(coverage)
    if before.ndim == 3:
        share = share[..., None]
    mixed = to_unit(before) * (1 - share) + to_unit(after) * share
    return from_unit(mixed, before.dtype)


def weakened(pixels: Array, coverage: Array) -> Array:
    """Premultiplied pixels times coverage."""
    return from_unit(to_unit(pixels) * to_unit(coverage)[..., None], pixels.dtype)


def outlines(coverage: Array, origin: tuple[int, int]) -> list[list[Point]]:
    """The borders of what is at least half selected, as closed polygons along pixel edges."""
    import cv2

    inside = (to_unit(coverage) >= 0.5).astype(np.uint8)
    # Doubling each pixel and keeping the border inside makes contour points lie on pixel edges after halving.
    doubled = np.pad(np.kron(inside, np.ones((2, 2), np.uint8)), 1)
    found, _ = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    return [[_edge_point(point, origin) for point in contour[:, 0, :]] for contour in found if len(contour) > 1]


def _edge_point(point: Array, origin: tuple[int, int]) -> Point:
    return Point(origin[0] + float(int(point[0]) // 2), origin[1] + float(int(point[1]) // 2))
