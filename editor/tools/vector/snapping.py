"""Snap edges and centres to those of the page and of other objects."""

import msgspec

from editor.display.vector.measure import Measure
from editor.model.vector import Node, Page
from editor.tools.overlay import OverlayItem, Polyline
from render.geometry import Point, Rect

MOST = 400
"""Objects looked at: beyond, snapping would feel random anyway."""


class Lines(msgspec.Struct, frozen=True):
    """Places to snap to, on each axis, in document units."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]


class Snap(msgspec.Struct, frozen=True):
    """How far to shift, and the lines that were met."""

    dx: float
    dy: float
    x: float | None = None
    y: float | None = None

    def guides(self, page: Page) -> tuple[OverlayItem, ...]:
        items: list[OverlayItem] = []
        if self.x is not None:
            items.append(Polyline((Point(self.x, 0.0), Point(self.x, page.height)), False, "guide"))
        if self.y is not None:
            items.append(Polyline((Point(0.0, self.y), Point(page.width, self.y)), False, "guide"))
        return tuple(items)


def lines_of(measure: Measure, page: Page, without: tuple[str, ...]) -> Lines:
    """Edges and centres of the page and of the objects on it."""
    boxes = [Rect(0.0, 0.0, page.width, page.height)]
    for item in measure.project.children(page.id, Node)[-MOST:]:
        box = measure.box(item.id) if item.id not in without and item.visible else None
        if box is not None:
            boxes.append(box)
    xs = {value for box in boxes for value in (box.x, box.center.x, box.right)}
    ys = {value for box in boxes for value in (box.y, box.center.y, box.bottom)}
    return Lines(tuple(sorted(xs)), tuple(sorted(ys)))


def snap_box(box: Rect, lines: Lines, reach: float) -> Snap:
    """The smallest shift that brings an edge or the centre of a box onto a line."""
    dx, x = _nearest((box.x, box.center.x, box.right), lines.xs, reach)
    dy, y = _nearest((box.y, box.center.y, box.bottom), lines.ys, reach)
    return Snap(dx, dy, x, y)


def snap_point(point: Point, lines: Lines, reach: float) -> Snap:
    dx, x = _nearest((point.x,), lines.xs, reach)
    dy, y = _nearest((point.y,), lines.ys, reach)
    return Snap(dx, dy, x, y)


def _nearest(places: tuple[float, ...], lines: tuple[float, ...], reach: float) -> tuple[float, float | None]:
    best: tuple[float, float | None] = (0.0, None)
    nearest = reach
    for place in places:
        for line in lines:
            if abs(line - place) < nearest:
                nearest = abs(line - place)
                best = (line - place, line)
    return best
