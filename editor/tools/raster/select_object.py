"""Selects an object by a click on it or a box around it.

Finding it takes a moment and is an AI tool that runs as a job; the selection that it makes is an edit of its own. After
a plain click, clicks with Shift and Alt are further hints about the same object: on it, and beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from editor.base.translation import tr
from editor.commands.raster.selection import selection_of
from editor.commands.raster.tiles import tiles_of
from editor.model.raster import RasterDocument
from editor.tools.events import KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Box, Handle, Label, OverlayItem
from editor.tools.raster.base import CLICK_SLOP, distance
from editor.tools.raster.select import FEATHER, SelectTool
from editor.tools.tool import LongWork, Option, State, ToolContext, register_tool
from render.geometry import Point, Rect

AI_TOOL = "select_object"


@dataclass(frozen=True)
class Hints:
    """What was pointed at: places on the object and beside it, at most one box, and what becomes of the selection."""

    points: tuple[tuple[float, float, bool], ...] = ()
    box: Rect | None = None
    how: str = "replace"

    def options(self, feather: float, refine_edges: bool) -> dict[str, Any]:
        """As the AI tool takes them."""
        boxes = () if self.box is None else ((self.box.x, self.box.y, self.box.right, self.box.bottom),)
        return {
            "points": self.points, "boxes": boxes, "how": self.how, "feather": feather, "refine_edges": refine_edges,
        }

    def overlay(self) -> tuple[OverlayItem, ...]:
        dots = tuple(
            Handle(Point(x, y), "inside" if on else "outside", "circle", filled=on) for x, y, on in self.points
        )
        return dots if self.box is None else (Box(self.box, "muted"), *dots)


NOTHING = Hints()


@register_tool
class ObjectSelectTool(SelectTool):
    """`hints` led to the present selection, as long as nobody changed it since."""

    name, label, icon, shortcut = "raster.select_object", "Object selection", "select-object", "W"
    hint = "Click an object, or drag a box around it. Then Shift and Alt click: this too, this not. Escape stops."
    options = (FEATHER, Option("refine_edges", "Refine edges", "bool", True))

    def __init__(self, context: ToolContext) -> None:
        self.hints = NOTHING
        self._selected: tuple[Any, ...] = ()
        super().__init__(context)

    def idle(self) -> State:
        return ObjectIdle(self)

    def find(self, hints: Hints) -> State:
        """Begin to look for what the hints mean."""
        following = ObjectFinding(self, hints)
        options = hints.options(self.option("feather"), self.option("refine_edges"))
        following.work = self.context.begin_ai(AI_TOOL, options, lambda came: self.found(following, came))
        return following

    def found(self, state: ObjectFinding, came: bool) -> None:
        """The job's end; what it selected is in the document by now, if anything `came`."""
        state.has_ended = True
        if came:
            self.hints, self._selected = state.hints, self.selected_now()
        if self.state is state:
            self._go(self.idle())

    def selected_now(self) -> tuple[Any, ...]:
        """Equal as long as the selection is the same."""
        project = self.context.project
        selection = selection_of(project, self.context.document)
        if selection is None:
            return ()
        return (selection, *((place, tile.pixels) for place, tile in tiles_of(project, selection.id).items()))

    def present_hints(self) -> Hints:
        """Those that the selection comes from; none when it was changed otherwise, by undo for instance."""
        if self.hints is not NOTHING and self._selected != self.selected_now():
            self.hints = NOTHING
        return self.hints

    def hints_of(self, start: PointerEvent, box: Rect | None, before: Hints) -> Hints:
        """What a click or a box means after what was meant before."""
        shift, alt = Modifiers.SHIFT in start.modifiers, Modifiers.ALT in start.modifiers
        if box is not None:
            how = "intersect" if shift and alt else "add" if shift else "subtract" if alt else "replace"
            return Hints(box=box, how=how)
        goes_on = (shift or alt) and before.how == "replace" and before != NOTHING
        if goes_on:
            return replace(before, points=(*before.points, (start.x, start.y, not alt)))
        how = "add" if shift and not alt else "subtract" if alt and not shift else "replace"
        return Hints(points=((start.x, start.y, True),), how=how)

    def contains(self, event: PointerEvent) -> bool:
        sheet = self.context.project.find(self.context.document, RasterDocument)
        return 0 <= event.x < sheet.width and 0 <= event.y < sheet.height


class ObjectIdle(State):
    def __init__(self, tool: ObjectSelectTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        return self if event.clicks > 1 else ObjectPointing(self.tool, event, self.tool.present_hints())

    def key(self, event: KeyEvent) -> State | None:
        """Escape lets go of the hints; the selection stays."""
        if event.key == "Escape" and self.tool.hints is not NOTHING:
            self.tool.hints = NOTHING
            return self
        return None

    def overlay(self) -> tuple[OverlayItem, ...]:
        hints = self.tool.present_hints()
        return replace(hints, box=None).overlay() if hints.how == "replace" else ()


class ObjectPointing(State):
    """Pressed: a click until it moves, then a box."""

    def __init__(self, tool: ObjectSelectTool, start: PointerEvent, before: Hints) -> None:
        self.tool, self.start, self.end, self.before = tool, start, start, before

    def moved(self, event: PointerEvent) -> State:
        self.end = event
        return self

    def released(self, event: PointerEvent) -> State:
        self.end = event
        tool, box = self.tool, self.box()
        if box is None and not tool.contains(self.start):
            tool.deselect()
            return tool.idle()
        return tool.find(tool.hints_of(self.start, box, self.before))

    def box(self) -> Rect | None:
        if distance(self.end, self.start) < CLICK_SLOP:
            return None
        return Rect.around(Point(self.start.x, self.start.y), Point(self.end.x, self.end.y))

    def overlay(self) -> tuple[OverlayItem, ...]:
        box = self.box()
        return self.before.overlay() if box is None else (Box(box, "marching"),)


class ObjectFinding(State):
    """While the job runs; leaving this state stops it."""

    def __init__(self, tool: ObjectSelectTool, hints: Hints) -> None:
        self.tool, self.hints = tool, hints
        self.work: LongWork | None = None
        self.has_ended = False

    def pressed(self, event: PointerEvent) -> State:
        return self if event.clicks > 1 else ObjectPointing(self.tool, event, self.hints)

    def moved(self, event: PointerEvent) -> State:
        """A job that was cancelled elsewhere, before its turn, tells nobody."""
        return self.tool.idle() if self.work is not None and self.work.is_over else self

    def leave(self) -> None:
        if self.work is not None and not self.has_ended:
            self.work.cancel()

    def overlay(self) -> tuple[OverlayItem, ...]:
        box, points = self.hints.box, self.hints.points
        at = Point(box.right, box.bottom) if box is not None else Point(points[-1][0], points[-1][1])
        return (*self.hints.overlay(), Label(at, tr("Looking for the object...")))

    def cursor(self) -> str | None:
        return "wait"
