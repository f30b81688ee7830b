"""Select, move, scale and rotate objects; double click goes into a group, or to a path's nodes."""

from editor.base.numbers import number_text
from editor.base.translation import tr
from editor.commands.registry import run, run_live
from editor.document.gesture import Gesture
from editor.model.vector import Group, PathShape, TextShape
from editor.tools.events import KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Box, Label, OverlayItem
from editor.tools.tool import GestureState, State, register_tool
from editor.tools.vector import frame
from editor.tools.vector.base import CLICK_SLOP, REACH, VectorTool, at, distance, spanned, straight, units
from editor.tools.vector.snapping import Lines, Snap, lines_of, snap_box
from render.geometry import Point, Rect

STEPS = {"Left": (-1.0, 0.0), "Right": (1.0, 0.0), "Up": (0.0, -1.0), "Down": (0.0, 1.0)}


@register_tool
class SelectTool(VectorTool):
    """Works on whole objects. `inside` is the group that was entered by a double click."""

    name, label, icon, shortcut = "vector.select", "Select", "select", "V"
    hint = "Click or drag a frame to select. Drag to move, Alt copies, Shift keeps straight; double click goes inside."

    inside: str | None = None
    scale = 1.0

    def idle(self) -> State:
        return Idle(self)

    @property
    def holder(self) -> str:
        """Whose children are picked: the entered group, or the page."""
        if self.inside is not None and not isinstance(self.context.project.get(self.inside), Group):
            self.inside = None
        return self.inside or self.page.id

    def pick(self, event: PointerEvent) -> str | None:
        return self.measure.hit(self.holder, at(event), units(event))

    def frame(self) -> Rect | None:
        return self.box(self.selected())

    def frame_overlay(self) -> tuple[OverlayItem, ...]:
        box = self.frame()
        if box is None:
            return ()
        return (*self.outlines(self.selected()), *frame.frame_items(box, self.scale))


class Idle(State):
    def __init__(self, tool: SelectTool) -> None:
        self.tool = tool
        self.hovered: str | None = None

    def moved(self, event: PointerEvent) -> State:
        self.tool.scale = event.scale
        box = self.tool.frame()
        self.hovered = None if box is None else frame.handle_at(box, at(event), units(event, REACH + 2), event.scale)
        return self

    def pressed(self, event: PointerEvent) -> State:
        tool = self.tool
        tool.scale = event.scale
        if event.clicks >= 2:
            return self._enter(event)
        box = tool.frame()
        handle = None if box is None else frame.handle_at(box, at(event), units(event, REACH + 2), event.scale)
        if box is not None and handle == "rotate":
            return Rotating(tool, event, box, tool.context.project.gesture(tr("Rotate")))
        if box is not None and handle is not None:
            return Scaling(tool, event, box, handle, tool.context.project.gesture(tr("Scale")))
        picked = tool.pick(event)
        if picked is None:
            return Marquee(tool, event)
        return Pointing(tool, event, picked)

    def _enter(self, event: PointerEvent) -> State:
        """A double click: into a group, to the nodes of a path, into a text; outside, out of the group."""
        tool = self.tool
        picked = tool.pick(event)
        item = tool.context.project.get(picked) if picked else None
        if isinstance(item, Group):
            tool.inside = item.id
            inner = tool.pick(event)
            tool.context.project.select((inner,) if inner else ())
        elif isinstance(item, PathShape):
            tool.context.project.select((item.id,))
            tool.context.enter_tool("vector.nodes")
        elif isinstance(item, TextShape):
            tool.context.project.select((item.id,))
            tool.context.enter_tool("vector.text")
        elif item is None:
            tool.inside = None
        return self

    def key(self, event: KeyEvent) -> State | None:
        tool, project = self.tool, self.tool.context.project
        keys = tool.selected()
        if event.key == "Escape" and (tool.inside or keys):
            project.select((tool.inside,) if tool.inside else ())
            tool.inside = None
            return self
        if event.key in STEPS and keys:
            factor = 10.0 if Modifiers.SHIFT in event.modifiers else 1.0
            dx, dy = STEPS[event.key]
            run(project, "vector.move", nodes=keys, dx=dx * factor, dy=dy * factor)
            return self
        if event.key in ("Delete", "Backspace") and keys:
            run(project, "project.delete", records=keys)
            return self
        return None

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.frame_overlay()

    def cursor(self) -> str | None:
        if self.hovered is None:
            return None
        return "rotate" if self.hovered == "rotate" else f"size-{self.hovered}"


class Pointing(State):
    """Pressed on an object, not moved yet. A plain click on one of several selected objects selects it alone."""

    def __init__(self, tool: SelectTool, start: PointerEvent, picked: str) -> None:
        self.tool, self.start, self.picked = tool, start, picked
        project, before = tool.context.project, tool.selected()
        self.was_selected = picked in before
        if Modifiers.SHIFT in start.modifiers:
            if not self.was_selected:
                project.select((*before, picked))
        elif not self.was_selected:
            project.select((picked,))

    def moved(self, event: PointerEvent) -> State:
        if distance(event, self.start) < CLICK_SLOP:
            return self
        return Moving(self.tool, self.start, self.tool.context.project.gesture(tr("Move"))).moved(event)

    def released(self, event: PointerEvent) -> State:
        project = self.tool.context.project
        if self.was_selected and Modifiers.SHIFT in self.start.modifiers:
            project.select(tuple(key for key in self.tool.selected() if key != self.picked))
        elif self.was_selected:
            project.select((self.picked,))
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.frame_overlay()


