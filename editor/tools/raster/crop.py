"""Crop: drag a frame, adjust it by its handles, then Enter or a double click; Esc leaves the image as it was."""

import msgspec

from editor.base.numbers import number_text
from editor.commands.registry import run
from editor.model.raster import RasterDocument
from editor.tools.events import KeyEvent, PointerEvent
from editor.tools.overlay import Box, Handle, Label, OverlayItem
from editor.tools.raster.base import CLICK_SLOP, RasterTool, distance
from editor.tools.tool import Option, State, register_tool
from render.geometry import Point, Rect

HANDLE_REACH = 9.0
CURSORS = {"nw": "size-nw", "se": "size-nw", "ne": "size-ne", "sw": "size-ne", "n": "size-n", "s": "size-n",
           "e": "size-e", "w": "size-e", "inside": "move"}  # fmt: skip


@register_tool
class CropTool(RasterTool):
    """Makes a rectangle the whole image."""

    name, label, icon, shortcut = "raster.crop", "Crop", "crop", "C"
    hint = "Drag a frame, adjust it, then press Enter. Esc leaves the image as it is."
    cursor = "cross"
    options = (Option("delete_pixels", "Delete cropped pixels", "bool", False),)

    def idle(self) -> State:
        return Idle(self)

    def crop(self, rect: Rect) -> None:
        """Run the command for a frame of at least one pixel."""
        x, y = round(rect.x), round(rect.y)
        run(
            self.context.project, "raster.crop", document=self.context.document, x=x, y=y,
            width=max(1, round(rect.right) - x), height=max(1, round(rect.bottom) - y),
            delete_pixels=self.option("delete_pixels"),
        )


class Idle(State):
    def __init__(self, tool: CropTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        return Framing(self.tool, event)


class Framing(State):
    """Dragging out the first frame."""

    def __init__(self, tool: CropTool, start: PointerEvent) -> None:
        self.tool, self.start, self.end = tool, start, start

    def moved(self, event: PointerEvent) -> State:
        self.end = event
        return self

    def released(self, event: PointerEvent) -> State:
        if distance(event, self.start) < CLICK_SLOP:
            sheet = self.tool.context.project.find(self.tool.context.document, RasterDocument)
            return Adjusting(self.tool, Rect(0, 0, sheet.width, sheet.height), event.scale)
        return Adjusting(self.tool, self.rect(), event.scale)

    def rect(self) -> Rect:
        return Rect.around(
            Point(round(self.start.x), round(self.start.y)), Point(round(self.end.x), round(self.end.y))
        )

    def overlay(self) -> tuple[OverlayItem, ...]:
        return frame_overlay(self.rect())


class Adjusting(State):
    """A frame that waits for Enter. `part` is the handle under the pointer while it is dragged."""

    def __init__(self, tool: CropTool, rect: Rect, scale: float) -> None:
        self.tool, self.rect, self.scale = tool, rect, scale
        self.part: str | None = None
        self.grabbed: tuple[PointerEvent, Rect] | None = None

    def pressed(self, event: PointerEvent) -> State:
        if event.clicks == 2 and self.rect.contains(Point(event.x, event.y)):
            return self.apply()
        self.part = part_at(self.rect, event)
        if self.part is None:
            return Framing(self.tool, event)
        self.grabbed = (event, self.rect)
        return self

    def moved(self, event: PointerEvent) -> State:
        self.scale = event.scale
        if self.grabbed is None:
            self.part = part_at(self.rect, event)
        elif self.part is not None:
            start, rect = self.grabbed
            self.rect = dragged(rect, self.part, round(event.x - start.x), round(event.y - start.y))
        return self

    def released(self, event: PointerEvent) -> State:
        self.grabbed = None
        return self

    def key(self, event: KeyEvent) -> State | None:
        return self.apply() if event.key in ("Return", "Enter") else None

    def apply(self) -> State:
        self.tool.crop(self.rect)
        return self.tool.idle()

    def cursor(self) -> str | None:
        return CURSORS.get(self.part or "")

    def overlay(self) -> tuple[OverlayItem, ...]:
        return frame_overlay(self.rect)


def corners_and_sides(rect: Rect) -> dict[str, Point]:
    """The eight handles of a frame by compass name."""
    x = {"w": rect.x, "": rect.center.x, "e": rect.right}
    y = {"n": rect.y, "": rect.center.y, "s": rect.bottom}
    return {down + across: Point(x[across], y[down]) for down in y for across in x if down + across}


def part_at(rect: Rect, event: PointerEvent) -> str | None:
    """The handle, or "inside", under the pointer."""
    near = [
        (Point(at.x - event.x, at.y - event.y).length * event.scale, name)
        for name, at in corners_and_sides(rect).items()
    ]
    best = min(near)
    if best[0] <= HANDLE_REACH:
        return best[1]
    return "inside" if rect.contains(Point(event.x, event.y)) else None


def dragged(rect: Rect, part: str, dx: float, dy: float) -> Rect:
    """The frame after dragging one of its parts; it may be turned inside out but not made empty."""
    if part == "inside":
        return msgspec.structs.replace(rect, x=rect.x + dx, y=rect.y + dy)
    left, right = rect.x + (dx if "w" in part else 0), rect.right + (dx if "e" in part else 0)
    top, bottom = rect.y + (dy if "n" in part else 0), rect.bottom + (dy if "s" in part else 0)
    framed = Rect.around(Point(left, top), Point(right, bottom))
    return msgspec.structs.replace(framed, width=max(1.0, framed.width), height=max(1.0, framed.height))


def frame_overlay(rect: Rect) -> tuple[OverlayItem, ...]:
    """The frame with thirds, handles and its size."""
    handles = tuple(Handle(at, name) for name, at in corners_and_sides(rect).items())
    thirds = (
        Box(Rect(rect.x + rect.width / 3, rect.y, rect.width / 3, rect.height), "muted"),
        Box(Rect(rect.x, rect.y + rect.height / 3, rect.width, rect.height / 3), "muted"),
    )
    label = Label(Point(rect.right, rect.bottom), f"{number_text(rect.width, 0)} × {number_text(rect.height, 0)} px")
    return (*thirds, Box(rect, "accent"), *handles, label)
