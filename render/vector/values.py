"""What the vector engine can draw: frozen values, all in user space.

A scene is a tree of `Group` with `Shape`, `Image` and `Live` leaves. Units, percentages, inheritance and bounding
boxes were resolved by the builder, so that drawing needs no context.
"""

from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np

from render.color import BLACK, Color
from render.geometry import IDENTITY, Affine, Rect
from render.vector.filters.values import FilterGraph
from render.vector.path import PathData

Spread = Literal["pad", "reflect", "repeat"]
FillRule = Literal["nonzero", "evenodd"]
Cap = Literal["butt", "round", "square"]
Join = Literal["miter", "round", "bevel", "miter-clip", "arcs"]
Blend = Literal[
    "normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn", "hard-light",
    "soft-light", "difference", "exclusion", "hue", "saturation", "color", "luminosity", "plus-lighter",
]  # fmt: skip


class Stop(msgspec.Struct, frozen=True, array_like=True):
    offset: float
    color: Color


class Solid(msgspec.Struct, frozen=True):
    color: Color = BLACK


class LinearGradient(msgspec.Struct, frozen=True, kw_only=True):
    x1: float
    y1: float
    x2: float
    y2: float
    stops: tuple[Stop, ...]
    spread: Spread = "pad"
    transform: Affine = IDENTITY


class RadialGradient(msgspec.Struct, frozen=True, kw_only=True):
    """From the circle (fx, fy, fr) to the circle (cx, cy, r)."""

    cx: float
    cy: float
    r: float
    fx: float
    fy: float
    fr: float = 0.0
    stops: tuple[Stop, ...]
    spread: Spread = "pad"
    transform: Affine = IDENTITY


class SweepGradient(msgspec.Struct, frozen=True, kw_only=True):
    """Around a centre, clockwise on a screen; angles in degrees from three o'clock."""

    cx: float
    cy: float
    start: float = 0.0
    end: float = 360.0
    stops: tuple[Stop, ...]
    spread: Spread = "pad"
    transform: Affine = IDENTITY


class PatternPaint(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """`content` is drawn inside `tile`, which repeats for ever; `transform` leads from tile space to user space."""

    tile: Rect
    content: "Group"
    transform: Affine = IDENTITY


Paint = Solid | LinearGradient | RadialGradient | SweepGradient | PatternPaint


class Fill(msgspec.Struct, frozen=True, kw_only=True):
    paint: Paint
    rule: FillRule = "nonzero"
    opacity: float = 1.0
    blend: Blend = "normal"


class Stroke(msgspec.Struct, frozen=True, kw_only=True):
    """`align` says on which side of the outline the width lies; inside and outside need a closed outline."""

    paint: Paint
    width: float = 1.0
    cap: Cap = "butt"
    join: Join = "miter"
    miter_limit: float = 4.0
    dashes: tuple[float, ...] = ()
    dash_offset: float = 0.0
    opacity: float = 1.0
    align: Literal["center", "inside", "outside"] = "center"
    blend: Blend = "normal"


class GlyphRun(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """The same outline as glyphs of a font, so that a PDF keeps text as text.

    `font` has the Skia typeface as `typeface`. `rows` holds (glyph, cosine, sine, x, y) of each glyph, the first two
    scaled so that 1 is the font's size. `colored` glyphs are pictures, which only the font can draw.
    """

    font: object
    size: float
    rows: tuple[tuple[int, float, float, float, float], ...]
    colored: bool = False


class Shape(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """One outline with its paints, the lowest first. `bounds` is what it touches, None when unknown."""

    path: PathData
    paints: tuple[Fill | Stroke, ...] = ()
    smooth: bool = True
    glyphs: GlyphRun | None = None
    bounds: Rect | None = None


class Image(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Pixels in `rect`: encoded bytes (PNG, JPEG, WebP, GIF) or a premultiplied RGBA array (height, width, 4)."""

    rect: Rect
    encoded: bytes | None = None
    pixels: np.ndarray | None = None
    quality: Literal["smooth", "crisp"] = "smooth"
    opacity: float = 1.0


class Live(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Pixels made at the moment of drawing: `draw(scale)` gives the premultiplied RGBA of `rect` at that scale.

    For another document standing in this one: only now is it known how large it will be seen.
    """

    rect: Rect
    draw: Callable[[float], np.ndarray]


class Clip(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What `content` covers stays visible; `clip` clips the clip. `path` is the same area when it is one outline."""

    content: "Group"
    path: PathData | None = None
    rule: FillRule = "nonzero"
    clip: "Clip | None" = None


class Mask(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """`content`, cut to `region`, weighs what is drawn by luminance times alpha, or by alpha alone."""

    content: "Group"
    region: Rect | None = None
    kind: Literal["luminance", "alpha"] = "luminance"
    linear: bool = False
    mask: "Mask | None" = None


class Group(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Nodes drawn together. `bounds` is the area in the group's own space that it touches, None when unknown."""

    children: "tuple[Node, ...]" = ()
    transform: Affine = IDENTITY
    opacity: float = 1.0
    blend: Blend = "normal"
    isolate: bool = False
    clips: tuple[Clip, ...] = ()
    mask: Mask | None = None
    filters: tuple[FilterGraph, ...] = ()
    bounds: Rect | None = None

    @property
    def is_plain(self) -> bool:
        """Whether its children can be drawn straight onto what lies below."""
        return not (self.opacity < 1 or self.blend != "normal" or self.isolate or self.mask or self.filters)


Node = Group | Shape | Image | Live
