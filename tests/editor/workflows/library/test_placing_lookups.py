"""Colour lookups from the library onto images and clips: one edit, with a note; elsewhere a sentence."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.timeline import tracks_of
from editor.document.project import Project
from editor.library.library import Library
from editor.model.lookup import ColorLookup
from editor.model.origin import Origin
from editor.model.raster import AdjustmentLayer
from editor.model.video import Clip
from editor.workflows.library.placing import Spot, place_files

NEGATIVE = "LUT_3D_SIZE 2\n" + "\n".join(f"{1 - r} {1 - g} {1 - b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "Teal night.cube"
    path.write_text(NEGATIVE)
    return path


@pytest.fixture
def library(tmp_path: Path, table: Path) -> Any:
    made = Library(tmp_path / "library")
    made.take_in([table])
    yield made
    made.close()


def notes(project: Project) -> list[Origin]:
    return [item for item in project.records.values() if isinstance(item, Origin)]


def test_onto_an_image_as_a_layer_above_the_chosen_one(table: Path, library: Library) -> None:
    project = Project.in_memory()
    host = run(project, "raster.new_document", width=40, height=30)
    low = run(project, "raster.add_layer", document=host)
    top = run(project, "raster.add_layer", document=host)
    project.select((low,))
    steps = len(project.history)
    placed = place_files(project, [table], host, known=library.at)
    assert len(project.history) == steps + 1 and list(placed.reports) == [table] and not placed.documents
    (layer,) = project.children(host, AdjustmentLayer)
    assert isinstance(layer.adjustment, ColorLookup)
    assert (layer.name, layer.adjustment.name) == ("Teal night", "Teal night")
    ids = [item.id for item in project.children(host)]
    assert ids.index(low) < ids.index(layer.id) < ids.index(top)
    assert [(note.parent, note.linked, note.name) for note in notes(project)] == [(layer.id, False, table.name)]


def line(project: Project) -> tuple[str, str, list[str]]:
    host = run(project, "video.new_document", width=160, height=90)
    track = tracks_of(project, host, "video")[0].id
    clips = [run(project, "video.add_color", track=track, start=second, duration=1) for second in (0, 1)]
    return host, track, clips


def with_lookup(project: Project, clips: list[str]) -> list[bool]:
    return [project.find(key, Clip).lookup is not None for key in clips]


def test_onto_the_clip_under_the_pointer_the_chosen_ones_or_the_one_that_shows(table: Path, library: Library) -> None:
    project = Project.in_memory()
    host, track, clips = line(project)
    project.select(())
    place_files(project, [table], host, Spot(track=track, time=Fraction(3, 2)), known=library.at)
    assert with_lookup(project, clips) == [False, True]
    assert [note.parent for note in notes(project)] == [clips[1]]
    project.undo()
    place_files(project, [table], host, Spot(time=Fraction(1, 2)))
    assert with_lookup(project, clips) == [True, False]
    project.undo()
    project.select(tuple(clips))
    place_files(project, [table], host, Spot(time=Fraction(1, 2)))
    assert with_lookup(project, clips) == [True, True]


def test_where_there_is_nothing_for_it_a_sentence_says_so(table: Path, tmp_path: Path) -> None:
    project = Project.in_memory()
    page = run(project, "vector.new_document", name="Page", width=300, height=200)
    host, track, _clips = line(project)
    project.select(())
    image = run(project, "raster.new_document", width=40, height=30)
    before = dict(project.records)
    for where, spot, linked, words in (
        (page, Spot(), False, "put on an image or on a clip"), ("", Spot(), False, "put on an image or on a clip"),
        (host, Spot(track=track, time=Fraction(9)), False, "no clip"), (image, Spot(), True, "as a copy"),
    ):  # fmt: skip
        with pytest.raises(ExpectedError, match=words):
            place_files(project, [table], where, spot, linked=linked)
    bad = tmp_path / "bad.cube"
    bad.write_text("LUT_3D_SIZE 9\n0 0 0\n")
    with pytest.raises(ExpectedError, match="bad.cube cannot be read. It was cut off"):
        place_files(project, [bad], image)
    assert dict(project.records) == before
