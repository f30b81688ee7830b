from __future__ import annotations

import numpy as np
import pytest

from render.kernels.convert import convert, premultiply, unpremultiply
from render.kernels.formats import format_name
from render.kernels.library import KernelError
from tests.render.kernels.reference import FORMATS, divide, random_pixels, reals, stored, white

SHAPES = [(1, 1), (5, 3), (16, 32), (7, 250)]


@pytest.mark.parametrize("target", FORMATS)
@pytest.mark.parametrize("source", FORMATS)
def test_formats_convert_with_rounding_to_nearest(source: type, target: type) -> None:
    for shape in SHAPES:
        pixels = random_pixels(shape, source, 1)
        expected = stored(reals(pixels), target)
        assert np.abs(convert(pixels, target).astype(float) - expected.astype(float)).max() <= step(target)


def step(dtype: type) -> float:
    """One unit in the last place at white: a tie may fall either way in float32."""
    return 1.0 if np.dtype(dtype).kind == "u" else float(np.finfo(dtype).eps)


def test_eight_bits_survive_every_round_trip() -> None:
    pixels = random_pixels((20, 40), np.uint8, 2)
    for other in FORMATS:
        assert np.array_equal(convert(convert(pixels, other), np.uint8), pixels)


def test_sixteen_bits_survive_floats() -> None:
    every = np.arange(65536, dtype=np.uint16).reshape(64, 256, 4)
    assert np.array_equal(convert(convert(every, np.float32), np.uint16), every)


@pytest.mark.parametrize("dtype", FORMATS)
def test_premultiply_and_divide(dtype: type) -> None:
    pixels = random_pixels((9, 35), dtype, 3)
    values = reals(pixels)
    straight = np.dstack([divide(values[..., :3], values[..., 3:]), values[..., 3]])
    half_a_step = 0.51 / white(dtype) if np.dtype(dtype).kind == "u" else 2e-3
    assert np.allclose(reals(unpremultiply(pixels)), straight, atol=half_a_step)
    opaque = np.dstack([values[..., :3] * values[..., 3:], values[..., 3]])
    assert np.allclose(reals(premultiply(pixels)), opaque, atol=0.51 / 255 if dtype is np.uint8 else 1e-3)


def test_nothing_is_black_when_divided() -> None:
    empty = np.zeros((2, 2, 4), np.float32)
    assert np.array_equal(unpremultiply(empty), empty)


def test_strided_rows_are_read_where_they_lie() -> None:
    whole = random_pixels((20, 60), np.uint16, 4)
    assert np.array_equal(convert(whole[2:9, 5:40], np.float32), convert(whole[2:9, 5:40].copy(), np.float32))
    assert np.array_equal(convert(whole[::2, ::3], np.uint8), convert(whole[::2, ::3].copy(), np.uint8))


def test_other_types_are_refused_in_a_sentence() -> None:
    with pytest.raises(KernelError, match="not float64"):
        format_name(np.zeros((1, 1, 4)))
