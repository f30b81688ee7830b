"""Small regions of one colour that follow the edges of a picture.

Method: simple linear iterative clustering (R. Achanta et al., "SLIC superpixels compared to state-of-the-art
superpixel methods", IEEE TPAMI 2012), each pixel choosing among the nine centres of its neighbourhood in the grid.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.progress import Progress

COMPACTNESS = 18.0
ROUNDS = 6


@dataclass(frozen=True)
class Superpixels:
    """`labels`: (height, width) int32 from 0; `colors`: (n, 3) mean CIE Lab; `places`: (n, 2) mean x, y in pixels;
    `sizes`: (n,) pixels; `pairs`: (m, 2) labels that touch; `border`: labels at the edge of the picture."""

    labels: NDArray[np.int32]
    colors: NDArray[np.float32]
    places: NDArray[np.float32]
    sizes: NDArray[np.float32]
    pairs: NDArray[np.int32]
    border: NDArray[np.int32]

    @property
    def count(self) -> int:
        return len(self.sizes)


def superpixels(lab: NDArray[np.float32], wanted: int, progress: Progress) -> Superpixels:
    """About `wanted` superpixels of a (height, width, 3) CIE Lab picture."""
    height, width = lab.shape[:2]
    step = max(2.0, (height * width / wanted) ** 0.5)
    rows, columns = max(1, round(height / step)), max(1, round(width / step))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    row = np.minimum((y * rows / height).astype(np.int32), rows - 1)
    column = np.minimum((x * columns / width).astype(np.int32), columns - 1)
    labels = row * columns + column
    features = np.dstack([lab, x * (COMPACTNESS / step), y * (COMPACTNESS / step)]).astype(np.float32)
    for _ in range(ROUNDS):
        progress.check()
        centres = _means(features, labels, rows * columns)
        labels = _nearest(features, centres, row, column, rows, columns)
    return _described(lab, _compact(labels), x, y)


def _means(features: NDArray[np.float32], labels: NDArray[np.int32], count: int) -> NDArray[np.float32]:
    flat = labels.ravel()
    sizes = np.maximum(np.bincount(flat, minlength=count), 1)
    sums = [np.bincount(flat, features[..., part].ravel(), count) for part in range(features.shape[2])]
    return (np.stack(sums, axis=1) / sizes[:, None]).astype(np.float32)


def _nearest(
    features: NDArray[np.float32], centres: NDArray[np.float32], row: NDArray[np.int32], column: NDArray[np.int32],
    rows: int, columns: int,
) -> NDArray[np.int32]:
    best = np.full(row.shape, np.inf, np.float32)
    labels = np.zeros(row.shape, np.int32)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            near = np.clip(row + down, 0, rows - 1) * columns + np.clip(column + right, 0, columns - 1)
            distance = np.square(features - centres[near]).sum(axis=2)
            closer = distance < best
            best[closer], labels[closer] = distance[closer], near[closer]
    return labels


def _compact(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Numbers from 0 without gaps."""
    _, found = np.unique(labels, return_inverse=True)
    return found.reshape(labels.shape).astype(np.int32)


def _described(
    lab: NDArray[np.float32], labels: NDArray[np.int32], x: NDArray[np.float32], y: NDArray[np.float32]
) -> Superpixels:
    count = int(labels.max()) + 1
    means = _means(np.dstack([lab, x, y]), labels, count)
    sides = [(labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:]), (labels[:-1, :-1], labels[1:, 1:])]
    pairs = np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1) for a, b in sides])
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    sizes = np.bincount(labels.ravel(), minlength=count).astype(np.float32)
    return Superpixels(labels, means[:, :3], means[:, 3:], sizes, pairs, border)
