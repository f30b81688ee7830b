"""Select with a rectangle, an ellipse or a lasso. Shift adds, Alt subtracts, both intersect; a click deselects."""

from typing import Any, ClassVar

from editor.base.numbers import number_text
from editor.commands.raster.selection import selection_of
from editor.commands.registry import run
from editor.tools.events import Modifiers, PointerEvent
from editor.tools.overlay import Label, OverlayItem, Polyline
from editor.tools.raster.base import CLICK_SLOP, RasterTool, distance
from editor.tools.tool import Option, State, register_tool
from render.geometry import Point, Rect

FEATHER = Option("feather", "Feather", "float", 0.0, 0.0, 250.0, unit="px")


class SelectTool(RasterTool):
    """What the three selection tools share."""

    cursor = "cross"
    options: ClassVar[tuple[Option, ...]] = (FEATHER,)
    hint = "Drag to select. Shift adds, Alt subtracts, both keep what is common. A click deselects."

    def select(self, command: str, start: PointerEvent, **shape: Any) -> None:
        """Run the selection command in the way that the modifiers at the press ask for."""
        shift, alt = Modifiers.SHIFT in start.modifiers, Modifiers.ALT in start.modifiers
        how = "intersect" if shift and alt else "add" if shift else "subtract" if alt else "replace"
        run(
            self.context.project, command, document=self.context.document, how=how, feather=self.option("feather"),
            **shape,
        )

    def deselect(self) -> None:
        """A click beside a drag: let edits apply everywhere again."""
        if selection_of(self.context.project, self.context.document) is not None:
            run(self.context.project, "raster.deselect", document=self.context.document)


class BoxTool(SelectTool):
    """Rectangle and ellipse differ in the command and in the line drawn."""

    command = ""

    def idle(self) -> State:
        return BoxIdle(self)


@register_tool
class RectangleSelectTool(BoxTool):
    """Selects a rectangle of whole pixels."""

    name, label, icon, shortcut = "raster.select_rectangle", "Rectangle selection", "select-rectangle", "M"
    command = "raster.select_rectangle"


@register_tool
class EllipseSelectTool(BoxTool):
    """Selects an ellipse."""

    name, label, icon, shortcut = "raster.select_ellipse", "Ellipse selection", "select-ellipse", "Shift+M"
    command = "raster.select_ellipse"


class BoxIdle(State):
    def __init__(self, tool: BoxTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        return BoxDragging(self.tool, event)


class BoxDragging(State):
    """Nothing is written until the release, so leaving needs no clean-up."""

    def __init__(self, tool: BoxTool, start: PointerEvent) -> None:
        self.tool, self.start, self.end = tool, start, start
        self.square = False

    def moved(self, event: PointerEvent) -> State:
        self.end = event
        # Shift at the press means "add"; pressed later it asks for a square, as in Photoshop.
        self.square = Modifiers.SHIFT in event.modifiers and Modifiers.SHIFT not in self.start.modifiers
        return self

    def released(self, event: PointerEvent) -> State:
        self.moved(event)
        if distance(event, self.start) < CLICK_SLOP:
            self.tool.deselect()
        else:
            self.tool.select(self.tool.command, self.start, rect=self.rect())
        return self.tool.idle()

    def rect(self) -> Rect:
        """The dragged rectangle on whole pixels."""
        first, last = Point(round(self.start.x), round(self.start.y)), Point(round(self.end.x), round(self.end.y))
        if self.square:
            side = max(abs(last.x - first.x), abs(last.y - first.y))
            last = Point(
                first.x + (side if last.x >= first.x else -side), first.y + (side if last.y >= first.y else -side)
            )
        return Rect.around(first, last)

    def overlay(self) -> tuple[OverlayItem, ...]:
        rect = self.rect()
        label = Label(Point(self.end.x, self.end.y), f"{number_text(rect.width, 0)} × {number_text(rect.height, 0)} px")
        return (Polyline(self._outline(rect), closed=True, style="marching"), label)

    def _outline(self, rect: Rect) -> tuple[Point, ...]:
        if self.tool.command == "raster.select_rectangle":
            return (
                Point(rect.x, rect.y), Point(rect.right, rect.y), Point(rect.right, rect.bottom),
                Point(rect.x, rect.bottom),
            )
        return ellipse_outline(rect)


def ellipse_outline(rect: Rect, steps: int = 72) -> tuple[Point, ...]:
    """Points around the ellipse inside a rectangle."""
    from math import cos, pi, sin

    angles = (2 * pi * step / steps for step in range(steps))
    return tuple(
        Point(rect.center.x + cos(a) * rect.width / 2, rect.center.y + sin(a) * rect.height / 2) for a in angles
    )


@register_tool
class LassoTool(SelectTool):
    """Selects the inside of a line drawn by hand."""

    name, label, icon, shortcut = "raster.lasso", "Lasso", "lasso", "L"

    def idle(self) -> State:
        return LassoIdle(self)


class LassoIdle(State):
    def __init__(self, tool: LassoTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        return LassoDrawing(self.tool, event)


class LassoDrawing(State):
    def __init__(self, tool: LassoTool, start: PointerEvent) -> None:
        self.tool, self.start = tool, start
        self.points = [Point(start.x, start.y)]

    def moved(self, event: PointerEvent) -> State:
        last = self.points[-1]
        if Point(event.x - last.x, event.y - last.y).length * event.scale >= 1:
            self.points.append(Point(event.x, event.y))
        return self

    def released(self, event: PointerEvent) -> State:
        self.moved(event)
        if len(self.points) < 3:
            self.tool.deselect()
        else:
            self.tool.select("raster.select_lasso", self.start, points=tuple(self.points))
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return (Polyline(tuple(self.points), style="marching"),)
