"""What keeps a tool from working, as a sentence, before it runs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from editor.commands.registry import run
from editor.document.project import Project
from editor.model.raster import Layer
from editor.workflows.ai.readiness import obstacle
from editor.workflows.ai.tool import TOOLS, load_tools

load_tools()


def said(name: str, project: Project, document: str) -> str:
    found = obstacle(TOOLS[name], project, document)
    return "" if found is None else found.sentence


@pytest.fixture
def project() -> Project:
    return Project.in_memory()


def test_an_image_needs_a_layer_and_some_tools_a_selection(project: Project) -> None:
    document = run(project, "raster.new_document", width=20, height=20)
    assert said("denoise", project, document) == ""
    assert said("remove_object", project, document) == "Nothing is selected."
    run(project, "raster.select_all", document=document)
    assert said("remove_object", project, document) == ""
    run(project, "project.delete", records=tuple(item.id for item in project.children(document, Layer)))
    assert said("remove_object", project, document) == "There is no layer to work on."


def test_a_timeline_needs_what_is_heard_or_read(project: Project) -> None:
    document = run(project, "video.new_document", name="Film", width=64, height=36)
    assert said("speak", project, document) == ""
    assert said("beats", project, document) == "There is nothing on the timeline."
    assert said("chapters", project, document) == "There are no captions."
    run(project, "video.add_caption", document=document, start=Fraction(0), text="Hello")
    assert said("chapters", project, document) == ""


def test_the_wrong_kind_no_document_and_reading_only(project: Project) -> None:
    document = run(project, "vector.new_document", name="Page", width=10.0, height=10.0)
    assert said("denoise", project, document) == "Remove noise does not work on a document of this kind."
    assert said("denoise", project, "") == "Open or make a document first."
    assert said("keywords", project, document) == ""
    project.read_only = True
    assert said("keywords", project, document) == "This project is open for reading only."
    assert said("find_pictures", project, document) == ""
