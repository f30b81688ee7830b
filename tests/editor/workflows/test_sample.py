"""The sample project: the same each time, whole, linked, undone to nothing, and pretty enough to have many colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from editor.commands.registry import load_commands, replay_entry, run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.registry import ExportOptions, export_document
from editor.model.raster import AdjustmentLayer, Layer, Mask, PixelLayer
from editor.workflows.sample.make import fill
from editor.workflows.sample.music import RATE, SECONDS, music, write_music


@dataclass
class Sample:
    project: Project
    display: Display
    documents: dict[str, str]
    folder: Path


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    folder = tmp_path_factory.mktemp("sample")
    write_music(folder / "music.wav")
    project = Project.in_memory()
    documents = fill(project, folder / "music.wav")
    display = Display(project)
    yield Sample(project, display, documents, folder)
    display.close()


def test_documents_and_layers(sample: Sample) -> None:
    assert [item.name for item in sample.project.documents()] == ["Lake at dusk", "Still life", "Poster", "Film"]
    layers = sample.project.children(sample.documents["Lake at dusk"], Layer)
    assert sum(isinstance(layer, PixelLayer) for layer in layers) >= 5
    adjusted = [layer for layer in layers if isinstance(layer, AdjustmentLayer)]
    assert any(sample.project.children(layer.id, Mask) for layer in adjusted)


def test_links_reach_from_the_lake_to_the_film(sample: Sample) -> None:
    reached = sample.display.fingerprints.hosts({sample.documents["Lake at dusk"]})
    assert reached == set(sample.documents.values())


@pytest.mark.parametrize("name", ["Lake at dusk", "Still life", "Poster"])
def test_everything_draws(sample: Sample, name: str) -> None:
    pixels = np.asarray(sample.display.render_whole(sample.documents[name], 0.25))
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 500


def test_film_shows_all_three(sample: Sample) -> None:
    frames = [
        np.asarray(sample.display.render_whole(sample.documents["Film"], 0.25, time=Fraction(time))).astype(int)
        for time in (2, 5, 9)
    ]
    for first, second in ((0, 1), (1, 2), (0, 2)):
        assert np.abs(frames[first] - frames[second]).mean() > 10


def test_an_edit_of_the_lake_shows_in_the_poster(sample: Sample) -> None:
    before = np.asarray(sample.display.render_whole(sample.documents["Poster"], 0.25)).copy()
    layers = sample.project.children(sample.documents["Lake at dusk"], Layer)
    layer = next(item for item in layers if item.name == "Sky")
    run(sample.project, "project.set_field", record=layer.id, field="visible", value=False)
    after = np.asarray(sample.display.render_whole(sample.documents["Poster"], 0.25))
    assert np.abs(before[:40].astype(int) - after[:40]).mean() > 5
    sample.project.undo()
    again = np.asarray(sample.display.render_whole(sample.documents["Poster"], 0.25))
    assert np.array_equal(before, again)


def test_poster_as_pdf(sample: Sample) -> None:
    options = ExportOptions(settings={"dpi": 36})
    export_document(sample.display, sample.documents["Poster"], sample.folder / "poster.pdf", options)
    assert (sample.folder / "poster.pdf").read_bytes().startswith(b"%PDF")


def test_history_replays_to_the_same_hash(sample: Sample) -> None:
    load_commands()
    copy = Project.in_memory()
    copy.blobs = sample.project.blobs
    assert all(replay_entry(copy, entry) for entry in sample.project.history if entry.id in on_line(sample.project))
    assert copy.content_hash() == sample.project.content_hash()


def on_line(project: Project) -> set[int]:
    return set(project.history.path(project.history.head))


def test_music_is_ten_seconds_and_never_clips() -> None:
    sound = music()
    assert sound.shape == (int(RATE * SECONDS), 2)
    assert 0.2 < np.abs(sound).max() <= 1.0
    assert np.abs(sound[:100]).max() < 0.01
    assert np.abs(sound[-100:]).max() < 0.01


@pytest.mark.parametrize("name", ["Lake at dusk", "Still life", "Poster"])
def test_what_does_not_move_is_one_drawing_at_all_times(sample: Sample, name: str) -> None:
    keys = {sample.display.drawing(sample.documents[name], None, Fraction(time)).key for time in (1, 2)}
    assert len(keys) == 1
