"""Skin, eyes and teeth: frequency separation under a mask that follows each face's points and its own colour.

Skin is split into a base (a guided filter: K. He, J. Sun and X. Tang, Guided Image Filtering, ECCV 2010, which keeps
edges), a middle band (blemishes, patches) and the finest band (pores, hairs). Smoothing takes the middle band down and
leaves the finest, so that skin stays skin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np

from render.geometry import IntRect, Rect
from render.raster.faces import masks
from render.raster.faces.tones import Tones, joined, split
from render.raster.faces.values import Beautify, FacePoints, Floats, frame_of

PORES, PATCHES, SMOOTH = 0.011, 0.075, 0.045
"""In distances between the pupils: the finest band, the guided filter's reach; and its edge threshold, in values."""
REACH = 0.26
"""How far, in the same unit, a pixel's result looks."""
AROUND = 0.3
"""How far around the eyes and the lips anything of theirs is changed."""
FINE = 140
"""Pixels between the pupils from twice which on skin is worked out smaller."""


def beautified(rgb: Floats, window: IntRect, scale: float, face: FacePoints, tones: Tones, how: Beautify) -> Floats:
    """(height, width, 3) straight sRGB values of a window of the picture at `scale`, retouched."""
    result = rgb
    if how.smooth_skin or how.even_tone or how.redness or how.shine:
        result = _skin(result, window, scale, face, tones, how)
    if how.eye_brightness or how.eye_sharpness:
        for eye in (masks.LEFT_EYE, masks.RIGHT_EYE):
            result = _within(result, window, scale, face, eye, lambda part, area: _eyes(part, area, scale, face, how))
    if how.teeth_whitening:
        amount = how.teeth_whitening
        result = _within(
            result, window, scale, face, masks.LIPS, lambda part, area: _teeth(part, area, scale, face, amount)
        )
    return result


def _within(
    rgb: Floats, window: IntRect, scale: float, face: FacePoints, places: tuple[int, ...],
    work: Callable[[Floats, IntRect], Floats],
) -> Floats:
    """Work on the surroundings of some points only."""
    points, reach = np.array(face)[list(places)] * scale, AROUND * frame_of(face).unit * scale
    (left, top), (right, bottom) = points.min(axis=0) - reach, points.max(axis=0) + reach
    area = Rect(float(left), float(top), float(right - left), float(bottom - top)).rounded_out().intersection(window)
    if area.is_empty:
        return rgb
    rows = slice(area.y - window.y, area.bottom - window.y)
    columns = slice(area.x - window.x, area.right - window.x)
    result = rgb.copy()
    result[rows, columns] = work(np.ascontiguousarray(rgb[rows, columns]), area)
    return result


