"""Assets dragged from the library into every editor with a real pointer: as copies, as links, where they fall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from editor.model.origin import Origin
from editor.model.raster import EmbedLayer, PixelLayer
from editor.model.scene import SceneNode, SceneTexture
from editor.model.vector import EmbedFrame, Page
from editor.model.video import Clip, MediaItem
from tests.app.dragged import drag
from tests.app.shelved import make_library

NONE, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def shelves(studio: Any, tmp_path: Path) -> Iterator[Any]:
    """The window, with a picture in its library; `open_document(family)` shows an editor above the panel."""
    folder = tmp_path / "files"
    folder.mkdir()
    Image.new("RGB", (60, 40), (20, 130, 60)).save(folder / "oak.png")
    make_library(tmp_path / "library", folder)
    yield studio


def open_document(studio: Any, qtbot: Any, family: str, **wishes: Any) -> Any:
    studio.window.files.new_project(family, name="Host", **wishes)
    studio.window.parts.show_library()
    panel = studio.window.parts.library
    qtbot.waitUntil(lambda: panel.service is not None and panel.shelf.count() == 1)
    qtbot.waitUntil(lambda: not studio.session.has_jobs)
    qtbot.waitUntil(lambda: panel.grid.viewport().height() > 60)
    for _ in range(5):  # docks slide into place
        QApplication.processEvents()
    return panel


def made(studio: Any, qtbot: Any, kind: type) -> Any:
    """The newest record of a kind that the drop made; the drop is one step, and undo takes all of it away."""
    project = studio.session.project
    qtbot.waitUntil(lambda: any(isinstance(item, Origin) for item in project.records.values()), timeout=10_000)
    qtbot.waitUntil(lambda: not studio.session.has_jobs)
    after = dict(project.records)
    project.undo()
    before = dict(project.records)
    assert not any(isinstance(item, Origin) for item in before.values())
    project.redo()
    assert dict(project.records) == after
    (item,) = [item for key, item in after.items() if isinstance(item, kind) and key not in before]
    return item


def is_noted_as_link(studio: Any) -> bool:
    (found,) = [item for item in studio.session.project.records.values() if isinstance(item, Origin)]
    assert found.name == "oak.png"
    return bool(found.linked)


@pytest.mark.parametrize("keys", [NONE, ALT])
def test_into_an_image_where_the_pointer_lets_go(shelves: Any, qtbot: Any, keys: Any) -> None:
    panel = open_document(shelves, qtbot, "raster", width=400, height=300)
    canvas = shelves.window.parts.canvas
    qtbot.waitUntil(lambda: canvas.surface.size_of_document == (400.0, 300.0))
    place = canvas.rect().center() + QPoint(20, 10)
    drag(panel, canvas, place, keys)
    point = canvas.view.to_document(place.x(), place.y())
    layer = made(shelves, qtbot, EmbedLayer if keys else PixelLayer)
    left, top = (layer.transform.e, layer.transform.f) if keys else (layer.x, layer.y)
    assert abs(left + 30 - point.x) < 3
    assert abs(top + 20 - point.y) < 3
    assert is_noted_as_link(shelves) == bool(keys)


@pytest.mark.parametrize("pages", [1, 2], ids=["drawing", "layout"])
def test_onto_the_page_that_is_shown(shelves: Any, qtbot: Any, pages: int) -> None:
    panel = open_document(shelves, qtbot, "vector", width=400.0, height=300.0)
    canvas, session = shelves.window.parts.canvas, shelves.session
    while len(session.project.children(session.document, Page)) < pages:
        session.run("vector.add_page", document=session.document)
    page = session.project.children(session.document, Page)[-1].id
    session.show_part(page)
    qtbot.waitUntil(lambda: canvas.surface.size_of_document == (400.0, 300.0))
    place = canvas.rect().center() - QPoint(25, 15)
    drag(panel, canvas, place, ALT)
    point = canvas.view.to_document(place.x(), place.y())
    frame = made(shelves, qtbot, EmbedFrame)
    assert frame.parent == page
    assert abs(frame.x + frame.width / 2 - point.x) < 3
    assert abs(frame.y + frame.height / 2 - point.y) < 3
    assert is_noted_as_link(shelves)


def test_onto_a_track_at_the_time_under_the_pointer(shelves: Any, qtbot: Any) -> None:
    panel = open_document(shelves, qtbot, "video")
    timeline = shelves.window.parts.special.timeline
    geometry = timeline.geometry_
    x = 240
    seconds = geometry.seconds_at(x)
    drag(panel, timeline.view, QPoint(x, round(geometry.row_top(0) + 10)))
    clip = made(shelves, qtbot, Clip)
    assert abs(float(clip.start) - seconds) < 0.2
    project = shelves.session.project
    (note,) = [item for item in project.records.values() if isinstance(item, Origin)]
    assert isinstance(project.get(note.parent), MediaItem)
    assert not is_noted_as_link(shelves)


@pytest.mark.parametrize("keys", [NONE, ALT])
def test_onto_what_is_under_the_pointer_in_a_scene(shelves: Any, qtbot: Any, keys: Any) -> None:
    panel = open_document(shelves, qtbot, "scene")
    session, viewport = shelves.session, shelves.window.parts.special.viewport
    session.run("scene.add_shape", document=session.document, shape="cube")
    qtbot.waitUntil(lambda: viewport.surface.frames > 0 and bool(viewport.plan and viewport.plan.instances))
    x, y = viewport.stage().pixels([0.0, 0.0, 0.0])[0]
    qtbot.waitUntil(lambda: viewport.node_at(x, y) is not None)
    drag(panel, viewport, QPoint(round(x), round(y)), keys)
    texture = made(shelves, qtbot, SceneTexture)
    assert hasattr(texture.source, "document") == bool(keys)
    assert len(session.project.children(session.document, SceneNode)) == 1
    assert is_noted_as_link(shelves) == bool(keys)
