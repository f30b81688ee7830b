"""Where markers stand on an outline and which way they point (SVG 2, 11.6)."""

import math

import msgspec

from render.geometry import Point
from render.vector.path import PathData


class Vertex(msgspec.Struct, frozen=True, kw_only=True):
    """A node of an outline with the directions in which the path comes in and goes out; None where there is none."""

    at: Point
    incoming: tuple[float, float] | None = None
    outgoing: tuple[float, float] | None = None

    @property
    def angle(self) -> float:
        """The bisector of both directions, in degrees."""
        parts = [part for part in (self.incoming, self.outgoing) if part is not None]
        angles = [math.atan2(part[1], part[0]) for part in parts]
        if not angles:
            return 0.0
        if len(angles) == 1:
            return math.degrees(angles[0])
        one, two = angles
        middle = (one + two) / 2
        return math.degrees(middle + math.pi if abs(two - one) > math.pi else middle)


def vertices(path: PathData) -> list[Vertex]:
    """Every node in drawing order; a closing segment gives the contour's first node once more."""
    found: list[Vertex] = []
    points = path.points
    at, start_index = 0, 0
    current = start = Point(0.0, 0.0)
    for verb in path.verbs:
        if verb == "M":
            current = start = Point(points[at], points[at + 1])
            at += 2
            start_index = len(found)
            found.append(Vertex(at=current))
        elif verb == "Z":
            out = _direction([current, start])
            found[-1] = msgspec.structs.replace(found[-1], outgoing=out or found[-1].outgoing)
            first_out = found[start_index].outgoing
            coming = out or found[-1].incoming
            found[start_index] = msgspec.structs.replace(found[start_index], incoming=coming)
            if out is not None:
                found.append(Vertex(at=start, incoming=coming, outgoing=first_out))
            else:
                found[-1] = msgspec.structs.replace(found[-1], outgoing=first_out)
            current = start
        else:
            count = {"L": 1, "Q": 2, "C": 3}[verb]
            ends = [Point(points[at + 2 * i], points[at + 2 * i + 1]) for i in range(count)]
            at += 2 * count
            out = _direction([current, *ends])
            back = _direction([current, *ends], backwards=True)
            if found and out is not None:
                found[-1] = msgspec.structs.replace(found[-1], outgoing=out)
            found.append(Vertex(at=ends[-1], incoming=back))
            current = ends[-1]
    return found


def _direction(points: list[Point], backwards: bool = False) -> tuple[float, float] | None:
    """The tangent at the start, or at the end, of a segment: towards the first point that differs."""
    ordered = points[::-1] if backwards else points
    for point in ordered[1:]:
        dx, dy = point.x - ordered[0].x, point.y - ordered[0].y
        if abs(dx) > 1e-9 or abs(dy) > 1e-9:
            return (-dx, -dy) if backwards else (dx, dy)
    return None
