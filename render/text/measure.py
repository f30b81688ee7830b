"""Distances along an outline: where a point is, and which way the outline goes there."""

import math

import skia

from render.geometry import Point
from render.vector.path import PathData
from render.vector.skia_values import to_path


class PathRuler:
    """Measures all contours of a path one after the other."""

    def __init__(self, path: PathData) -> None:
        self._contours: list[tuple[float, skia.PathMeasure]] = []
        self.length = 0.0
        for contour in _contours(path):
            measure = skia.PathMeasure(to_path(contour), False, 4.0)
            length = measure.getLength()
            if length > 0:
                self._contours.append((self.length, measure))
                self.length += length

    def at(self, distance: float) -> tuple[Point, float] | None:
        """The point at a distance and the direction there in radians; None beyond either end."""
        if not self._contours or distance < 0 or distance > self.length:
            return None
        before, measure = next(pair for pair in reversed(self._contours) if pair[0] <= distance)
        found = measure.getPosTan(distance - before)
        if found is None:
            return None
        point, tangent = found
        return Point(point.x(), point.y()), math.atan2(tangent.y(), tangent.x())

    @property
    def end(self) -> Point | None:
        found = self.at(self.length)
        return found[0] if found else None


def _contours(path: PathData) -> list[PathData]:
    parts: list[PathData] = []
    sizes = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
    verbs, at = "", 0
    points: list[float] = []
    for verb in path.verbs:
        if verb == "M" and verbs:
            parts.append(PathData(verbs, tuple(points)))
            verbs, points = "", []
        verbs += verb
        points += path.points[at : at + sizes[verb]]
        at += sizes[verb]
    if verbs:
        parts.append(PathData(verbs, tuple(points)))
    return parts
