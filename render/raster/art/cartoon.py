"""Cartoon: even areas, few tones, ink lines. Winnemoeller, Olsen and Gooch, "Real-time video abstraction" (2006), with
the lines of Winnemoeller, Kyprianidis and Olsen, "XDoG" (2012), drawn along the forms."""

from __future__ import annotations

import numpy as np

from render.raster.art.flow import (
    Floats,
    Tell,
    brushed,
    by_strips,
    flow_of,
    light_of,
    scaled,
    silent,
    smooth_step,
    streaked,
    unit_of,
)  # fmt: skip

WORKING_AREA = 2_500_000
WORKING_RADIUS = 5.0
TANGLED = 0.45
"""How much ink is left where forms run all ways, as in leaves: an artist hints at them."""


def cartoon(
    rgb: Floats, simplify: float = 3.0, tones: int = 8, lines: float = 0.7, line_width: float = 1.0,
    saturation: float = 0.35, tell: Tell = silent,
) -> Floats:
    """`simplify`: size of what is evened out, in thousandths of the diagonal; `tones` of light; `lines` 0 (none) to 1.

    `line_width` in thousandths of the diagonal; `saturation` is added to the colours.
    """
    height, width = rgb.shape[:2]
    unit = unit_of(height, width)
    radius = max(1.5, simplify * unit)
    scale = min(1.0, WORKING_RADIUS / radius)
    small = scaled(rgb, max(1, round(height * scale)), max(1, round(width * scale)))
    flat = brushed(small, radius * scale, 10, tell=lambda share: tell(0.3 * share))
    flat = brushed(flat, radius * scale, 12, tell=lambda share: tell(0.3 + 0.2 * share))
    even = scaled(flat, height, width)
    tell(0.55)
    slope = _slope(even, unit, lambda share: tell(0.55 + 0.1 * share))
    ink = None
    if lines > 0:
        ink = ink_lines(rgb, max(0.5, 0.5 * line_width * unit), lines, lambda share: tell(0.65 + 0.3 * share))

    def coloured(rows: slice) -> Floats:
        colour = _richer(_in_tones(even[rows], slope[rows], tones), saturation)
        if ink is not None:
            colour = colour * (1 - ink[rows, :, None])
        return np.asarray(np.clip(colour, 0, 1), np.float32)

    return by_strips(rgb.shape, coloured, lambda share: tell(0.95 + 0.05 * share))


def ink_lines(rgb: Floats, sigma: float, strength: float, tell: Tell = silent) -> Floats:
    """(height, width) how much ink lies on each pixel: the dark side of a difference of gaussians, along the forms."""
    height, width = rgb.shape[:2]
    scale = min(1.0, (WORKING_AREA / max(1, height * width)) ** 0.5, 1.2 / sigma)
    scale = max(scale, 0.1)
    tall, broad = max(1, round(height * scale)), max(1, round(width * scale))
    small = scaled(rgb, tall, broad)
    near = sigma * scale
    tell(0.1)
    difference = _difference(light_of(small), near)
    flow = flow_of(small, max(1.5, 3 * near), lambda share: tell(0.1 + 0.1 * share))
    along = streaked(difference, flow, max(3, round(4 * near)), 1.0, lambda share: tell(0.2 + 0.5 * share))
    along *= np.float32(TANGLED) + np.float32(1 - TANGLED) * smooth_step(0.15, 0.6, flow.clarity)
    wide = scaled(along, height, width)
    threshold = 0.004 + 0.03 * (1 - strength)
    darkest = np.float32(min(1.0, 0.6 + 0.4 * strength))
    return by_strips(
        wide.shape, lambda rows: smooth_step(threshold, threshold + 0.02, -wide[rows]) * darkest,
        lambda share: tell(0.8 + 0.2 * share),
    )


def _difference(light: Floats, sigma: float) -> Floats:
    """Less than nothing beside a brighter place."""
    import cv2

    fine = cv2.GaussianBlur(light, (0, 0), max(0.5, sigma))
    coarse = cv2.GaussianBlur(light, (0, 0), 1.6 * max(0.5, sigma))
    return np.asarray(fine - np.float32(0.985) * coarse - np.float32(0.015) * np.minimum(1, 2 * coarse), np.float32)


def _slope(rgb: Floats, unit: float, tell: Tell) -> Floats:
    """How steep the light is, in units of the picture."""
    import cv2

    tell(0.0)
    light = light_of(rgb)
    across, down = (cv2.Sobel(light, cv2.CV_32F, 1 - axis, axis, scale=1 / 8) for axis in (0, 1))
    tell(0.5)
    return np.asarray(np.hypot(across, down) * np.float32(unit), np.float32)


def _in_tones(rgb: Floats, slope: Floats, tones: int) -> Floats:
    """Light in soft steps; each step's edge is about a pixel wide on what the picture does there."""
    light = light_of(rgb)
    step = np.float32(1 / max(1, tones))
    near = np.floor(light / step) * step + step / 2
    sharpness = np.clip(6 + 60 * slope, 6, 14)
    stepped = near + step / 2 * np.tanh(sharpness * (light - near) / step) / np.tanh(sharpness / 2)
    return np.asarray(rgb * (np.maximum(stepped, 0) / np.maximum(light, 1e-4))[..., None], np.float32)


def _richer(rgb: Floats, saturation: float) -> Floats:
    light = light_of(rgb)[..., None]
    return np.asarray(light + np.float32(1 + saturation) * (rgb - light), np.float32)
