from __future__ import annotations

import math

import numpy as np
import pytest

from render.geometry import Affine, IntRect, Point
from render.kernels.warp import warp, warp_smooth
from tests.render.kernels.reference import FORMATS, TOLERANCE, random_pixels, reals


def keys(t: float) -> list[float]:
    """Keys 1981, "Cubic convolution interpolation", a = -1/2, for the neighbours at -1, 0, 1, 2."""

    def kernel(d: float) -> float:
        d = abs(d)
        if d <= 1:
            return 1.5 * d**3 - 2.5 * d**2 + 1
        return -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2 if d < 2 else 0.0

    return [kernel(t + 1), kernel(t), kernel(t - 1), kernel(t - 2)]


def sampled(values: np.ndarray, x: float, y: float, kind: str) -> np.ndarray:
    padded = np.pad(values, ((8, 8), (8, 8), (0, 0)))
    height, width = values.shape[:2]
    if not (-3 < x < width + 3 and -3 < y < height + 3):
        return np.zeros(4)
    if kind == "nearest":
        return padded[math.floor(y) + 8, math.floor(x) + 8]
    left, top = math.floor(x - 0.5), math.floor(y - 0.5)
    u, v = x - 0.5 - left, y - 0.5 - top
    if kind == "bilinear":
        across, down, first = [1 - u, u], [1 - v, v], 0
    else:
        across, down, first = keys(u), keys(v), -1
    row, column = top + first + 8, left + first + 8
    square = padded[row : row + len(down), column : column + len(across)]
    return np.einsum("y,yxn,x->n", down, square, across)


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("kind", ["nearest", "bilinear", "bicubic"])
def test_warp_samples_the_source(dtype: type, kind: str) -> None:
    pixels = random_pixels((23, 31), dtype, 1)
    region = IntRect(-3, -2, 37, 30)
    turn = Affine.rotation(0.4).then(Affine.scaling(1.3, 0.9)).then(Affine.translation(2.25, -1.5))
    inverse = turn.inverse()
    actual = reals(warp(pixels, turn, region, kind))
    worst = 0.0
    for row in range(region.height):
        for column in range(region.width):
            place = inverse.apply(Point(region.x + column + 0.5, region.y + row + 0.5))
            expected = sampled(reals(pixels), place.x, place.y, kind)
            if np.dtype(dtype).kind == "u":
                alpha = np.clip(expected[3], 0, 1)
                expected = np.append(np.clip(expected[:3], 0, alpha), alpha)
            near_edge = kind == "nearest" and min(place.x % 1, place.y % 1, 1 - place.x % 1, 1 - place.y % 1) < 1e-4
            worst = max(worst, 0.0 if near_edge else float(np.abs(actual[row, column] - expected).max()))
    assert worst < TOLERANCE[np.dtype(dtype).name] + 6e-5


@pytest.mark.parametrize("kind", ["nearest", "bilinear", "bicubic"])
def test_whole_steps_move_exactly(kind: str) -> None:
    pixels = random_pixels((20, 50), np.uint8, 2)
    moved = warp(pixels, Affine.translation(5, -3), IntRect(0, 0, 50, 20), kind)
    assert np.array_equal(moved[:17, 5:], pixels[3:, :45])
    assert not moved[:, :5].any()


def test_smooth_shrinking_does_not_alias() -> None:
    stripes = np.zeros((64, 64, 4), np.float32)
    stripes[:, ::2] = 1
    stripes[..., 3] = 1
    small = warp_smooth(stripes, Affine.scaling(1 / 8), IntRect(0, 0, 8, 8))
    assert np.abs(small[1:-1, 1:-1, 0] - 0.5).max() < 1e-3


def test_flat_maps_are_refused() -> None:
    with pytest.raises(ZeroDivisionError):
        warp(np.zeros((2, 2, 4), np.uint8), Affine.scaling(0), IntRect(0, 0, 2, 2))
