"""Mosaic: a cell for each seed, in the mean colour of what it covers. Squares, hexagons, or stones of no shape."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.raster.art.flow import Floats, Tell, by_strips, silent, smooth_step, unit_of

Cells = Literal["squares", "hexagons", "stones"]
Points = NDArray[np.float64]
ROUNDS = 3
STRIP = 256


def mosaic(
    rgb: Floats, size: float = 9.0, cells: Cells = "stones", gap: float = 0.12, relief: float = 0.4,
    gap_colour: tuple[float, float, float] = (0.3, 0.28, 0.26), variation: float = 0.3, tell: Tell = silent,
) -> Floats:
    """`size` of a cell in thousandths of the diagonal; `gap` as a share of it; `relief` (0 to 1) of the cells' edges.

    `variation`: how unlike neighbours of one colour are, as stones are.
    """
    height, width = rgb.shape[:2]
    tell(0.0)
    pitch = max(3.0, size * unit_of(height, width))
    seeds = _seeds(height, width, pitch, cells)
    labels = nearest(seeds, height, width)
    if cells == "stones":
        for number in range(ROUNDS):  # Lloyd's way to cells of one size
            seeds = _middles(labels, seeds, lambda share, number=number: tell(0.1 + 0.15 * (number + share)))  # type: ignore[misc]
            labels = nearest(seeds, height, width)
    colours = _means(rgb, labels, len(seeds), lambda share: tell(0.55 + 0.15 * share))
    if variation > 0:
        uneven = np.random.default_rng(4).normal(1, 0.12 * variation, (len(seeds), 1))
        colours = colours * uneven.clip(0.6, 1.4)
    table, grout = colours.astype(np.float32), np.asarray(gap_colour, np.float32)
    inside = _depth_inside(labels)
    tell(0.75)
    lit = _lit(inside, pitch, relief, lambda share: tell(0.75 + 0.15 * share)) if relief > 0 else None

    def laid(rows: slice) -> Floats:
        result = table[labels[rows]]
        if lit is not None:
            share = lit[rows, :, None]
            result = result * (1 + np.minimum(share, 0)) + np.maximum(share, 0) * (1 - result) * np.float32(0.6)
        if gap > 0:
            edge = gap * pitch / 2
            share = smooth_step(edge - 0.7, edge + 0.7, inside[rows])[..., None]
            result = share * result + (1 - share) * grout
        return np.asarray(np.maximum(result, 0), np.float32)

    return by_strips(rgb.shape, laid, lambda share: tell(0.9 + 0.1 * share))


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


def _means(rgb: Floats, labels: NDArray[np.int32], count: int, tell: Tell = silent) -> NDArray[np.float64]:
    """(count, 3): the mean colour of each cell."""
    sizes, sums = np.zeros(count), np.zeros((3, count))
    for top in range(0, labels.shape[0], STRIP):
        tell(top / labels.shape[0])
        flat = labels[top : top + STRIP].ravel()
        sizes += np.bincount(flat, minlength=count)
        for channel in range(3):
            sums[channel] += np.bincount(flat, rgb[top : top + STRIP, :, channel].ravel(), minlength=count)
    return np.asarray((sums / np.maximum(1, sizes)).T, np.float64)


def _middles(labels: NDArray[np.int32], seeds: Points, tell: Tell = silent) -> Points:
    """(count, 2): the mean place of each cell; a seed without pixels stays."""
    count, across = len(seeds), np.arange(labels.shape[1], dtype=np.float64)
    sizes, sums = np.zeros(count), np.zeros((2, count))
    for top in range(0, labels.shape[0], STRIP):
        tell(top / labels.shape[0])
        part = labels[top : top + STRIP]
        flat = part.ravel()
        down = np.repeat(np.arange(top, top + len(part), dtype=np.float64), labels.shape[1])
        sizes += np.bincount(flat, minlength=count)
        sums[0] += np.bincount(flat, down, minlength=count)
        sums[1] += np.bincount(flat, np.tile(across, len(part)), minlength=count)
    return np.where((sizes > 0)[:, None], (sums / np.maximum(1, sizes)).T, seeds)


def _depth_inside(labels: NDArray[np.int32]) -> Floats:
    """How far each pixel lies from the edge of its cell, in pixels; one cell alone has no edge."""
    import cv2

    inside = np.ones(labels.shape, np.uint8)
    inside[:, 1:][labels[:, 1:] != labels[:, :-1]] = 0
    inside[1:][labels[1:] != labels[:-1]] = 0
    return np.asarray(np.minimum(cv2.distanceTransform(inside, cv2.DIST_L2, 5), max(labels.shape)), np.float32)


def _lit(inside: Floats, pitch: float, relief: float, tell: Tell) -> Floats:
    """How much the rounded edges of the cells catch a light from above left: less than 0 is shadow."""
    import cv2

    height = np.sqrt(np.clip(inside / np.float32(0.25 * pitch), 0, 1))
    tell(0.3)
    height = cv2.GaussianBlur(height, (0, 0), max(0.6, pitch / 40))
    tell(0.6)
    slope = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=1 / 8) + cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(np.clip(np.float32(0.144 * relief * pitch) * slope, -0.6, 0.6), np.float32)
