"""Texts and fonts of a template."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import msgspec

from editor.commands.registry import run
from editor.document.project import Project
from editor.model.vector import TextShape
from editor.model.video import Caption
from editor.workflows.templates.fill import Filling
from editor.workflows.templates.names import folded
from editor.workflows.templates.words import Drawn, drawn_in, literal, runs_of, said_runs

BOLD = 600


def put_text(filling: Filling, text: str) -> None:
    """The whole text, one span of it, or one name in braces; the style stays."""
    word = folded(filling.target.word)
    if word:
        put_words(filling.project, filling.item.id, {word: text})
    elif isinstance(filling.item, Caption | TextShape):
        _put_literally(filling, text)


def put_words(project: Project, key: str, said: Mapping[str, str]) -> None:
    """Values for some of the names in braces of a text; what was said for others stays, and so do all styles."""
    drawn = drawn_in(project, key)
    whole = replace(drawn, said={**drawn.said, **said})
    _write_runs(project, key, said_runs(drawn.runs, whole.said))
    note_words(project, key, whole, drawn.designed, drawn.filled)


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
        note_words(project, item.id, replace(before, runs=runs), before.designed, before.filled)


def _write_runs(project: Project, key: str, texts: tuple[str, ...]) -> None:
    item = project.get(key)
    if isinstance(item, Caption):
        run(project, "video.edit_caption", caption=key, text=texts[0])
    elif isinstance(item, TextShape):
        spans = (msgspec.structs.replace(span, text=text) for span, text in zip(item.spans, texts, strict=True))
        run(project, "vector.set_spans", shape=key, spans=tuple(spans))


def note_words(
    project: Project, key: str, drawn: Drawn, designed: tuple[float, ...], filled: tuple[float, ...]
) -> None:
    """Remember how a text was drawn, what is said in it, and what its letters were and became."""
    run(
        project, "template.note_words", text=key, drawn=drawn.runs, said=dict(drawn.said), designed=designed,
        filled=filled,
    )


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
