"""rect, circle, ellipse, line, polyline, polygon and path as shape records."""

from typing import Any

from editor.formats.svg.nodes import node_fields
from editor.formats.svg.paints import styles_of
from editor.formats.svg.path_data import parse_path
from editor.formats.svg.reader import Reader
from editor.formats.svg.state import State
from editor.formats.svg.values import local_target, parse_length, parse_numbers, parse_url
from editor.model.vector import (
    EllipseShape,
    FillStyle,
    Markers,
    Painted,
    PathShape,
    RectangleShape,
    SolidPaint,
)  # fmt: skip
from editor.model.vector.outlines import to_contours
from render.vector.path import PathBuilder, PathData
from render.vector.values import FillRule

SHAPES = frozenset("rect circle ellipse line polyline polygon path".split())


def read_shape(reader: Reader, state: State, parent: str, in_clip: bool = False) -> None:
    """Add the record of a shape; nothing for a shape without size."""
    record = _geometry(state)
    if record is None:
        return
    cls, geometry = record
    fields: dict[str, Any] = node_fields(reader, state, in_clip=in_clip)
    fields |= geometry
    fields["visible"] = state.get("visibility") == "visible"
    fields["smooth"] = state.get("shape-rendering") not in ("optimizeSpeed", "crispEdges")
    if in_clip:
        rule: FillRule = "evenodd" if state.get("clip-rule") == "evenodd" else "nonzero"
        fields["styles"] = (FillStyle(paint=SolidPaint(), rule=rule),)
    else:
        fields["styles"], before = styles_of(reader, state)
        markers = _markers(reader, state)
        if markers is not None:
            fields["markers"] = Markers(start=markers[0], mid=markers[1], end=markers[2], after=before)
    reader.add(cls(id=reader.new_id(), parent=parent, **fields))
    reader.report.keep(state.element.tag)


def _markers(reader: Reader, state: State) -> tuple[str | None, str | None, str | None] | None:
    from editor.formats.svg.resources import marker_resource

    keys: list[str | None] = []
    for place in ("start", "mid", "end"):
        url = parse_url(state.get(f"marker-{place}"))
        target = local_target(url[0]) if url else None
        element = reader.ids.get(target) if target else None
        keys.append(marker_resource(reader, element) if element is not None and element.tag == "marker" else None)
    return (keys[0], keys[1], keys[2]) if any(keys) else None


def _geometry(state: State) -> tuple[type[Painted], dict[str, Any]] | None:
    tag = state.element.tag
    if tag == "rect":
        return _rectangle(state)
    if tag in ("circle", "ellipse"):
        return _ellipse(state)
    path = _outline(state)
    if len(path.verbs) < 2:
        return None
    return PathShape, {"contours": to_contours(path)}


def outline_of_element(state: State) -> PathData:
    """Any shape as an outline, for text on paths."""
    from editor.model.vector.outlines import outline_of

    made = _geometry(state)
    return outline_of(made[0](id="", **made[1])) if made is not None else PathData()


def _rectangle(state: State) -> tuple[type[Painted], dict[str, Any]] | None:
    width, height = state.length("width", "x"), state.length("height", "y")
    if width <= 0 or height <= 0:
        return None
    rx, ry = _radius(state, "rx", "x"), _radius(state, "ry", "y")
    rx, ry = (ry if rx is None else rx) or 0.0, (rx if ry is None else ry) or 0.0
    corner = (min(rx, width / 2), min(ry, height / 2))
    return RectangleShape, {
        "x": state.length("x", "x"), "y": state.length("y", "y"), "width": width, "height": height,
        "corners": (corner, corner, corner, corner),
    }  # fmt: skip


def _radius(state: State, name: str, axis: Any) -> float | None:
    length = parse_length(state.attribute(name))
    if length is None or length.number < 0:
        return None
    return state.resolve(length, axis)


def _ellipse(state: State) -> tuple[type[Painted], dict[str, Any]] | None:
    if state.element.tag == "circle":
        rx = ry = state.length("r", "both")
    else:
        one, two = _radius(state, "rx", "x"), _radius(state, "ry", "y")
        rx, ry = (two if one is None else one) or 0.0, (one if two is None else two) or 0.0
    if rx <= 0 or ry <= 0:
        return None
    return EllipseShape, {"cx": state.length("cx", "x"), "cy": state.length("cy", "y"), "rx": rx, "ry": ry}


def _outline(state: State) -> PathData:
    tag = state.element.tag
    if tag == "path":
        return parse_path(state.element.get("d") or "")
    path = PathBuilder()
    if tag == "line":
        path.move_to(state.length("x1", "x"), state.length("y1", "y"))
        path.line_to(state.length("x2", "x"), state.length("y2", "y"))
        return path.build()
    numbers = parse_numbers(state.element.get("points"))
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(points) < 2:
        return PathData()
    path.move_to(*points[0])
    for x, y in points[1:]:
        path.line_to(x, y)
    if tag == "polygon":
        path.close()
    return path.build()

