"""The formulas of the kernels in plain numpy, in double precision, on images with white at 1.

Blending: PDF 32000-1:2008, 11.3.5 and 11.3.6 (= W3C Compositing and Blending Level 1, 5.8, 10). Modes that PDF
lacks: Adobe's "Blending mode descriptions", with psd-tools' readings of Photoshop's renderings for ties.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.kernels.modes import BlendMode

Reals = NDArray[np.float64]
FORMATS = (np.uint8, np.uint16, np.float16, np.float32)
TOLERANCE = {"uint8": 0.6 / 255, "uint16": 0.75 / 65535, "float16": 1.2e-3, "float32": 2e-5}
"""Half a step of the format (and float32 arithmetic)."""


def white(dtype: Any) -> float:
    return float(np.iinfo(dtype).max) if np.dtype(dtype).kind == "u" else 1.0


def reals(pixels: NDArray[Any]) -> Reals:
    return pixels.astype(np.float64) / white(pixels.dtype)


def stored(values: Reals, dtype: Any) -> NDArray[Any]:
    if np.dtype(dtype).kind == "u":
        return np.floor(np.clip(values, 0, 1) * white(dtype) + 0.5).astype(dtype)
    return values.astype(dtype)


def divide(a: Reals, b: Reals) -> Reals:
    """a / b, and 0 where b is 0."""
    return np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b != 0)


def random_pixels(shape: tuple[int, int], dtype: Any, seed: int) -> NDArray[Any]:
    """Premultiplied random pixels with many zeros, ones and equal channels among them."""
    rng = np.random.default_rng(seed)
    alpha = rng.choice([0.0, 0.25, 0.5, 1.0, rng.random()], shape)
    plain = rng.choice([0.0, 0.5, 1.0], (*shape, 3))
    straight = np.where(rng.random((*shape, 3)) < 0.3, plain, rng.random((*shape, 3)))
    return stored(np.dstack([straight * alpha[..., None], alpha]), dtype)


def burn(b: Reals, s: Reals) -> Reals:
    return np.where(b == 1, 1, np.where(s == 0, 0, 1 - np.minimum(1, divide(1 - b, s))))


def dodge(b: Reals, s: Reals) -> Reals:
    return np.where(b == 0, 0, np.where(s == 1, 1, np.minimum(1, divide(b, 1 - s))))


def hard_light(b: Reals, s: Reals) -> Reals:
    return np.where(s <= 0.5, 2 * b * s, b + (2 * s - 1) - b * (2 * s - 1))


def soft_light(b: Reals, s: Reals) -> Reals:
    d = np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))
    return np.where(s <= 0.5, b - (1 - 2 * s) * b * (1 - b), b + (2 * s - 1) * (d - b))


def vivid_light(b: Reals, s: Reals) -> Reals:
    burned = np.where(s == 0, 0, 1 - np.minimum(1, divide(1 - b, 2 * s)))
    dodged = np.where(s == 1, 1, np.minimum(1, divide(b, 2 * (1 - s))))
    return np.where(s <= 0.5, burned, dodged)


SEPARABLE = {
    BlendMode.NORMAL: lambda b, s: s,
    BlendMode.DARKEN: np.minimum,
    BlendMode.MULTIPLY: lambda b, s: b * s,
    BlendMode.COLOR_BURN: burn,
    BlendMode.LINEAR_BURN: lambda b, s: np.maximum(b + s - 1, 0),
    BlendMode.LIGHTEN: np.maximum,
    BlendMode.SCREEN: lambda b, s: b + s - b * s,
    BlendMode.COLOR_DODGE: dodge,
    BlendMode.LINEAR_DODGE: lambda b, s: np.minimum(b + s, 1),
    BlendMode.OVERLAY: lambda b, s: hard_light(s, b),
    BlendMode.SOFT_LIGHT: soft_light,
    BlendMode.HARD_LIGHT: hard_light,
    BlendMode.VIVID_LIGHT: vivid_light,
    BlendMode.LINEAR_LIGHT: lambda b, s: np.clip(b + 2 * s - 1, 0, 1),
    BlendMode.PIN_LIGHT: lambda b, s: np.where(s <= 0.5, np.minimum(b, 2 * s), np.maximum(b, 2 * s - 1)),
    BlendMode.HARD_MIX: lambda b, s: ((b + s > 1) | ((b + s == 1) & (b > 0.5))).astype(float),
    BlendMode.DIFFERENCE: lambda b, s: np.abs(b - s),
    BlendMode.EXCLUSION: lambda b, s: b + s - 2 * b * s,
    BlendMode.SUBTRACT: lambda b, s: np.maximum(b - s, 0),
    BlendMode.DIVIDE: lambda b, s: np.where(s == 0, b > 0, np.minimum(1, divide(b, s))),
}


def luminance(rgb: Reals) -> Reals:
    return rgb @ np.array([[0.3], [0.59], [0.11]])


def clip_color(rgb: Reals) -> Reals:
    light, least, most = luminance(rgb), rgb.min(-1, keepdims=True), rgb.max(-1, keepdims=True)
    rgb = np.where(least < 0, light + divide((rgb - light) * light, light - least), rgb)
    return np.where(most > 1, light + divide((rgb - light) * (1 - light), most - light), rgb)


def set_luminance(rgb: Reals, light: Reals) -> Reals:
    return clip_color(rgb + (light - luminance(rgb)))


def saturation(rgb: Reals) -> Reals:
    return rgb.max(-1, keepdims=True) - rgb.min(-1, keepdims=True)


def set_saturation(rgb: Reals, amount: Reals) -> Reals:
    return divide((rgb - rgb.min(-1, keepdims=True)) * amount, saturation(rgb))


COMPONENT = {
    BlendMode.DARKER_COLOR: lambda b, s: np.where(luminance(s) < luminance(b), s, b),
    BlendMode.LIGHTER_COLOR: lambda b, s: np.where(luminance(s) > luminance(b), s, b),
    BlendMode.HUE: lambda b, s: set_luminance(set_saturation(s, saturation(b)), luminance(b)),
    BlendMode.SATURATION: lambda b, s: set_luminance(set_saturation(b, saturation(s)), luminance(b)),
    BlendMode.COLOR: lambda b, s: set_luminance(s, luminance(b)),
    BlendMode.LUMINOSITY: lambda b, s: set_luminance(b, luminance(s)),
}


def blended(
    source: Reals,
    backdrop: Reals,
    mode: BlendMode,
    share: Reals | float,
    keep_alpha: bool = False,
    bounded: bool = True,
) -> Reals:
    """Premultiplied result of PDF 32000-1, 11.3.6 with source alpha times `share`. Unbounded formats add past white."""
    p = source[..., 3:] * (share if np.isscalar(share) else np.asarray(share)[..., None])
    q = backdrop[..., 3:]
    s, b = divide(source[..., :3], source[..., 3:]), divide(backdrop[..., :3], q)
    added = mode is BlendMode.LINEAR_DODGE and not bounded
    mixed = b + s if added else {**SEPARABLE, **COMPONENT}[mode](b, s)
    outside = (1 - q) * (0 if keep_alpha else 1)
    colour = outside * p * s + (1 - p) * q * b + p * q * mixed
    return np.dstack([colour, q + outside * p])
