"""The pen: click for corners, drag for curves, click the first node to close; Return or Escape ends."""

import math

from editor.commands.registry import run
from editor.model.vector import Contour, PathNode, StrokeStyle
from editor.tools.events import KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Handle, OverlayItem, Polyline
from editor.tools.tool import Option, State, register_tool
from editor.tools.vector.base import REACH, VectorTool, at, straight, units
from editor.tools.vector.flatten import flat
from render.geometry import Point


@register_tool
class PenTool(VectorTool):
    """Draws one path after the other."""

    name, label, icon, shortcut = "vector.pen", "Pen", "pen", "P"
    hint = "Click for corners, drag for curves. Click the first node to close the path, Return or Escape ends it."
    cursor = "pen"
    options = (Option("width", "Stroke width", "float", 2.0, 0.0, 500.0),)

    def idle(self) -> State:
        return Idle(self)

    def store(self, nodes: tuple[PathNode, ...], closed: bool) -> None:
        """Make the path, unless it is only a point."""
        if len(nodes) < 2:
            return
        style = StrokeStyle(paint=self.foreground(), width=float(self.option("width")))
        run(
            self.context.project, "vector.add_path", parent=self.page.id, contours=(Contour(nodes, closed),),
            styles=(style,),
        )  # fmt: skip


class Idle(State):
    def __init__(self, tool: PenTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        return Bending(self.tool, (), event)

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.outlines(self.tool.selected())


class Drawing(State):
    """Between clicks: the next segment follows the pointer."""

    def __init__(self, tool: PenTool, nodes: tuple[PathNode, ...], pointer: Point) -> None:
        self.tool, self.nodes, self.pointer = tool, nodes, pointer

    def moved(self, event: PointerEvent) -> State:
        self.pointer = _aimed(self.nodes, event)
        return self

    def pressed(self, event: PointerEvent) -> State:
        first = self.nodes[0]
        near = math.hypot(first.x - event.x, first.y - event.y) <= units(event, REACH)
        if near and len(self.nodes) > 1:
            return Closing(self.tool, self.nodes, event)
        return Bending(self.tool, self.nodes, event)

    def key(self, event: KeyEvent) -> State | None:
        if event.key in ("Return", "Enter", "Escape"):
            self.tool.store(self.nodes, False)
            return self.tool.idle()
        if event.key in ("Backspace", "Delete"):
            return Drawing(self.tool, self.nodes[:-1], self.pointer) if len(self.nodes) > 1 else self.tool.idle()
        return None

    def overlay(self) -> tuple[OverlayItem, ...]:
        return preview((*self.nodes, PathNode(self.pointer.x, self.pointer.y)))


class Bending(State):
    """The button is down on a new node: dragging pulls out its handles."""

    def __init__(self, tool: PenTool, nodes: tuple[PathNode, ...], event: PointerEvent) -> None:
        self.tool, self.nodes = tool, nodes
        place = _aimed(nodes, event)
        self.node = PathNode(place.x, place.y)

    def moved(self, event: PointerEvent) -> State:
        end = at(event)
        if math.hypot(end.x - self.node.x, end.y - self.node.y) < units(event, 3.0):
            self.node = PathNode(self.node.x, self.node.y)
            return self
        if Modifiers.SHIFT in event.modifiers:
            end = straight(Point(self.node.x, self.node.y), end)
        mirrored = (2 * self.node.x - end.x, 2 * self.node.y - end.y)
        self.node = PathNode(self.node.x, self.node.y, mirrored, (end.x, end.y), "symmetric")
        return self

    def released(self, event: PointerEvent) -> State:
        return Drawing(self.tool, (*self.nodes, self.node), at(event))

    def key(self, event: KeyEvent) -> State | None:
        if event.key != "Escape":
            return None
        self.tool.store(self.nodes, False)
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return preview((*self.nodes, self.node))


class Closing(State):
    """The button is down on the first node: dragging bends the closing segment."""

    def __init__(self, tool: PenTool, nodes: tuple[PathNode, ...], event: PointerEvent) -> None:
        self.tool, self.nodes, self.start = tool, nodes, event

    def moved(self, event: PointerEvent) -> State:
        first = self.nodes[0]
        if math.hypot(event.x - first.x, event.y - first.y) >= units(event, 3.0):
            mirrored = (2 * first.x - event.x, 2 * first.y - event.y)
            self.nodes = (PathNode(first.x, first.y, mirrored, first.after, first.kind), *self.nodes[1:])
        return self

    def released(self, event: PointerEvent) -> State:
        self.tool.store(self.nodes, True)
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return preview(self.nodes, closed=True)


def _aimed(nodes: tuple[PathNode, ...], event: PointerEvent) -> Point:
    """The pointer, in line with the last node when Shift is held."""
    if nodes and Modifiers.SHIFT in event.modifiers:
        return straight(Point(nodes[-1].x, nodes[-1].y), at(event))
    return at(event)


def preview(nodes: tuple[PathNode, ...], closed: bool = False) -> tuple[OverlayItem, ...]:
    """The path so far with its nodes, and the handles of the last one."""
    items: list[OverlayItem] = [Polyline(flat(Contour(nodes, closed)), closed, "accent")]
    for index, node in enumerate(nodes):
        items.append(Handle(Point(node.x, node.y), f"node-{index}", filled=index == 0))
    last = nodes[-1]
    if last.after is not None and last.before is not None:
        ends = (Point(*last.before), Point(*last.after))
        items.append(Polyline(ends, False, "muted"))
        items += [Handle(end, f"handle-{place}", "circle") for place, end in enumerate(ends)]
    return tuple(items)
