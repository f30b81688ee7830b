"""How a stretch of text is set: everything that decides glyphs and their places, and nothing about colour."""

from typing import Literal

import msgspec

from render.vector.path import PathData

Slant = Literal["normal", "italic", "oblique"]
Anchor = Literal["start", "middle", "end"]
Shift = float | Literal["sub", "super"]
Baseline = Literal[
    "auto", "baseline", "alphabetic", "before-edge", "middle", "central", "after-edge", "ideographic", "hanging",
    "mathematical",
]  # fmt: skip


class TextStyle(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes and spacings are in user units; `stretch` is OpenType's width class, 1 to 9 with 5 as normal.

    `shifts` are the baseline shifts of all enclosing elements, positive upwards.
    """

    families: tuple[str, ...] = ("sans-serif",)
    size: float = 16.0
    weight: int = 400
    stretch: int = 5
    slant: Slant = "normal"
    letter_spacing: float = 0.0
    word_spacing: float = 0.0
    kerning: bool = True
    small_caps: bool = False
    variations: tuple[tuple[str, float], ...] = ()
    features: tuple[tuple[str, int], ...] = ()
    language: str = ""
    baseline: Baseline = "auto"
    shifts: tuple[Shift, ...] = ()
    optical: bool = True


class PathFlow(msgspec.Struct, frozen=True, kw_only=True):
    """Text along an outline, from `offset` user units on."""

    path: PathData
    offset: float = 0.0


class SetLength(msgspec.Struct, frozen=True, kw_only=True):
    """textLength: spaces, or glyphs too, are stretched until the text is `length` long."""

    length: float
    glyphs: bool = False


class TextSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of text of one style. `flow` and `fitted` are shared by neighbours that belong together."""

    text: str
    style: TextStyle
    anchor: Anchor = "start"
    flow: PathFlow | None = None
    fitted: SetLength | None = None


class CharPlace(msgspec.Struct, frozen=True, kw_only=True):
    """SVG's lists of x, y, dx, dy and rotate, for the character at `index` of all spans' text."""

    index: int
    x: float | None = None
    y: float | None = None
    dx: float = 0.0
    dy: float = 0.0
    rotate: float = 0.0