class Moving(GestureState):
    """Dragging the selection. Alt leaves the originals where they are and moves copies."""

    def __init__(self, tool: SelectTool, start: PointerEvent, gesture: Gesture) -> None:
        super().__init__(gesture)
        self.tool, self.start, self.keys = tool, start, tool.selected()
        self.box = tool.box(self.keys)
        self.lines: Lines = lines_of(tool.measure, tool.page, self.keys)
        self.snap: Snap | None = None
        self.shift = Point(0.0, 0.0)

    def moved(self, event: PointerEvent) -> State:
        end = straight(at(self.start), at(event)) if Modifiers.SHIFT in event.modifiers else at(event)
        dx, dy = end.x - self.start.x, end.y - self.start.y
        self.snap = None
        if self.box is not None and Modifiers.CONTROL not in event.modifiers:
            moved = Rect(self.box.x + dx, self.box.y + dy, self.box.width, self.box.height)
            self.snap = snap_box(moved, self.lines, units(event))
            dx, dy = dx + self.snap.dx, dy + self.snap.dy
        self.shift = Point(dx, dy)
        copies = Modifiers.ALT in event.modifiers
        command = "vector.duplicate" if copies else "vector.move"
        run_live(self.tool.context.project, self.gesture, command, nodes=self.keys, dx=dx, dy=dy)
        return self

    def released(self, event: PointerEvent) -> State:
        self.finish()
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        guides = self.snap.guides(self.tool.page) if self.snap else ()
        text = f"{number_text(self.shift.x, 1)} · {number_text(self.shift.y, 1)}"
        spot = Point(self.start.x + self.shift.x, self.start.y + self.shift.y)
        return (*self.tool.outlines(self.tool.selected()), *guides, Label(spot, text))

    def cursor(self) -> str | None:
        return "move"


class Scaling(GestureState):
    def __init__(self, tool: SelectTool, start: PointerEvent, box: Rect, handle: str, gesture: Gesture) -> None:
        super().__init__(gesture)
        self.tool, self.start, self.box, self.handle, self.keys = tool, start, box, handle, tool.selected()

    def moved(self, event: PointerEvent) -> State:
        keep, centered = Modifiers.SHIFT in event.modifiers, Modifiers.ALT in event.modifiers
        map_ = frame.scaling(self.box, self.handle, at(event), keep, centered)
        if map_ is not None:
            run_live(self.tool.context.project, self.gesture, "vector.transform", nodes=self.keys, matrix=map_)
        return self

    def released(self, event: PointerEvent) -> State:
        self.finish()
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        box = self.tool.frame()
        if box is None:
            return ()
        label = Label(Point(box.right, box.bottom), f"{number_text(box.width, 1)} × {number_text(box.height, 1)}")
        return (*self.tool.frame_overlay(), label)

    def cursor(self) -> str | None:
        return f"size-{self.handle}"


class Rotating(GestureState):
    def __init__(self, tool: SelectTool, start: PointerEvent, box: Rect, gesture: Gesture) -> None:
        super().__init__(gesture)
        self.tool, self.start, self.center, self.keys = tool, start, box.center, tool.selected()
        self.degrees = 0.0

    def moved(self, event: PointerEvent) -> State:
        self.degrees = frame.turning(self.center, at(self.start), at(event), Modifiers.SHIFT in event.modifiers)
        run_live(
            self.tool.context.project, self.gesture, "vector.rotate", nodes=self.keys, degrees=self.degrees,
            cx=self.center.x, cy=self.center.y,
        )  # fmt: skip
        return self

    def released(self, event: PointerEvent) -> State:
        self.finish()
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return (*self.tool.outlines(self.keys), Label(self.center, f"{number_text(self.degrees, 1)}°"))

    def cursor(self) -> str | None:
        return "rotate"


class Marquee(State):
    """A frame over empty ground: what lies wholly inside is selected; a click selects nothing."""

    def __init__(self, tool: SelectTool, start: PointerEvent) -> None:
        self.tool, self.start, self.end = tool, start, at(start)
        self.before = tool.selected() if Modifiers.SHIFT in start.modifiers else ()

    def moved(self, event: PointerEvent) -> State:
        self.end = at(event)
        area = spanned(at(self.start), self.end)
        found = self.tool.measure.inside(self.tool.holder, area)
        self.tool.context.project.select(tuple(dict.fromkeys((*self.before, *found))))
        return self

    def released(self, event: PointerEvent) -> State:
        if distance(event, self.start) < CLICK_SLOP:
            self.tool.context.project.select(self.before)
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return (*self.tool.outlines(self.tool.selected()), Box(spanned(at(self.start), self.end), "marching"))


