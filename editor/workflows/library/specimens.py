"""Fonts: two letters as large as fit, or the first that a font for another script or for pictures has."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.looks import Look
from editor.workflows.library.papers import plain_card
from editor.workflows.library.pictured import as_webp
from editor.workflows.library.small_pictures import SIDE

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SPECIMEN = "Aa"
BITMAP_SIZES = (109, 128, 136, 96, 64, 32)
"""Of fonts that hold pictures only and can be drawn in no other size."""


def look_at_font(path: Path) -> Look:
    """Black on white, colour where the font has colour; a card for one whose signs nobody here can draw."""
    from PIL import Image, ImageDraw

    try:
        font = _opened(path)
        picture = Image.new("RGBA", (SIDE, SIDE), "white")
        draw = ImageDraw.Draw(picture)
        text = SPECIMEN if _has(path, SPECIMEN) and font.getmask(SPECIMEN).getbbox() else _own_letters(path, font)
        left, top, right, bottom = draw.textbbox((0, 0), text, font=font, anchor="ls", embedded_color=True)
        size = SIDE * 0.8 / max(right - left, 1) * font.size
        if right - left > SIDE * 0.88 and font.size == SIDE // 2:
            font = _opened(path, round(size))
            left, top, right, bottom = draw.textbbox((0, 0), text, font=font, anchor="ls", embedded_color=True)
        place = ((SIDE - left - right) / 2, (SIDE - top - bottom) / 2)
        draw.text(place, text, font=font, fill="#16181c", anchor="ls", embedded_color=True)
    except (OSError, ValueError, KeyError, TypeError, AssertionError, AttributeError) as error:
        raise ExpectedError(tr("The font {name} cannot be read.", name=path.name)) from error
    pixels = np.asarray(picture, np.uint8)
    return Look(thumbnail=as_webp(pixels)) if pixels.min() < 255 else plain_card(path)


def _opened(path: Path, size: int = SIDE // 2) -> "FreeTypeFont":
    from PIL import ImageFont

    try:
        return ImageFont.truetype(str(path), size)
    except OSError:
        for fixed in BITMAP_SIZES:
            try:
                return ImageFont.truetype(str(path), fixed)
            except OSError:
                continue
        raise


def _has(path: Path, text: str) -> bool:
    known = _letters(path)
    return not known or all(ord(letter) in known for letter in text)


def _own_letters(path: Path, font: "FreeTypeFont") -> str:
    """The first letters, or else signs, that leave ink."""
    known = [chr(code) for code in sorted(_letters(path)) if code > 32]
    inked = [letter for letter in known[:400] if font.getmask(letter).getbbox()]
    letters = [letter for letter in inked if letter.isalpha()]
    return "".join((letters or inked)[: 2 if letters else 1]) or "?"


def _letters(path: Path) -> set[int]:
    """Codes of all letters; none for a format that fontTools does not read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return set(font.getBestCmap() or {})
    except TTLibError:
        return set()
