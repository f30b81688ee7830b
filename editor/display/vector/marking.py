"""Markers of a path as nodes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from editor.display.vector.built import Built
from editor.display.vector.markers import Vertex, vertices
from editor.display.vector.styles import Context
from editor.model.vector import MarkerResource, Painted, StrokeStyle
from render.geometry import Affine, Point, Rect
from render.vector import values
from render.vector.aspect import fit, is_slice
from render.vector.path import PathData, rectangle

if TYPE_CHECKING:
    from editor.display.vector.builder import Builder


def marker_nodes(builder: Builder, record: Painted, path: PathData, context: Context) -> list[Built]:
    """The markers in drawing order: start, middle, end."""
    if record.markers is None:
        return []
    found = vertices(path)
    if not found:
        return []
    width = next((style.width for style in record.styles if isinstance(style, StrokeStyle)), 1.0)
    wanted = [(record.markers.start, found[:1], True)]
    wanted += [(record.markers.mid, found[1:-1], False), (record.markers.end, found[-1:], False)]
    result: list[Built] = []
    for key, places, first in wanted:
        resource = builder.project.get(key) if key else None
        if isinstance(resource, MarkerResource) and resource.id not in builder._active:
            builder._active.add(resource.id)
            try:
                for vertex in places:
                    result += _mark(builder, resource, vertex, first, width, record, context)
            finally:
                builder._active.discard(resource.id)
    return result


def _mark(
    builder: Builder, resource: MarkerResource, vertex: Vertex, first: bool, width: float, record: Painted,
    context: Context,
) -> list[Built]:  # fmt: skip
    viewport = Rect(0.0, 0.0, resource.width, resource.height)
    if viewport.is_empty or (resource.view_box is not None and resource.view_box.is_empty):
        return []
    angle = resource.angle
    if angle is None:
        angle = vertex.angle + (180.0 if first and resource.reverse_start else 0.0)
    view = fit(resource.view_box, viewport, resource.aspect) if resource.view_box else Affine()
    origin = view.apply(Point(resource.x, resource.y))
    scale = width if resource.in_strokes else 1.0
    place = (
        Affine.translation(-origin.x, -origin.y)
        .then(Affine.scaling(scale))
        .then(Affine.rotation(math.radians(angle)))
        .then(Affine.translation(vertex.at.x, vertex.at.y))
    )
    if place.determinant == 0:
        return []
    inside = view.then(place)
    mark = Context(box=None, pattern=context.pattern, outer=context, styles=record.styles, into=inside.inverse())
    children = builder.children(resource.id, mark)
    if not children:
        return []
    clips: tuple[values.Clip, ...] = ()
    if not resource.overflow:
        area = viewport
        if resource.view_box is not None and not is_slice(resource.aspect):
            area = view.bounds(resource.view_box)
        clips = (values.Clip(content=values.Group(), path=rectangle(area.x, area.y, area.width, area.height)),)
    content = values.Group(children=tuple(child.node for child in children), transform=view)
    node = values.Group(children=(content,), transform=place, clips=clips)
    reach = Rect(0.0, 0.0, 0.0, 0.0)
    for child in children:
        reach = reach.union(inside.bounds(child.reach))
    return [Built(node, None, reach, False)]
