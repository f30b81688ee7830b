"""Fills, strokes and gradients as attributes and definitions."""

from editor.formats.svg.reader import Report
from editor.formats.svg.writing.markup import Tag, color_text, matrix, number, numbers
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
from render.color import Color
from render.vector.values import Stop

Attributes = dict[str, str | None]


class Definitions:
    """The <defs> of a file: each gradient once, resources by their ids."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.tags: list[Tag] = []
        self._gradients: dict[Paint, str] = {}
        self.count = 0

    def new_name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def gradient(self, paint: LinearPaint | RadialPaint) -> str:
        found = self._gradients.get(paint)
        if found is None:
            found = self._gradients[paint] = self.new_name("gradient")
            self.tags.append(_gradient(found, paint))
        return found

    def path(self, data: str) -> str:
        name = self.new_name("path")
        self.tags.append(Tag(name="path", attributes={"id": name, "d": data}))
        return name


def _gradient(name: str, paint: LinearPaint | RadialPaint) -> Tag:
    attributes: Attributes = {
        "id": name,
        "gradientUnits": "objectBoundingBox" if paint.relative else "userSpaceOnUse",
        "gradientTransform": matrix(paint.transform),
        "spreadMethod": None if paint.spread == "pad" else paint.spread,
    }
    places = ("x1", "y1", "x2", "y2") if isinstance(paint, LinearPaint) else ("cx", "cy", "r", "fx", "fy", "fr")
    attributes |= {place: number(getattr(paint, place)) for place in places}
    kind = "linearGradient" if isinstance(paint, LinearPaint) else "radialGradient"
    return Tag(name=kind, attributes=attributes, children=[_stop(stop) for stop in paint.stops])


def _stop(stop: Stop) -> Tag:
    opacity = None if stop.color.alpha >= 1 else number(stop.color.alpha)
    return Tag(
        name="stop",
        attributes={"offset": number(stop.offset), "stop-color": color_text(stop.color), "stop-opacity": opacity},
    )


def paint_text(paint: Paint, definitions: Definitions) -> tuple[str, float]:
    """The paint as attribute text, and the opacity that its colour brings along."""
    if isinstance(paint, SolidPaint):
        return color_text(paint.color), paint.color.alpha
    if isinstance(paint, ContextPaint):
        return f"context-{paint.source}", 1.0
    if isinstance(paint, PatternPaint):
        return f"url(#{paint.pattern})", 1.0
    if isinstance(paint, SweepPaint):
        definitions.report.convert("sweep gradient")
        color = _middle(paint.stops)
        return color_text(color), color.alpha
    if len(paint.stops) < 2:
        color = paint.stops[0].color if paint.stops else Color(0.0, 0.0, 0.0, 0.0)
        return color_text(color), color.alpha
    return f"url(#{definitions.gradient(paint)})", 1.0


def _middle(stops: tuple[Stop, ...]) -> Color:
    """SVG has no sweep: the mean of its colours stands for it."""
    count = max(1, len(stops))
    parts = [(stop.color.red, stop.color.green, stop.color.blue, stop.color.alpha) for stop in stops]
    red, green, blue, alpha = (sum(part[index] for part in parts) / count for index in range(4))
    return Color(red, green, blue, alpha)


def fill_attributes(style: FillStyle | None, definitions: Definitions) -> Attributes:
    if style is None or not style.visible:
        return {"fill": "none"}
    text, alpha = paint_text(style.paint, definitions)
    opacity = style.opacity * alpha
    return {
        "fill": text,
        "fill-opacity": None if opacity >= 1 else number(opacity),
        "fill-rule": "evenodd" if style.rule == "evenodd" else None,
    }


def stroke_attributes(style: StrokeStyle | None, definitions: Definitions) -> Attributes:
    if style is None:
        return {}
    shared: Attributes = {"stroke-width": number(style.width)}
    if not style.visible:
        return shared
    text, alpha = paint_text(style.paint, definitions)
    opacity = style.opacity * alpha
    return shared | {
        "stroke": text,
        "stroke-opacity": None if opacity >= 1 else number(opacity),
        "stroke-linecap": None if style.cap == "butt" else style.cap,
        "stroke-linejoin": None if style.join == "miter" else style.join,
        "stroke-miterlimit": None if style.miter_limit == 4 else number(style.miter_limit),
        "stroke-dasharray": numbers(style.dashes) if style.dashes else None,
        "stroke-dashoffset": number(style.dash_offset) if style.dash_offset else None,
    }


def split_styles(styles: tuple[Style, ...]) -> list[tuple[Style, ...]]:
    """Lists that one element each can carry: at most one fill and one stroke, blended plainly."""
    passes: list[tuple[Style, ...]] = []
    current: tuple[Style, ...] = ()
    for style in styles:
        clash = any(type(style) is type(other) for other in current)
        special = style.blend != "normal" or (isinstance(style, StrokeStyle) and style.align != "center")
        if current and (clash or special or any(other.blend != "normal" for other in current)):
            passes.append(current)
            current = ()
        current = (*current, style)
        if special:
            passes.append(current)
            current = ()
    return [*passes, current] if current or not passes else passes


def pair_attributes(styles: tuple[Style, ...], definitions: Definitions, after: int | None = None) -> Attributes:
    """Attributes for at most one fill and one stroke, in their order; `after` of them lie below the markers."""
    fill = next((style for style in styles if isinstance(style, FillStyle)), None)
    stroke = next((style for style in styles if isinstance(style, StrokeStyle)), None)
    words = ["fill" if isinstance(style, FillStyle) else "stroke" for style in styles]
    if after is not None and after < len(words):
        words.insert(after, "markers")
    order = " ".join(words) if words[:2] == ["stroke", "fill"] or "markers" in words else None
    return {"paint-order": order} | fill_attributes(fill, definitions) | stroke_attributes(stroke, definitions)
