"""The text tool: click to type, drag for a text frame with a width, click a text to edit it."""

from editor.base.translation import tr
from editor.commands.registry import run_live
from editor.display.vector.texts import text_layout
from editor.document.gesture import Gesture
from editor.model.vector import TextShape
from editor.tools.events import KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Box, Caret, OverlayItem
from editor.tools.tool import GestureState, Option, State, register_tool
from editor.tools.vector.base import CLICK_SLOP, VectorTool, at, distance, spanned, units
from render.geometry import Point, Rect


@register_tool
class TextTool(VectorTool):
    """Types text. While typing all keys go into the text; Escape or a click elsewhere ends."""

    name, label, icon, shortcut = "vector.text", "Text", "text", "T"
    hint = "Click to type, drag for a frame that breaks lines, click a text to edit it. Escape ends."
    cursor = "text"
    options = (Option("size", "Size", "float", 32.0, 1.0, 2000.0),)

    def idle(self) -> State:
        return Idle(self)

    def text_at(self, event: PointerEvent) -> TextShape | None:
        key = self.measure.hit(self.page.id, at(event), units(event))
        item = self.context.project.get(key) if key else None
        return item if isinstance(item, TextShape) else None


class Idle(State):
    def __init__(self, tool: TextTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        found = self.tool.text_at(event)
        if found is not None:
            self.tool.context.project.select((found.id,))
            return Editing(self.tool, found, self.tool.context.project.gesture(tr("Edit text")))
        return Pointing(self.tool, event)

    def key(self, event: KeyEvent) -> State | None:
        """Return begins to edit the selected text."""
        keys = self.tool.selected()
        item = self.tool.context.project.get(keys[0]) if len(keys) == 1 else None
        if event.key in ("Return", "Enter") and isinstance(item, TextShape):
            return Editing(self.tool, item, self.tool.context.project.gesture(tr("Edit text")))
        return None

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.outlines(self.tool.selected())


class Pointing(State):
    def __init__(self, tool: TextTool, start: PointerEvent) -> None:
        self.tool, self.start, self.end = tool, start, at(start)

    def moved(self, event: PointerEvent) -> State:
        self.end = at(event)
        return self

    def released(self, event: PointerEvent) -> State:
        dragged = distance(event, self.start) >= CLICK_SLOP
        box = spanned(at(self.start), at(event)) if dragged else Rect(self.start.x, self.start.y, 0.0, 0.0)
        gesture = self.tool.context.project.gesture(tr("Add text"))
        return Typing(self.tool, box, gesture)

    def overlay(self) -> tuple[OverlayItem, ...]:
        return (Box(spanned(at(self.start), self.end), "marching"),)


class _Writing(GestureState):
    """Keys into text. `text` is what stands there so far; the caret stands behind its `caret`-th character."""

    def __init__(self, tool: TextTool, gesture: Gesture, text: str) -> None:
        super().__init__(gesture)
        self.tool, self.text, self.caret = tool, text, len(text)

    def show(self) -> None:
        raise NotImplementedError

    def pressed(self, event: PointerEvent) -> State:
        self.finish()
        return self.tool.idle().pressed(event)

    def key(self, event: KeyEvent) -> State | None:
        if event.key == "Escape":
            self.finish()
            return self.tool.idle()
        if Modifiers.CONTROL in event.modifiers:
            return None
        if not self._edit(event):
            return None
        self.show()
        return self

    def _edit(self, event: KeyEvent) -> bool:
        before, after = self.text[: self.caret], self.text[self.caret :]
        if event.key in ("Left", "Right"):
            self.caret = max(0, min(len(self.text), self.caret + (1 if event.key == "Right" else -1)))
        elif event.key in ("Home", "End"):
            self.caret = 0 if event.key == "Home" else len(self.text)
        elif event.key == "Backspace":
            self.text, self.caret = before[:-1] + after, max(0, self.caret - 1)
        elif event.key == "Delete":
            self.text = before + after[1:]
        elif event.key in ("Return", "Enter"):
            self.text, self.caret = before + "\n" + after, self.caret + 1
        elif event.text and event.text.isprintable():
            self.text, self.caret = before + event.text + after, self.caret + len(event.text)
        else:
            return False
        return True

    def caret_items(self, record: TextShape | None, fallback: Point, size: float) -> tuple[OverlayItem, ...]:
        if record is None or record.mode != "paragraph":
            return (Caret(fallback, Point(fallback.x, fallback.y + size)),)
        top, bottom = _caret_place(self.tool, record, self.caret)
        space = record.transform.then(self.tool.measure.space(record.parent))
        return (Caret(space.apply(top), space.apply(bottom)),)

    def cursor(self) -> str | None:
        return "text"


def _caret_place(tool: TextTool, record: TextShape, caret: int) -> tuple[Point, Point]:
    """Where the caret stands, in the record's own space: after the cluster that ends there, or before the next."""
    layout = text_layout(record, tool.measure.builder.fonts())
    size = record.spans[0].style.size if record.spans else 16.0
    height = size * record.line_height
    line = record.text[:caret].count("\n")
    left = record.x
    if caret and record.text[caret - 1 : caret] != "\n":
        visible = _visible_index(record.text, caret)
        ends = [item for item in layout.placed if item.cluster.start < visible]
        if ends:
            last = max(ends, key=lambda item: item.cluster.start)
            left = last.place.e + last.cluster.advance
            baseline = last.place.f
            return Point(left, baseline - size), Point(left, baseline + size * 0.25)
    top = record.y + line * height
    return Point(left, top), Point(left, top + height)


def _visible_index(text: str, caret: int) -> int:
    """Line ends take no place in the laid out text."""
    return caret - text[:caret].count("\n")


class Typing(_Writing):
    """A new text: the command is applied again at every key, so one entry of history holds the whole."""

    def __init__(self, tool: TextTool, box: Rect, gesture: Gesture) -> None:
        super().__init__(tool, gesture, "")
        self.box, self.size = box, float(tool.option("size"))

    def show(self) -> None:
        run_live(
            self.tool.context.project, self.gesture, "vector.add_text", parent=self.tool.page.id, text=self.text,
            x=self.box.x, y=self.box.y if self.box.height else self.box.y - self.size, size=self.size,
            color=self.tool.foreground().color, width=self.box.width or None,
        )  # fmt: skip

    def finish(self) -> None:
        """A text without characters is none."""
        if self.text.strip():
            super().finish()

    def overlay(self) -> tuple[OverlayItem, ...]:
        keys = self.tool.selected()
        item = self.tool.context.project.get(keys[0]) if keys else None
        record = item if isinstance(item, TextShape) and self.text else None
        start = Point(self.box.x, self.box.y if self.box.height else self.box.y - self.size)
        frame: tuple[OverlayItem, ...] = (Box(self.box, "muted"),) if self.box.width else ()
        return (*frame, *self.caret_items(record, start, self.size))


class Editing(_Writing):
    """An existing text."""

    def __init__(self, tool: TextTool, record: TextShape, gesture: Gesture) -> None:
        super().__init__(tool, gesture, record.text)
        self.record = record

    def show(self) -> None:
        run_live(self.tool.context.project, self.gesture, "vector.set_text", shape=self.record.id, text=self.text)

    def overlay(self) -> tuple[OverlayItem, ...]:
        item = self.tool.context.project.get(self.record.id)
        record = item if isinstance(item, TextShape) else None
        box = self.tool.measure.box(self.record.id)
        start = Point(box.x, box.y) if box else Point(0.0, 0.0)
        return (*self.tool.outlines((self.record.id,)), *self.caret_items(record, start, 16.0))

