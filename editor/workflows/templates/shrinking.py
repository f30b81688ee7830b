"""Letters that shrink until a long text has room: once for each text, when all of a filling stands in it."""

import textwrap
import zlib
from dataclasses import dataclass, field

import msgspec

from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.engine import Resources
from editor.display.vector.fonts import font_database
from editor.display.vector.texts import text_layout
from editor.document.project import Project
from editor.model.vector import TextShape
from editor.workflows.templates.fill import Filling
from editor.workflows.templates.texts import note_words, noted
from editor.workflows.templates.words import drawn_in
from render.text.style import TextStyle

SMALLEST = 0.35
"""Letters never become smaller than this part of the size that they were drawn in."""
STEPS = 7
MOST_LINES = 5
SMALL = 0.6
"""Below this part of its drawn size, what became of a text is said."""
SLACK = 1.005

Room = tuple[float, float]


@dataclass
class Begun:
    """A text before anything of this filling was put into it, and what is put."""

    size: float
    room: Room | None
    fillings: list[Filling] = field(default_factory=list)


class Shrinking:
    """Of one filling. `shrinks` are the texts in which any slot makes letters smaller."""

    def __init__(self, project: Project, shrinks: set[str], resources: Resources) -> None:
        self.project, self.shrinks, self.resources = project, shrinks, resources
        self.begun: dict[str, Begun] = {}

    def before(self, filling: Filling) -> None:
        """A value is about to be put: how the text was drawn is known now."""
        item = filling.item
        if isinstance(item, TextShape) and item.id in self.shrinks:
            if item.id not in self.begun:
                self.begun[item.id] = Begun(*_designed(filling, item))
            self.begun[item.id].fillings.append(filling)

    def fit(self) -> list[str]:
        """All texts, each once. Sentences about letters that became much smaller, or have no room."""
        return [self._fit(key, begun) for key, begun in self.begun.items()]

    def _fit(self, key: str, begun: Begun) -> str:
        project, size, room = self.project, begun.size, begun.room
        is_whole = all(not one.target.word and one.target.part is None for one in begun.fillings)
        drawn = drawn_in(project, key)
        made = _in_size(project.find(key, TextShape), size)
        if room is not None:
            made = _fitted(made, size, room, self.resources, is_whole)
        run(project, "vector.set_spans", shape=key, spans=made.spans)
        designed = (size, *(room or ()))
        if is_whole:
            for one in begun.fillings:
                noted(one, designed, (_size(made), _mark(made)))
        else:
            note_words(project, key, drawn, designed, (_size(made),))
        return _smallness(", ".join(dict.fromkeys(one.slot.name for one in begun.fillings)), self.resources, made,
                          size, room)


def _designed(filling: Filling, item: TextShape) -> tuple[float, Room | None]:
    """The letter size and the room of the text as it was drawn: noted by the last filling, else as it stands."""
    target, words = filling.target, drawn_in(filling.project, item.id)
    drawn: tuple[float, ...] = ()
    if words.filled == (_size(item),):
        drawn = words.designed
    elif target.filled == (_size(item), _mark(item)):
        drawn = target.designed
    if drawn:
        return drawn[0], (drawn[1], drawn[2]) if len(drawn) == 3 else None
    room = room_of(item, filling.resources)
    return _size(item), room if room is None or item.width is None else (max(item.width, room[0]), room[1])


def _smallness(name: str, resources: Resources, made: TextShape, size: float, room: tuple[float, float] | None) -> str:
    share = round(100 * _size(made) / size) if size else 100
    if room is not None and not _has_room(made, room, resources):
        return tr("{name}: the text is too long for its place.", name=name)
    if share < 100 * SMALL:
        return tr("{name}: the text is long, so its letters are at {share} % of their size.",
                  name=name, share=share)
    return ""


def _fitted(item: TextShape, size: float, room: Room, resources: Resources, may_break: bool) -> TextShape:
    """In the size, and for a text without a width of its own in the lines, that leave the largest letters."""
    best = _in_size(item, _fitting(item, size, room, resources))
    may_break = may_break and item.width is None and "\n" not in item.text and len(item.spans) == 1
    for lines in range(2, MOST_LINES + 1) if may_break and _size(best) < size else ():
        broken = in_lines(item.text, lines)
        if broken.count("\n") != lines - 1:
            continue
        trial = msgspec.structs.replace(item, spans=(msgspec.structs.replace(item.spans[0], text=broken),))
        trial = _in_size(trial, _fitting(trial, size, room, resources))
        best = max(best, trial, key=lambda one: (_size(one), -_excess(one, room, resources)))
    return best


def in_lines(text: str, lines: int) -> str:
    """Broken between words into at most so many lines, as short as they can be.

    >>> in_lines("An evening with the orchestra", 2)
    'An evening with\\nthe orchestra'
    """
    words = text.split()
    low, high = max(map(len, words), default=1), max(1, len(text))
    while low < high:
        middle = (low + high) // 2
        if len(textwrap.wrap(text, middle, break_long_words=False, break_on_hyphens=False)) <= lines:
            high = middle
        else:
            low = middle + 1
    return "\n".join(textwrap.wrap(text, high, break_long_words=False, break_on_hyphens=False)) or text


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
    return _excess(item, room, resources) <= SLACK


def _excess(item: TextShape, room: tuple[float, float], resources: Resources) -> float:
    """How many times as wide or high as its room a text is, whichever is more."""
    taken = room_of(item, resources)
    return 0.0 if taken is None else max(taken[0] / max(room[0], 1e-6), taken[1] / max(room[1], 1e-6))


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
    spans = tuple(msgspec.structs.replace(span, style=_scaled(span.style, share)) for span in item.spans)
    return msgspec.structs.replace(item, spans=spans)


def _scaled(style: TextStyle, share: float) -> TextStyle:
    """The spaces between letters and words go with the letters, which would collide else."""
    return msgspec.structs.replace(
        style, size=round(style.size * share, 4), letter_spacing=round(style.letter_spacing * share, 4),
        word_spacing=round(style.word_spacing * share, 4),
    )
