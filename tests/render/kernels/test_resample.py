from __future__ import annotations

import numpy as np
import pytest

from render.geometry import IntRect
from render.kernels.resample import halve, resize, shrink
from tests.render.kernels.reference import FORMATS, TOLERANCE, random_pixels, reals, stored


def lanczos_matrix(old: int, new: int) -> np.ndarray:
    """Duchon's windowed sinc, a = 3, widened by the scale when shrinking; weights of one output sum to 1."""
    stretch = max(1.0, old / new)
    distance = ((np.arange(old) + 0.5)[None, :] - ((np.arange(new) + 0.5) * old / new)[:, None]) / stretch
    weights = np.where(np.abs(distance) < 3, np.sinc(distance) * np.sinc(distance / 3), 0)
    return weights / weights.sum(1, keepdims=True)


def area_matrix(old: int, new: int) -> np.ndarray:
    """The share of each source pixel in the stretch [i, i+1)·old/new."""
    edges = np.arange(new + 1) * old / new
    share = np.minimum(np.arange(1, old + 1), edges[1:, None]) - np.maximum(np.arange(old), edges[:-1, None])
    return np.clip(share, 0, None) / (old / new)


def stretched(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return np.einsum("yr,rcn,xc->yxn", rows, values, columns)


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("size", [(20, 30), (101, 67), (3, 200), (1, 1), (64, 16)])
def test_lanczos(dtype: type, size: tuple[int, int]) -> None:
    pixels = random_pixels((40, 51), dtype, 1)
    width, height = size
    expected = stretched(reals(pixels), lanczos_matrix(40, height), lanczos_matrix(51, width))
    if np.dtype(dtype).kind == "u":
        alpha = np.clip(expected[..., 3:], 0, 1)
        expected = np.dstack([np.clip(expected[..., :3], 0, alpha), alpha])
    assert np.abs(reals(resize(pixels, width, height)) - expected).max() < TOLERANCE[np.dtype(dtype).name] + 2e-5


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("size", [(20, 30), (7, 9), (1, 1), (50, 40), (17, 40)])
def test_area(dtype: type, size: tuple[int, int]) -> None:
    pixels = random_pixels((40, 51), dtype, 2)
    width, height = size
    expected = stretched(reals(pixels), area_matrix(40, height), area_matrix(51, width))
    error = np.abs(reals(resize(pixels, width, height, "area")) - expected)
    assert error.max() < TOLERANCE[np.dtype(dtype).name] + 2e-5


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (5, 15), (2, 1)])
@pytest.mark.parametrize("kind", ["lanczos", "area"])
def test_tiny_pictures(shape: tuple[int, int], kind: str) -> None:
    pixels = np.full((*shape, 4), 77, np.uint8)
    for size in ((1, 1), (2, 7), (40, 33)):
        assert (resize(pixels, *size, kind) == 77).all()


@pytest.mark.parametrize("scale", [0.93, 0.5, 0.31])
def test_shrunk_pixels_are_the_mean_of_their_area(scale: float) -> None:
    pixels = random_pixels((40, 51), np.float32, 5)
    region = IntRect(2, 1, int(40 * scale), int(30 * scale))
    actual = shrink(pixels[1:, 2:], (2, 1), region, scale)
    for row, column in ((0, 0), (3, 2), (region.height - 1, region.width - 1)):
        total = np.zeros(4)
        for y in range(40):
            for x in range(51):
                x0, y0 = (region.x + column) / scale, (region.y + row) / scale
                across = min(x + 1, x0 + 1 / scale) - max(x, x0)
                down = min(y + 1, y0 + 1 / scale) - max(y, y0)
                total += max(0, across) * max(0, down) * pixels[y, x]
        assert np.abs(actual[row, column] - total * scale**2).max() < 1e-4


def test_same_size_is_a_copy() -> None:
    pixels = random_pixels((9, 9), np.uint8, 3)
    copy = resize(pixels, 9, 9)
    assert np.array_equal(copy, pixels)
    assert not np.shares_memory(copy, pixels)


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("shape", [(2, 2), (10, 34), (256, 256), (6, 64)])
def test_halve_is_the_mean_of_four(dtype: type, shape: tuple[int, int]) -> None:
    pixels = random_pixels(shape, dtype, 4)
    height, width = shape
    for image in (pixels, np.ascontiguousarray(pixels[..., 0])):
        blocks = reals(image).reshape(height // 2, 2, width // 2, 2, -1)
        mean = blocks.mean((1, 3)).reshape(height // 2, width // 2, *image.shape[2:])
        close = np.abs(halve(image).astype(float) - stored(mean, dtype).astype(float)).max()
        assert close <= (1 if np.dtype(dtype).kind == "u" else 1e-3)
