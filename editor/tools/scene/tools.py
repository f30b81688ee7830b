"""Select, move, turn and scale in the viewport, with Blender's keys: G, R and S take the selection in hand at once.

The viewport sets `stage` before each event. Left click selects (with Shift adds or takes away), a drag on a handle
edits along it. With G, R or S the selection follows the pointer without a button; X, Y, Z lock an axis (with Shift the
plane across it), digits type an amount, Return or a click keeps it, Escape or a right click takes it back.
"""

from collections.abc import Iterable

import numpy as np

from editor.commands.registry import run, run_live
from editor.display.scene.placement import topmost, world_matrix
from editor.document.gesture import Gesture
from editor.document.project import Project
from editor.model.scene import SceneNode
from editor.tools.events import Buttons, KeyEvent, Modifiers, PointerEvent
from editor.tools.scene import gizmo
from editor.tools.scene.manipulation import Grip, edit
from editor.tools.scene.stage import Stage
from editor.tools.tool import GestureState, State, Tool, ToolContext, register_tool
from render.scene.transforms import Vector
from render.scene.values import OverlayShape

MODAL_KEYS: dict[str, gizmo.Kind] = {"g": "move", "r": "turn", "s": "scale"}
LABELS = {"move": "Move", "turn": "Turn", "scale": "Scale"}
CLICK_REACH = 4.0


class SceneTool(Tool):
    """What the four tools share. `kind` says which handles stand at the selection."""

    family = "scene"
    kind: gizmo.Kind | None = None

    def __init__(self, context: ToolContext) -> None:
        self.stage: Stage | None = None
        self.pointer = (0.0, 0.0)
        super().__init__(context)

    def idle(self) -> State:
        return Idle(self)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The selected nodes of this scene, without those that stand below another one."""
        project = self.context.project
        chosen = (key for key in project.selection if isinstance(project.get(key), SceneNode))
        return tuple(topmost(project, (key for key in chosen if project.index.root(key) == self.context.document)))

    def handles(self) -> tuple[gizmo.Handle, ...]:
        nodes = self.nodes
        if self.kind is None or self.stage is None or not nodes:
            return ()
        return gizmo.handles(self.kind, self.stage, middle(self.context.project, nodes))

    def shapes(self) -> tuple[OverlayShape, ...]:
        """The handles as the renderer draws them; nothing while the selection is in hand without one."""
        if isinstance(self.state, Following):
            return ()
        hot = self.state.handle if isinstance(self.state, Idle | Dragging) else None
        return gizmo.shapes(self.handles(), hot)

    def status(self) -> str:
        """What the edit under way does, for the person; "" when there is none."""
        return self.state.status if isinstance(self.state, Dragging | Following) else ""

    def moved(self, event: PointerEvent) -> None:
        self.pointer = (event.x, event.y)
        super().moved(event)

    def begin(self, kind: gizmo.Kind) -> tuple[Gesture, Grip] | None:
        """Open the live edit of the selection; None when nothing is selected."""
        nodes = self.nodes
        if not nodes or self.stage is None:
            return None
        project = self.context.project
        grip = Grip(kind, nodes, middle(project, nodes), *self.pointer)
        return project.gesture(LABELS[kind]), grip


def middle(project: Project, nodes: Iterable[str]) -> Vector:
    """The mean of the nodes' origins in the world."""
    places = np.array([world_matrix(project, key)[:3, 3] for key in nodes])
    center: Vector = places.mean(axis=0)
    return center


class Idle(State):
    """Nothing in hand; the handle under the pointer shines."""

    def __init__(self, tool: SceneTool) -> None:
        self.tool = tool
        self.handle: str | None = None

    def moved(self, event: PointerEvent) -> State:
        if event.buttons == Buttons.NONE:
            self.handle = gizmo.under(self.tool.handles(), event.x, event.y)
        return self

    def pressed(self, event: PointerEvent) -> State:
        if not event.buttons & Buttons.LEFT or self.tool.stage is None:
            return self
        self.tool.pointer = (event.x, event.y)
        self.handle = gizmo.under(self.tool.handles(), event.x, event.y)
        if self.handle is None or self.tool.kind is None:
            return Pointing(self.tool, event)
        begun = self.tool.begin(self.tool.kind)
        return self if begun is None else Dragging(self.tool, *begun, self.handle)

    def key(self, event: KeyEvent) -> State | None:
        if event.modifiers & (Modifiers.CONTROL | Modifiers.ALT):
            return None
        kind = MODAL_KEYS.get(event.key.lower())
        if kind is not None:
            begun = self.tool.begin(kind)
            return None if begun is None else Following(self.tool, *begun)
        project = self.tool.context.project
        if event.key == "Delete" and self.tool.nodes:
            run(project, "scene.delete", nodes=self.tool.nodes)
            return self
        return None

    def cursor(self) -> str | None:
        return "move" if self.handle else None


