"""What all vector tools share: the page, the selection, measures, distances on the screen."""

from editor.display.vector.engine import VectorEngine
from editor.display.vector.measure import Measure
from editor.model.vector import Node, Page, SolidPaint
from editor.tools.events import PointerEvent
from editor.tools.overlay import OverlayItem, Polyline
from editor.tools.tool import Tool
from render.color import Color
from render.geometry import Affine, Point, Rect

CLICK_SLOP = 3.0
"""Screen pixels that a press may wander and still be a click."""
REACH = 6.0
"""Screen pixels within which a handle or an outline is hit."""


class VectorTool(Tool):
    """A tool on one page of a drawing."""

    family = "vector"

    @property
    def page(self) -> Page:
        """The page that is shown. Raises ExpectedError when it is gone."""
        engine = self.context.display.engine(self.context.document)
        assert isinstance(engine, VectorEngine)
        return engine.page(self.context.document, self.context.part)

    @property
    def measure(self) -> Measure:
        engine = self.context.display.engine(self.context.document)
        assert isinstance(engine, VectorEngine)
        return Measure(self.context.project, engine.builder(self.context.document))

    def selected(self) -> tuple[str, ...]:
        """The selected nodes of this drawing."""
        project = self.context.project
        return tuple(
            key for key in project.selection
            if isinstance(project.get(key), Node) and project.index.root(key) == self.context.document
        )

    def box(self, keys: tuple[str, ...]) -> Rect | None:
        """The box around nodes, on the page."""
        found: Rect | None = None
        for key in keys:
            box = self.measure.box(key)
            if box is not None:
                found = box if found is None else _around(found, box)
        return found

    def foreground(self) -> SolidPaint:
        return SolidPaint(color=Color.from_hex(self.context.foreground))

    def outlines(self, keys: tuple[str, ...]) -> tuple[OverlayItem, ...]:
        """A thin frame around each selected node."""
        project, items = self.context.project, []
        for key in keys[:200]:
            item = project.get(key)
            if not isinstance(item, Node):
                continue
            built = self.measure.builder.node(item)
            if built is None or built.box is None:
                continue
            space = self.measure.space(item.parent)
            items.append(Polyline(corners(built.box, space), True, "selection"))
        return tuple(items)


def _around(one: Rect, two: Rect) -> Rect:
    x, y = min(one.x, two.x), min(one.y, two.y)
    return Rect(x, y, max(one.right, two.right) - x, max(one.bottom, two.bottom) - y)


def corners(rect: Rect, space: Affine) -> tuple[Point, ...]:
    places = ((rect.x, rect.y), (rect.right, rect.y), (rect.right, rect.bottom), (rect.x, rect.bottom))
    return tuple(space.apply(Point(x, y)) for x, y in places)


def at(event: PointerEvent) -> Point:
    return Point(event.x, event.y)


def distance(one: PointerEvent, two: PointerEvent) -> float:
    """Between two events, in screen pixels."""
    return float(((one.x - two.x) ** 2 + (one.y - two.y) ** 2) ** 0.5) * one.scale


def units(event: PointerEvent, pixels: float = REACH) -> float:
    """A distance on the screen in document units."""
    return pixels / max(event.scale, 1e-9)


def straight(start: Point, end: Point) -> Point:
    """The end on the nearest of the eight directions."""
    dx, dy = end.x - start.x, end.y - start.y
    if abs(dx) > 2.4142 * abs(dy):
        return Point(end.x, start.y)
    if abs(dy) > 2.4142 * abs(dx):
        return Point(start.x, end.y)
    length = (abs(dx) + abs(dy)) / 2
    return Point(start.x + (length if dx > 0 else -length), start.y + (length if dy > 0 else -length))


def spanned(one: Point, two: Point) -> Rect:
    return Rect(min(one.x, two.x), min(one.y, two.y), abs(one.x - two.x), abs(one.y - two.y))


