"""What a picture file holds, as plain values, and how a file that cannot be read says so."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
ColorModel = Literal["rgb", "grey", "indexed", "cmyk", "lab", "other"]


class ImageError(Exception):
    """A picture that cannot be read or written; the message is one English sentence for a person."""


@dataclass(frozen=True)
class Limits:
    """What a file may ask for. A file that says it is larger is refused before its pixels are decoded."""

    pixels: int = 500_000_000
    file_bytes: int = 4 << 30
    unpacked_bytes: int = 8 << 30


@dataclass(frozen=True)
class Metadata:
    """What travels beside the pixels. `resolution` is in pixels an inch, across and down; `text` is what is to be said
    in plain lines, for formats that hold those."""

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    resolution: tuple[float, float] | None = None
    text: str | None = None


@dataclass(frozen=True)
class ImageData:
    """One picture: (height, width, 4) RGBA, **straight** alpha, in the file's own depth, the right way up.

    Values are encoded as `metadata.icc` says (None: sRGB by our stated default), or proportional to light with the
    primaries of sRGB when `linear`. uint8 and uint16 span 0 to 255 and 65535; floats span 0 to 1 and beyond.
    `bits` and `color_model` tell what the file stored before that; `notices` tell what was lost or assumed.
    """

    pixels: Pixels
    format: str
    metadata: Metadata = field(default_factory=Metadata)
    linear: bool = False
    has_alpha: bool = True
    bits: int = 8
    color_model: ColorModel = "rgb"
    frames: int = 1
    notices: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def with_notice(self, sentence: str) -> "ImageData":
        return replace(self, notices=(*self.notices, sentence))


def check_area(width: int, height: int, limits: Limits) -> None:
    """Refuse a picture without pixels, or with more than the limit. Raises ImageError."""
    if width < 1 or height < 1:
        raise ImageError("The picture has no pixels.")
    if width * height > limits.pixels:
        limit = limits.pixels // 1_000_000
        raise ImageError(f"The picture says it has {width} x {height} pixels; more than {limit} million are refused.")


def peak(dtype: np.dtype[Any]) -> float:
    """The stored value of full intensity: 255, 65535 or 1."""
    return float(np.iinfo(dtype).max) if dtype.kind == "u" else 1.0


def to_depth(pixels: Pixels, dtype: str) -> Pixels:
    """The same values in another depth: white stays white, integers round to nearest and clip."""
    target = np.dtype(dtype)
    if pixels.dtype == target:
        return pixels
    if pixels.dtype == np.uint8 and target == np.uint16:
        return pixels.astype(np.uint16) * np.uint16(257)
    values = pixels.astype(np.float32) * np.float32(peak(target) / peak(pixels.dtype))
    if target.kind == "u":
        values = np.clip(np.nan_to_num(values, nan=0.0), 0, peak(target)) + np.float32(0.5)
    return values.astype(target)


def to_rgba(channels: Pixels) -> tuple[Pixels, bool]:
    """Grey, grey and alpha, RGB or RGBA as RGBA; the flag says whether there was alpha. Other channels are left out."""
    if channels.ndim == 2:
        channels = channels[..., None]
    count = channels.shape[2]
    has_alpha = count == 2 or count >= 4
    result = np.empty((*channels.shape[:2], 4), channels.dtype)
    result[..., :3] = channels[..., :3] if count >= 3 else channels[..., :1]
    result[..., 3] = channels[..., 3 if count >= 4 else 1] if has_alpha else peak(channels.dtype)
    return result, has_alpha
