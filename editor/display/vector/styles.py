"""Stored styles as paints of the engine: relative coordinates resolved against the object's box."""

from collections.abc import Callable

import msgspec

from editor.display.vector.built import box_map
from editor.model.vector import (
    ContextPaint,
    FillStyle,
    LinearPaint,
    Paint,
    PatternPaint,
    RadialPaint,
    SolidPaint,
    StrokeStyle,
    Style,
    SweepPaint,
)  # fmt: skip
from render.geometry import Affine, Rect
from render.vector import values

PatternMaker = Callable[[str, Rect | None], values.Paint | None]


class Context(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Where styles are resolved: `box` of the object; `styles` of the path that carries a marker, and its box."""

    box: Rect | None
    pattern: PatternMaker
    outer: "Context | None" = None
    styles: tuple[Style, ...] = ()
    into: Affine | None = None


def resolve_styles(styles: tuple[Style, ...], context: Context) -> tuple[values.Fill | values.Stroke, ...]:
    """Only what can be seen."""
    resolved: list[values.Fill | values.Stroke] = []
    for style in styles:
        if not style.visible or style.opacity <= 0 or (isinstance(style, StrokeStyle) and style.width <= 0):
            continue
        paint, opacity = resolve_paint(style.paint, context)
        if paint is not None:
            resolved.append(_style(style, paint, style.opacity * opacity))
    return tuple(resolved)


def _style(style: Style, paint: values.Paint, opacity: float) -> values.Fill | values.Stroke:
    if isinstance(style, FillStyle):
        return values.Fill(paint=paint, rule=style.rule, opacity=opacity, blend=style.blend)
    return values.Stroke(
        paint=paint, width=style.width, cap=style.cap, join=style.join, miter_limit=style.miter_limit,
        dashes=style.dashes, dash_offset=style.dash_offset, opacity=opacity, align=style.align, blend=style.blend,
    )  # fmt: skip


def resolve_paint(paint: Paint, context: Context) -> tuple[values.Paint | None, float]:
    """The paint and a factor for its opacity. None where there is nothing to paint with."""
    if isinstance(paint, SolidPaint):
        return values.Solid(paint.color), 1.0
    if isinstance(paint, ContextPaint):
        return _context_paint(paint, context)
    if isinstance(paint, PatternPaint):
        return context.pattern(paint.pattern, context.box), 1.0
    if len(paint.stops) < 2:
        return (values.Solid(paint.stops[0].color) if paint.stops else None), 1.0
    transform = paint.transform
    if paint.relative:
        if context.box is None or context.box.is_empty:
            return None, 1.0
        transform = transform.then(box_map(context.box))
    return _gradient(paint, transform), 1.0


def _gradient(paint: LinearPaint | RadialPaint | SweepPaint, transform: Affine) -> values.Paint:
    if isinstance(paint, LinearPaint):
        return values.LinearGradient(
            x1=paint.x1, y1=paint.y1, x2=paint.x2, y2=paint.y2, stops=paint.stops, spread=paint.spread,
            transform=transform,
        )  # fmt: skip
    if isinstance(paint, RadialPaint):
        return values.RadialGradient(
            cx=paint.cx, cy=paint.cy, r=paint.r, fx=paint.fx, fy=paint.fy, fr=paint.fr, stops=paint.stops,
            spread=paint.spread, transform=transform,
        )  # fmt: skip
    return values.SweepGradient(
        cx=paint.cx, cy=paint.cy, start=paint.start, end=paint.end, stops=paint.stops, spread=paint.spread,
        transform=transform,
    )  # fmt: skip


def _context_paint(paint: ContextPaint, context: Context) -> tuple[values.Paint | None, float]:
    wanted = FillStyle if paint.source == "fill" else StrokeStyle
    style = next((item for item in context.styles if isinstance(item, wanted) and item.visible), None)
    if style is None or context.outer is None:
        return None, 1.0
    found, opacity = resolve_paint(style.paint, context.outer)
    if found is not None and context.into is not None and not isinstance(found, values.Solid):
        found = msgspec.structs.replace(found, transform=found.transform.then(context.into))
    return found, opacity
