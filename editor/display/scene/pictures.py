"""Textures: image files and live links, read when drawing needs them, bounded in size."""

import io
from dataclasses import dataclass
from threading import Lock

import numpy as np

from editor.display.engine import Drawing, Request
from render.geometry import IntRect
from render.scene.values import Environment, Floats, Image

LARGEST_EDGE = 8192
MOST_PIXELS = 1 << 27
LINK_EDGE = 2048
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
    """The pixels of an image file; a magenta dot for one that cannot be read."""
    from PIL import Image as Files

    try:
        with Files.open(io.BytesIO(picture.data)) as file:
            if file.width * file.height > MOST_PIXELS:
                return MISSING
            if file.mode.startswith("I"):  # 16 bits of grey
                grey = (np.asarray(file) >> 8).astype(np.uint8)
                whole = Files.fromarray(grey).convert("RGBA")
            else:
                whole = file.convert("RGBA")
            if max(whole.size) > LARGEST_EDGE:
                whole.thumbnail((LARGEST_EDGE, LARGEST_EDGE))
            return Image(np.asarray(whole, dtype=np.uint8), picture.key)
    except Exception:  # noqa: BLE001 - a damaged image, whatever its codec raises, must not hide the scene
        return MISSING


def environment(data: bytes, key: str, intensity: float, rotation: float) -> Environment | None:
    """A lighting picture (HDR, EXR, or an ordinary image) as linear light; None when it cannot be read."""
    pixels = _radiance(data)
    return None if pixels is None else Environment(pixels, key, intensity, rotation)


def _radiance(data: bytes) -> Floats | None:
    """Linear (height, width, 3), at most 2048 wide."""
    import cv2

    raw = np.frombuffer(data, np.uint8)
    try:
        found = cv2.imdecode(raw, cv2.IMREAD_ANYDEPTH | cv2.IMREAD_COLOR) if len(raw) else None
    except cv2.error:
        found = None
    if found is None or found.ndim != 3:
        return None
    pixels: Floats = found[..., ::-1].astype(np.float32)
    peaks = {"uint8": 255.0, "uint16": 65535.0}
    if found.dtype.name in peaks:
        pixels = (pixels / np.float32(peaks[found.dtype.name])) ** np.float32(2.2)
    if pixels.shape[1] > 2048:
        height = max(1, round(pixels.shape[0] * 2048 / pixels.shape[1]))
        return np.asarray(cv2.resize(pixels, (2048, height), interpolation=cv2.INTER_AREA), dtype=np.float32)
    return np.ascontiguousarray(pixels)
