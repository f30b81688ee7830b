"""Draw rectangles and ellipses by dragging."""

from editor.base.numbers import number_text
from editor.base.translation import tr
from editor.commands.registry import run, run_live
from editor.document.gesture import Gesture
from editor.model.vector import FillStyle
from editor.tools.events import Modifiers, PointerEvent
from editor.tools.overlay import Label, OverlayItem
from editor.tools.tool import GestureState, Option, State, register_tool
from editor.tools.vector.base import CLICK_SLOP, VectorTool, at, distance, spanned
from render.geometry import Point, Rect

CLICKED = 100.0
"""The size of a shape that is only clicked."""


class ShapeTool(VectorTool):
    """Dragging spans the shape; Shift makes both sides equal, Alt draws from the middle."""

    cursor = "cross"

    def idle(self) -> State:
        return Idle(self)

    def parameters(self, box: Rect) -> dict[str, object]:
        raise TypeError(f"{type(self).__name__} draws nothing")

    command = ""


class Idle(State):
    def __init__(self, tool: ShapeTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        return Pointing(self.tool, event)

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.outlines(self.tool.selected())


class Pointing(State):
    def __init__(self, tool: ShapeTool, start: PointerEvent) -> None:
        self.tool, self.start = tool, start

    def moved(self, event: PointerEvent) -> State:
        if distance(event, self.start) < CLICK_SLOP:
            return self
        gesture = self.tool.context.project.gesture(tr(self.tool.label))
        return Dragging(self.tool, self.start, gesture).moved(event)

    def released(self, event: PointerEvent) -> State:
        box = Rect(self.start.x, self.start.y, CLICKED, CLICKED)
        run(self.tool.context.project, self.tool.command, **_all(self.tool, box))
        return self.tool.idle()


class Dragging(GestureState):
    def __init__(self, tool: ShapeTool, start: PointerEvent, gesture: Gesture) -> None:
        super().__init__(gesture)
        self.tool, self.start = tool, start
        self.box = Rect(start.x, start.y, 0.0, 0.0)

    def moved(self, event: PointerEvent) -> State:
        self.box = drawn_box(at(self.start), at(event), event.modifiers)
        run_live(self.tool.context.project, self.gesture, self.tool.command, **_all(self.tool, self.box))
        return self

    def released(self, event: PointerEvent) -> State:
        self.finish()
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        text = f"{number_text(self.box.width, 1)} × {number_text(self.box.height, 1)}"
        return (Label(Point(self.box.right, self.box.bottom), text),)


def _all(tool: ShapeTool, box: Rect) -> dict[str, object]:
    style = FillStyle(paint=tool.foreground())
    return {"parent": tool.page.id, "styles": (style,), **tool.parameters(box)}


def drawn_box(start: Point, end: Point, modifiers: Modifiers) -> Rect:
    """The rectangle that a drag means: square with Shift, about the start with Alt."""
    dx, dy = end.x - start.x, end.y - start.y
    if Modifiers.SHIFT in modifiers:
        side = max(abs(dx), abs(dy))
        dx, dy = (side if dx >= 0 else -side), (side if dy >= 0 else -side)
    far = Point(start.x + dx, start.y + dy)
    return spanned(Point(start.x - dx, start.y - dy), far) if Modifiers.ALT in modifiers else spanned(start, far)


@register_tool
class RectangleTool(ShapeTool):
    """Draws rectangles."""

    name, label, icon, shortcut = "vector.rectangle", "Rectangle", "rectangle", "M"
    hint = "Drag to draw a rectangle. Shift makes it square, Alt draws from the middle."
    command = "vector.add_rectangle"
    options = (Option("radius", "Corner radius", "float", 0.0, 0.0, 1000.0),)

    def parameters(self, box: Rect) -> dict[str, object]:
        return {
            "x": box.x, "y": box.y, "width": box.width, "height": box.height, "radius": float(self.option("radius"))
        }  # fmt: skip


@register_tool
class EllipseTool(ShapeTool):
    """Draws ellipses."""

    name, label, icon, shortcut = "vector.ellipse", "Ellipse", "ellipse", "L"
    hint = "Drag to draw an ellipse. Shift makes it a circle, Alt draws from the middle."
    command = "vector.add_ellipse"

    def parameters(self, box: Rect) -> dict[str, object]:
        return {"cx": box.center.x, "cy": box.center.y, "rx": box.width / 2, "ry": box.height / 2}
