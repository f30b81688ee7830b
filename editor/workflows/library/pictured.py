"""What every look ends in: a small picture as a WebP file, its colours and its fingerprint."""

import io

import numpy as np
from numpy.typing import NDArray

from editor.library.colors import leading_colors
from editor.library.looks import Look
from editor.workflows.library.small_pictures import SmallPicture

QUALITY = 82


def look_of(small: SmallPicture, seconds: float | None = None) -> Look:
    """Of a picture that stands for itself: it is found by its colours and by likeness."""
    from ml.similarity.fingerprint import fingerprint

    flat = on_white(small.pixels)
    print_ = fingerprint(flat)
    return Look(
        thumbnail=as_webp(small.pixels), width=small.width, height=small.height, seconds=seconds,
        colors=tuple(leading_colors(flat)), hashes=print_.hashes.astype("<u8").tobytes(),
        vector=print_.vector.astype("<f2").tobytes(),
    )  # fmt: skip


def on_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) of straight (h, w, 4)."""
    alpha = pixels[..., 3:].astype(np.uint16)
    return ((pixels[..., :3].astype(np.uint16) * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def as_webp(pixels: NDArray[np.uint8]) -> bytes:
    """(h, w, 4) uint8 straight; without alpha where nothing is transparent."""
    from PIL import Image

    image = Image.fromarray(pixels)
    if pixels[..., 3].min() == 255:
        image = image.convert("RGB")
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=QUALITY, method=2)
    return stream.getvalue()
