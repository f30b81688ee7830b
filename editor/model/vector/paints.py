"""What fills and strokes are made of, as stored. `relative` coordinates are fractions of the painted object's box."""

from typing import Literal

import msgspec

from editor.model.values import RecordId, Unit
from render.color import BLACK, Color
from render.geometry import IDENTITY, Affine
from render.vector.values import Blend, Cap, FillRule, Join, Spread, Stop


class SolidPaint(msgspec.Struct, frozen=True, kw_only=True, tag="solid"):
    color: Color = BLACK


class LinearPaint(msgspec.Struct, frozen=True, kw_only=True, tag="linear"):
    """Along the line from (x1, y1) to (x2, y2)."""

    x1: float = 0.0
    y1: float = 0.0
    x2: float = 1.0
    y2: float = 0.0
    stops: tuple[Stop, ...] = ()
    spread: Spread = "pad"
    transform: Affine = IDENTITY
    relative: bool = True


class RadialPaint(msgspec.Struct, frozen=True, kw_only=True, tag="radial"):
    """From the circle (fx, fy, fr) to the circle (cx, cy, r)."""

    cx: float = 0.5
    cy: float = 0.5
    r: float = 0.5
    fx: float = 0.5
    fy: float = 0.5
    fr: float = 0.0
    stops: tuple[Stop, ...] = ()
    spread: Spread = "pad"
    transform: Affine = IDENTITY
    relative: bool = True


class SweepPaint(msgspec.Struct, frozen=True, kw_only=True, tag="sweep"):
    """Around (cx, cy), clockwise on a screen, in degrees from three o'clock."""

    cx: float = 0.5
    cy: float = 0.5
    start: float = 0.0
    end: float = 360.0
    stops: tuple[Stop, ...] = ()
    spread: Spread = "pad"
    transform: Affine = IDENTITY
    relative: bool = True


class PatternPaint(msgspec.Struct, frozen=True, kw_only=True, tag="pattern"):
    """The tiles of a PatternResource."""

    pattern: RecordId


class ContextPaint(msgspec.Struct, frozen=True, kw_only=True, tag="context"):
    """Inside a marker: the fill or stroke of the path that carries the marker."""

    source: Literal["fill", "stroke"] = "fill"


Paint = SolidPaint | LinearPaint | RadialPaint | SweepPaint | PatternPaint | ContextPaint
GRADIENTS = (LinearPaint, RadialPaint, SweepPaint)


class FillStyle(msgspec.Struct, frozen=True, kw_only=True, tag="fill"):
    paint: Paint = SolidPaint()
    opacity: Unit = 1.0
    rule: FillRule = "nonzero"
    blend: Blend = "normal"
    visible: bool = True


class StrokeStyle(msgspec.Struct, frozen=True, kw_only=True, tag="stroke"):
    paint: Paint = SolidPaint()
    opacity: Unit = 1.0
    width: float = 1.0
    cap: Cap = "butt"
    join: Join = "miter"
    miter_limit: float = 4.0
    dashes: tuple[float, ...] = ()
    dash_offset: float = 0.0
    align: Literal["center", "inside", "outside"] = "center"
    blend: Blend = "normal"
    visible: bool = True


Style = FillStyle | StrokeStyle
