"""Cut where the pointer is."""

from fractions import Fraction

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.timeline import timeline_of
from editor.tools.events import Modifiers, PointerEvent
from editor.tools.overlay import OverlayItem, Polyline
from editor.tools.tool import State
from editor.tools.video.rows import hit, rows_of
from editor.tools.video.snapping import SNAP_PIXELS, Magnets
from editor.tools.video.timeline_tool import TimelineTool
from render.geometry import Point


class RazorTool(TimelineTool):
    """A click cuts the clip under the pointer with its partner; Shift cuts all tracks; Alt leaves the partner."""

    name = "timeline.razor"
    label = "Razor"
    icon = "razor"
    shortcut = "C"
    hint = "Click a clip to cut it in two. Shift: cut all tracks. Alt: leave its sound."
    cursor = "cross"

    def idle(self) -> State:
        return Hovering(self)


class Hovering(State):
    """Shows where the cut would be."""

    def __init__(self, tool: RazorTool) -> None:
        self.tool = tool
        self.at: Fraction | None = None
        self.rows: tuple[float, float] = (0.0, 0.0)

    def moved(self, event: PointerEvent) -> State:
        project, document = self.tool.project, self.tool.context.document
        timeline = timeline_of(project, document)
        time = max(Fraction(0), Fraction(event.x).limit_denominator(1_000_000))
        playhead = self.tool.playhead
        if self.tool.snapping and playhead is not None:
            time = Magnets((playhead,)).nearest(time, SNAP_PIXELS / event.scale) or time
        self.at = timeline.snap(time)
        whole = float(len(rows_of(project, document)))
        row = float(int(event.y)) if event.y >= 0 else 0.0
        everywhere = bool(event.modifiers & Modifiers.SHIFT)
        self.rows = (0.0, whole) if everywhere else (row, min(row + 1.0, whole))
        return self

    def pressed(self, event: PointerEvent) -> State:
        self.moved(event)
        project, document = self.tool.project, self.tool.context.document
        found = hit(project, document, event.x, event.y, event.scale)
        try:
            if event.modifiers & Modifiers.SHIFT:
                run(project, "video.split_at", document=document, time=self.at)
            elif found is not None:
                linked = not event.modifiers & Modifiers.ALT
                run(project, "video.split_clip", clip=found.item.id, time=self.at, linked=linked)
            self.tool.tell("")
        except ExpectedError as error:
            self.tool.tell(str(error))
        return self

    def overlay(self) -> tuple[OverlayItem, ...]:
        if self.at is None:
            return ()
        x = float(self.at)
        return (Polyline((Point(x, self.rows[0]), Point(x, self.rows[1])), style="accent"),)
