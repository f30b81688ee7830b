"""Contours as points, for overlays and for finding the nearest place on a segment."""

from editor.model.vector import Contour, PathNode
from render.geometry import Affine, Point

STEPS = 16


def segment_points(start: PathNode, end: PathNode, steps: int = STEPS) -> list[Point]:
    """Points along one segment, its start left out (Bernstein's form)."""
    if start.after is None and end.before is None:
        return [Point(end.x, end.y)]
    a, d = (start.x, start.y), (end.x, end.y)
    b, c = start.after or a, end.before or d
    points = []
    for step in range(1, steps + 1):
        t = step / steps
        u = 1 - t
        weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        x = sum(weight * part[0] for weight, part in zip(weights, (a, b, c, d), strict=True))
        y = sum(weight * part[1] for weight, part in zip(weights, (a, b, c, d), strict=True))
        points.append(Point(x, y))
    return points


def pairs(contour: Contour) -> list[tuple[int, PathNode, PathNode]]:
    """Each segment with the index of the node that it begins at."""
    nodes = contour.nodes
    found = [(index, nodes[index], nodes[index + 1]) for index in range(len(nodes) - 1)]
    if contour.closed and len(nodes) > 1:
        found.append((len(nodes) - 1, nodes[-1], nodes[0]))
    return found


def flat(contour: Contour, space: Affine | None = None) -> tuple[Point, ...]:
    """The whole contour as points, mapped if wanted."""
    if not contour.nodes:
        return ()
    points = [Point(contour.nodes[0].x, contour.nodes[0].y)]
    for _, start, end in pairs(contour):
        points += segment_points(start, end)
    return tuple(points if space is None else (space.apply(point) for point in points))


def nearest_on(start: PathNode, end: PathNode, point: Point) -> tuple[float, float]:
    """(squared distance, t) of the nearest of many places on a segment; t stays inside the segment."""
    straight = start.after is None and end.before is None
    best = (float("inf"), 0.5)
    if straight:
        dx, dy = end.x - start.x, end.y - start.y
        length = dx * dx + dy * dy
        t = 0.5 if length == 0 else ((point.x - start.x) * dx + (point.y - start.y) * dy) / length
        t = min(0.98, max(0.02, t))
        x, y = start.x + dx * t, start.y + dy * t
        return ((x - point.x) ** 2 + (y - point.y) ** 2, t)
    for index, place in enumerate(segment_points(start, end, 64)[:-1], 1):
        squared = (place.x - point.x) ** 2 + (place.y - point.y) ** 2
        best = min(best, (squared, index / 64))
    return best