class Pointing(State):
    """A press that becomes a click on release."""

    def __init__(self, tool: SceneTool, event: PointerEvent) -> None:
        self.tool = tool
        self.start = event

    def released(self, event: PointerEvent) -> State:
        near = abs(event.x - self.start.x) + abs(event.y - self.start.y) <= 2 * CLICK_REACH
        stage = self.tool.stage
        if near and stage is not None:
            self._select(stage.pick(event.x, event.y), bool(event.modifiers & Modifiers.SHIFT))
        return Idle(self.tool)

    def _select(self, key: str | None, adding: bool) -> None:
        project = self.tool.context.project
        old = project.selection
        if not adding:
            project.select(() if key is None else (key,))
        elif key is not None:
            kept = tuple(one for one in old if one != key)
            project.select(kept if old and old[-1] == key else (*kept, key))


class Dragging(GestureState):
    """A handle in hand."""

    def __init__(self, tool: SceneTool, gesture: Gesture, grip: Grip, handle: str) -> None:
        super().__init__(gesture)
        self.tool = tool
        self.grip = grip
        self.handle: str | None = handle
        self.status = ""

    def moved(self, event: PointerEvent) -> State:
        if not self.gesture.is_open:
            return Idle(self.tool)  # undo during the drag has cancelled it
        lock = None if self.handle == "view" else self.handle
        self.status = show(self.tool, self.gesture, self.grip, event, lock, None)
        return self

    def released(self, event: PointerEvent) -> State:
        self.finish()
        return Idle(self.tool)

    def cursor(self) -> str | None:
        return "move"


class Following(GestureState):
    """The selection follows the pointer without a button, after G, R or S."""

    def __init__(self, tool: SceneTool, gesture: Gesture, grip: Grip) -> None:
        super().__init__(gesture)
        self.tool = tool
        self.grip = grip
        self.lock: str | None = None
        self.typed = ""
        self.status = ""
        self._last = PointerEvent(x=grip.x, y=grip.y, buttons=Buttons.NONE)

    def moved(self, event: PointerEvent) -> State:
        if not self.gesture.is_open:
            return Idle(self.tool)
        self._last = event
        self._show()
        return self

    def pressed(self, event: PointerEvent) -> State:
        if event.buttons & Buttons.LEFT:
            self.finish()
        return Idle(self.tool)

    def key(self, event: KeyEvent) -> State | None:
        key = event.key.lower()
        if not self.gesture.is_open or key == "escape":
            return Idle(self.tool)
        if key == "return":
            self.finish()
            return Idle(self.tool)
        if key in gizmo.AXES:
            across = {axis: plane for plane, axis in gizmo.PLANES.items()}
            wanted = across[key] if event.modifiers & Modifiers.SHIFT and self.grip.kind != "turn" else key
            self.lock = None if self.lock == wanted else wanted
        elif key == "backspace":
            self.typed = self.typed[:-1]
        elif key == "-":
            self.typed = self.typed[1:] if self.typed.startswith("-") else "-" + self.typed
        elif key in "0123456789." and len(self.typed) < 12:
            self.typed += key
        elif key in MODAL_KEYS and MODAL_KEYS[key] != self.grip.kind:
            return self._changed(MODAL_KEYS[key])
        else:
            return self  # no other key may act while the selection is in hand
        self._show()
        return self

    def _changed(self, kind: gizmo.Kind) -> State:
        """G, R and S change into one another."""
        self.gesture.cancel()
        begun = self.tool.begin(kind)
        return Idle(self.tool) if begun is None else Following(self.tool, *begun)

    def _show(self) -> None:
        try:
            amount: float | None = float(self.typed)
        except ValueError:
            amount = None
        self.status = show(self.tool, self.gesture, self.grip, self._last, self.lock, amount)

    def cursor(self) -> str | None:
        return "move"


def show(
    tool: SceneTool, gesture: Gesture, grip: Grip, event: PointerEvent, lock: str | None, typed: float | None
) -> str:
    """Run the edit live; returns what it does in words."""
    if tool.stage is None:
        return ""
    snap = bool(event.modifiers & Modifiers.CONTROL)
    made = edit(tool.stage, grip, event.x, event.y, lock, typed, snap)
    run_live(tool.context.project, gesture, made.command, **made.parameters)
    return made.status


@register_tool
class SelectTool(SceneTool):
    """Click to select; no handles in the way."""

    name = "scene.select"
    label = "Select"
    icon = "select"
    hint = "Click to select, Shift adds. Middle drag turns the view, the wheel zooms. G, R, S: move, turn, scale."


@register_tool
class MoveTool(SceneTool):
    """Arrows and squares."""

    name = "scene.move"
    label = "Move"
    icon = "translate"
    kind = "move"
    hint = "Drag an arrow or a square. Ctrl snaps to half metres, Esc cancels."


@register_tool
class TurnTool(SceneTool):
    """Rings."""

    name = "scene.turn"
    label = "Turn"
    icon = "rotate"
    kind = "turn"
    hint = "Drag a ring. Ctrl snaps to 15 degrees, Esc cancels."


@register_tool
class ScaleTool(SceneTool):
    """Cubes on the axes; the circle scales evenly."""

    name = "scene.scale"
    label = "Scale"
    icon = "scale"
    kind = "scale"
    hint = "Drag a cube, or the circle to scale evenly. Ctrl snaps to tenths, Esc cancels."


__all__ = ["MoveTool", "ScaleTool", "SceneTool", "SelectTool", "TurnTool"]
