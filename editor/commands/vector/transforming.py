"""Move, scale, rotate, and any other map. Maps are in the space of the page."""

import math

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.vector.targets import inverse_of, nodes_of, put, space_of
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.vector import (
    EllipseShape,
    EmbedFrame,
    FilterEffect,
    LinearPaint,
    Node,
    Painted,
    PathNode,
    PathShape,
    PatternPaint,
    PictureFrame,
    RadialPaint,
    RectangleShape,
    Style,
    SweepPaint,
)
from render.geometry import IDENTITY, Affine, Point, Rect


def apply(project: Project, keys: tuple[str, ...], map_: Affine) -> None:
    """Map nodes on the page."""
    if abs(map_.determinant) < 1e-12:
        raise ExpectedError(tr("This would make the object flat."))
    for item in nodes_of(project, keys):
        space = space_of(project, item.parent)
        local = map_ if space == IDENTITY else space.then(map_).then(inverse_of(space))
        put(project, mapped(item, local))


def mapped(item: Node, local: Affine) -> Node:
    """The node after a map of its parent's space.

    Moving and scaling an unturned shape changes its own numbers, so that a properties panel shows what a person sees
    and strokes keep their width; anything else goes into the transform.
    """
    place = item.transform
    upright = local.b == 0 and local.c == 0 and local.a > 0 and local.d > 0
    unturned = (place.a, place.b, place.c, place.d) == (1.0, 0.0, 0.0, 1.0)
    if upright and unturned and _stands_alone(item):
        e, f = local.a * place.e + local.e - place.e, local.d * place.f + local.f - place.f
        changed = _renumbered(item, Affine(local.a, 0.0, 0.0, local.d, e, f))
        if changed is not None:
            return changed
    return msgspec.structs.replace(item, transform=place.then(local))


def _stands_alone(item: Node) -> bool:
    """Whether nothing shared is drawn in the node's own space: patterns, clips, masks and filters would stay behind."""
    filters = any(isinstance(effect, FilterEffect) for effect in item.effects)
    patterns = isinstance(item, Painted) and any(isinstance(style.paint, PatternPaint) for style in item.styles)
    return not (item.clip or item.mask or filters or patterns)


def _renumbered(item: Node, map_: Affine) -> Node | None:
    """The shape with its own numbers mapped; None for what has no such numbers."""
    replace = msgspec.structs.replace
    if isinstance(item, PictureFrame | EmbedFrame):
        box = map_.bounds(Rect(item.x, item.y, item.width, item.height))
        return replace(item, x=box.x, y=box.y, width=box.width, height=box.height)
    if not isinstance(item, Painted):
        return None
    styles = tuple(_moved_style(style, map_) for style in item.styles)
    if isinstance(item, RectangleShape):
        box = map_.bounds(Rect(item.x, item.y, item.width, item.height))
        return replace(item, x=box.x, y=box.y, width=box.width, height=box.height, styles=styles)
    if isinstance(item, EllipseShape):
        center = map_.apply(Point(item.cx, item.cy))
        return replace(
            item, cx=center.x, cy=center.y, rx=item.rx * map_.a, ry=item.ry * map_.d, styles=styles
        )
    if isinstance(item, PathShape):
        contours = tuple(
            replace(contour, nodes=tuple(map_node(node, map_) for node in contour.nodes)) for contour in item.contours
        )
        return replace(item, contours=contours, styles=styles)
    return None


def _moved_style(style: Style, map_: Affine) -> Style:
    """A gradient in the shape's own units goes along."""
    paint = style.paint
    if not isinstance(paint, LinearPaint | RadialPaint | SweepPaint) or paint.relative:
        return style
    return msgspec.structs.replace(style, paint=msgspec.structs.replace(paint, transform=paint.transform.then(map_)))


def map_node(node: PathNode, map_: Affine) -> PathNode:
    """A node with its handles, mapped."""
    at = map_.apply(Point(node.x, node.y))
    before, after = (None if part is None else map_.apply(Point(*part)) for part in (node.before, node.after))
    return PathNode(
        at.x, at.y, None if before is None else (before.x, before.y), None if after is None else (after.x, after.y),
        node.kind,
    )  # fmt: skip


@command("vector.transform", label="Transform")
def transform(project: Project, *, nodes: tuple[RecordId, ...], matrix: Affine) -> None:
    """Apply any affine map [a, b, c, d, e, f] on the page."""
    apply(project, nodes, matrix)


@command("vector.move", label="Move")
def move(project: Project, *, nodes: tuple[RecordId, ...], dx: float = 0.0, dy: float = 0.0) -> None:
    """Move by a distance on the page."""
    apply(project, nodes, Affine.translation(dx, dy))


@command("vector.scale", label="Scale")
def scale(
    project: Project, *, nodes: tuple[RecordId, ...], x: float = 1.0, y: float = 1.0, cx: float = 0.0, cy: float = 0.0
) -> None:
    """Scale about the point (cx, cy); negative factors mirror."""
    apply(project, nodes, Affine.scaling(x, y).about(Point(cx, cy)))


@command("vector.rotate", label="Rotate")
def rotate(
    project: Project, *, nodes: tuple[RecordId, ...], degrees: float, cx: float = 0.0, cy: float = 0.0
) -> None:
    """Turn clockwise about the point (cx, cy)."""
    apply(project, nodes, Affine.rotation(math.radians(degrees)).about(Point(cx, cy)))


@command("vector.reset_transform", label="Reset transform")
def reset_transform(project: Project, *, nodes: tuple[RecordId, ...]) -> None:
    """Take away what moving, turning and scaling added."""
    for item in nodes_of(project, nodes):
        put(project, msgspec.structs.replace(item, transform=IDENTITY))
