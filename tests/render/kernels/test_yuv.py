from __future__ import annotations

import numpy as np
import pytest

import render.kernels.yuv as yuv_module
from render.kernels.yuv import code, rgba_to_yuv, yuv_to_rgba
from tests.render.kernels.reference import reals

WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}


def difference_planes(rgb: np.ndarray, matrix: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Y', Cb, Cr of BT.601 2.5.1, BT.709 item 3, BT.2020 table 4."""
    red, blue = WEIGHTS[matrix]
    luma = rgb @ np.array([red, 1 - red - blue, blue])
    return luma, (rgb[..., 2] - luma) / (2 - 2 * blue), (rgb[..., 0] - luma) / (2 - 2 * red)


def subsampled(plane: np.ndarray, siting: str) -> np.ndarray:
    padded = np.pad(plane, ((0, 1), (1, 1)), mode="edge")
    rows = (padded[0:-1:2] + padded[1::2][: padded[0:-1:2].shape[0]]) / 2
    middle, left, right = rows[:, 1:-1:2], rows[:, 0:-2:2], rows[:, 2::2]
    if siting == "left":
        return (left + 2 * middle + right) / 4
    return (middle + right) / 2


@pytest.mark.parametrize("matrix", WEIGHTS)
@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize(("dtype", "depth"), [(np.uint8, 8), (np.uint16, 10), (np.uint16, 16)])
@pytest.mark.parametrize("siting", ["left", "center"])
def test_planes_of_rgb(matrix: str, full_range: bool, dtype: type, depth: int, siting: str) -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, np.iinfo(dtype).max, (14, 38, 4), endpoint=True).astype(dtype)
    stored = code(depth, full_range)
    luma, blue, red = difference_planes(reals(pixels)[..., :3], matrix)
    expected = [luma * stored.span + stored.black]
    expected += [subsampled(plane, siting) * stored.chroma_span + stored.middle for plane in (blue, red)]
    planes = rgba_to_yuv(pixels, matrix, full_range=full_range, depth=depth, siting=siting)
    for actual, plane in zip(planes, expected, strict=True):
        assert actual.shape == plane.shape
        assert np.abs(actual - np.clip(plane, 0, stored.top)).max() <= 0.5 + 2e-2


@pytest.mark.parametrize("matrix", WEIGHTS)
@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize(("dtype", "depth"), [(np.uint8, 8), (np.uint16, 10)])
@pytest.mark.parametrize("width", [32, 37, 1])
def test_even_colours_come_back(matrix: str, full_range: bool, dtype: type, depth: int, width: int) -> None:
    white = np.iinfo(dtype).max
    for colour in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1), (0, 0, 0), (0.25, 0.5, 0.75)):
        pixels = np.full((9, width, 4), white, dtype)
        pixels[..., :3] = np.array(colour) * white
        planes = rgba_to_yuv(pixels, matrix, full_range=full_range, depth=depth)
        back = yuv_to_rgba(*planes, matrix, full_range=full_range, depth=depth)
        assert np.abs(reals(back) - reals(pixels)).max() < 3.2 / 2**depth


@pytest.mark.parametrize("siting", ["left", "center"])
def test_chroma_is_bilinear(siting: str) -> None:
    """A ramp of chroma stays a ramp between the middles of the outer chroma samples."""
    chroma = np.tile(np.arange(60, 60 + 8 * 16, 8, dtype=np.uint8), (8, 1))
    luma = np.full((16, 32), 126, np.uint8)
    result = yuv_to_rgba(luma, np.full_like(chroma, 128), chroma, "bt601", full_range=True, siting=siting)
    offset = 0.0 if siting == "left" else -0.5
    places = (np.arange(32) + offset) / 2
    red = 126 + 1.402 * (np.interp(places, np.arange(16), chroma[0].astype(float)) - 128)
    assert np.abs(result[4, :, 0] - np.clip(red, 0, 255)).max() <= 0.51


def test_white_and_black_of_limited_range() -> None:
    grey = np.full((2, 2), 128, np.uint8)
    assert (yuv_to_rgba(np.full((4, 4), 235, np.uint8), grey, grey) == 255).all()
    assert (yuv_to_rgba(np.full((4, 4), 16, np.uint8), grey, grey)[..., :3] == 0).all()


def test_strips_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    luma = rng.integers(0, 256, (701, 1024), dtype=np.uint8)
    blue, red = rng.integers(0, 256, (2, 351, 512), dtype=np.uint8)
    in_strips = yuv_to_rgba(luma, blue, red)
    monkeypatch.setattr(yuv_module, "in_strips", lambda function, height, width: function(0, height))
    assert np.array_equal(yuv_to_rgba(luma, blue, red), in_strips)
