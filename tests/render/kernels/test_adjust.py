from __future__ import annotations

import colorsys

import numpy as np
import pytest

from render.color import linear_to_srgb, srgb_to_linear
from render.kernels.adjust import Level, apply_exposure, apply_hue_saturation, apply_levels, apply_table
from tests.render.kernels.reference import FORMATS, divide, random_pixels, reals

TOLERANCE = {"uint8": 0.6 / 255, "uint16": 8e-5, "float16": 3e-3, "float32": 4e-5}
SHAPE = (13, 37)


def straight(values: np.ndarray) -> np.ndarray:
    return divide(values[..., :3], values[..., 3:])


def check(actual: np.ndarray, pixels: np.ndarray, colour: np.ndarray) -> None:
    """Premultiplied again with the alpha that was."""
    alpha = reals(pixels)[..., 3:]
    if pixels.dtype.kind == "u":
        colour = np.clip(colour, 0, 1)
    limit = TOLERANCE[pixels.dtype.name] * np.maximum(1.0, np.abs(colour))
    error = np.abs(reals(actual) - np.dstack([colour * alpha, alpha]))
    assert (error[..., :3] <= limit + 1e-6).all()
    assert np.array_equal(actual[..., 3], pixels[..., 3])


@pytest.mark.parametrize("dtype", FORMATS)
def test_table_interpolates(dtype: type) -> None:
    pixels = random_pixels(SHAPE, dtype, 1)
    entries = np.stack([np.linspace(0, 1, 64) ** power for power in (0.7, 1.0, 2.0)]).astype(np.float32)
    places = np.clip(straight(reals(pixels)), 0, 1)
    expected = np.dstack([np.interp(places[..., i], np.linspace(0, 1, 64), entries[i]) for i in range(3)])
    check(apply_table(pixels, entries), pixels, expected)


def test_table_of_an_eighth_bit_inverts_exactly() -> None:
    pixels = random_pixels(SHAPE, np.uint8, 2)
    pixels[..., 3] = 255
    inverse = np.tile(np.linspace(1, 0, 256, dtype=np.float32), (3, 1))
    assert np.array_equal(apply_table(pixels, inverse)[..., :3], 255 - pixels[..., :3])


@pytest.mark.parametrize("dtype", FORMATS)
def test_levels(dtype: type) -> None:
    """Adobe: input range stretched to 0..1, raised to 1/gamma, spread over the output range; channels, then master."""
    pixels = random_pixels(SHAPE, dtype, 3)
    channels = (Level(0.1, 0.9, 1.5), Level(), Level(0.0, 0.7, 0.6, 0.1, 0.8))
    master = Level(0.05, 0.95, 1.2, 0.0, 0.9)

    def level(value: np.ndarray, one: Level) -> np.ndarray:
        stretched = np.maximum((value - one.low) / (one.high - one.low), 0)
        result = one.out_low + (one.out_high - one.out_low) * stretched ** (1 / one.gamma)
        return np.clip(result, 0, 1) if np.dtype(dtype).kind == "u" else result

    colour = straight(reals(pixels))
    expected = np.dstack([level(level(colour[..., i], channels[i]), master) for i in range(3)])
    check(apply_levels(pixels, channels, master), pixels, expected)


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("linear", [False, True])
def test_exposure(dtype: type, linear: bool) -> None:
    """(light·2^stops + offset)^(1/gamma) in linear light, IEC 61966-2-1 around it for encoded pixels."""
    pixels = random_pixels(SHAPE, dtype, 4)
    pixels[..., 3] = pixels[..., 3].max()
    colour = straight(reals(pixels))
    light = colour if linear else np.vectorize(srgb_to_linear)(colour)
    light = np.maximum(light * 2**0.7 + 0.01, 0) ** (1 / 1.1)
    expected = light if linear else np.vectorize(linear_to_srgb)(light)
    check(apply_exposure(pixels, 0.7, 0.01, 1.1, linear=linear), pixels, expected)


def hue_saturation(rgb: tuple[float, ...], hue: float, saturation: float, lightness: float) -> list[float]:
    """Hue turned in HSL; then distances from the lightness times 1/max(1-s, S) or 1+s; then towards white or black."""
    h, light, own = colorsys.rgb_to_hls(*rgb)
    turned = colorsys.hls_to_rgb((h + hue / 360) % 1, light, own)
    factor = 1 / max(1 - saturation, own, 1e-4) if saturation > 0 else 1 + saturation
    spread = [light + (value - light) * factor for value in turned]
    return [value + (1 - value) * lightness if lightness > 0 else value * (1 + lightness) for value in spread]


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize(
    ("hue", "saturation", "lightness"), [(0, 0, 0), (40, 0.5, 0.2), (-120, -0.4, -0.3), (180, 1, 0)]
)
def test_hue_saturation(dtype: type, hue: float, saturation: float, lightness: float) -> None:
    pixels = random_pixels(SHAPE, dtype, 5)
    pixels[..., 3] = pixels[..., 3].max()
    colour = np.clip(straight(reals(pixels)), 0, 1)
    grey = np.ptp(colour, axis=-1) < 0.02  # saturation multiplies the rounding of near greys
    expected = np.apply_along_axis(lambda rgb: hue_saturation(tuple(rgb), hue, saturation, lightness), -1, colour)
    actual = reals(apply_hue_saturation(pixels, hue, saturation, lightness))[..., :3]
    assert np.abs(actual - expected)[~grey].max() < 4 * TOLERANCE[np.dtype(dtype).name]


def test_colorize_gives_every_pixel_the_hue() -> None:
    pixels = random_pixels(SHAPE, np.float32, 6)
    pixels[..., 3] = 1
    result = apply_hue_saturation(pixels, 200, 0.5, 0, colorize=True)
    colours = [rgb for rgb in result[..., :3].reshape(-1, 3).tolist() if max(rgb) - min(rgb) > 0.05]
    hues = {round(colorsys.rgb_to_hls(*rgb)[0], 2) for rgb in colours}
    assert hues == {0.56}


@pytest.mark.parametrize("dtype", FORMATS)
def test_opaque_gives_straight_colour(dtype: type) -> None:
    pixels = random_pixels(SHAPE, dtype, 7)
    identity = np.tile(np.linspace(0, 1, 16, dtype=np.float32), (3, 1))
    result = reals(apply_table(pixels, identity, opaque=True))
    assert (result[..., 3] == 1).all()
    assert np.abs(result[..., :3] - straight(reals(pixels))).max() < TOLERANCE[np.dtype(dtype).name] + 1e-6
