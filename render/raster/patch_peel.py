"""A first guess for a small hole: ring by ring from its edge, each pixel as the best patch around it would have it.

Newson et al. (2017) begin so, because a smooth first guess finds smooth patches and never leaves them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from render.kernels.patches import HALF

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
AT_ONCE = 512
MOST_SOURCES = 12_000
DISTANCE = 0.01
"""What a source costs that lies as far from its target as the hole is wide, in squared differences of one patch."""


def peeled(
    features: Floats, hole: Flags, allowed: Flags, listen: Callable[[], None] = lambda: None
) -> Floats:
    """`features` (height, width, channels) with the hole filled; `allowed` are centres of patches to copy.

    `listen` is called often and may raise to stop."""
    import cv2

    result = features.copy()
    unknown = hole.copy()
    places = np.flatnonzero(allowed)
    places = places[:: max(1, len(places) // MOST_SOURCES)]
    sources = _patches(features, places)
    centre = features.reshape(-1, features.shape[2])[places]
    width = max(1.0, float(np.sqrt(hole.sum())))
    while unknown.any():
        inner = cv2.erode(unknown.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1).astype(bool)
        ring = np.flatnonzero(unknown & ~inner)
        if not ring.size:  # nothing is known at all
            result[unknown] = centre.mean(axis=0)
            break
        for start in range(0, ring.size, AT_ONCE):
            listen()
            part = ring[start : start + AT_ONCE]
            cost = _differences(result, ~unknown, part, sources) + _far(part, places, hole.shape[1], width)
            result.reshape(-1, result.shape[2])[part] = centre[cost.argmin(axis=1)]
        unknown &= inner
    return result


def _patches(picture: Floats, places: NDArray[np.intp]) -> Floats:
    """(place, everything in its patch), in one row each."""
    padded = np.pad(picture, ((HALF, HALF), (HALF, HALF), (0, 0)), mode="edge")
    rows, columns = np.divmod(places, picture.shape[1])
    side = range(2 * HALF + 1)
    parts = [padded[rows + down, columns + across] for down in side for across in side]
    return np.concatenate(parts, axis=1)


def _differences(picture: Floats, known: Flags, places: NDArray[np.intp], sources: Floats) -> Floats:
    """(place, source): how much the patches differ over what is known at the place, but for a part that is the same
    for all sources."""
    channels = picture.shape[2]
    weight = np.repeat(_patches(known.astype(np.float32)[..., None], places), channels, axis=1)
    wanted = _patches(picture, places) * weight
    return np.asarray(weight @ (sources * sources).T - 2 * (wanted @ sources.T), np.float32)


def _far(places: NDArray[np.intp], sources: NDArray[np.intp], across: int, width: float) -> Floats:
    """(place, source): what the way between them costs, so that of sources that are as good the near one is taken."""
    scale = np.float32(np.sqrt(DISTANCE) / width)
    here, there = (np.stack(np.divmod(each, across), axis=1).astype(np.float32) * scale for each in (places, sources))
    squares = (here * here).sum(axis=1)[:, None] + (there * there).sum(axis=1)[None]
    return np.asarray(squares - 2 * (here @ there.T), np.float32)
