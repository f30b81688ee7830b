"""Editing the nodes of paths: move, handles, insert, delete, kinds, open and close."""

import math
from typing import Annotated, Literal

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.vector.targets import put
from editor.commands.vector.transforming import map_node
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.vector import Contour, NodeKind, PathNode, PathShape
from render.geometry import Affine

Spot = tuple[int, int]
"""A node of a path: the index of its contour, then its own."""


def _find(project: Project, path: str, *spots: Spot) -> PathShape:
    """The path, whose nodes are there. Raises ExpectedError."""
    item = project.find(path, PathShape)
    for contour, node in spots:
        if not (0 <= contour < len(item.contours) and 0 <= node < len(item.contours[contour].nodes)):
            raise ExpectedError(tr("This node is no longer there."))
    return item


def _put_nodes(project: Project, item: PathShape, changed: dict[Spot, PathNode]) -> None:
    contours = tuple(
        msgspec.structs.replace(
            contour, nodes=tuple(changed.get((index, place), node) for place, node in enumerate(contour.nodes))
        )
        for index, contour in enumerate(item.contours)
    )
    put(project, msgspec.structs.replace(item, contours=contours))


@command("vector.set_contours", label="Edit path")
def set_contours(project: Project, *, path: RecordId, contours: tuple[Contour, ...]) -> None:
    """Replace all nodes of a path."""
    item = project.find(path, PathShape)
    if not any(contour.nodes for contour in contours):
        raise ExpectedError(tr("A path needs at least one node."))
    put(project, msgspec.structs.replace(item, contours=contours))


@command("vector.move_nodes", label="Move nodes")
def move_nodes(project: Project, *, path: RecordId, nodes: tuple[Spot, ...], dx: float = 0.0, dy: float = 0.0) -> None:
    """Move nodes with their handles, in the path's own space."""
    item = _find(project, path, *nodes)
    shift = Affine.translation(dx, dy)
    _put_nodes(project, item, {spot: map_node(item.contours[spot[0]].nodes[spot[1]], shift) for spot in nodes})


@command("vector.move_handle", label="Move handle")
def move_handle(
    project: Project, *, path: RecordId, node: Spot, side: Literal["before", "after"], x: float, y: float
) -> None:
    """Put a handle at a point; the other one follows as the node's kind asks."""
    item = _find(project, path, node)
    old = item.contours[node[0]].nodes[node[1]]
    other = old.after if side == "before" else old.before
    opposite = _opposite(old, (x, y), other)
    before, after = ((x, y), opposite) if side == "before" else (opposite, (x, y))
    _put_nodes(project, item, {node: PathNode(old.x, old.y, before, after, old.kind)})


def _opposite(
    node: PathNode, handle: tuple[float, float], other: tuple[float, float] | None
) -> tuple[float, float] | None:
    if node.kind == "cusp" or (other is None and node.kind == "smooth"):
        return other
    dx, dy = node.x - handle[0], node.y - handle[1]
    if node.kind == "symmetric":
        return (node.x + dx, node.y + dy)
    length = math.hypot(dx, dy)
    reach = math.hypot(other[0] - node.x, other[1] - node.y) if other else 0.0
    return other if length == 0 else (node.x + dx / length * reach, node.y + dy / length * reach)


@command("vector.set_node_kind", label="Change node")
def set_node_kind(project: Project, *, path: RecordId, nodes: tuple[Spot, ...], kind: NodeKind) -> None:
    """cusp: handles are free; smooth: they stay in line; symmetric: they are as long as each other, too."""
    item = _find(project, path, *nodes)
    changed = {}
    for contour, place in nodes:
        changed[contour, place] = _as_kind(item.contours[contour], place, kind)
    _put_nodes(project, item, changed)


