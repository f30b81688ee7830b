"""Select, move and trim: the arrow of the timeline."""

from fractions import Fraction

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run_live
from editor.display.timeline import item_of, partners_of, timeline_of, track_of
from editor.document.gesture import Gesture
from editor.model.video import Track, TrackItem
from editor.tools.events import KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Box, Label, OverlayItem, Polyline
from editor.tools.tool import State
from editor.tools.video.rows import Hit, hit, items_in, rows_of, transition_at
from editor.tools.video.snapping import SNAP_PIXELS, Magnets
from editor.tools.video.timeline_tool import TimelineTool
from render.geometry import Point, Rect

DRAG_PIXELS = 4.0


class SelectTool(TimelineTool):
    """Click selects, dragging moves, dragging an end trims. Ctrl: insert or ripple. Alt: without the linked clip."""

    name = "timeline.select"
    label = "Select"
    icon = "select"
    shortcut = "V"
    hint = "Drag a clip to move it, its end to trim it. Ctrl: push others aside. Alt: leave its sound."

    def idle(self) -> State:
        return Idle(self)


class Idle(State):
    """Nothing is going on; the cursor tells what a press would do."""

    def __init__(self, tool: SelectTool) -> None:
        self.tool = tool
        self.over: Hit | None = None

    def moved(self, event: PointerEvent) -> State:
        self.over = hit(self.tool.project, self.tool.context.document, event.x, event.y, event.scale)
        return self

    def pressed(self, event: PointerEvent) -> State:
        project, document = self.tool.project, self.tool.context.document
        transition = transition_at(project, document, event.x, event.y)
        if transition is not None:
            project.select((transition.id,))
            return self
        found = hit(project, document, event.x, event.y, event.scale)
        if found is None:
            if not event.modifiers & (Modifiers.SHIFT | Modifiers.CONTROL):
                project.select(())
            return Marking(self.tool, event)
        choose(self.tool, found.item, event.modifiers)
        track = track_of(project, found.item)
        if track.locked:
            self.tool.tell(tr("Track {name} is locked.", name=track.name))
            return self
        if found.part == "body":
            return Pointing(self.tool, found.item, event)
        return Trimming(self.tool, found, event)

    def cursor(self) -> str | None:
        if self.over is None:
            return "arrow"
        return {"body": "arrow", "head": "size-e", "tail": "size-w"}[self.over.part]


def choose(tool: SelectTool, item: TrackItem, modifiers: Modifiers) -> None:
    """Click selects an item and its partners; Shift adds them or takes them away; a selected one stays selected."""
    project = tool.project
    group = (item.id, *(() if modifiers & Modifiers.ALT else (partner.id for partner in partners_of(project, item))))
    present = project.selection
    if modifiers & Modifiers.SHIFT:
        if item.id in present:
            project.select(tuple(key for key in present if key not in group))
        else:
            project.select((*present, *(key for key in group if key not in present)))
    elif item.id not in present:
        project.select(group)


class Pointing(State):
    """Pressed on a clip, not moved yet."""

    def __init__(self, tool: SelectTool, item: TrackItem, event: PointerEvent) -> None:
        self.tool, self.item, self.begin = tool, item, event

    def moved(self, event: PointerEvent) -> State:
        far = abs(event.x - self.begin.x) * event.scale > DRAG_PIXELS or int(event.y) != int(self.begin.y)
        if not far or self.item.id not in self.tool.project.selection:
            return self
        return Dragging(self.tool, self.item, self.begin).moved(event)

    def released(self, event: PointerEvent) -> State:
        """A plain click on one of several selected items leaves that one alone selected."""
        if not event.modifiers & Modifiers.SHIFT and len(self.tool.project.selection) > 1:
            self.tool.project.select(())
            choose(self.tool, self.item, event.modifiers)
        return Idle(self.tool)


class GestureState(State):
    """A state with a live edit: cancelled when the state is left, gone when somebody else cancels it (undo)."""

    label = ""

    def __init__(self, tool: SelectTool) -> None:
        self.tool = tool
        self.gesture: Gesture = tool.project.gesture(tr(self.label))
        self.guide: Fraction | None = None

    @property
    def is_gone(self) -> bool:
        return not self.gesture.is_open

    def show(self, name: str, **parameters: object) -> None:
        """Apply the command live; a refusal is told and leaves the edit at its mark."""
        try:
            run_live(self.tool.project, self.gesture, name, **parameters)
            self.tool.tell("")
        except ExpectedError as error:
            self.tool.tell(str(error))

    def released(self, event: PointerEvent) -> State:
        if not self.is_gone:
            self.gesture.commit()
        return Idle(self.tool)

    def leave(self) -> None:
        self.gesture.cancel()
        self.tool.tell("")

    def overlay(self) -> tuple[OverlayItem, ...]:
        if self.guide is None:
            return ()
        x, last = float(self.guide), float(len(rows_of(self.tool.project, self.tool.context.document)))
        return (Polyline((Point(x, 0.0), Point(x, last)), style="guide"),)


