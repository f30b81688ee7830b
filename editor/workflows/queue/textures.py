"""Pictures as games want them: both sides powers of two, not too large, or a normal map from heights."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.registry import ExportOptions
from editor.formats.report import Report

Pixels = np.ndarray[Any, Any]

LARGEST = 16384


class TextureOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`normal_map` is how strong slopes are (1 is as steep as brightness says); green points up as OpenGL, Unity and
    Godot have it, unless `green_down`."""

    power_of_two: Literal["nearest", "up", "down"] | None = None
    longest: int | None = None
    normal_map: float | None = None
    green_down: bool = False


def make_texture(source: Path, target: Path, options: TextureOptions) -> Report:
    """Raises ExpectedError for what cannot be read or written."""
    from editor.formats.image import load, save

    if not source.is_file():
        raise ExpectedError(tr("There is no file {name}.", name=str(source)))
    image, report = load(source, "srgb")
    width, height = size_for(image.width, image.height, options)
    pixels = image.pixels
    if (width, height) != (image.width, image.height):
        pixels = _resized(pixels, width, height)
    if options.normal_map is not None:
        pixels = normal_map(pixels, options.normal_map, options.green_down)
    save(replace(image, pixels=pixels), target, ExportOptions(), report)
    return report.report()


def size_for(width: int, height: int, options: TextureOptions) -> tuple[int, int]:
    """Powers of two side by side; the longest side decides how much smaller both get.

    >>> size_for(1000, 300, TextureOptions(power_of_two="nearest", longest=512))
    (512, 128)
    """
    longest = min(options.longest or LARGEST, LARGEST)
    scale = min(1.0, longest / max(width, height))
    sides = [max(1, round(side * scale)) for side in (width, height)]
    if options.power_of_two is not None:
        sides = [power_near(side, options.power_of_two) for side in sides]
        while max(sides) > longest and max(sides) > 1:
            sides = [max(1, side // 2) if side == max(sides) else side for side in sides]
    return sides[0], sides[1]


def power_near(side: int, way: Literal["nearest", "up", "down"]) -> int:
    """
    >>> [power_near(300, way) for way in ("nearest", "up", "down")]
    [256, 512, 256]
    """
    low = 1 << (side.bit_length() - 1)
    if low == side or way == "down":
        return low
    high = low * 2
    return high if way == "up" or side * side > low * high else low


def _resized(straight: Pixels, width: int, height: int) -> Pixels:
    """Each side by itself, weighted by alpha, so that hidden colours do not bleed in."""
    import cv2

    from render.kernels.convert import premultiply, unpremultiply

    weighted = np.ascontiguousarray(premultiply(straight)).astype(np.float32)
    shrinks = width * height < straight.shape[0] * straight.shape[1]
    way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    made = cv2.resize(weighted, (width, height), interpolation=way)
    if np.issubdtype(straight.dtype, np.integer):
        made = np.clip(np.rint(made), 0, np.iinfo(straight.dtype).max)
    result: Pixels = unpremultiply(made.astype(straight.dtype))
    return result


def normal_map(pixels: Pixels, strength: float, green_down: bool) -> Pixels:
    """Slopes of the brightness as directions; the picture is taken to go on at its other side, as textures do."""
    highest = float(np.iinfo(pixels.dtype).max) if np.issubdtype(pixels.dtype, np.integer) else 1.0
    height = pixels[..., :3].astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32) / highest
    across = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) / 2
    down = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) / 2
    scale = strength * max(pixels.shape[:2]) / 16
    vectors = np.stack([-across * scale, (-down if green_down else down) * scale, np.ones_like(height)], -1)
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    made = np.ones((*height.shape, 4), np.float32)
    made[..., :3] = vectors * 0.5 + 0.5
    result: Pixels = (np.rint(made * highest) if highest > 1 else made).astype(pixels.dtype)
    return result
