"""Shared resources as values for one object: clips, masks, patterns and filters resolved against its box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.display.vector.built import Built, box_map
from editor.display.vector.filters import filter_graph, ready_made
from editor.model.vector import (
    ClipResource,
    FilterEffect,
    FilterResource,
    MaskResource,
    Node,
    PatternResource,
)  # fmt: skip
from render.geometry import IDENTITY, Affine, Rect
from render.vector import values
from render.vector.aspect import fit
from render.vector.filters.values import FilterGraph
from render.vector.path import PathData, rectangle

if TYPE_CHECKING:
    from editor.display.vector.builder import Builder


def _entered(builder: Builder, key: str) -> bool:
    """Whether a resource may be entered: not when it is being built already, which would never end."""
    if key in builder._active:
        return False
    builder._active.add(key)
    return True


def clip_value(builder: Builder, key: str, box: Rect | None) -> values.Clip | None:
    """None where the clip cannot be resolved, so that the object is not drawn."""
    resource = builder.project.get(key)
    if not isinstance(resource, ClipResource):
        return UNCLIPPED
    transform = resource.transform
    if resource.units == "box":
        if box is None:
            return None
        transform = box_map(box).then(transform)
    if not _entered(builder, key):
        return UNCLIPPED
    try:
        children = builder.children(key)
        inner = clip_value(builder, resource.clip, box) if resource.clip else None
        if resource.clip and inner is None:
            return None
    finally:
        builder._active.discard(key)
    content = values.Group(children=tuple(child.node for child in children), transform=transform)
    path, rule = _single_outline(children, transform)
    return values.Clip(content=content, path=path, rule=rule, clip=inner)


def _everything() -> values.Shape:
    big = 1e7
    return values.Shape(path=rectangle(-big, -big, 2 * big, 2 * big), paints=(values.Fill(paint=values.Solid()),))


UNCLIPPED = values.Clip(content=values.Group(children=(_everything(),)))
UNMASKED = values.Mask(content=UNCLIPPED.content, kind="alpha")


def _single_outline(children: list[Built], transform: Affine) -> tuple[PathData | None, values.FillRule]:
    """The outline of a clip that is one plain filled shape: such a clip needs no layer."""
    if len(children) != 1:
        return None, "nonzero"
    node, map_ = children[0].node, transform
    if isinstance(node, values.Group) and len(node.children) == 1 and node.is_plain and not node.clips:
        map_ = node.transform.then(transform)
        node = node.children[0]
    if not isinstance(node, values.Shape) or len(node.paints) != 1 or not node.smooth:
        return None, "nonzero"
    paint = node.paints[0]
    if not isinstance(paint, values.Fill) or not isinstance(paint.paint, values.Solid) or paint.opacity < 1:
        return None, "nonzero"
    return node.path.transformed(map_), paint.rule


def mask_value(builder: Builder, key: str, box: Rect | None) -> values.Mask | None:
    resource = builder.project.get(key)
    if not isinstance(resource, MaskResource):
        return None
    region, transform = resource.region, IDENTITY
    if resource.units == "box" or resource.content_units == "box":
        if box is None or box.is_empty:
            return None
        if resource.units == "box":
            region = box_map(box).bounds(region)
        if resource.content_units == "box":
            transform = box_map(box)
    if not _entered(builder, key):
        return UNMASKED
    try:
        children = builder.children(key)
        inner = mask_value(builder, resource.mask, box) if resource.mask else None
        if resource.mask and inner is None:
            return None
    finally:
        builder._active.discard(key)
    content = values.Group(children=tuple(child.node for child in children), transform=transform)
    return values.Mask(
        content=content, region=region, kind=resource.kind_of_mask, linear=resource.linear, mask=inner
    )


def pattern_paint(builder: Builder, key: str, box: Rect | None) -> values.Paint | None:
    resource = builder.project.get(key)
    if not isinstance(resource, PatternResource):
        return None
    needs_box = resource.units == "box" or (resource.content_units == "box" and resource.view_box is None)
    if needs_box and (box is None or box.is_empty):
        return None
    tile = box_map(box).bounds(resource.tile) if resource.units == "box" and box is not None else resource.tile
    if tile.is_empty or not _entered(builder, key):
        return None
    try:
        children = builder.children(key)
    finally:
        builder._active.discard(key)
    if not children:
        return None
    if resource.view_box is not None:
        content = fit(resource.view_box, tile, resource.aspect)
    elif resource.content_units == "box" and box is not None:
        content = Affine.scaling(box.width, box.height).then(Affine.translation(tile.x, tile.y))
    else:
        content = Affine.translation(tile.x, tile.y)
    group = values.Group(children=tuple(child.node for child in children), transform=content)
    return values.PatternPaint(tile=tile, content=group, transform=resource.transform)


def filter_graphs(builder: Builder, record: Node, inner: Built) -> tuple[FilterGraph, ...] | None:
    """The graphs of a node's effects; None where one cannot be resolved, so that the node is not drawn."""
    graphs: list[FilterGraph] = []
    reach = inner.reach
    for effect in record.effects:
        if not isinstance(effect, FilterEffect):
            graphs.append(ready_made(effect, reach))
        else:
            resource = builder.project.get(effect.filter)
            if not isinstance(resource, FilterResource) or resource.id in builder._active:
                continue

            def picture(owner: FilterResource, index: int) -> values.Node | None:
                return _filter_picture(builder, owner, index)

            graph = filter_graph(resource, inner.box, picture)
            if graph is None:
                return None
            graphs.append(graph)
        reach = graphs[-1].region
    return tuple(graphs)


def _filter_picture(builder: Builder, owner: FilterResource, index: int) -> values.Node | None:
    children = builder.project.children(owner.id, Node)
    if index >= len(children) or not _entered(builder, owner.id):
        return None
    try:
        built = builder.node(children[index])
    finally:
        builder._active.discard(owner.id)
    return None if built is None else built.node
