"""Text records as outlines and glyph runs."""

import math
from collections.abc import Callable

from editor.display.vector.built import Built, hull
from editor.display.vector.styles import Context, resolve_styles
from editor.model.vector import Decoration, SpanData, TextShape
from render.geometry import Affine, Rect
from render.text.fonts import FontDatabase
from render.text.layout import Layout, Placed, glyph_places, lay_out
from render.text.outlines import placed_outline
from render.text.paragraph import set_paragraphs
from render.text.shaping import face_of
from render.text.style import CharPlace, TextSpan
from render.vector import values
from render.vector.path import PathBuilder, PathData
from render.vector.skia_values import stroke_reach, tight_bounds

Resolver = Callable[[Rect | None], Context]


def text_layout(record: TextShape, fonts: FontDatabase) -> Layout:
    """Where the glyphs of a text stand, in the record's own space."""
    spans = tuple(
        TextSpan(
            text=span.text, style=span.style, anchor=span.anchor,
            flow=record.flows[span.flow] if span.flow is not None and span.flow < len(record.flows) else None,
            fitted=record.fits[span.fitted] if span.fitted is not None and span.fitted < len(record.fits) else None,
        )
        for span in record.spans
    )  # fmt: skip
    if record.mode == "placed":
        places = record.places
        if not places or places[0].index != 0:
            places = (CharPlace(index=0, x=record.x, y=record.y), *places)
        return lay_out(spans, fonts, places, record.direction, record.override, record.writing)
    made = set_paragraphs(
        spans, fonts, width=record.width, align=record.align, line_height=record.line_height,
        direction=record.direction,
    )  # fmt: skip
    if not record.x and not record.y:
        return made.layout
    shift = Affine.translation(record.x, record.y)
    placed = tuple(
        Placed(cluster=item.cluster, place=item.place.then(shift), run=item.run) for item in made.layout.placed
    )
    return Layout(placed=placed, boxes=tuple(shift.bounds(box) for box in made.layout.boxes), end=made.layout.end)


def build_text(record: TextShape, fonts: FontDatabase, resolver: Resolver) -> Built | None:
    """One shape a span, its decorations below or above it; None without glyphs."""
    if not record.text or not fonts.faces:
        return None
    layout = text_layout(record, fonts)
    box: Rect | None = None
    for item in layout.boxes:
        box = hull(box, None if item.is_empty else item)
    if box is None:
        return None
    context = resolver(box)
    nodes: list[values.Node] = []
    reach = box
    for index, span in enumerate(record.spans):
        if not span.visible:
            continue
        placed = [item for item in layout.placed if item.cluster.span == index]
        for shape in _span_shapes(record, span, placed, context, fonts):
            nodes.append(shape)
            reach = hull(reach, shape.bounds) or reach
    if not nodes:
        return None
    node = nodes[0] if len(nodes) == 1 else values.Group(children=tuple(nodes), bounds=reach)
    return Built(node, box, reach, not any(_has_pattern(item) for item in nodes))


def _has_pattern(node: values.Node) -> bool:
    return isinstance(node, values.Shape) and any(isinstance(item.paint, values.PatternPaint) for item in node.paints)


def _span_shapes(
    record: TextShape, span: SpanData, placed: list[Placed], context: Context, fonts: FontDatabase
) -> list[values.Shape]:
    under = [d for kind in ("underline", "overline") for d in span.decorations if d.kind == kind]
    through = [decoration for decoration in span.decorations if decoration.kind == "line-through"]
    shapes = [shape for d in under for shape in _line(d, span, placed, context, fonts, record.smooth)]
    shapes += _glyph_shapes(span, placed, context, record.smooth)
    return shapes + [shape for d in through for shape in _line(d, span, placed, context, fonts, record.smooth)]


def _shape(
    path: PathData, styles: tuple[values.Fill | values.Stroke, ...], smooth: bool, glyphs: values.GlyphRun | None = None
) -> values.Shape:
    margin = max((stroke_reach(paint) for paint in styles if isinstance(paint, values.Stroke)), default=0.0)
    bounds = tight_bounds(path) or Rect(0.0, 0.0, 0.0, 0.0)
    return values.Shape(path=path, paints=styles, smooth=smooth, glyphs=glyphs, bounds=bounds.expanded(margin + 0.01))


