"""Brush and eraser: live strokes with pressure and tilt, straight lines with Shift, size keys."""

import math
from typing import Any

import msgspec

from editor.base.translation import tr
from editor.commands.raster.painting import Stroke, too_large
from editor.commands.raster.tips import unpack_tips
from editor.commands.registry import find_command, prepare
from editor.document.gesture import Gesture
from editor.tools.events import KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import OverlayItem, Polyline, Ring
from editor.tools.raster.base import RasterTool, target_of
from editor.tools.raster.held import HeldBrush, brush_of_a_file, is_foreign, is_round
from editor.tools.raster.picking import color_at
from editor.tools.tool import GestureState, Option, State, register_tool
from render.geometry import Affine, Point
from render.raster.stroke import Brush, Sample

SIZE_STEP = 1.2
LEAST_OUTLINED = 6.0
LEAST_TIME = 1e-4
"""Seconds: a time of nothing means that nobody wrote it down."""
ROUND_SPACING = 8.0
OPTIONS = (
    Option("tip", "Tip", "tip", None),
    Option("size", "Size", "float", 30.0, 1.0, 2000.0, unit="px"),
    Option("hardness", "Hardness", "float", 80.0, 0.0, 100.0, unit="%", applies=is_round),
    Option("opacity", "Opacity", "float", 100.0, 0.0, 100.0, unit="%"),
    Option("flow", "Flow", "float", 100.0, 1.0, 100.0, unit="%"),
    Option("spacing", "Spacing", "float", ROUND_SPACING, 1.0, 1000.0, unit="%", applies=is_foreign),
    Option("angle", "Angle", "float", 0.0, -360.0, 360.0, unit="°", applies=is_foreign),
    Option("smoothing", "Smoothing", "float", 10.0, 0.0, 95.0, unit="%"),
    Option("pressure_size", "Pressure sets size", "bool", False),
    Option("pressure_opacity", "Pressure sets opacity", "bool", False),
)


class PaintTool(RasterTool):
    """What brush and eraser share; they differ in what is laid down."""

    cursor = "none"
    options = OPTIONS
    erases = False

    def __init__(self, context: Any) -> None:
        self.last: Sample | None = None
        self.pointer: Point | None = None
        super().__init__(context)

    def idle(self) -> State:
        return Idle(self)

    def brush(self) -> Brush:
        """The tip that the options ask for."""
        file = brush_of_a_file(self.context.settings.get(self.name, {}))
        return Brush(
            diameter=float(self.option("size")),
            hardness=self.option("hardness") / 100,
            opacity=self.option("opacity") / 100,
            flow=self.option("flow") / 100,
            smoothing=self.option("smoothing") / 100,
            size_by_pressure=1.0 if self.option("pressure_size") else 0.0,
            opacity_by_pressure=1.0 if self.option("pressure_opacity") else 0.0,
            spacing=(self.option("spacing") if file is not None else ROUND_SPACING) / 100,
            angle=float(self.option("angle")) if file is not None else 0.0,
            roundness=file.brush.roundness if file is not None else 1.0,
        )

    def held(self) -> HeldBrush | None:
        """The brush that paints with more than the round tip; None for that."""
        file = brush_of_a_file(self.context.settings.get(self.name, {}))
        return file if file is not None and file.brush.is_packed else None

    def set_size(self, size: float) -> None:
        """Change the tip's diameter, as [ and ] do."""
        options = self.context.settings.setdefault(self.name, {})
        options["size"] = float(round(min(2000.0, max(1.0, size))))

    def overlay(self) -> tuple[OverlayItem, ...]:
        return (*super().overlay(), *(self._rim(self.pointer) if self.pointer is not None else ()))

    def _rim(self, at: Point) -> tuple[OverlayItem, ...]:
        """The outline of the tip where the pointer is; a small or shapeless one is a ring."""
        held, brush = self.held(), self.brush()
        if held is None or not held.outlines or brush.diameter < LEAST_OUTLINED:
            return (Ring(at, brush.diameter / 2),)
        cos, sin = math.cos(math.radians(brush.angle)), math.sin(math.radians(brush.angle))
        turned = Affine(cos, sin, -sin * brush.roundness, cos * brush.roundness, at.x, at.y)
        return tuple(
            Polyline(tuple(turned.apply(Point(x * brush.diameter, y * brush.diameter)) for x, y in rim), closed=True)
            for rim in held.outlines
        )

    def moved(self, event: PointerEvent) -> None:
        self.pointer = Point(event.x, event.y)
        super().moved(event)


