"""What texts of projects say: read in order, written down as edits, by statistics or by a language server."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.project.about import about
from editor.commands.registry import run
from editor.commands.replay import replay_project
from editor.document.project import Project
from editor.formats.provenance.credits import credits_of
from editor.model.provenance import Provenance
from editor.model.vector import Page, TextShape
from editor.model.video import Marker
from editor.workflows.ai import words
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.texts import passages_in, text_of
from editor.workflows.ai.tool import TOOLS, Outcome, Request
from ml.catalogue.store import ModelStore
from ml.runtime.runtime import Runtime
from tests.ml.words.language_server import serving
from tests.ml.words.test_chapters import GARDEN, ROCKET
from tests.ml.words.test_words import ENGLISH, FRENCH


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def letter(*texts: str) -> tuple[Project, str, str]:
    """A page with texts from top to bottom, put on it from bottom to top."""
    project = Project.in_memory()
    document = run(project, "vector.new_document", name="Letter", width=400, height=300)
    page = project.children(document, Page)[0].id
    for row, text in reversed(list(enumerate(texts))):
        run(project, "vector.add_text", parent=page, text=text, x=10, y=20 + 40 * row)
    return project, document, page


def film(*texts: str) -> tuple[Project, str]:
    project = Project.in_memory()
    document = run(project, "video.new_document", name="Talk")
    captions = [{"start": 5 * number, "duration": 4, "text": text} for number, text in enumerate(texts)]
    run(project, "video.add_captions", document=document, captions=tuple(captions))
    return project, document


def ask(
    project: Project, document: str, tool: str, runtime: Runtime, options: Any = None, selection: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> Outcome:
    wanted = TOOLS[tool]
    request = Request(project, document, selection, options or wanted.options(), runtime, ModelStore(Path("none")))
    return run_tool(wanted, request, progress or Progress())


def test_texts_are_read_as_eyes_go() -> None:
    project, document, page = letter("First", "Second", "Third")
    run(project, "vector.add_text", parent=page, text="beside it", x=200, y=60)
    hidden = run(project, "vector.add_text", parent=page, text="Nobody sees this", x=0, y=0)
    run(project, "project.set_field", record=hidden, field="visible", value=False)
    assert text_of(passages_in(project, document)) == "First\n\nSecond\n\nbeside it\n\nThird"


def test_linked_documents_are_read_too() -> None:
    project, document, _page = letter("On the page")
    image = run(project, "raster.new_document", name="Poster", width=40, height=30)
    run(project, "raster.add_embed", document=image, source={"type": "embed", "document": document})
    assert [passage.text for passage in passages_in(project, image)] == ["On the page"]


def test_captions_flow_when_they_have_ends() -> None:
    project, document = film("We went", "to the sea.", "It was cold.")
    assert text_of(passages_in(project, document)) == "We went to the sea. It was cold."
    project, document = film("we went to the sea", "it was cold")
    assert text_of(passages_in(project, document)) == "we went to the sea\n\nit was cold"


@pytest.mark.parametrize(
    ("text", "word", "place"), [(ENGLISH, "storm", "London"), (FRENCH, "trésor", "Marseille")], ids=["en", "fr"]
)
def test_all_of_it_is_written_down(text: str, word: str, place: str, runtime: Runtime) -> None:
    project, document, _page = letter(text)
    keywords = ask(project, document, "keywords", runtime)
    summary = ask(project, document, "summary", runtime, words.SummaryOptions(sentences=2))
    ask(project, document, "mood", runtime)
    names = ask(project, document, "names_and_places", runtime)
    found = about(project, document)
    assert found is not None and word in found.keywords and any(row[0] == word for row in keywords.rows)
    assert found.summary and found.summary == summary.rows[0][1]
    assert found.mood in ("bright", "even", "dark") and found.mood_value
    assert place in [name.text for name in found.names if name.kind == "place"]
    assert any(row[0] == place for row in names.rows)
    notes = {note.tool: note for note in project.children(found.id, Provenance)}
    assert set(notes) == {"keywords", "summary", "mood", "names_and_places"}
    assert notes["summary"].model == "lexrank" and not notes["summary"].generated
    assert credits_of(project, document) is None, "the page was made by nobody but the person"
    again = Project.in_memory()
    assert replay_project(project, again).equal


def test_a_summary_stands_on_the_page(runtime: Runtime) -> None:
    project, document, page = letter(ENGLISH)
    outcome = ask(project, document, "summary", runtime, words.SummaryOptions(sentences=1, text_frame=True))
    shape = project.find(outcome.chosen[0], TextShape)
    assert project.index.root(shape.id) == document and shape.text == outcome.rows[0][1]
    assert shape.width is not None and 0 < shape.x < shape.x + shape.width < 400
    assert [note.tool for note in project.children(shape.id, Provenance)] == ["summary"]


def test_a_film_s_summary_gets_a_page_of_its_own(runtime: Runtime) -> None:
    project, document = film(*GARDEN)
    outcome = ask(project, document, "summary", runtime, words.SummaryOptions(sentences=1, text_frame=True))
    root = project.index.root(outcome.chosen[0])
    assert root != document and project.document_of(root).name == "Summary of Talk"


def test_only_what_is_selected(runtime: Runtime) -> None:
    project, document, page = letter("The harbour has boats. The boats are old boats.", "Mountains and snow.")
    first = next(item for item in project.children(page, TextShape) if "harbour" in item.text)
    options = words.KeywordOptions(text_from="selection")
    rows = dict(ask(project, document, "keywords", runtime, options, (first.id,)).rows)
    assert "boats" in rows and "snow" not in rows
    with pytest.raises(ExpectedError, match="no text to read"):
        ask(project, document, "keywords", runtime, options, (document + "x",)[:0])


def test_chapters_are_markers(runtime: Runtime) -> None:
    project, document = film(*GARDEN * 2, *ROCKET * 2)
    run(project, "video.set_marker", document=document, time=Fraction(7), name="mine")
    outcome = ask(project, document, "chapters", runtime)
    outcome = ask(project, document, "chapters", runtime)  # again: those of the first time go
    marks = [item for item in project.children(document, Marker) if item.name != "mine"]
    assert [float(mark.time) for mark in marks] == [0.0, 60.0]
    assert [float(mark.duration) for mark in marks] == [60.0, 59.0]
    assert [row[0] for row in outcome.rows] == ["0:00", "1:00"] and all(row[1] for row in outcome.rows)
    assert [note.tool for note in project.children(marks[0].id, Provenance)] == ["chapters"]
    project, document = film("one", "two")
    with pytest.raises(ExpectedError, match="too few captions"):
        ask(project, document, "chapters", runtime)


def test_a_language_server_is_asked(runtime: Runtime) -> None:
    project, document, _page = letter(ENGLISH)
    with serving(answers=["A storm came to an island."]) as told:
        server = words.Asked(use=True, address=told.address)
        options = words.SummaryOptions(text_frame=True, language_server=server)
        outcome = ask(project, document, "summary", runtime, options)
    found = about(project, document)
    assert found is not None and found.summary == "A storm came to an island." == outcome.rows[0][1]
    for record in (found.id, outcome.chosen[0]):
        [note] = project.children(record, Provenance)
        assert (note.model, note.generated, note.consent) == ("tiny-one", True, "")
        assert note.parameters["address"] == told.address
    told_of = credits_of(project, document)
    assert told_of is not None and told_of.source_type.startswith("composite")


def test_every_tool_asks(runtime: Runtime) -> None:
    project, document, _page = letter(ENGLISH)
    film_project, talk = film(*GARDEN)
    answers = ["island\nlamp", "0.5", "Martha | person\nLondon | place", "0 | Roses\n3 | Winter"]
    with serving(answers=answers) as told:
        server = words.Asked(use=True, address=told.address, model="tiny-two")
        ask(project, document, "keywords", runtime, words.KeywordOptions(language_server=server))
        ask(project, document, "mood", runtime, words.MoodOptions(language_server=server))
        ask(project, document, "names_and_places", runtime, words.NameOptions(language_server=server))
        rows = ask(film_project, talk, "chapters", runtime, words.ChapterOptions(language_server=server)).rows
        assert {asked["model"] for asked in told.asked} == {"tiny-two"}
    found = about(project, document)
    assert found is not None
    assert (found.keywords, found.mood, found.mood_value) == (("island", "lamp"), "bright", 0.5)
    assert [name.text for name in found.names] == ["Martha", "London"]
    assert rows == (("0:00", "Roses"), ("0:15", "Winter"))


@pytest.mark.parametrize(
    ("manners", "sentence"),
    [({"way": "rubbish"}, "not a language server"), ({"status": 500}, "model 'tiny-one' not found"),
     ({"answers": ["?"]}, "could not be used")],
)  # fmt: skip
def test_a_bad_server_changes_nothing(manners: Any, sentence: str, runtime: Runtime) -> None:
    project, document, _page = letter(ENGLISH)
    before = project.content_hash()
    with serving(**manners) as told, pytest.raises(ExpectedError, match=sentence):
        server = words.Asked(use=True, address=told.address, model="tiny-one")
        ask(project, document, "mood", runtime, words.MoodOptions(language_server=server))
    assert project.content_hash() == before


def test_allow_other_computers_want_consent(runtime: Runtime) -> None:
    project, document, _page = letter(ENGLISH)
    options = words.MoodOptions(language_server=words.Asked(use=True, address="http://10.1.2.3:1"))
    with pytest.raises(ExpectedError, match="not this computer"):
        ask(project, document, "mood", runtime, options)


def test_stopping_a_silent_server(runtime: Runtime) -> None:
    project, document, _page = letter(ENGLISH)
    before = project.content_hash()
    with serving(way="stall") as told:
        server = words.Asked(use=True, address=told.address)
        stop = Progress(cancelled=lambda: bool(told.asked))
        with pytest.raises(Cancelled):
            ask(project, document, "mood", runtime, words.MoodOptions(language_server=server), progress=stop)
        assert not told.ended.is_set()
    assert project.content_hash() == before