class Dragging(GestureState):
    """Moving clips in time and between tracks."""

    label = "Move clips"

    def __init__(self, tool: SelectTool, item: TrackItem, begin: PointerEvent) -> None:
        super().__init__(tool)
        project = tool.project
        self.item, self.begin = item, begin
        chosen = [key for key in project.selection if key != item.id and _is_item(tool, key)]
        self.clips = (item.id, *chosen)
        self.items = [item_of(project, key) for key in self.clips]
        also = [] if tool.playhead is None else [tool.playhead]
        self.magnets = Magnets.of(project, tool.context.document, set(self.clips), also)
        self.delta = Fraction(0)

    def moved(self, event: PointerEvent) -> State:
        if self.is_gone:
            return Idle(self.tool)
        delta = Fraction(event.x - self.begin.x).limit_denominator(1_000_000)
        delta = max(delta, -min(item.start for item in self.items))
        edges = [edge for item in self.items for edge in (item.start, item.end)]
        self.guide = None
        if self.tool.snapping:
            delta, self.guide = self.magnets.pull(edges, delta, SNAP_PIXELS / event.scale)
        self.delta = delta
        self.show(
            "video.move_clips",
            clips=self.clips,
            delta=delta,
            track_offset=self._track_offset(event),
            mode="insert" if event.modifiers & Modifiers.CONTROL else "overwrite",
            linked=not event.modifiers & Modifiers.ALT,
        )
        return self

    def _track_offset(self, event: PointerEvent) -> int:
        """How many tracks of the dragged item's kind lie between the rows."""
        rows = rows_of(self.tool.project, self.tool.context.document)
        first = int(self.begin.y)
        last = min(max(0, int(event.y // 1)), len(rows) - 1)
        media = rows[first].media if first < len(rows) else "video"
        same = [number for number, track in enumerate(rows) if track.media == media]
        target = min(same, key=lambda number: abs(number - last))
        steps = same.index(target) - same.index(first)
        return steps if media == "audio" else -steps

    def cursor(self) -> str | None:
        return "move"

    def overlay(self) -> tuple[OverlayItem, ...]:
        text = _signed(self.tool, self.delta)
        label = Label(Point(float(self.item.start + self.delta), self.begin.y), text)
        return (*super().overlay(), label)


class Trimming(GestureState):
    """Moving one end of a clip."""

    label = "Trim clip"

    def __init__(self, tool: SelectTool, found: Hit, event: PointerEvent) -> None:
        super().__init__(tool)
        self.item, self.edge = found.item, "head" if found.part == "head" else "tail"
        self.at = found.item.start if self.edge == "head" else found.item.end
        self.offset = Fraction(event.x).limit_denominator(1_000_000) - self.at
        also = [] if tool.playhead is None else [tool.playhead]
        self.magnets = Magnets.of(tool.project, tool.context.document, {found.item.id}, also)
        self.row = event.y
        self.delta = Fraction(0)

    def moved(self, event: PointerEvent) -> State:
        if self.is_gone:
            return Idle(self.tool)
        wanted = max(Fraction(0), Fraction(event.x).limit_denominator(1_000_000) - self.offset)
        self.guide = self.magnets.nearest(wanted, SNAP_PIXELS / event.scale) if self.tool.snapping else None
        wanted = wanted if self.guide is None else self.guide
        self.show(
            "video.trim_clip",
            clip=self.item.id,
            edge=self.edge,
            time=wanted,
            ripple=bool(event.modifiers & Modifiers.CONTROL),
            linked=not event.modifiers & Modifiers.ALT,
        )
        present = self.tool.project.get(self.item.id)
        if isinstance(present, type(self.item)):
            self.delta = present.duration - self.item.duration
        return self

    def cursor(self) -> str | None:
        return "size-e"

    def overlay(self) -> tuple[OverlayItem, ...]:
        label = Label(Point(float(self.at), self.row), _signed(self.tool, self.delta))
        return (*super().overlay(), label)


class Marking(State):
    """Drawing a rectangle around what shall be selected."""

    def __init__(self, tool: SelectTool, event: PointerEvent) -> None:
        self.tool, self.begin, self.end = tool, event, event
        self.kept = tool.project.selection

    def moved(self, event: PointerEvent) -> State:
        self.end = event
        times, rows = (self.begin.x, event.x), (self.begin.y, event.y)
        inside = items_in(self.tool.project, self.tool.context.document, times, rows)
        self.tool.project.select((*self.kept, *(key for key in inside if key not in self.kept)))
        return self

    def released(self, event: PointerEvent) -> State:
        return Idle(self.tool)

    def overlay(self) -> tuple[OverlayItem, ...]:
        left, right = sorted((self.begin.x, self.end.x))
        top, bottom = sorted((self.begin.y, self.end.y))
        return (Box(Rect(left, top, right - left, bottom - top), style="marching"),)

    def key(self, event: KeyEvent) -> State | None:
        if event.key == "Escape":
            self.tool.project.select(self.kept)
            return Idle(self.tool)
        return None


def _is_item(tool: SelectTool, key: str) -> bool:
    """Whether a selected record is an item of this timeline on a track that is not locked."""
    item = tool.project.get(key)
    parent = tool.project.get(item.parent) if item is not None and item.parent is not None else None
    return isinstance(item, TrackItem) and isinstance(parent, Track) and not parent.locked


def _signed(tool: SelectTool, delta: Fraction) -> str:
    """A change of time in seconds and frames, such as +1:05."""
    frames = round(delta * timeline_of(tool.project, tool.context.document).rate)
    rate = max(1, round(timeline_of(tool.project, tool.context.document).rate))
    sign = "-" if frames < 0 else "+"
    seconds, rest = divmod(abs(frames), rate)
    return f"{sign}{seconds}:{rest:02}"
