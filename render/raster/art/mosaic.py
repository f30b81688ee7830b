"""Mosaic: a cell for each seed, in the mean colour of what it covers. Squares, hexagons, or stones of no shape."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.raster.art.flow import Floats, Tell, silent, smooth_step, unit_of

Cells = Literal["squares", "hexagons", "stones"]
Points = NDArray[np.float64]
ROUNDS = 3


def mosaic(
    rgb: Floats, size: float = 9.0, cells: Cells = "stones", gap: float = 0.15, relief: float = 0.4,
    gap_colour: tuple[float, float, float] = (0.12, 0.12, 0.12), variation: float = 0.3, tell: Tell = silent,
) -> Floats:
    """`size` of a cell in thousandths of the diagonal; `gap` as a share of it; `relief` (0 to 1) of the cells' edges.

    `variation`: how unlike neighbours of one colour are, as stones are.
    """
    height, width = rgb.shape[:2]
    pitch = max(3.0, size * unit_of(height, width))
    seeds = _seeds(height, width, pitch, cells)
    labels = nearest(seeds, height, width)
    if cells == "stones":
        for number in range(ROUNDS):  # Lloyd's way to cells of one size
            tell(0.1 + 0.15 * number)
            seeds = _middles(labels, seeds)
            labels = nearest(seeds, height, width)
    tell(0.6)
    colours = _means(rgb, labels, len(seeds))
    if variation > 0:
        uneven = np.random.default_rng(4).normal(1, 0.12 * variation, (len(seeds), 1))
        colours = colours * uneven.clip(0.6, 1.4)
    result = colours.astype(np.float32)[labels]
    inside = _depth_inside(labels)
    tell(0.8)
    if relief > 0:
        result = _raised(result, inside, pitch, relief)
    if gap > 0:
        edge = gap * pitch / 2
        share = smooth_step(edge - 0.7, edge + 0.7, inside)[..., None]
        result = share * result + (1 - share) * np.asarray(gap_colour, np.float32)
    return np.asarray(np.clip(result, 0, None), np.float32)


def _seeds(height: int, width: int, pitch: float, cells: Cells) -> Points:
    """(count, 2) rows and columns, one at least."""
    down = pitch * np.sqrt(3) / 2 if cells == "hexagons" else pitch
    rows, columns = max(1, round(height / down)), max(1, round(width / pitch))
    y, x = np.meshgrid(
        (np.arange(rows) + 0.5) * height / rows, np.arange(columns + 1) * width / columns, indexing="ij"
    )
    if cells == "squares":
        x = x - 0.5 * width / columns
    elif cells == "hexagons":
        x = x + (np.arange(rows) % 2)[:, None] * 0.5 * width / columns
    else:
        rng = np.random.default_rng(7)
        x, y = x + rng.uniform(-0.5, 0.5, x.shape) * pitch, y + rng.uniform(-0.5, 0.5, y.shape) * pitch
    points = np.stack([y.ravel(), x.ravel()], axis=1)
    return np.asarray(np.clip(points, 0, [height - 1, width - 1]), np.float64)


def nearest(seeds: Points, height: int, width: int) -> NDArray[np.int32]:
    """(height, width) the number of the seed that is nearest to each pixel."""
    import cv2

    plane = np.ones((height, width), np.uint8)
    rows, columns = seeds.astype(np.intp).T
    plane[rows, columns] = 0
    _, labels = cv2.distanceTransformWithLabels(plane, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    numbers = np.zeros(int(labels.max()) + 1, np.int32)
    numbers[labels[rows, columns]] = np.arange(len(seeds), dtype=np.int32)
    return np.asarray(numbers[labels], np.int32)


def _means(rgb: Floats, labels: NDArray[np.int32], count: int) -> NDArray[np.float64]:
    flat = labels.ravel()
    sizes = np.maximum(1, np.bincount(flat, minlength=count))
    sums = [np.bincount(flat, weights=rgb[..., channel].ravel(), minlength=count) for channel in range(3)]
    return np.stack([total / sizes for total in sums], axis=1)


def _middles(labels: NDArray[np.int32], seeds: Points) -> Points:
    flat, count = labels.ravel(), len(seeds)
    sizes = np.bincount(flat, minlength=count)
    places = np.arange(flat.size)
    rows = np.bincount(flat, weights=places // labels.shape[1], minlength=count)
    columns = np.bincount(flat, weights=places % labels.shape[1], minlength=count)
    middles = np.stack([rows, columns], axis=1) / np.maximum(1, sizes)[:, None]
    return np.where((sizes > 0)[:, None], middles, seeds)


def _depth_inside(labels: NDArray[np.int32]) -> Floats:
    """How far each pixel lies from the edge of its cell, in pixels."""
    import cv2

    inside = np.ones(labels.shape, np.uint8)
    inside[:, 1:][labels[:, 1:] != labels[:, :-1]] = 0
    inside[1:][labels[1:] != labels[:-1]] = 0
    return np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, 5), np.float32)


def _raised(colours: Floats, inside: Floats, pitch: float, relief: float) -> Floats:
    """The rounded edges of the cells in a light from above left."""
    import cv2

    height = np.sqrt(np.clip(inside / np.float32(0.25 * pitch), 0, 1))
    height = cv2.GaussianBlur(height, (0, 0), max(0.6, pitch / 40))
    slope = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=1 / 8) + cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=1 / 8)
    lit = np.clip(np.float32(1.2 * relief) * slope * np.float32(0.12 * pitch), -0.6, 0.6)[..., None]
    return np.asarray(colours * (1 + np.minimum(lit, 0)) + np.maximum(lit, 0) * (1 - colours) * 0.6, np.float32)
