"""Which part of a photograph draws the eye, without a model.

Method: robust background detection and saliency optimisation (W. Zhu, S. Liang, Y. Wei, J. Sun, "Saliency optimization
from robust background detection", CVPR 2014). What is strongly joined to the picture's border is background; what
differs from the background nearby stands out; a least-squares fit over superpixels joins both with smoothness. Three
priors are added to it: photographers put subjects near the centre, keep them in focus, and below a face is a body.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.matting.focus import focus
from ml.matting.superpixels import Superpixels, superpixels
from ml.progress import Progress

Floats = NDArray[np.float32]
Face = tuple[float, float, float, float]
"""Left, top, width, height as shares of the picture's width and height."""
Place = tuple[float, float]
"""x and y as shares of the picture's width and height."""

COUNT = 320
COLOR_SIGMA = 10.0
BORDER_SIGMA = 1.0
PLACE_SIGMA = 0.25
SMOOTH = 0.1
CENTRE_SIGMA = 0.38
BODY_WEIGHT = 1.5
FOCUS_WEIGHT = 1.5
POINTED = 8.0
NEAR_SIGMA = 0.30


@dataclass(frozen=True)
class Saliency:
    """`map`: (height, width) float32 from 0 to 1. `border`: the share of the picture's edge that looks like
    background, from 0 to 1."""

    map: Floats
    border: float


def saliency(
    rgb: Floats, faces: tuple[Face, ...], progress: Progress, *, inside: tuple[Place, ...] = (),
    outside: tuple[Place, ...] = (),
) -> Saliency:
    """Of a small (height, width, 3) sRGB picture from 0 to 1, at most some 400 pixels long.

    Someone may have pointed at places `inside` the subject, which stand in for the centre then, and `outside` it.
    """
    lab = cv2.cvtColor(np.ascontiguousarray(rgb, np.float32), cv2.COLOR_RGB2Lab)
    parts = superpixels(np.asarray(lab, np.float32), COUNT, progress)
    size = rgb.shape[1], rgb.shape[0]
    background = _background(parts, size, progress)
    contrast = _contrast(parts, background, size) * _centre(parts, size, inside)
    body = _bodies(parts, faces, size)
    sharp = _sharpness(parts, rgb)
    background = background * (1 - body) * (1 - sharp)
    contrast = np.maximum(np.maximum(contrast, FOCUS_WEIGHT * sharp), BODY_WEIGHT * body)
    for places, stands_out in ((inside, True), (outside, False)):
        pointed = [_label_at(parts, place) for place in places]
        background[pointed], contrast[pointed] = (0, POINTED) if stands_out else (POINTED, 0)
    values = _fit(parts, background, contrast, progress)
    low, high = float(values.min()), float(values.max())
    values = (values - low) / (high - low) if high > low else np.zeros_like(values)
    border = float((background[parts.border] * parts.sizes[parts.border]).sum() / parts.sizes[parts.border].sum())
    return Saliency(values[parts.labels].astype(np.float32), border)


def _color_distances(parts: Superpixels) -> NDArray[Any]:
    return np.asarray(np.linalg.norm(parts.colors[:, None] - parts.colors[None], axis=2), np.float64)


def _background(parts: Superpixels, size: tuple[int, int], progress: Progress) -> NDArray[Any]:
    """How surely each superpixel belongs to the background: its connection to the border against its own extent."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    progress.check()
    edges = np.concatenate([parts.pairs, _all_pairs(parts.border)])
    steps = np.linalg.norm(parts.colors[edges[:, 0]] - parts.colors[edges[:, 1]], axis=1)
    # The noise of a surface is not distance: without this, a long way over one wall counts as an edge.
    steps = np.maximum(steps - np.percentile(steps[: len(parts.pairs)], 20), 0) + 1e-3
    edges, index = np.unique(np.sort(edges, axis=1), axis=0, return_index=True)
    graph = coo_matrix((steps[index], (edges[:, 0], edges[:, 1])), shape=(parts.count, parts.count)).tocsr()
    near = np.exp(-np.square(dijkstra(graph, directed=False)) / (2 * COLOR_SIGMA**2))
    area = near.sum(axis=1)
    length = near[:, parts.border].sum(axis=1)
    connection = length / np.sqrt(area)
    return np.asarray(1 - np.exp(-np.square(connection) / (2 * BORDER_SIGMA**2)))


def _all_pairs(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    first, second = np.triu_indices(len(labels), 1)
    return np.stack([labels[first], labels[second]], axis=1)


def _contrast(parts: Superpixels, background: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """How much each superpixel differs from the background around it, 0 to 1."""
    places = parts.places / max(size)
    apart = np.square(places[:, None] - places[None]).sum(axis=2)
    weights = np.exp(-apart / (2 * PLACE_SIGMA**2)) * background[None] * parts.sizes[None]
    found = (_color_distances(parts) * weights).sum(axis=1)
    found -= found.min()
    return np.asarray(found / max(float(found.max()), 1e-9))


def _centre(parts: Superpixels, size: tuple[int, int], inside: tuple[Place, ...]) -> NDArray[Any]:
    middles = np.asarray(inside or ((0.5, 0.5),), np.float32)
    away = np.square(parts.places[:, None] / np.asarray(size, np.float32) - middles[None]).sum(axis=2).min(axis=1)
    sigma = NEAR_SIGMA if inside else CENTRE_SIGMA
    return np.asarray(0.4 + 0.6 * np.exp(-away / (2 * sigma**2)))


def _label_at(parts: Superpixels, place: Place) -> int:
    height, width = parts.labels.shape
    return int(parts.labels[min(int(place[1] * height), height - 1), min(int(place[0] * width), width - 1)])


def _bodies(parts: Superpixels, faces: tuple[Face, ...], size: tuple[int, int]) -> NDArray[Any]:
    """1 inside a face and the trunk below it, falling off around them."""
    x, y = parts.places[:, 0] / size[0], parts.places[:, 1] / size[1]
    found = np.zeros(parts.count)
    for left, top, width, height in faces:
        middle = left + width / 2
        head = np.square((x - middle) / (0.62 * width)) + np.square((y - top - height * 0.45) / (0.78 * height))
        below = y > top + 1.15 * height
        trunk = np.where(below, np.square((x - middle) / (0.75 * width)), np.inf)
        found = np.maximum(found, np.exp(-np.square(np.maximum(np.minimum(head, trunk) - 0.6, 0)) / 0.5))
    return found


def _sharpness(parts: Superpixels, rgb: Floats) -> NDArray[Any]:
    values, trust = focus(rgb)
    sums = np.bincount(parts.labels.ravel(), values.ravel(), parts.count)
    return np.asarray(trust * sums / parts.sizes)


def _fit(parts: Superpixels, background: NDArray[Any], contrast: NDArray[Any], progress: Progress) -> NDArray[Any]:
    """Minimise background * s^2 + contrast * (s - 1)^2 + the differences of alike neighbours, over all superpixels."""
    progress.check()
    first, second = parts.pairs[:, 0], parts.pairs[:, 1]
    alike = np.exp(-np.square(parts.colors[first] - parts.colors[second]).sum(axis=1) / (2 * COLOR_SIGMA**2)) + SMOOTH
    matrix = np.zeros((parts.count, parts.count))
    np.add.at(matrix, (first, second), -alike)
    matrix += matrix.T
    matrix -= np.diag(matrix.sum(axis=1))
    matrix += np.diag(background + contrast + 1e-6)
    return np.asarray(np.linalg.solve(matrix, contrast))