def _as_kind(contour: Contour, place: int, kind: NodeKind) -> PathNode:
    node = contour.nodes[place]
    if kind == "cusp":
        return msgspec.structs.replace(node, kind=kind)
    before_node, after_node = contour.nodes[place - 1], contour.nodes[(place + 1) % len(contour.nodes)]
    before = node.before or _third(node, before_node)
    after = node.after or _third(node, after_node)
    dx, dy = after[0] - before[0], after[1] - before[1]
    length = math.hypot(dx, dy)
    if length == 0:
        return PathNode(node.x, node.y, before, after, kind)
    back = math.hypot(before[0] - node.x, before[1] - node.y)
    front = math.hypot(after[0] - node.x, after[1] - node.y)
    if kind == "symmetric":
        back = front = (back + front) / 2
    ux, uy = dx / length, dy / length
    return PathNode(
        node.x, node.y, (node.x - ux * back, node.y - uy * back), (node.x + ux * front, node.y + uy * front), kind
    )


def _third(node: PathNode, towards: PathNode) -> tuple[float, float]:
    return (node.x + (towards.x - node.x) / 3, node.y + (towards.y - node.y) / 3)


@command("vector.insert_node", label="Insert node")
def insert_node(
    project: Project, *, path: RecordId, segment: Spot, at: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.5
) -> None:
    """Cut the segment that begins at a node, without changing the shape (de Casteljau)."""
    item = _find(project, path, segment)
    contour = item.contours[segment[0]]
    following = segment[1] + 1
    if following == len(contour.nodes) and not contour.closed:
        raise ExpectedError(tr("The path ends at this node."))
    start, end = contour.nodes[segment[1]], contour.nodes[following % len(contour.nodes)]
    first, middle, last = split(start, end, at)
    nodes = list(contour.nodes)
    if len(nodes) == 1:
        nodes = [msgspec.structs.replace(first, before=last.before), middle]
    else:
        nodes[segment[1]], nodes[following % len(nodes)] = first, last
        nodes.insert(following, middle)
    contours = list(item.contours)
    contours[segment[0]] = msgspec.structs.replace(contour, nodes=tuple(nodes))
    put(project, msgspec.structs.replace(item, contours=tuple(contours)))


def split(start: PathNode, end: PathNode, at: float) -> tuple[PathNode, PathNode, PathNode]:
    """The two ends and the new node between them."""
    a, d = (start.x, start.y), (end.x, end.y)
    if start.after is None and end.before is None:
        x, y = _between(a, d, at)
        return start, PathNode(x, y), end
    b, c = start.after or a, end.before or d
    ab, bc, cd = _between(a, b, at), _between(b, c, at), _between(c, d, at)
    abc, bcd = _between(ab, bc, at), _between(bc, cd, at)
    x, y = _between(abc, bcd, at)
    return (
        msgspec.structs.replace(start, after=ab),
        PathNode(x, y, abc, bcd, "smooth"),
        msgspec.structs.replace(end, before=cd),
    )


def _between(one: tuple[float, float], two: tuple[float, float], at: float) -> tuple[float, float]:
    return (one[0] + (two[0] - one[0]) * at, one[1] + (two[1] - one[1]) * at)


@command("vector.delete_nodes", label="Delete nodes")
def delete_nodes(project: Project, *, path: RecordId, nodes: tuple[Spot, ...]) -> None:
    """Take nodes away; a path without nodes goes with them."""
    item = _find(project, path, *nodes)
    gone = set(nodes)
    contours = []
    for index, contour in enumerate(item.contours):
        left = tuple(node for place, node in enumerate(contour.nodes) if (index, place) not in gone)
        if left:
            contours.append(msgspec.structs.replace(contour, nodes=left))
    if not contours:
        project.delete(item.id)
    else:
        put(project, msgspec.structs.replace(item, contours=tuple(contours)))


@command("vector.set_closed", label="Open or close path")
def set_closed(project: Project, *, path: RecordId, closed: bool, contour: int | None = None) -> None:
    """Close or open one contour, or all."""
    item = project.find(path, PathShape)
    if contour is not None and not 0 <= contour < len(item.contours):
        raise ExpectedError(tr("This contour is no longer there."))
    contours = tuple(
        msgspec.structs.replace(one, closed=closed) if contour in (None, index) else one
        for index, one in enumerate(item.contours)
    )
    put(project, msgspec.structs.replace(item, contours=contours))
