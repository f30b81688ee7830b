"""What texts say, written beside their documents: plain statistics, or a language server where the person wants it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr, tr_count
from editor.commands.registry import run
from editor.commands.video.marker_set import MarkedTime
from editor.model.about import FoundName
from editor.model.record import DocumentRecord
from editor.model.vector import Page, VectorDocument
from editor.model.video import ZERO, VideoDocument
from editor.workflows.ai.texts import captions_of, chosen_passages, text_of
from editor.workflows.ai.tool import Outcome
from ml.words import asking
from ml.words.chapters import chapters_of
from ml.words.keywords import keywords_of
from ml.words.mood import mood_of
from ml.words.names import names_of
from ml.words.server import Server
from ml.words.summary import summary_of
from ml.words.texts import language_of

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.workflows.ai.tool import Request
    from ml.words.mood import Mood
    from ml.words.vocabulary import Language

METHODS = {
    "keywords": "word statistics", "summary": "lexrank", "mood": "word lists", "names_and_places": "capitals",
    "chapters": "texttiling",
}  # fmt: skip
CODES: dict[str, Language] = {"english": "en", "french": "fr"}
MARGIN, TEXT_SIZE = 0.08, 14.0
PAGE_WIDTH, PAGE_HEIGHT = 794.0, 1123.0
"""A4 in units of 1/96 inch."""
CHAPTERS = "Chapter"
LEAST_CAPTIONS = 4


def keywords(request: Request, progress: Progress) -> Outcome:
    """The document's keywords."""
    text, language, server = _read(request, progress)
    count = request.options.count
    if server is not None:
        found = asking.ask_keywords(server, text, count, language, progress)
        rows = tuple((word, "") for word in found)
    else:
        counted = keywords_of(text, count, language)
        found = [keyword.text for keyword in counted]
        rows = tuple((keyword.text, _times(keyword.count)) for keyword in counted)
    _describe(request, "keywords", server, keywords=tuple(word[:200] for word in found))
    if len(found) == 1:
        return Outcome(tr("One keyword was found."), rows)
    return Outcome(tr_count("1 keyword was found.", "{count} keywords were found.", count=len(found)), rows)


def summary(request: Request, progress: Progress) -> Outcome:
    """The document's description, and a text on a page where that is wanted."""
    text, language, server = _read(request, progress)
    count = request.options.sentences
    if server is not None:
        said = asking.ask_summary(server, text, count, language, progress)
    else:
        said = " ".join(summary_of(text, count, language))
    _describe(request, "summary", server, summary=said[:50_000])
    chosen = (_put_on_page(request, said, server),) if request.options.text_frame else ()
    return Outcome(tr("The summary is written."), ((tr("Summary"), said),), chosen=chosen)


def mood(request: Request, progress: Progress) -> Outcome:
    """The document's mood."""
    text, language, server = _read(request, progress)
    found = asking.ask_mood(server, text, language, progress) if server is not None else mood_of(text, language)
    _describe(request, "mood", server, mood=found.name, mood_value=max(-1.0, min(1.0, found.value)))
    name = tr({"bright": "Bright", "even": "Even", "dark": "Dark"}[found.name])
    return Outcome(tr("The mood of this text: {mood}", mood=name), tuple(_mood_rows(found, name)))


def _signed(value: float) -> str:
    return number_text(value, 2, keep_zeros=True, signed=True)


def _mood_rows(found: Mood, name: str) -> list[tuple[str, str]]:
    rows = [(tr("Mood"), f"{name} ({_signed(found.value)})")]
    if len(found.course) > 1:
        rows.append((tr("Course"), "   ".join(_signed(value) for value in found.course)))
    if found.words:
        rows.append((tr("Words of feeling"), str(found.words)))
    return rows


def names_and_places(request: Request, progress: Progress) -> Outcome:
    """The names in the document's description."""
    text, language, server = _read(request, progress)
    most = request.options.count
    if server is not None:
        found = asking.ask_names(server, text, language, progress)[:most]
    else:
        found = names_of(text, language, most)
    names = tuple(FoundName(text=name.text[:200], kind=name.kind, count=name.count) for name in found)
    _describe(request, "names_and_places", server, names=names)
    kinds = {"person": tr("Person"), "place": tr("Place"), "other": tr("Other name")}
    order = list(kinds)
    rows = tuple(
        (name.text, f"{kinds[name.kind]}, {_times(name.count)}")
        for name in sorted(found, key=lambda name: order.index(name.kind))
    )
    if len(found) == 1:
        return Outcome(tr("One name was found."), rows)
    return Outcome(tr_count("1 name was found.", "{count} names were found.", count=len(found)), rows)