def _skin(rgb: Floats, window: IntRect, scale: float, face: FacePoints, tones: Tones, how: Beautify) -> Floats:
    """What smoothing changes is itself smooth: on large faces it is worked out smaller and enlarged, always on the same
    grid, so that neighbouring blocks agree."""
    import cv2

    step = max(1, int(frame_of(face).unit * scale / FINE))
    if step == 1:
        change, less = _change(rgb, window, scale, face, tones, how)
        return np.asarray(rgb * (1 - less[..., None]) + change, np.float32)
    left, top = window.x % step, window.y % step
    right, bottom = -window.right % step, -window.bottom % step
    padded = cv2.copyMakeBorder(rgb, top, bottom, left, right, cv2.BORDER_REPLICATE)
    height, width = padded.shape[:2]
    small = cv2.resize(padded, (width // step, height // step), interpolation=cv2.INTER_AREA)
    place = IntRect(window.x // step, window.y // step, width // step, height // step)
    change, less = _change(np.asarray(small, np.float32), place, scale / step, face, tones, how)
    both = np.asarray(cv2.resize(np.dstack([change, less]), (width, height), interpolation=cv2.INTER_LINEAR))
    both = both[top : top + window.height, left : left + window.width]
    return np.asarray(rgb * (1 - both[..., 3:]) + both[..., :3], np.float32)


def _change(
    rgb: Floats, window: IntRect, scale: float, face: FacePoints, tones: Tones, how: Beautify
) -> tuple[Floats, Floats]:
    """What is added to the picture, and the share of itself that is taken from it: the finest texture, a little."""
    unit = frame_of(face).unit * scale
    mask = masks.skin(face, window, scale)
    fine = masks.softened(rgb, PORES * unit)
    base = guided(fine, PATCHES * unit, SMOOTH)
    mask = mask * _likeness(base, tones)
    light, red, blue = split(base)
    patches = (1 - 0.9 * how.smooth_skin) * split(fine - base)[0]
    red = red - 0.55 * how.even_tone * (red - tones.red)
    blue = blue - 0.55 * how.even_tone * (blue - tones.blue)
    light = light - 0.16 * how.even_tone * (light - tones.light)
    flush = np.maximum(red - tones.red - 0.2 * tones.red_spread, 0)
    red, light = red - 0.85 * how.redness * flush, light + 0.2 * how.redness * flush
    light, red, blue = _less_shine(light, red, blue, tones, how.shine)
    colour = split(fine - base)
    keep = 1 - 0.9 * max(how.smooth_skin, 0.6 * how.even_tone, 0.7 * how.redness)
    smooth = joined(light + patches, red + keep * colour[1], blue + keep * colour[2])
    less = np.asarray(0.12 * how.smooth_skin * mask, np.float32)
    return np.asarray(mask[..., None] * (smooth - fine) + less[..., None] * fine, np.float32), less


def _likeness(base: Floats, tones: Tones) -> Floats:
    """How much a colour is this face's skin, 0 to 1: hair, eyes, glasses and background drop out, shadows stay."""
    light, red, blue = split(base)
    share = np.clip(light / tones.light, 0.35, 1.15)  # shaded skin has smaller colour differences; shine has not larger
    redder = red - tones.red * share
    away = (np.where(redder > 0, 0.5, 1.0) * redder / (4.0 * tones.red_spread + 0.02)) ** 2  # blemishes are skin
    away += ((blue - tones.blue * share) / (4.0 * tones.blue_spread + 0.02)) ** 2
    away += np.maximum((0.45 * tones.light - light) / (0.16 * tones.light), 0) ** 2
    return np.asarray(np.exp(-(away**2)), np.float32)


def _less_shine(
    light: Floats, red: Floats, blue: Floats, tones: Tones, amount: float
) -> tuple[Floats, Floats, Floats]:
    """Light above the skin's own bright parts is taken down, and washed-out colour goes back to the skin's."""
    if not amount:
        return light, red, blue
    over = np.maximum(light - (tones.light + 0.75 * tones.light_spread), 0)
    pale = np.clip(over / 0.12, 0, 1) * np.float32(0.7 * amount)
    return light - 0.75 * amount * over, red + pale * (tones.red - red), blue + pale * (tones.blue - blue)


def guided(picture: Floats, radius: float, threshold: float) -> Floats:
    """The guided filter, steered by the picture's own light: flat where it varies less than `threshold`."""
    import cv2

    side = max(3, round(radius) * 2 + 1)
    if radius < 0.7:
        return picture

    def mean(plane: Floats) -> Floats:
        return cast(Floats, cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT))

    guide = split(picture)[0]
    middle, means = mean(guide), mean(picture)
    variance = mean(guide * guide) - middle * middle
    spread = (mean(picture * guide[..., None]) - means * middle[..., None]).astype(np.float32)
    slopes = np.asarray(spread / (variance + np.float32(threshold**2))[..., None], np.float32)
    offsets = means - slopes * middle[..., None]
    return mean(slopes) * guide[..., None] + mean(offsets)


def _eyes(rgb: Floats, window: IntRect, scale: float, face: FacePoints, how: Beautify) -> Floats:
    """The white of the eyes a little lighter and less red, the iris clearer, lashes sharper."""
    unit = frame_of(face).unit * scale
    inside = masks.eyes(face, window, scale)
    result = rgb
    if how.eye_brightness:
        light, red, blue = split(result)
        lift = how.eye_brightness * inside * np.clip(light * 2.2, 0.15, 1.0) * np.clip(1.15 - light, 0, 1)
        pale = 1 - 0.35 * how.eye_brightness * inside * np.clip(light * 1.6 - 0.2, 0, 1)
        result = joined(light + np.float32(0.23) * lift, red * pale, blue * pale)
    if how.eye_sharpness:
        around = masks.eyes(face, window, scale, 0.35)[..., None]
        soft = masks.softened(result, 0.022 * unit)
        detail = np.clip(result - soft, -0.12, 0.12)
        result = result + np.float32(1.0 * how.eye_sharpness) * around * detail
    return result


def _teeth(rgb: Floats, window: IntRect, scale: float, face: FacePoints, amount: float) -> Floats:
    """Between the lips, what is bright and not red loses its yellow and gains some light; gums and lips stay."""
    inside = masks.mouth(face, window, scale)
    light, red, blue = split(rgb)
    brightest = float(np.quantile(light[inside > 0.5], 0.95)) if bool((inside > 0.5).any()) else 1.0
    tooth = np.clip((light - 0.55 * brightest) / (0.2 * brightest), 0, 1) * np.clip((0.105 - red) / 0.05, 0, 1)
    tooth = masks.softened(np.asarray(tooth, np.float32), 0.008 * frame_of(face).unit * scale) * inside * amount
    lift = 0.22 * tooth * np.clip(1.1 - light, 0, 1)
    return joined(light + lift, red * (1 - 0.5 * tooth), blue * (1 - 0.75 * tooth))
