"""The outlines of shape records, and back from any outline to editable contours."""

from collections.abc import Iterator
from functools import lru_cache

from editor.model.vector.nodes import Contour, EllipseShape, Painted, PathNode, PathShape, RectangleShape
from render.vector.path import EMPTY, PathBuilder, PathData, ellipse, rectangle, rounded_rectangle

_CLOSE = 1e-9


@lru_cache(maxsize=50_000)
def contours_path(contours: tuple[Contour, ...]) -> PathData:
    path = PathBuilder()
    for contour in contours:
        nodes = contour.nodes
        if not nodes:
            continue
        path.move_to(nodes[0].x, nodes[0].y)
        pairs = list(zip(nodes[:-1], nodes[1:], strict=True))
        if contour.closed and (nodes[-1].after or nodes[0].before):
            pairs.append((nodes[-1], nodes[0]))
        for start, end in pairs:
            _segment(path, start, end)
        if contour.closed:
            path.close()
    return path.build()


def _segment(path: PathBuilder, start: PathNode, end: PathNode) -> None:
    if start.after is None and end.before is None:
        path.line_to(end.x, end.y)
        return
    one = start.after or (start.x, start.y)
    two = end.before or (end.x, end.y)
    path.cubic_to(*one, *two, end.x, end.y)


def outline_of(shape: Painted) -> PathData:
    """The outline in the shape's own space; empty for a size that is not positive."""
    if isinstance(shape, PathShape):
        return contours_path(shape.contours)
    if isinstance(shape, EllipseShape):
        return ellipse(shape.cx, shape.cy, shape.rx, shape.ry) if shape.rx > 0 and shape.ry > 0 else EMPTY
    if isinstance(shape, RectangleShape) and shape.width > 0 and shape.height > 0:
        first = shape.corners[0]
        if all(corner == first for corner in shape.corners):
            return rectangle(shape.x, shape.y, shape.width, shape.height, *first)
        return rounded_rectangle(shape.x, shape.y, shape.width, shape.height, _limited(shape))
    return EMPTY


def _limited(shape: RectangleShape) -> tuple[tuple[float, float], ...]:
    """Corners scaled down together until no two of them overlap (CSS Backgrounds 3, 4.5)."""
    a, b, c, d = shape.corners
    sides = (
        (a[0] + b[0], shape.width), (c[0] + d[0], shape.width), (a[1] + d[1], shape.height), (b[1] + c[1], shape.height)
    )  # fmt: skip
    factor = min([1.0, *(side / radii for radii, side in sides if radii > side)])
    return tuple((x * factor, y * factor) if x > 0 and y > 0 else (0.0, 0.0) for x, y in shape.corners)


def to_contours(path: PathData) -> tuple[Contour, ...]:
    """Editable contours that draw the same; quadratic curves become cubic ones."""
    contours: list[Contour] = []
    current: list[PathNode] = []
    points = iter(path.points)
    start = (0.0, 0.0)
    for verb in path.verbs:
        if verb == "M":
            _finish(contours, current, False)
            start = (next(points), next(points))
            current = [PathNode(*start)]
        elif verb == "Z":
            _finish(contours, current, True)
            current = []
        else:
            if not current:
                current = [PathNode(*start)]
            _extend(current, verb, points)
    _finish(contours, current, False)
    return tuple(contours)


def _extend(nodes: list[PathNode], verb: str, points: Iterator[float]) -> None:
    take = points.__next__
    last = nodes[-1]
    if verb == "L":
        nodes.append(PathNode(take(), take()))
        return
    if verb == "Q":
        qx, qy, x, y = take(), take(), take(), take()
        one = (last.x + (qx - last.x) * 2 / 3, last.y + (qy - last.y) * 2 / 3)
        two = (x + (qx - x) * 2 / 3, y + (qy - y) * 2 / 3)
    else:
        one, two, x, y = (take(), take()), (take(), take()), take(), take()
    nodes[-1] = PathNode(last.x, last.y, last.before, one, last.kind)
    nodes.append(PathNode(x, y, two))


def _finish(contours: list[Contour], nodes: list[PathNode], closed: bool) -> None:
    if not nodes:
        return
    first, last = nodes[0], nodes[-1]
    if closed and len(nodes) > 1 and abs(first.x - last.x) < _CLOSE and abs(first.y - last.y) < _CLOSE:
        nodes = [PathNode(first.x, first.y, last.before, first.after, first.kind), *nodes[1:-1]]
    contours.append(Contour(tuple(nodes), closed))