def chapters(request: Request, progress: Progress) -> Outcome:
    """A marker for each chapter; those of an earlier time go."""
    project, document, options = request.project, request.document, request.options
    project.find(document, VideoDocument)
    progress(0.0)
    passages = captions_of(project, document)
    if len(passages) < LEAST_CAPTIONS:
        raise ExpectedError(tr("There are too few captions for chapters."), tr("Make captions from speech first."))
    pieces = [passage.text for passage in passages]
    language, server = _language(options, " ".join(pieces)), _server(request, progress)
    if server is not None:
        found = asking.ask_chapters(server, pieces, options.chapters, language, progress)
    else:
        found = chapters_of(pieces, options.chapters, language, progress)
    starts = [passages[chapter.first].start or ZERO for chapter in found]
    starts[0] = ZERO
    ends = [*starts[1:], passages[-1].end or ZERO]
    marks = tuple(
        MarkedTime(time=start, duration=max(end - start, ZERO), name=chapter.title)
        for chapter, start, end in zip(found, starts, ends)
    )
    made = run(project, "video.set_markers", document=document, markers=marks, comment=tr(CHAPTERS))
    for key in made:
        _note(request, "chapters", key, server)
    rows = tuple((_clock(float(mark.time)), mark.name) for mark in marks)
    return Outcome(tr_count("One chapter was marked.", "{count} chapters were marked.", count=len(made)), rows)


def _times(count: int) -> str:
    return tr_count("once", "{count} times", count=count)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


# What they share


def _read(request: Request, progress: Progress) -> tuple[str, Language, Server | None]:
    """The text, its language, and the server that should be asked."""
    progress(0.0)
    text = text_of(chosen_passages(request))
    language, server = _language(request.options, text), _server(request, progress)
    progress(0.02)
    return text, language, server


def _language(options: Any, text: str) -> Language:
    return CODES.get(options.language) or language_of(text)


def _server(request: Request, progress: Progress) -> Server | None:
    """The server with the model that will answer, so that the note can name it."""
    asked = request.options.language_server
    if not asked.use:
        return None
    server = Server(asked.address.strip(), asked.model.strip(), asked.allow_other_computers)
    return server if server.model else replace(server, model=server.first_model(progress))


def _describe(request: Request, tool: str, server: Server | None, **said: Any) -> None:
    """Into the description of the document, with a note that says how it was found."""
    request.project.find(request.document, DocumentRecord)
    key = run(request.project, "project.describe", document=request.document, **said)
    _note(request, tool, key, server)


def _note(request: Request, tool: str, record: str, server: Server | None) -> None:
    options = msgspec.to_builtins(request.options)
    asked = options.pop("language_server")
    if server is not None:
        options["address"] = asked["address"]
    sent = tr("The text was sent to {address}.", address=server.address) if server and server.anywhere else ""
    run(
        request.project, "project.note_provenance", record=record, tool=tool,
        model=server.model[:500] if server is not None else METHODS[tool],
        parameters={name: str(value) for name, value in options.items()}, generated=server is not None, consent=sent,
    )


def _put_on_page(request: Request, text: str, server: Server | None) -> str:
    """A text on the page that is shown; on a page of a new document for a picture, a film or a scene."""
    project, document = request.project, request.document
    part = project.get(request.part) if request.part else None
    if not isinstance(project.get(document), VectorDocument):
        name = tr("Summary of {name}", name=project.find(document, DocumentRecord).name)
        document = run(project, "vector.new_document", name=name, width=PAGE_WIDTH, height=PAGE_HEIGHT)
        part = None
    page = part if isinstance(part, Page) else project.children(document, Page)[0]
    edge = page.width * MARGIN
    key: str = run(
        project, "vector.add_text", parent=page.id, text=text, x=edge, y=edge, size=TEXT_SIZE,
        width=page.width - 2 * edge, name=tr("Summary"),
    )
    _note(request, "summary", key, server)
    return key
