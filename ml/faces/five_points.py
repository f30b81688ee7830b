"""Five points of a face, without a download: the corners of both eyes and the base of the nose.

An ensemble of regression trees moves a mean shape step by step towards the face (V. Kazemi and J. Sullivan, One
Millisecond Face Alignment with an Ensemble of Regression Trees, CVPR 2014). The trees are those that Davis King trained
and gave to the public domain; `five_points.md` says where they come from and what was done to them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.faces.face import Points

Floats = NDArray[np.float32]
DEPTH = 4
ORDER = ("right eye outer", "right eye inner", "left eye outer", "left eye inner", "nose")
"""As the trees give them: the picture's right eye first."""


@lru_cache(maxsize=1)
def _trees() -> dict[str, NDArray[np.generic]]:
    with np.load(Path(__file__).with_name("five_points.npz"), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def five_points(gray: NDArray[np.uint8], box: tuple[float, float, float, float]) -> Points:
    """(5, 2) in pixels, in the order of `ORDER`, for a square box (x, y, width, height) around a face in gray bytes.

    The box should lie as this house's own detector lays it: from the brows to below the mouth.
    """
    trees = _trees()
    mean = trees["mean"].astype(np.float32)
    shape = mean.copy()
    corner, size = np.array(box[:2], np.float32), np.array(box[2:], np.float32)
    for step in range(len(trees["pairs"])):
        turn = _similarity(mean, shape)
        offsets = trees["offsets"][step].astype(np.float32)
        places = (offsets @ turn.T + shape[trees["anchors"][step]]) * size + corner
        shape = shape + _grown(trees, step, _values(gray, places)).reshape(-1, 2)
    return (shape * size + corner).astype(np.float32)


def _values(gray: NDArray[np.uint8], places: Floats) -> NDArray[np.int32]:
    """The pixel under each place; 0 outside the picture."""
    rounded = np.rint(places).astype(np.int64)
    height, width = gray.shape
    inside = (rounded >= 0).all(axis=1) & (rounded[:, 0] < width) & (rounded[:, 1] < height)
    safe = np.where(inside[:, None], rounded, 0)
    return np.where(inside, gray[safe[:, 1], safe[:, 0]], 0).astype(np.int32)


def _grown(trees: dict[str, NDArray[np.generic]], step: int, values: NDArray[np.int32]) -> Floats:
    """The sum of the leaves that all trees of one step end in, every tree descended at once."""
    pairs, limits = trees["pairs"][step], trees["limits"][step]
    rows = np.arange(len(pairs))
    node = np.zeros(len(pairs), np.int64)
    for _ in range(DEPTH):
        pair = pairs[rows, node]
        goes_left = values[pair[:, 0]] - values[pair[:, 1]] > limits[rows, node]
        node = 2 * node + np.where(goes_left, 1, 2)
    leaves = trees["leaves"][step][rows, node - (2**DEPTH - 1)].astype(np.float32)
    return np.asarray((leaves * trees["leaf_scale"][step][:, None]).sum(axis=0), np.float32)


def _similarity(source: Floats, target: Floats) -> Floats:
    """The turn and scale (2, 2) that lays one shape best upon another (S. Umeyama, 1991, in the plane)."""
    one, other = source - source.mean(axis=0), target - target.mean(axis=0)
    along = float((one * other).sum())
    across = float((one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]).sum())
    norm = max(float((one**2).sum()), 1e-12)
    return np.array([[along, -across], [across, along]], np.float32) / np.float32(norm)
