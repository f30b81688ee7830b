"""A first guess for a small hole: ring by ring from its edge, each pixel as the best patch around it would have it.

Newson et al. (2017) begin so, because a smooth first guess finds smooth patches and never leaves them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.kernels.patches import HALF

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
AT_ONCE = 512
MOST_SOURCES = 12_000


def peeled(features: Floats, hole: Flags, allowed: Flags) -> Floats:
    """`features` (height, width, channels) with the hole filled; `allowed` are centres of patches to copy."""
    import cv2

    result = features.copy()
    unknown = hole.copy()
    places = np.flatnonzero(allowed)
    places = places[:: max(1, len(places) // MOST_SOURCES)]
    sources = _patches(features, places)
    centre = features.reshape(-1, features.shape[2])[places]
    while unknown.any():
        inner = cv2.erode(unknown.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1).astype(bool)
        ring = np.flatnonzero(unknown & ~inner)
        if not ring.size:  # nothing is known at all
            result[unknown] = centre.mean(axis=0)
            break
        for start in range(0, ring.size, AT_ONCE):
            part = ring[start : start + AT_ONCE]
            result.reshape(-1, result.shape[2])[part] = centre[_nearest(result, ~unknown, part, sources)]
        unknown &= inner
    return result


def _patches(picture: Floats, places: NDArray[np.intp]) -> Floats:
    """(place, everything in its patch), in one row each."""
    padded = np.pad(picture, ((HALF, HALF), (HALF, HALF), (0, 0)), mode="edge")
    rows, columns = np.divmod(places, picture.shape[1])
    side = range(2 * HALF + 1)
    parts = [padded[rows + down, columns + across] for down in side for across in side]
    return np.concatenate(parts, axis=1)


def _nearest(picture: Floats, known: Flags, places: NDArray[np.intp], sources: Floats) -> NDArray[np.intp]:
    """For each place the source patch that differs least over what is known there."""
    channels = picture.shape[2]
    weight = np.repeat(_patches(known.astype(np.float32)[..., None], places), channels, axis=1)
    wanted = _patches(picture, places) * weight
    differences = weight @ (sources * sources).T - 2 * (wanted @ sources.T)
    return np.asarray(differences.argmin(axis=1), np.intp)
