"""The text of a project in the order in which it is read: on pages from top to bottom, on timelines by time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.model.embed import embeds_of
from editor.model.record import DocumentRecord
from editor.model.vector import Node, Page, TextShape
from editor.model.video import Caption, VideoDocument
from render.geometry import Point

if TYPE_CHECKING:
    from editor.document.project import Project
    from editor.workflows.ai.tool import Request

SAME_LINE = 4.0
"""Texts whose tops differ by no more than these units stand on one line and are read from left to right."""
ENDED = (".", "!", "?", "…", ".”", ".»", ":", "”", "»", '"')
ENDING_SHARE = 0.15
"""Captions of which fewer end with a mark were written without any: each is then a sentence."""


@dataclass(frozen=True)
class Passage:
    """A piece of text and where it is; `start` and `end` for what is shown for a time."""

    text: str
    record: str
    start: Fraction | None = None
    end: Fraction | None = None


def passages_in(project: Project, document: str) -> list[Passage]:
    """What a document says, live links included."""
    return list(_passages(project, document, {document}))


def _passages(project: Project, document: str, seen: set[str]) -> Iterator[Passage]:
    item = project.find(document, DocumentRecord)
    captions = list(captions_of(project, document)) if isinstance(item, VideoDocument) else []
    yield from captions
    pages = project.children(document, Page)
    for root in [page.id for page in pages] or [document]:
        yield from texts_on(project, root)
    for key in project.index.subtree(document):
        record = project.get(key)
        for embed in embeds_of(record) if record is not None else ():
            if embed.document not in seen and project.get(embed.document) is not None:
                seen.add(embed.document)
                yield from _passages(project, embed.document, seen)


def captions_of(project: Project, document: str) -> list[Passage]:
    """The captions of a timeline's first track that has some; other tracks say the same in other languages."""
    for track in project.index.children(document):
        captions = sorted(project.children(track, Caption), key=lambda item: item.start)
        if captions:
            return [Passage(" ".join(item.text.split()), item.id, item.start, item.end)
                    for item in captions if item.text.strip()]
    return []


def texts_on(project: Project, root: str) -> list[Passage]:
    """The visible texts below a page or a group."""
    found = []
    for key in project.index.subtree(root):
        shape = project.get(key)
        if isinstance(shape, TextShape) and shape.text.strip() and _is_visible(project, shape):
            place = _place(project, shape)
            found.append((round(place.y / SAME_LINE), place.x, shape))
    found.sort(key=lambda item: item[:2])
    return [Passage(shape.text.strip(), shape.id) for _row, _x, shape in found]


def _is_visible(project: Project, shape: TextShape) -> bool:
    above = (project.get(key) for key in project.index.ancestors(shape.id))
    return shape.visible and all(getattr(item, "visible", True) for item in above)


def _place(project: Project, shape: TextShape) -> Point:
    """Where on its page a text begins."""
    at = next(((place.x or 0.0, place.y or 0.0) for place in shape.places), (shape.x, shape.y))
    point = shape.transform.apply(Point(*at))
    for key in project.index.ancestors(shape.id):
        item = project.get(key)
        if isinstance(item, Node):
            point = item.transform.apply(point)
    return point


def chosen_passages(request: Request) -> list[Passage]:
    """What `text_from` of the options means now. Raises ExpectedError where there is no text."""
    project, wanted = request.project, request.options.text_from
    if wanted == "project":
        found = [one for item in project.documents() for one in passages_in(project, item.id)]
        found = list({passage.record: passage for passage in found}.values())  # linked texts come twice
    elif wanted == "selection":
        keys = {key for chosen in request.selection for key in project.index.subtree(chosen)}
        found = [one for one in passages_in(project, request.document) if one.record in keys]
    else:
        found = passages_in(project, request.document)
    if not found:
        raise ExpectedError(tr("There is no text to read."), tr("Texts on pages and captions of films are read."))
    return found


def text_of(passages: list[Passage]) -> str:
    """One text. Texts of pages are paragraphs; captions go on from one to the next unless none ends a sentence."""
    timed = [passage for passage in passages if passage.start is not None]
    ended = sum(passage.text.endswith(ENDED) for passage in timed)
    flows = bool(timed) and ended >= ENDING_SHARE * len(timed)
    text = ""
    for passage in passages:
        joint = " " if flows and passage.start is not None else "\n\n"
        text = f"{text}{joint}{passage.text}" if text else passage.text
    return text
