"""Filter images and the two colour spaces that primitives work in."""

import functools

import msgspec
import numpy as np

from render.geometry import Affine, IntRect

Array = np.ndarray


class Canvas(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """The pixels that one filter works on: `area` in the pixel grid, and how user space leads into that grid."""

    area: IntRect
    grid: Affine

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels per user unit, along x and along y."""
        return (float(np.hypot(self.grid.a, self.grid.b)), float(np.hypot(self.grid.c, self.grid.d)))

    @property
    def shape(self) -> tuple[int, int, int]:
        return (self.area.height, self.area.width, 4)


class Picture(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Premultiplied float32 (height, width, 4), 0 to 1. `region` is what it covers, relative to the canvas."""

    pixels: Array
    linear: bool
    region: IntRect


@functools.cache
def _curves() -> tuple[Array, Array]:
    """sRGB to linear and back, 4,096 steps each (IEC 61966-2-1)."""
    steps = np.linspace(0, 1, 4096, dtype=np.float64)
    to_linear = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    to_srgb = np.where(steps <= 0.0031308, steps * 12.92, 1.055 * steps ** (1 / 2.4) - 0.055)
    return to_linear.astype(np.float32), to_srgb.astype(np.float32)


def unpremultiplied(pixels: Array) -> Array:
    alpha = pixels[..., 3:]
    straight = np.divide(pixels[..., :3], alpha, out=np.zeros_like(pixels[..., :3]), where=alpha > 0)
    return np.concatenate([np.clip(straight, 0, 1), alpha], axis=2)


def premultiplied(pixels: Array) -> Array:
    return np.concatenate([pixels[..., :3] * pixels[..., 3:], pixels[..., 3:]], axis=2)


def in_space(picture: Picture, linear: bool) -> Array:
    """The pixels in the wanted colour space; the conversion is on straight colours."""
    if picture.linear == linear:
        return picture.pixels
    to_linear, to_srgb = _curves()
    straight = unpremultiplied(picture.pixels)
    if linear:
        straight[..., :3] = to_linear[np.rint(straight[..., :3] * 4095).astype(np.int32)]
    else:
        # The root is steep near black, where 4,096 steps would show: compute it.
        low = straight[..., :3]
        straight[..., :3] = np.where(low <= 0.0031308, low * 12.92, 1.055 * np.power(low, 1 / 2.4) - 0.055)
    return premultiplied(straight)


def cropped(pixels: Array, region: IntRect) -> Array:
    """Transparent outside of `region`, which is relative to the array."""
    height, width = pixels.shape[:2]
    left, top = max(0, region.x), max(0, region.y)
    right, bottom = min(width, region.right), min(height, region.bottom)
    if left == 0 and top == 0 and right == width and bottom == height:
        return pixels
    result = np.zeros_like(pixels)
    if right > left and bottom > top:
        result[top:bottom, left:right] = pixels[top:bottom, left:right]
    return result
