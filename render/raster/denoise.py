"""Takes noise out of photographs by non-local means, light and colour apart.

The picture is first brought to a scale on which its noise is the same everywhere (noise.py), so one strength fits dark
and bright places; then light, at full size, and colour, at half size, where its coarse noise is as fine as that of the
light. All in floats: no depth is lost. The work goes band by band; a band reads beyond itself as far as any patch, so
bands leave no trace.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from render.kernels.nonlocal_means import PATCH, nonlocal_means
from render.raster.noise import EvenScale, NoiseCurve, even_scale

Floats = NDArray[np.float32]
Tell = Callable[[float], None]

BAND = 384
LIGHT_RADIUS, COLOUR_RADIUS = 8, 6
LIGHT_WIDTH, COLOUR_WIDTH = 0.6, 0.5
"""How unlike patches may be, in units of the noise."""
GUIDE_WEIGHT = 0.15
MOST_KEPT = 0.6
HALO = 2 * (COLOUR_RADIUS + PATCH) + LIGHT_RADIUS + PATCH + 8
VISIBLE = 0.1 / 255

GLARE = 1000.0
"""Values beyond it are suns and lamps, in which nobody sees noise: they stay as they are. Squared as differences are
here, the largest ones would be no numbers any more, and with them the picture around."""
OPPONENT = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]], np.float32)
OPPONENT /= np.linalg.norm(OPPONENT, axis=1, keepdims=True)
"""Light and two colours, so turned that white noise stays white and as strong."""


def denoise(
    rgb: Floats, noise: NoiseCurve, light: float = 1.0, colour: float = 1.0, detail: float = 0.3,
    tell: Tell = lambda _share: None,
) -> Floats:
    """(height, width, 3) encoded colour, any values, as float32; returns the same without its noise.

    `light` and `colour` scale what is taken for noise, 0 leaves them as they are; `detail` (0 to 1) gives back
    some of what was taken where the picture has form, since noise is hardly seen there and fine texture is missed.
    `tell` is called with the share done, from any thread, and may raise to stop.
    """
    if noise.typical < VISIBLE or (light <= 0 and colour <= 0):
        return rgb.copy()
    scale = even_scale(noise)
    result = np.empty_like(rgb)
    height = rgb.shape[0]
    for top in range(0, height, BAND):
        bottom = min(height, top + BAND)
        begin, end = max(0, top - HALO) // 2 * 2, min(height, bottom + HALO)

        def listen(share: float, top: int = top, bottom: int = bottom) -> None:
            tell((top + share * (bottom - top)) / height)

        band = _denoised(np.clip(rgb[begin:end], -GLARE, GLARE), scale, (light, colour, detail), listen)
        given = rgb[top:bottom]
        result[top:bottom] = np.where(np.abs(given) > GLARE, given, band[top - begin : bottom - begin])
    return result


def _denoised(rgb: Floats, scale: EvenScale, strengths: tuple[float, float, float], tell: Tell) -> Floats:
    light, colour, detail = strengths
    even = scale.of(rgb)
    tell(0.1)
    planes = [np.ascontiguousarray(plane) for plane in np.moveaxis(even @ OPPONENT.T, 2, 0)]
    calm = planes[0]
    if light > 0:
        calm = _calm_light(planes[0], light, detail, lambda share: tell(0.1 + 0.5 * share))
    if colour > 0:
        planes[1:] = _calm_colour(calm, planes[1:], colour, lambda share: tell(0.6 + 0.2 * share))
    tell(0.8)
    return scale.back(np.stack([calm, *planes[1:]], axis=2) @ OPPONENT)


def _calm_light(plane: Floats, strength: float, detail: float, tell: Tell) -> Floats:
    """The difference of two equal patches is twice the variance of the noise, so that much is free."""
    import cv2

    steep = 1 / (LIGHT_WIDTH * strength) ** 2
    free = 2 * strength**2 * steep
    (calm,) = nonlocal_means([plane], [plane], [1.0], LIGHT_RADIUS, steep, free, tell)
    if detail > 0:
        mean = cv2.GaussianBlur(calm, (0, 0), 2.0)
        form = np.maximum(0, cv2.GaussianBlur(calm * calm, (0, 0), 2.0) - mean * mean)
        calm = calm + np.float32(detail * MOST_KEPT) * form / (form + 4 * strength**2) * (plane - calm)
    return np.ascontiguousarray(calm, np.float32)


def _calm_colour(light: Floats, colours: list[Floats], strength: float, tell: Tell) -> list[Floats]:
    """Two colour planes, guided by themselves and by the light without noise, which has the outlines."""
    small_light, *small = [_halved(plane) for plane in (light, *colours)]
    steep = 1 / (COLOUR_WIDTH * strength) ** 2
    calm = nonlocal_means(
        [small_light, *small], small, [GUIDE_WEIGHT, 1.0, 1.0], COLOUR_RADIUS, steep, strength**2 * steep, tell
    )
    return [
        full + _doubled(quiet - coarse, full.shape) - _fine(full, coarse, strength)
        for full, coarse, quiet in zip(colours, small, calm, strict=True)
    ]


def _fine(full: Floats, coarse: Floats, strength: float) -> Floats:
    """The colour detail that the half size does not hold, as far as it is taken away."""
    return np.float32(min(1.0, strength)) * (full - _doubled(coarse, full.shape))


def _halved(plane: Floats) -> Floats:
    import cv2

    size = ((plane.shape[1] + 1) // 2, (plane.shape[0] + 1) // 2)
    odd = [(0, plane.shape[0] % 2), (0, plane.shape[1] % 2)]
    return np.asarray(cv2.resize(np.pad(plane, odd, mode="edge"), size, interpolation=cv2.INTER_AREA), np.float32)


def _doubled(plane: Floats, shape: tuple[int, ...]) -> Floats:
    import cv2

    wide = cv2.resize(plane, (2 * plane.shape[1], 2 * plane.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(wide[: shape[0], : shape[1]], np.float32)
