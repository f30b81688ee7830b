"""Poisson's equation on any region: what has a wanted Laplacian inside and is nothing outside. Multigrid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

SMALLEST = 8
WEIGHT = np.float32(0.8)
NEIGHBOURS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32)


def solve_poisson(
    wanted: Floats, region: Flags, cycles: int = 6, tell: Callable[[], None] = lambda: None
) -> Floats:
    """(height, width, channels) whose five-point Laplacian is `wanted` inside `region`, and 0 outside.

    V-cycles with damped Jacobi steps; after six of them what is left of an error is below a hundredth. `tell` is called
    before each, and may raise to stop.
    """
    result = np.zeros_like(wanted)
    inside = region.astype(np.float32)[..., None]
    regions = [inside]
    while min(regions[-1].shape[:2]) > SMALLEST:
        regions.append(_coarser_region(regions[-1]))
    for _ in range(cycles):
        tell()
        _cycle(result, wanted * inside, regions, 0)
    return result


def _cycle(result: Floats, wanted: Floats, regions: list[Floats], level: int) -> None:
    inside = regions[level]
    last = level == len(regions) - 1
    _smooth(result, wanted, inside, 40 if last else 3)
    if last:
        return
    rest = (wanted - _laplacian(result)) * inside
    coarse = np.zeros((*regions[level + 1].shape[:2], wanted.shape[2]), np.float32)
    _cycle(coarse, _restricted(rest, coarse.shape[:2]) * regions[level + 1], regions, level + 1)
    result += _prolonged(coarse, result.shape[:2]) * inside
    _smooth(result, wanted, inside, 3)


def _laplacian(values: Floats) -> Floats:
    return _around(values) - 4 * values


def _around(values: Floats) -> Floats:
    """The sum of the four neighbours, nothing beyond the edges."""
    import cv2

    total = cv2.filter2D(values, -1, NEIGHBOURS, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(total, np.float32).reshape(values.shape)


def _smooth(values: Floats, wanted: Floats, inside: Floats, steps: int) -> None:
    for _ in range(steps):
        values += (WEIGHT * inside) * ((_around(values) - wanted) * np.float32(0.25) - values)


def _coarser_region(inside: Floats) -> Floats:
    """Half the sides; a coarse pixel is inside when all that it stands for is."""
    height, width = (inside.shape[0] + 1) // 2, (inside.shape[1] + 1) // 2
    even = np.zeros((2 * height, 2 * width), np.float32)
    even[: inside.shape[0], : inside.shape[1]] = inside[..., 0]
    return np.asarray(even.reshape(height, 2, width, 2).min(axis=(1, 3))[..., None], np.float32)


def _restricted(rest: Floats, size: tuple[int, ...]) -> Floats:
    """The error of the coarse grid: four times the mean, since its pixels are twice as far apart."""
    even = np.zeros((2 * size[0], 2 * size[1], rest.shape[2]), np.float32)
    even[: rest.shape[0], : rest.shape[1]] = rest
    return np.asarray(even.reshape(size[0], 2, size[1], 2, -1).sum(axis=(1, 3)), np.float32)


def _prolonged(coarse: Floats, size: tuple[int, ...]) -> Floats:
    import cv2

    wide = cv2.resize(coarse, (2 * coarse.shape[1], 2 * coarse.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32).reshape(2 * coarse.shape[0], -1, coarse.shape[2])[: size[0], : size[1]]