def _glyph_shapes(span: SpanData, placed: list[Placed], context: Context, smooth: bool) -> list[values.Shape]:
    """One shape for each run of one face, so that a PDF can keep it as text; a colour glyph is a shape of its own."""
    styles = resolve_styles(span.styles, context)
    shapes: list[values.Shape] = []
    start = 0
    for index in range(1, len(placed) + 1):
        if index == len(placed) or not _same_face(placed[index], placed[start]):
            shapes += _run_shapes(placed[start:index], styles, smooth)
            start = index
    return shapes


def _same_face(first: Placed, second: Placed) -> bool:
    one, two = first.cluster, second.cluster
    return one.face is two.face and one.variations == two.variations and one.size == two.size


def _run_shapes(
    run: list[Placed], styles: tuple[values.Fill | values.Stroke, ...], smooth: bool
) -> list[values.Shape]:
    face, size, variations = run[0].cluster.face, run[0].cluster.size, run[0].cluster.variations
    verbs: list[str] = []
    points: list[float] = []
    rows: list[tuple[int, float, float, float, float]] = []
    even = True
    for item in run:
        for glyph, place in glyph_places(item):
            path = placed_outline(face, glyph, variations, size, place)
            verbs.append(path.verbs)
            points += path.points
            even = even and abs(place.a - place.d) < 1e-9 and abs(place.b + place.c) < 1e-9
            rows.append((glyph, place.a, place.b, place.e, place.f))
    outline = PathData("".join(verbs), tuple(points))
    if face.has_color and face.typeface is not None:
        return _color_shapes(run, rows, outline, styles, smooth)
    glyphs = None
    if even and not variations:
        glyphs = values.GlyphRun(font=face, size=size, rows=tuple(rows))
    return [_shape(outline, styles, smooth, glyphs)] if outline.verbs else []


def _color_shapes(
    run: list[Placed], rows: list[tuple[int, float, float, float, float]], outline: PathData,
    styles: tuple[values.Fill | values.Stroke, ...], smooth: bool,
) -> list[values.Shape]:  # fmt: skip
    """Glyphs that are pictures are drawn by Skia, whatever the way out."""
    first = run[0].cluster
    glyphs = values.GlyphRun(font=first.face, size=first.size, rows=tuple(rows), colored=True)
    bounds: Rect | None = None
    metrics = first.face.metrics
    for item in run:
        height = (metrics.ascent - metrics.descent) * first.size
        area = Rect(0.0, -metrics.ascent * first.size, item.cluster.advance, height)
        bounds = hull(bounds, item.place.bounds(area))
    fills = tuple(style for style in styles if isinstance(style, values.Fill)) or (values.Fill(paint=values.Solid()),)
    return [values.Shape(path=outline, paints=fills[:1], smooth=smooth, glyphs=glyphs, bounds=bounds)]


def _line(
    decoration: Decoration, span: SpanData, placed: list[Placed], context: Context, fonts: FontDatabase, smooth: bool
) -> list[values.Shape]:
    """Rectangles along the text, joined where neighbours go on straight."""
    face = face_of(span.style, fonts)
    styles = resolve_styles(decoration.styles, context)
    if face is None or not styles:
        return []
    metrics, size = face.metrics, span.style.size
    thickness = metrics.underline_thickness * size
    height = {
        "underline": -metrics.underline, "overline": -metrics.ascent, "line-through": -metrics.strikeout
    }[decoration.kind] * size  # fmt: skip
    path = PathBuilder()
    start = 0
    for index in range(1, len(placed) + 1):
        if index == len(placed) or not _goes_on(placed[index - 1], placed[index]):
            width = sum(item.cluster.advance for item in placed[start:index])
            _add_bar(path, placed[start].place, width, height - thickness / 2, thickness)
            start = index
    made = path.build()
    return [_shape(made, styles, smooth)] if made.verbs else []


def _add_bar(path: PathBuilder, place: Affine, width: float, top: float, thickness: float) -> None:
    if width <= 0:
        return
    corners = ((0.0, top), (width, top), (width, top + thickness), (0.0, top + thickness))
    for index, (x, y) in enumerate(corners):
        px, py = place.a * x + place.c * y + place.e, place.b * x + place.d * y + place.f
        (path.line_to if index else path.move_to)(px, py)
    path.close()


def _goes_on(before: Placed, after: Placed) -> bool:
    """Whether the next cluster stands on the same straight line, right behind."""
    one, two = before.place, after.place
    if math.hypot(one.a - two.a, one.b - two.b) > 1e-6:
        return False
    x, y = one.e + one.a * before.cluster.advance, one.f + one.b * before.cluster.advance
    return math.hypot(two.e - x, two.f - y) < 0.01
