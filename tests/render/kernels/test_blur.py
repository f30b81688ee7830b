from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from render.kernels.blur import gaussian_blur, pyramid
from tests.render.kernels.reference import FORMATS, random_pixels, reals

TOLERANCE = {"uint8": 0.55 / 255, "uint16": 2e-4, "float16": 6e-4, "float32": 2e-4}


def gaussian(values: np.ndarray, sigma: float, extend: bool) -> np.ndarray:
    """The convolution with samples of the gaussian out to eight sigmas, in double precision."""
    radius = int(np.ceil(8 * sigma))
    weights = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma * sigma))
    edges = ((radius, radius), (radius, radius), (0, 0))
    padded = np.pad(values, edges, mode="edge" if extend else "constant")
    down = sliding_window_view(padded, 2 * radius + 1, axis=0) @ (weights / weights.sum())
    return sliding_window_view(down, 2 * radius + 1, axis=1) @ (weights / weights.sum())


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("sigma", [0.3, 1.0, 4.5, 4.7, 9.0, 20.0])
def test_blur_is_the_gaussian(dtype: type, sigma: float) -> None:
    pixels = random_pixels((70, 131), dtype, 1)
    pixels[20:40, 30:80] = pixels.max()
    for extend in (False, True):
        error = np.abs(reals(gaussian_blur(pixels, sigma, extend=extend)) - gaussian(reals(pixels), sigma, extend))
        assert error.max() < TOLERANCE[np.dtype(dtype).name]


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (33, 1), (2, 3), (65, 66)])
@pytest.mark.parametrize("sigma", [0.0, 0.7, 3.0, 11.0, 60.0])
def test_even_pictures_of_any_size_stay_even(shape: tuple[int, int], sigma: float) -> None:
    pixels = np.full((*shape, 4), 200, np.uint8)
    assert np.array_equal(gaussian_blur(pixels, sigma, extend=True), pixels)


def test_strided_pixels() -> None:
    whole = random_pixels((60, 90), np.uint8, 2)
    assert np.array_equal(gaussian_blur(whole[5:50, 7:80], 6), gaussian_blur(whole[5:50, 7:80].copy(), 6))


@pytest.mark.parametrize("sigma", [4.7, 10.0, 77.0, 300.0])
def test_variances_add_up(sigma: float) -> None:
    levels, rest = pyramid(sigma)
    assert 2 * (4**levels - 1) / 3 + (rest * 2**levels) ** 2 == pytest.approx(sigma**2)
