"""Colour management: known colours, depths that agree, and profiles that do not fit."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from render.image_io import chromaticities, profiles
from render.image_io.values import ImageError, to_depth

WIDE = imagecodecs.cms_profile("adobergb")


def test_known_colour_of_adobe_rgb() -> None:
    """(0.5, 0.5, 0.2) of Adobe RGB (1998) in sRGB, by the published matrices (D65) and a gamma of 563/256."""
    to_xyz = np.array([[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]])
    from_xyz = np.array([[3.24045, -1.53714, -0.49853], [-0.96927, 1.87601, 0.04156], [0.05564, -0.20403, 1.05723]])
    light = from_xyz @ (to_xyz @ (np.array([0.5, 0.5, 0.2]) ** (563 / 256)))
    expected = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)
    pixels = np.array([[[0.5, 0.5, 0.2, 1.0]]], np.float32)
    assert profiles.convert(pixels, WIDE)[0, 0, :3] == pytest.approx(expected, abs=0.003)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float16"])
def test_depths_agree(dtype: str) -> None:
    generator = np.random.default_rng(4)
    pixels = generator.uniform(0.4, 0.6, (16, 16, 4)).astype(np.float32)
    exact = profiles.convert(pixels, WIDE)
    found = to_depth(profiles.convert(to_depth(pixels, dtype), WIDE), "float32")
    assert np.abs(found - exact).max() < {"uint8": 0.01, "uint16": 0.0005, "float16": 0.002}[dtype]


def test_srgb_is_recognised_and_left_alone() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (8, 8, 4), np.uint8)
    assert profiles.convert(pixels, profiles.srgb()) is pixels
    assert profiles.is_srgb(imagecodecs.cms_profile("srgb"))
    assert not profiles.is_srgb(WIDE)


def test_damaged_profile_is_said() -> None:
    with pytest.raises(ImageError, match="profile"):
        profiles.convert(np.zeros((1, 1, 4), np.uint8), b"not a profile at all")
    assert profiles.describe(b"not a profile at all") == "a damaged profile"


def test_aces_light_keeps_white_and_known_colours() -> None:
    """The matrix from AP1 (ACEScg, white D60) to sRGB's primaries as published by the Academy, Bradford included."""
    acescg = (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767)
    expected = [[1.70505, -0.62179, -0.08326], [-0.13026, 1.14080, -0.01055], [-0.02400, -0.12897, 1.15297]]
    assert chromaticities.matrix(np.array(acescg)) == pytest.approx(np.array(expected), abs=0.0005)
    white = np.ones((1, 1, 4), np.float32)
    assert chromaticities.to_srgb_primaries(white, acescg) == pytest.approx(white, abs=0.001)
    for nothing in (None, (1.0, 2.0), chromaticities.SRGB, (0.0,) * 8):
        assert chromaticities.to_srgb_primaries(white, nothing) is white


def test_plain_cmyk() -> None:
    inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255]]], np.uint8)
    assert profiles.cmyk_to_srgb(inks, None)[0, :, :3].tolist() == [[255, 255, 255], [0, 255, 255], [0, 0, 0]]
