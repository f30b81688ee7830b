"""Paint bucket and gradient."""

from editor.commands.registry import run, run_live
from editor.document.gesture import Gesture
from editor.tools.events import Modifiers, PointerEvent
from editor.tools.overlay import Handle, OverlayItem, Polyline
from editor.tools.raster.base import CLICK_SLOP, RasterTool, distance, pixel_at, target_of
from editor.tools.tool import GestureState, Option, State, register_tool
from render.geometry import Point


@register_tool
class BucketTool(RasterTool):
    """Fills what is alike around a click."""

    name, label, icon, shortcut = "raster.bucket", "Paint bucket", "bucket", "G"
    hint = "Click to fill what is alike around that point with the foreground colour."
    cursor = "cross"
    options = (
        Option("tolerance", "Tolerance", "float", 12.5, 0.0, 100.0, unit="%"),
        Option("contiguous", "Connected only", "bool", True),
    )

    def idle(self) -> State:
        return BucketIdle(self)


class BucketIdle(State):
    def __init__(self, tool: BucketTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        tool, (x, y) = self.tool, pixel_at(event)
        run(
            tool.context.project, "raster.bucket_fill", layer=target_of(tool.context), x=x, y=y,
            color=tool.context.foreground, tolerance=tool.option("tolerance") / 100,
            contiguous=tool.option("contiguous"),
        )
        return self


@register_tool
class GradientTool(RasterTool):
    """Lays a gradient from the foreground to the background colour along a drag."""

    name, label, icon, shortcut = "raster.gradient", "Gradient", "gradient", "Shift+G"
    hint = "Drag to lay a gradient from the foreground to the background colour. Shift keeps it straight."
    cursor = "cross"
    options = (Option("transparent", "Fade to transparent", "bool", False),)

    def idle(self) -> State:
        return GradientIdle(self)


class GradientIdle(State):
    def __init__(self, tool: GradientTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        target = target_of(self.tool.context)
        return GradientDragging(self.tool, event, target, self.tool.context.project.gesture("Gradient"))


class GradientDragging(GestureState):
    """The gradient is laid when the drag ends: a preview of 12 megapixels a move would lag behind the hand."""

    def __init__(self, tool: GradientTool, start: PointerEvent, target: str, gesture: Gesture) -> None:
        super().__init__(gesture)
        self.tool, self.start, self.target, self.end = tool, start, target, start

    def moved(self, event: PointerEvent) -> State:
        self.end = event
        return self

    def released(self, event: PointerEvent) -> State:
        context = self.tool.context
        if distance(event, self.start) >= CLICK_SLOP:
            last = context.foreground[:7] + "00" if self.tool.option("transparent") else context.background
            run_live(
                context.project, self.gesture, "raster.gradient_fill", layer=self.target,
                start=Point(self.start.x, self.start.y), end=self._end_point(event), first=context.foreground,
                last=last,
            )
            self.finish()
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        start, end = Point(self.start.x, self.start.y), self._end_point(self.end)
        return (Polyline((start, end), style="accent"), Handle(start, "start", "circle"), Handle(end, "end", "circle"))

    def _end_point(self, event: PointerEvent) -> Point:
        dx, dy = event.x - self.start.x, event.y - self.start.y
        if Modifiers.SHIFT in event.modifiers:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        return Point(self.start.x + dx, self.start.y + dy)
