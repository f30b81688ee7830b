"""The colour of a face's own skin, measured on its cheeks, nose and forehead in a small picture of it.

Everything that a retouch compares with ("redder than the rest", "shinier than the rest") comes from here, so that every
tile and every mip level judges by the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from render.geometry import IntRect
from render.raster.faces import masks
from render.raster.faces.values import FacePoints, Floats

WHITE = np.array([0.299, 0.587, 0.114], np.float32)
LEAST_PIXELS = 24


@dataclass(frozen=True)
class Tones:
    """Means and spreads of light and of the two colour differences (R - Y, B - Y), of sRGB values from 0 to 1."""

    light: float
    light_spread: float
    red: float
    red_spread: float
    blue: float
    blue_spread: float


def split(rgb: Floats) -> tuple[Floats, Floats, Floats]:
    """Light, R - Y and B - Y of (..., 3)."""
    light = np.asarray(rgb @ WHITE, np.float32)
    return light, rgb[..., 0] - light, rgb[..., 2] - light


def joined(light: Floats, red: Floats, blue: Floats) -> Floats:
    """The inverse of `split`."""
    green = light - (WHITE[0] * red + WHITE[2] * blue) / WHITE[1]
    return np.stack([red + light, green, blue + light], axis=-1)


def measured(rgb: Floats, window: IntRect, scale: float, face: FacePoints) -> Tones | None:
    """From a small picture; None where too little skin shows. Twice, the second time without what is far off: hair,
    glasses, a beard."""
    weight = masks.skin(face, window, scale) > 0.6
    if int(weight.sum()) < LEAST_PIXELS:
        return None
    light, red, blue = (plane[weight] for plane in split(rgb))
    near = np.ones(len(light), bool)
    for width in (2.5, 2.0):
        parts = [(np.median(plane[near]), max(float(plane[near].std()), 0.008)) for plane in (light, red, blue)]
        near = np.logical_and.reduce(
            [np.abs(plane - middle) < width * spread for plane, (middle, spread) in zip((light, red, blue), parts)]
        )
        if int(near.sum()) < LEAST_PIXELS:
            return None
    planes = [plane[near] for plane in (light, red, blue)]
    figures = [(float(np.median(plane)), max(float(plane.std()), 0.01)) for plane in planes]
    return Tones(*(number for pair in figures for number in pair))
