"""Duotone: a picture printed in two inks, one for the shadows and one for the lights."""

from __future__ import annotations

import numpy as np

from render.raster.art.flow import Floats, Tell, by_strips, light_of, silent

Ink = tuple[float, float, float]


def duotone(
    rgb: Floats, shadows: Ink = (0.10, 0.09, 0.35), lights: Ink = (1.0, 0.86, 0.45), contrast: float = 0.3,
    balance: float = 0.0, tell: Tell = silent,
) -> Floats:
    """Each tone becomes a mixture of two encoded colours. `contrast` from 0 to 1; `balance` from -1 (dark) to 1."""
    dark, bright = np.asarray(shadows, np.float32), np.asarray(lights, np.float32)

    def paint(rows: slice) -> Floats:
        light = np.clip(light_of(rgb[rows]), 0, 1) ** np.float32(2.0**-balance)
        curved = light * light * (3 - 2 * light)
        share = (light + np.float32(contrast) * (curved - light))[..., None]
        return np.asarray((1 - share) * dark + share * bright, np.float32)

    return by_strips(rgb.shape, paint, tell)
