"""Textures: image files and live links, read when drawing needs them, bounded in size."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.display.engine import Drawing, Request
from render.geometry import IntRect
from render.image_io.prepared import srgb_to_light
from render.image_io.read import read
from render.image_io.values import ImageData, ImageError, Limits, to_depth
from render.scene.values import Environment, Floats, Image

LARGEST_EDGE = 8192
MOST_PIXELS = 1 << 27
LINK_EDGE = 2048
ENVIRONMENT_EDGE = 2048
MISSING = Image(np.array([[[255, 0, 255, 255]]], np.uint8), "missing")


@dataclass(frozen=True, eq=False)
class PictureFile:
    """An image file's bytes; `key` names them."""

    key: str
    data: bytes


@dataclass(frozen=True, eq=False)
class PictureLink:
    """What another document looks like."""

    drawing: Drawing

    @property
    def key(self) -> str:
        return f"link {self.drawing.key}"


Picture = PictureFile | PictureLink


class PictureStore:
    """Decoded pictures by key, the last used within `budget` bytes. Safe to use from many threads."""

    def __init__(self, budget: int = 512 << 20) -> None:
        self._budget = budget
        self._images: dict[str, Image] = {}
        self._lock = Lock()

    def holds(self, picture: Picture) -> bool:
        """Whether `image` would answer at once."""
        with self._lock:
            return picture.key in self._images

    def image(self, picture: Picture) -> Image:
        with self._lock:
            found = self._images.pop(picture.key, None)
        if found is None:
            found = _linked(picture.drawing) if isinstance(picture, PictureLink) else decoded(picture)
        with self._lock:
            self._images[picture.key] = found
            while len(self._images) > 1 and sum(image.pixels.nbytes for image in self._images.values()) > self._budget:
                self._images.pop(next(iter(self._images)))
        return found


def _linked(drawing: Drawing) -> Image:
    """The linked document as large as a texture wants it, straight alpha."""
    width, height = drawing.size
    scale = min(1.0, LINK_EDGE / max(width, height, 1.0))
    region = IntRect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
    pixels = drawing.draw(Request(region, scale)).astype(np.float32)
    alpha = pixels[..., 3:]
    straight = np.where(alpha > 0, pixels[..., :3] * 255 / np.maximum(alpha, 1e-6), 0)
    whole = np.concatenate([np.clip(straight, 0, 255), alpha], axis=-1).round().astype(np.uint8)
    return Image(whole, f"link {drawing.key}")


def decoded(picture: PictureFile) -> Image:
    """The pixels of an image file, 8 bits or linear floats; a magenta dot for one that cannot be read.

    glTF wants colours as stored: profiles are not applied (section 3.8.4).
    """
    found = _read(picture.data)
    if found is None:
        return MISSING
    pixels = to_depth(found.pixels, "float32" if found.linear else "uint8")
    return Image(_at_most(pixels, LARGEST_EDGE), picture.key)


def environment(data: bytes, key: str, intensity: float, rotation: float) -> Environment | None:
    """A lighting picture (HDR, EXR, or an ordinary image) as linear light; None when it cannot be read."""
    found = _read(data)
    if found is None:
        return None
    pixels = _at_most(to_depth(found.pixels, "float32"), ENVIRONMENT_EDGE)[..., :3]
    light: Floats = np.ascontiguousarray(pixels if found.linear else srgb_to_light(pixels), dtype=np.float32)
    return Environment(np.maximum(np.nan_to_num(light), 0), key, intensity, rotation)


def _read(data: bytes) -> ImageData | None:
    try:
        return read(data, Limits(pixels=MOST_PIXELS))
    except ImageError:
        return None


def _at_most(pixels: NDArray[Any], edge: int) -> NDArray[Any]:
    """Averaged down until no edge is longer."""
    height, width = pixels.shape[:2]
    if max(height, width) <= edge:
        return pixels
    import cv2

    scale = edge / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
