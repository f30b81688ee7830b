"""Text content and type."""

from typing import Annotated, Literal

import msgspec

from editor.commands.registry import command
from editor.commands.vector.targets import put
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.vector import SpanData, TextShape
from render.text.style import TextStyle


@command("vector.set_text", label="Edit text")
def set_text(project: Project, *, shape: RecordId, text: str) -> None:
    """Replace the whole text; it takes the style of its first span."""
    item = project.find(shape, TextShape)
    first = item.spans[0] if item.spans else SpanData(text="")
    places = tuple(place for place in item.places if place.index < max(1, len(text)))
    span = msgspec.structs.replace(first, text=text)
    put(project, msgspec.structs.replace(item, spans=(span,), places=places))


@command("vector.set_spans", label="Edit text")
def set_spans(project: Project, *, shape: RecordId, spans: tuple[SpanData, ...]) -> None:
    """Replace the text by spans with styles of their own."""
    item = project.find(shape, TextShape)
    put(project, msgspec.structs.replace(item, spans=spans))


@command("vector.set_type", label="Change type")
def set_type(
    project: Project, *, shapes: tuple[RecordId, ...], family: str | None = None,
    size: Annotated[float, msgspec.Meta(gt=0, le=1e5)] | None = None,
    weight: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None,
    slant: Literal["normal", "italic", "oblique"] | None = None, letter_spacing: float | None = None,
    word_spacing: float | None = None, align: Literal["start", "middle", "end", "justify"] | None = None,
    line_height: Annotated[float, msgspec.Meta(gt=0, le=100)] | None = None,
) -> None:
    """Change what is given for whole texts."""
    said = {
        "families": None if family is None else (family,), "size": size, "weight": weight, "slant": slant,
        "letter_spacing": letter_spacing, "word_spacing": word_spacing,
    }  # fmt: skip
    given: dict[str, object] = {name: value for name, value in said.items() if value is not None}
    lines = {name: value for name, value in (("align", align), ("line_height", line_height)) if value is not None}
    for key in dict.fromkeys(shapes):
        item = project.find(key, TextShape)
        spans = tuple(msgspec.structs.replace(span, style=_styled(span.style, given)) for span in item.spans)
        put(project, msgspec.structs.replace(item, spans=spans, **lines))


def _styled(style: TextStyle, given: dict[str, object]) -> TextStyle:
    return msgspec.structs.replace(style, **given)
