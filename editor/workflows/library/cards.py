"""Cards for files that have no picture of their own, and sheets of paper for texts. Drawn once for both themes, without
words of any language but the file's own."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from editor.workflows.library.small_pictures import SIDE

if TYPE_CHECKING:
    import skia

FONTS = Path(__file__).parents[3] / "resources" / "fonts"
PAPER = (198, 256)
MOST_TEXT = 1600
MOST_LINES = 4
LONGEST = 21
INK, FAINT, GROUND = 0xFFF0F2F5, 0xFFA9B1BD, 0xFF3A404A


def card(label: str, lines: Sequence[str], accent: int = 0xFF5B8DEF) -> NDArray[np.uint8]:
    """(h, w, 4) straight: a large short label over a few lines; what is too long ends in dots."""
    import skia

    surface = _surface(SIDE, SIDE)
    with surface as canvas:
        shape = skia.RRect.MakeRectXY(skia.Rect.MakeXYWH(20, 20, SIDE - 40, SIDE - 40), 16, 16)
        canvas.drawRRect(shape, skia.Paint(Color=GROUND, AntiAlias=True))
        canvas.drawRRect(
            skia.RRect.MakeRectXY(skia.Rect.MakeXYWH(40, 122, 44, 5), 2.5, 2.5),
            skia.Paint(Color=accent, AntiAlias=True),
        )
        large = min(44.0, 245.0 / max(len(label), 1))
        _write(canvas, label, 40, 54, SIDE - 60, large, INK, bold=True)
        said = "\n".join(line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in lines[:MOST_LINES])
        _write(canvas, said, 40, 142, SIDE - 60, 16, FAINT)
    return _straight(surface)


def paper(text: str) -> NDArray[np.uint8]:
    """(h, w, 4): the beginning of a text on a white sheet."""
    import skia

    surface = _surface(*PAPER)
    with surface as canvas:
        canvas.clear(skia.ColorWHITE)
        canvas.clipRect(skia.Rect.MakeLTRB(0, 0, PAPER[0], PAPER[1] - 14))
        _write(canvas, text[:MOST_TEXT], 16, 18, PAPER[0] - 32, 9.5, 0xFF23272E)
    return _straight(surface)


def _surface(width: int, height: int) -> "skia.Surface":
    import skia

    return skia.Surface.MakeRaster(
        skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    )


def _straight(surface: "skia.Surface") -> NDArray[np.uint8]:
    import skia

    return np.asarray(surface.toarray(colorType=skia.kRGBA_8888_ColorType), np.uint8)


def _write(
    canvas: "skia.Canvas", text: str, x: float, y: float, width: float, size: float, color: int,
    bold: bool = False,
) -> None:  # fmt: skip
    """Wrapped; letters that our own font does not have come from the system's."""
    from skia import Unicodes, textlayout

    style = textlayout.ParagraphStyle()
    letters = textlayout.TextStyle()
    letters.setFontFamilies(["Inter Bold" if bold else "Inter", "sans-serif"])
    letters.setFontSize(size)
    letters.setColor(color)
    style.setTextStyle(letters)
    builder = textlayout.ParagraphBuilder.make(style, _fonts(text), Unicodes.ICU.Make())
    builder.addText(text)
    built = builder.Build()
    built.layout(width)
    built.paint(canvas, x, y)


@cache
def _own() -> tuple["skia.Typeface", ...]:
    import skia

    return tuple(skia.Typeface.MakeFromFile(str(FONTS / name)) for name in ("Inter-Regular.otf", "Inter-Bold.otf"))


def _fonts(text: str) -> "skia.textlayout.FontCollection":
    """Our own letters where they have every sign of a text, so that it looks the same everywhere; else the system's."""
    import skia

    found = skia.textlayout.FontCollection()
    if all(_own()[0].unicharsToGlyphs([ord(sign) for sign in set(text) if sign.isprintable()])):
        provider = skia.textlayout.TypefaceFontProvider()
        for typeface, alias in zip(_own(), ("Inter", "Inter Bold"), strict=True):
            provider.registerTypeface(typeface, alias)
        found.setDefaultFontManager(provider)
    else:
        found.setDefaultFontManager(skia.FontMgr())
    return found
