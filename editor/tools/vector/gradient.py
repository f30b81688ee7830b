"""Gradient handles: drag across a shape to fill it from the foreground colour to nothing, drag the ends afterwards."""

import math

import msgspec

from editor.base.translation import tr
from editor.commands.registry import run_live
from editor.document.gesture import Gesture
from editor.model.vector import FillStyle, LinearPaint, Painted, RadialPaint
from editor.tools.events import Modifiers, PointerEvent
from editor.tools.overlay import Handle, OverlayItem, Polyline
from editor.tools.tool import GestureState, Option, State, register_tool
from editor.tools.vector.base import CLICK_SLOP, REACH, VectorTool, at, distance, straight, units
from render.geometry import Affine, Point
from render.vector.values import Stop

Gradient = LinearPaint | RadialPaint


@register_tool
class GradientTool(VectorTool):
    """Works on the fill of the selected shape."""

    name, label, icon, shortcut = "vector.gradient", "Gradient", "gradient", "G"
    hint = "Drag across a shape to fill it with a gradient; drag its ends to change it. Shift keeps straight."
    cursor = "cross"
    options = (Option("kind", "Kind", "choice", "linear", choices=("linear", "radial")),)

    def idle(self) -> State:
        return Idle(self)

    def shape(self) -> Painted | None:
        keys = self.selected()
        item = self.context.project.get(keys[0]) if len(keys) == 1 else None
        return item if isinstance(item, Painted) else None

    def gradient(self, shape: Painted) -> Gradient | None:
        fills = (style.paint for style in shape.styles if isinstance(style, FillStyle))
        return next((paint for paint in fills if isinstance(paint, LinearPaint | RadialPaint)), None)

    def to_page(self, shape: Painted, paint: Gradient) -> Affine | None:
        """From the gradient's space to the page; None where a box is missing."""
        map_ = paint.transform
        if paint.relative:
            built = self.measure.builder.node(msgspec.structs.replace(shape, transform=Affine()))
            if built is None or built.box is None or built.box.is_empty:
                return None
            box = built.box
            map_ = map_.then(Affine(box.width, 0.0, 0.0, box.height, box.x, box.y))
        return map_.then(shape.transform).then(self.measure.space(shape.parent))

    def ends(self) -> tuple[Point, Point] | None:
        """The gradient's two handles on the page."""
        shape = self.shape()
        paint = self.gradient(shape) if shape is not None else None
        if shape is None or paint is None:
            return None
        map_ = self.to_page(shape, paint)
        if map_ is None:
            return None
        if isinstance(paint, LinearPaint):
            return map_.apply(Point(paint.x1, paint.y1)), map_.apply(Point(paint.x2, paint.y2))
        return map_.apply(Point(paint.cx, paint.cy)), map_.apply(Point(paint.cx + paint.r, paint.cy))

    def items(self) -> tuple[OverlayItem, ...]:
        ends = self.ends()
        frames = self.outlines(self.selected())
        if ends is None:
            return frames
        line = Polyline(ends, False, "accent")
        return (*frames, line, Handle(ends[0], "start", "circle", True), Handle(ends[1], "end", "square", True))


class Idle(State):
    def __init__(self, tool: GradientTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        tool = self.tool
        ends = tool.ends()
        for index, end in enumerate(ends or ()):
            if math.hypot(end.x - event.x, end.y - event.y) <= units(event, REACH + 2):
                return Dragging(tool, ends or (at(event), at(event)), index, _begin(tool))
        picked = tool.measure.hit(tool.page.id, at(event), units(event))
        if picked is not None and picked not in tool.selected():
            tool.context.project.select((picked,))
        return Pointing(tool, event) if tool.shape() is not None else self

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.items()


def _begin(tool: GradientTool) -> Gesture:
    return tool.context.project.gesture(tr("Gradient"))


class Pointing(State):
    def __init__(self, tool: GradientTool, start: PointerEvent) -> None:
        self.tool, self.start = tool, start

    def moved(self, event: PointerEvent) -> State:
        if distance(event, self.start) < CLICK_SLOP:
            return self
        return Dragging(self.tool, (at(self.start), at(event)), 1, _begin(self.tool)).moved(event)

    def released(self, event: PointerEvent) -> State:
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.items()


class Dragging(GestureState):
    """One end follows the pointer."""

    def __init__(self, tool: GradientTool, ends: tuple[Point, Point], index: int, gesture: Gesture) -> None:
        super().__init__(gesture)
        self.tool, self.ends, self.index = tool, ends, index
        self.shape = tool.shape()
        self.old = tool.gradient(self.shape) if self.shape is not None else None

    def moved(self, event: PointerEvent) -> State:
        shape = self.shape
        if shape is None:
            return self
        other = self.ends[1 - self.index]
        here = straight(other, at(event)) if Modifiers.SHIFT in event.modifiers else at(event)
        start, end = (here, other) if self.index == 0 else (other, here)
        back = shape.transform.then(self.tool.measure.space(shape.parent)).inverse()
        paint = self._paint(back.apply(start), back.apply(end))
        run_live(self.tool.context.project, self.gesture, "vector.set_fill", nodes=(shape.id,), paint=paint)
        return self

    def _paint(self, start: Point, end: Point) -> Gradient:
        color = self.tool.foreground().color
        stops = self.old.stops if self.old is not None else (Stop(0.0, color), Stop(1.0, color.with_alpha(0.0)))
        radial = isinstance(self.old, RadialPaint) if self.old is not None else self.tool.option("kind") == "radial"
        if radial:
            radius = max(1e-3, math.hypot(end.x - start.x, end.y - start.y))
            return RadialPaint(
                cx=start.x, cy=start.y, r=radius, fx=start.x, fy=start.y, stops=stops, relative=False
            )
        return LinearPaint(x1=start.x, y1=start.y, x2=end.x, y2=end.y, stops=stops, relative=False)

    def released(self, event: PointerEvent) -> State:
        self.finish()
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.items()
