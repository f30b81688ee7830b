"""Texts and fonts of a template, and letters that shrink until a long text has room."""

import textwrap
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import msgspec

from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.engine import Resources
from editor.display.vector.fonts import font_database
from editor.display.vector.texts import text_layout
from editor.document.project import Project
from editor.model.vector import TextShape
from editor.model.video import Caption
from editor.workflows.templates.fill import Filling
from editor.workflows.templates.names import folded
from editor.workflows.templates.words import Drawn, drawn_in, literal, runs_of, said_runs
from render.text.style import TextStyle

SMALLEST = 0.35
"""Letters never become smaller than this part of the size that they were drawn in."""
STEPS = 7
BOLD = 600
MOST_LINES = 5
SMALL = 0.6
"""Below this part of its drawn size, what became of a text is said."""
SLACK = 1.005


def put_text(filling: Filling, text: str) -> str:
    """The whole text, or one span of it; the style stays. With `shrink` it takes no more room than what was drawn: in
    more lines where that leaves larger letters. A sentence when letters became much smaller, or have no room."""
    project, item = filling.project, filling.item
    if not isinstance(item, Caption | TextShape):
        return ""
    word = folded(filling.target.word)
    size, room = _designed(filling, item) if isinstance(item, TextShape) else (0.0, None)
    if word:
        put_words(project, item.id, {word: text})
    else:
        _put_literally(filling, text)
    if not filling.slot.shrink or not isinstance(item, TextShape):
        return ""
    made = _in_size(project.find(item.id, TextShape), size)
    if room is not None:
        made = _fitted(made, size, room, filling)
    run(project, "vector.set_spans", shape=item.id, spans=made.spans)
    if word:
        _note_words(project, item.id, drawn_in(project, item.id), (size, *(room or ())), (_size(made),))
    else:
        noted(filling, (size, *(room or ())), (_size(made), _mark(made)))
    return _smallness(filling, made, size, room)


def put_words(project: Project, key: str, said: Mapping[str, str]) -> None:
    """Values for some of the names in braces of a text; what was said for others stays, and so do all styles."""
    drawn = drawn_in(project, key)
    whole = replace(drawn, said={**drawn.said, **said})
    _write_runs(project, key, said_runs(drawn.runs, whole.said))
    _note_words(project, key, whole, drawn.designed, drawn.filled)


def _put_literally(filling: Filling, text: str) -> None:
    """All of a text, or one run. A brace in what is given is no name: it is noted as drawn with two."""
    project, item, part = filling.project, filling.item, filling.target.part
    before = drawn_in(project, item.id)
    if isinstance(item, TextShape) and part is None:
        run(project, "vector.set_text", shape=item.id, text=text)
        runs: tuple[str, ...] = (literal(text),)
    else:
        now = list(runs_of(item))
        now[part or 0] = text
        _write_runs(project, item.id, tuple(now))
        runs = (*before.runs[: part or 0], literal(text), *before.runs[(part or 0) + 1 :])
    if "{" in "".join(runs):
        _note_words(project, item.id, replace(before, runs=runs), (), ())


def _write_runs(project: Project, key: str, texts: tuple[str, ...]) -> None:
    item = project.get(key)
    if isinstance(item, Caption):
        run(project, "video.edit_caption", caption=key, text=texts[0])
    elif isinstance(item, TextShape):
        spans = (msgspec.structs.replace(span, text=text) for span, text in zip(item.spans, texts, strict=True))
        run(project, "vector.set_spans", shape=key, spans=tuple(spans))


def _note_words(
    project: Project, key: str, drawn: Drawn, designed: tuple[float, ...], filled: tuple[float, ...]
) -> None:
    run(
        project, "template.note_words", text=key, drawn=drawn.runs, said=dict(drawn.said), designed=designed,
        filled=filled,
    )


def _smallness(filling: Filling, made: TextShape, size: float, room: tuple[float, float] | None) -> str:
    share = round(100 * _size(made) / size) if size else 100
    if room is not None and not _has_room(made, room, filling.resources):
        return tr("{name}: the text is too long for its place.", name=filling.slot.name)
    if share < 100 * SMALL:
        return tr("{name}: the text is long, so its letters are at {share} % of their size.",
                  name=filling.slot.name, share=share)
    return ""


def _fitted(item: TextShape, size: float, room: tuple[float, float], filling: Filling) -> TextShape:
    """In the size, and for a text without a width of its own in the lines, that leave the largest letters."""
    best = _in_size(item, _fitting(item, size, room, filling.resources))
    is_whole = filling.target.part is None and not filling.target.word
    may_break = item.width is None and is_whole and "\n" not in item.text and len(item.spans) == 1
    for lines in range(2, MOST_LINES + 1) if may_break and _size(best) < size else ():
        broken = in_lines(item.text, lines)
        if broken.count("\n") != lines - 1:
            continue
        trial = msgspec.structs.replace(item, spans=(msgspec.structs.replace(item.spans[0], text=broken),))
        trial = _in_size(trial, _fitting(trial, size, room, filling.resources))
        best = max(best, trial, key=lambda one: (_size(one), -_excess(one, room, filling.resources)))
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


def put_font(filling: Filling, said: str) -> None:
    """Another font family, "Inter", with ":700" also its weight, with ":italic" the slant; sizes stay."""
    project, item = filling.project, filling.item
    family, *rest = (part.strip() for part in said.split(":"))
    weight = next((int(part) for part in rest if part.isdecimal() and 1 <= int(part) <= 1000), None)
    slant: Literal["normal", "italic"] | None = "italic" if "italic" in rest else "normal" if weight else None
    if isinstance(item, Caption):
        style = msgspec.structs.replace(item.style, family=family)
        if weight is not None:
            style = msgspec.structs.replace(style, bold=weight >= BOLD, italic=slant == "italic")
        run(project, "video.edit_caption", caption=item.id, style=style)
    else:
        run(project, "vector.set_type", shapes=(item.id,), family=family, weight=weight, slant=slant)


def noted(filling: Filling, designed: tuple[float, ...], filled: tuple[float, ...]) -> None:
    """Remember what was drawn and what the filling made of it, beside the target."""
    run(
        filling.project, "template.note_filled", slot=filling.slot.id, number=filling.number, designed=designed,
        filled=filled,
    )


def _designed(filling: Filling, item: TextShape) -> tuple[float, tuple[float, float] | None]:
    """The letter size and the room of the text as it was drawn: noted by the last filling, else as it stands."""
    target = filling.target
    words = drawn_in(filling.project, item.id)
    if target.word and words.filled == (_size(item),) and words.designed:
        drawn = words.designed
        return drawn[0], (drawn[1], drawn[2]) if len(drawn) == 3 else None
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
