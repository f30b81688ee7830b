"""Move layers: drag, arrow keys, Alt-drag for a copy, click picks the layer under the pointer if wanted."""

from editor.commands.registry import run, run_live
from editor.document.gesture import Gesture
from editor.model.raster import Layer
from editor.tools.events import KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Label, OverlayItem
from editor.tools.raster.base import CLICK_SLOP, RasterTool, distance
from editor.tools.raster.picking import layer_at
from editor.tools.tool import GestureState, Option, State, register_tool
from render.geometry import Point

STEPS = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, -1), "Down": (0, 1)}


@register_tool
class MoveTool(RasterTool):
    """Moves every selected layer."""

    name, label, icon, shortcut = "raster.move", "Move", "move", "V"
    hint = "Drag to move the selected layers. Alt copies, Shift keeps a straight line, arrows nudge."
    cursor = "move"
    options = (Option("auto_select", "Pick the layer under the pointer", "bool", True),)

    def idle(self) -> State:
        return Idle(self)

    def layers(self) -> tuple[str, ...]:
        """The selected layers of this image."""
        project = self.context.project
        return tuple(
            key for key in project.selection
            if isinstance(project.get(key), Layer) and project.index.root(key) == self.context.document
        )


class Idle(State):
    def __init__(self, tool: MoveTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        picked = layer_at(self.tool.context, event) if self.tool.option("auto_select") else None
        layers = self.tool.layers()
        if picked is not None and picked not in layers:
            adds = Modifiers.SHIFT in event.modifiers
            self.tool.context.project.select((*layers, picked) if adds else (picked,))
        return Pointing(self.tool, event) if self.tool.layers() else self

    def key(self, event: KeyEvent) -> State | None:
        layers = self.tool.layers()
        if event.key not in STEPS or not layers:
            return None
        factor = 10 if Modifiers.SHIFT in event.modifiers else 1
        dx, dy = STEPS[event.key]
        run(self.tool.context.project, "raster.move_layers", layers=layers, dx=dx * factor, dy=dy * factor)
        return self


class Pointing(State):
    """Pressed, not yet moved far enough to be a drag."""

    def __init__(self, tool: MoveTool, start: PointerEvent) -> None:
        self.tool, self.start = tool, start

    def moved(self, event: PointerEvent) -> State:
        if distance(event, self.start) < CLICK_SLOP:
            return self
        project = self.tool.context.project
        if Modifiers.ALT in self.start.modifiers:
            run(project, "raster.duplicate_layers", layers=self.tool.layers())
        return Dragging(self.tool, self.start, project.gesture("Move layers")).moved(event)

    def released(self, event: PointerEvent) -> State:
        return self.tool.idle()


class Dragging(GestureState):
    def __init__(self, tool: MoveTool, start: PointerEvent, gesture: Gesture) -> None:
        super().__init__(gesture)
        self.tool, self.start, self.layers = tool, start, tool.layers()
        self.label: tuple[OverlayItem, ...] = ()

    def moved(self, event: PointerEvent) -> State:
        dx, dy = round(event.x - self.start.x), round(event.y - self.start.y)
        if Modifiers.SHIFT in event.modifiers:
            dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
        run_live(self.tool.context.project, self.gesture, "raster.move_layers", layers=self.layers, dx=dx, dy=dy)
        self.label = (Label(Point(event.x, event.y), f"{dx:+d}, {dy:+d} px"),)
        return self

    def released(self, event: PointerEvent) -> State:
        self.finish()
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.label
