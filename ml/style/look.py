"""The colours of another picture: its mood on this one, by statistics of colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
_Map = Callable[[Doubles], Doubles]
ColourMethod = Literal["transport", "mean_and_spread", "all_tones"]

SAMPLES = 60_000
GRID = 24
ROUNDS = 14
STRIP = 1 << 18
"""Pixels that are changed between two words of progress."""
STEEPEST = 1.3
"""In each turn; a look that is far away is reached by several."""

TO_CONES = np.array([[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]])
TO_OPPONENT = np.array([[1, 1, 1], [1, 1, -2], [1, -1, 0]]) / np.sqrt([[3], [6], [2]])
DARKEST = 1e-3


def transfer_colours(
    rgb: Floats, reference: Floats, method: ColourMethod = "transport", strength: float = 1.0, seed: int = 0,
    progress: Progress = SILENT,
) -> Floats:
    """Encoded (height, width, 3) with the colours of `reference` (any size, or (count, 3)); `strength` from 0 to 1.

    "mean_and_spread": Reinhard et al., "Color transfer between images" (2001), in the space l-alpha-beta. "transport":
    the linear map of least movement, Pitie and Kokaram, "The linear Monge-Kantorovitch linear colour mapping" (2007).
    "all_tones": every tone, by turning and matching again and again, Pitie et al. (2005), as a table with few points.
    """
    rng = np.random.default_rng(seed)
    ours, theirs = _sampled(rgb, rng), _sampled(reference, rng)
    if method == "mean_and_spread":
        change: _Map = _Spread(ours, theirs)
    elif method == "transport":
        change = _Transport(ours, theirs)
    else:
        change = _Table(ours, theirs, rng)
    result = np.empty_like(rgb)
    rows = max(1, STRIP // max(1, rgb.shape[1]))
    for top in range(0, rgb.shape[0], rows):
        progress(top / rgb.shape[0])
        part = rgb[top : top + rows]
        flat = change(part.reshape(-1, 3).astype(np.float64)).reshape(part.shape)
        result[top : top + rows] = part + np.float32(strength) * (flat.astype(np.float32) - part)
    return np.maximum(result, 0)


class _Spread:
    """Mean and deviation of each axis in Reinhard's space."""

    def __init__(self, ours: Doubles, theirs: Doubles) -> None:
        mine, wanted = _to_lab(ours), _to_lab(theirs)
        self.middle, self.target = mine.mean(axis=0), wanted.mean(axis=0)
        self.gain = np.clip(wanted.std(axis=0) / np.maximum(mine.std(axis=0), 1e-4), 0.2, 5.0)

    def __call__(self, colours: Doubles) -> Doubles:
        return _from_lab((_to_lab(colours) - self.middle) * self.gain + self.target)


class _Transport:
    """x -> T (x - our mean) + their mean, T = A^-1/2 (A^1/2 B A^1/2)^1/2 A^-1/2 of the covariances A and B."""

    def __init__(self, ours: Doubles, theirs: Doubles) -> None:
        self.middle, self.target = ours.mean(axis=0), theirs.mean(axis=0)
        least = 1e-5 * np.eye(3)
        a, b = np.cov(ours.T) + least, np.cov(theirs.T) + least
        root = _root(a)
        inverse = np.linalg.inv(root)
        self.matrix = inverse @ _root(root @ b @ root) @ inverse

    def __call__(self, colours: Doubles) -> Doubles:
        return np.asarray((colours - self.middle) @ self.matrix.T + self.target)


class _Table:
    """Where the corners of a cube of colours end when the samples are moved until both clouds are alike."""

    def __init__(self, ours: Doubles, theirs: Doubles, rng: np.random.Generator) -> None:
        axis = np.linspace(0, 1, GRID)
        corners = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
        ours = ours.copy()
        for _ in range(ROUNDS):
            turned, _upper = np.linalg.qr(rng.normal(size=(3, 3)))
            mine, wanted, moved = ours @ turned, theirs @ turned, corners @ turned
            shares = np.linspace(0, 1, 200)
            for number in range(3):
                low, high = np.quantile(mine[:, number], shares), np.quantile(wanted[:, number], shares)
                shift = np.convolve(np.pad(_gentle(low, high) - low, 4, mode="edge"), np.ones(9) / 9, mode="valid")
                mine[:, number] += np.interp(mine[:, number], low, shift)
                moved[:, number] += np.interp(moved[:, number], low, shift)
            ours, corners = mine @ turned.T, moved @ turned.T
        self.table = corners.reshape(GRID, GRID, GRID, 3)

    def __call__(self, colours: Doubles) -> Doubles:
        places = np.clip(colours, 0, 1) * (GRID - 1)
        low = np.minimum(places.astype(np.intp), GRID - 2)
        part = places - low
        result = np.zeros_like(colours)
        for corner in np.ndindex(2, 2, 2):
            weight = np.prod(np.where(corner, part, 1 - part), axis=1)
            at = low + corner
            result += weight[:, None] * self.table[at[:, 0], at[:, 1], at[:, 2]]
        return result + (colours - np.clip(colours, 0, 1))


def _gentle(low: Doubles, high: Doubles) -> Doubles:
    """A rising map from quantiles to quantiles, made less steep where it would pull neighbouring tones far apart: an
    even sky would show the grain of its file."""
    steps = np.minimum(np.diff(high), STEEPEST * np.diff(low))
    gentle = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(gentle + high.mean() - gentle.mean())


def _sampled(picture: Floats, rng: np.random.Generator) -> Doubles:
    flat = picture.reshape(-1, 3)
    if len(flat) > SAMPLES:
        flat = flat[rng.integers(0, len(flat), SAMPLES)]
    return np.asarray(flat, np.float64) if len(flat) > 1 else np.repeat(flat, 2, axis=0).astype(np.float64)


def _root(matrix: Doubles) -> Doubles:
    """The symmetric square root."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)


def _to_lab(colours: Doubles) -> Doubles:
    """Reinhard's (Ruderman's) l, alpha, beta: logarithms of cone responses, turned."""
    return np.asarray(np.log10(np.maximum(colours @ TO_CONES.T, DARKEST)) @ TO_OPPONENT.T)


def _from_lab(values: Doubles) -> Doubles:
    return np.asarray((10 ** (values @ np.linalg.inv(TO_OPPONENT).T)) @ np.linalg.inv(TO_CONES).T)
