"""Texts and fonts of a template, and letters that shrink until a long text has room."""

import zlib

import msgspec

from editor.commands.registry import run
from editor.display.engine import Resources
from editor.display.vector.fonts import font_database
from editor.display.vector.texts import text_layout
from editor.model.vector import TextShape
from editor.model.video import Caption
from editor.workflows.templates.fill import Filling

SMALLEST = 0.2
"""Letters never become smaller than this part of the size that they were drawn in."""
STEPS = 7
SLACK = 1.005


def put_text(filling: Filling, text: str) -> None:
    """The whole text, or one span of it; the style stays. With `shrink` it takes no more room than what was drawn."""
    project, item = filling.project, filling.item
    if isinstance(item, Caption):
        run(project, "video.edit_caption", caption=item.id, text=text)
        return
    if not isinstance(item, TextShape):
        return
    size, room = _designed(filling, item)
    if filling.target.part is None:
        run(project, "vector.set_text", shape=item.id, text=text)
    else:
        spans = list(item.spans)
        spans[filling.target.part] = msgspec.structs.replace(spans[filling.target.part], text=text)
        run(project, "vector.set_spans", shape=item.id, spans=tuple(spans))
    if filling.slot.shrink:
        made = _in_size(project.find(item.id, TextShape), size)
        made = made if room is None else _in_size(made, _fitting(made, size, room, filling.resources))
        run(project, "vector.set_spans", shape=item.id, spans=made.spans)
        noted(filling, (size, *(room or ())), (_size(made), _mark(made)))


def put_font(filling: Filling, family: str) -> None:
    """Another font family; sizes and weights stay."""
    project, item = filling.project, filling.item
    if isinstance(item, Caption):
        run(project, "video.edit_caption", caption=item.id, style=msgspec.structs.replace(item.style, family=family))
    else:
        run(project, "vector.set_type", shapes=(item.id,), family=family)


def noted(filling: Filling, designed: tuple[float, ...], filled: tuple[float, ...]) -> None:
    """Remember what was drawn and what the filling made of it, beside the target."""
    run(
        filling.project, "template.note_filled", slot=filling.slot.id, number=filling.number, designed=designed,
        filled=filled,
    )


def _designed(filling: Filling, item: TextShape) -> tuple[float, tuple[float, float] | None]:
    """The letter size and the room of the text as it was drawn: noted by the last filling, else as it stands."""
    target = filling.target
    if target.filled == (_size(item), _mark(item)) and target.designed:
        drawn = target.designed
        return drawn[0], (drawn[1], drawn[2]) if len(drawn) == 3 else None
    if not filling.slot.shrink:
        return _size(item), None
    room = room_of(item, filling.resources)
    return _size(item), room if room is None or item.width is None else (max(item.width, room[0]), room[1])


def room_of(item: TextShape, resources: Resources) -> tuple[float, float] | None:
    """How wide and high the letters of a text stand; None for a text without any."""
    boxes = [box for box in text_layout(item, font_database(resources)).boxes if not box.is_empty]
    if not boxes:
        return None
    width = max(box.right for box in boxes) - min(box.x for box in boxes)
    return width, max(box.bottom for box in boxes) - min(box.y for box in boxes)


def _fitting(item: TextShape, size: float, room: tuple[float, float], resources: Resources) -> float:
    """The largest size, not above the drawn one, at which the text has room."""
    if _has_room(item, room, resources):
        return size
    low, high = size * SMALLEST, size
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _has_room(_in_size(item, middle), room, resources):
            low = middle
        else:
            high = middle
    return round(low, 3)


def _has_room(item: TextShape, room: tuple[float, float], resources: Resources) -> bool:
    taken = room_of(item, resources)
    return taken is None or (taken[0] <= room[0] * SLACK and taken[1] <= room[1] * SLACK)


def _size(item: TextShape) -> float:
    return item.spans[0].style.size if item.spans else 16.0


def _mark(item: TextShape) -> float:
    """A number that tells one text from another."""
    return float(zlib.crc32(item.text.encode()))


def _in_size(item: TextShape, size: float) -> TextShape:
    """All spans larger or smaller, so that the first one has this size."""
    share = size / _size(item) if _size(item) else 1.0
    if share == 1.0:
        return item
    spans = tuple(
        msgspec.structs.replace(span, style=msgspec.structs.replace(span.style, size=round(span.style.size * share, 4)))
        for span in item.spans
    )
    return msgspec.structs.replace(item, spans=spans)