@register_tool
class BrushTool(PaintTool):
    """Paints with the foreground colour."""

    name, label, icon, shortcut = "raster.brush", "Brush", "brush", "B"
    hint = "Drag to paint. Shift-click draws a line from the last stroke, Alt takes a colour, [ and ] change the size."


@register_tool
class EraserTool(PaintTool):
    """Makes transparent; on a mask, hides."""

    name, label, icon, shortcut = "raster.eraser", "Eraser", "eraser", "E"
    hint = "Drag to erase. Shift-click erases a line from the last stroke, [ and ] change the size."
    erases = True


def sample_of(event: PointerEvent, since: float | None = None) -> Sample:
    """Where the pen is and how it is held; and when, after `since`, for a brush that follows speed."""
    time = 0.0 if since is None else max(LEAST_TIME, event.time - since)
    return Sample(event.x, event.y, event.pressure, event.tilt_x, event.tilt_y, time)


class Idle(State):
    def __init__(self, tool: PaintTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        tool = self.tool
        if Modifiers.ALT in event.modifiers:
            color = color_at(tool.context, int(event.x // 1), int(event.y // 1))
            if color is not None:
                tool.context.pick_color(color.to_hex())
            return self
        target = target_of(tool.context)
        label = find_command("raster.stroke").label
        gesture = tool.context.project.gesture(label)
        if Modifiers.SHIFT in event.modifiers and tool.last is not None:
            return Painting(tool, target, gesture, event, msgspec.structs.replace(tool.last, time=0.0))
        return Painting(tool, target, gesture, event)

    def key(self, event: KeyEvent) -> State | None:
        if event.key not in ("[", "]"):
            return None
        size = float(self.tool.option("size"))
        wanted = size * SIZE_STEP if event.key == "]" else size / SIZE_STEP
        self.tool.set_size(max(size + 1, wanted) if event.key == "]" else min(size - 1, wanted))
        return self


class Painting(GestureState):
    """A stroke under way. Its samples are kept, so that history can replay it. One that would grow too large ends where
    it still fits; the rest of the drag paints nothing, and that is told when the pen is up."""

    def __init__(
        self, tool: PaintTool, target: str, gesture: Gesture, event: PointerEvent, start: Sample | None = None
    ) -> None:
        """`start` is where a straight line comes from."""
        super().__init__(gesture)
        self.tool, self.target = tool, target
        self.erase = tool.erases or event.eraser
        self.since: float | None = None
        self.brush = tool.brush()
        self.color = tool.context.foreground
        self.packed = b""
        self.samples: list[Sample] = []
        self.is_full = False
        try:
            held = tool.held()
            self.packed = held.packed if held is not None else b""
            tips = unpack_tips(self.packed) if self.packed else None
            if tips is not None and tips.dynamics is not None and tips.dynamics.is_timed and start is None:
                self.since = event.time
            self.stroke = Stroke(tool.context.project, target, self.brush, self.color, self.erase, tips=tips)
            self._extend((*(() if start is None else (start,)), sample_of(event, self.since)))
        except BaseException:
            gesture.cancel()
            raise

    def moved(self, event: PointerEvent) -> State:
        self._extend((sample_of(event, self.since),))
        return self

    def released(self, event: PointerEvent) -> State:
        if self.samples and Point(event.x - self.samples[-1].x, event.y - self.samples[-1].y).length > 0:
            self._extend((sample_of(event, self.since),))
        if not self.samples:
            raise too_large(tr("This stroke is too large."))
        self.gesture.extend(self.stroke.finish)
        tip = {"tip": self.tool.context.project.blobs.put(self.packed)} if self.packed else {}
        _, invocation = prepare(
            find_command("raster.stroke"),
            {"layer": self.target, "samples": tuple(self.samples), "brush": self.brush, "color": self.color,
             "erase": self.erase, **tip},
        )
        self.gesture.record(invocation)
        self.finish()
        self.tool.last = self.samples[-1]
        if self.is_full:
            raise too_large(tr("The stroke ends where it grew too large."))
        return self.tool.idle()

    def _extend(self, samples: tuple[Sample, ...]) -> None:
        fresh = [sample for sample in samples if not self.samples or sample != self.samples[-1]]
        self.is_full = self.is_full or (bool(fresh) and not self.stroke.fits(fresh))
        if self.is_full:
            return
        self.samples.extend(fresh)
        self.gesture.extend(lambda: self.stroke.extend(fresh))

    def leave(self) -> None:
        was_cancelled = self.gesture.is_open
        super().leave()
        if was_cancelled:
            self.stroke.forget()

    def cursor(self) -> str | None:
        return "none"

