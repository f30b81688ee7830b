"""Previews of strangers as small pictures: decoded by few and plain readers, and no larger than they are shown."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SIDE = 320
MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
FONTS = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
PAPER, INK = (250, 250, 248, 255), (24, 26, 30, 255)


def preview_of(data: bytes, title: str) -> NDArray[np.uint8] | None:
    """(h, w, 4) uint8 straight; a font writes the title. None for what cannot be shown."""
    if not data:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata
            return _written(data, title) if data.startswith(FONTS) else _picture(data)
    except Exception:  # noqa: BLE001 - a decoder that meets hostile bytes raises what it likes, bombs their own kind
        return None


def _picture(data: bytes) -> NDArray[np.uint8] | None:
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            return None
        opened.draft("RGB", (SIDE * 2, SIDE * 2))
        image = opened.convert("RGBA")
    image.thumbnail((SIDE, SIDE))
    return np.asarray(image, np.uint8)


def _written(data: bytes, title: str) -> NDArray[np.uint8]:
    """Over as many lines as it has words, so that long names are not tiny."""
    from PIL import Image, ImageDraw, ImageFont

    def font(size: float) -> FreeTypeFont:
        return ImageFont.truetype(io.BytesIO(data), size)

    lines = _lines(title)
    widest = max(font(100).getlength(line) for line in lines) or 1.0
    size = min((SIDE - 40) * 100 / widest, (SIDE - 60) / (len(lines) * 1.25), 96)
    image = Image.new("RGBA", (SIDE, SIDE), PAPER)
    draw = ImageDraw.Draw(image)
    draw.multiline_text(
        (SIDE / 2, SIDE / 2), "\n".join(lines), font=font(size), fill=INK, anchor="mm", align="center", spacing=size / 5
    )
    return np.asarray(image, np.uint8)


def _lines(title: str) -> list[str]:
    """At most three, each about as long.

    >>> _lines("Big Shoulders Display")
    ['Big', 'Shoulders', 'Display']
    """
    words = title.split() or ["?"]
    if len(words) <= 3:
        return words
    third = -(-len(words) // 3)
    return [" ".join(words[start : start + third]) for start in range(0, len(words), third)]
