"""Colour lookups with a real pointer: from the menu, from the library, replaced in the properties, on a clip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QToolButton

from app.widgets.lookup_editor import LookupEditor
from editor.display.timeline import tracks_of
from editor.model.raster import AdjustmentLayer
from editor.model.video import Clip
from editor.tools.video.rows import rows_of
from tests.app.shelved import make_library
from tests.app.test_library_drag import drag, made, open_document

LEFT = Qt.MouseButton.LeftButton
NODES = [(r, g, b) for b in (0, 1) for g in (0, 1) for r in (0, 1)]


def write(path: Path, negative: bool) -> Path:
    rows = [f"{1 - r} {1 - g} {1 - b}" if negative else f"{b} {g} {r}" for r, g, b in NODES]
    path.write_text("LUT_3D_SIZE 2\n" + "\n".join(rows))
    return path


@pytest.fixture
def shelves(studio: Any, tmp_path: Path) -> Iterator[Any]:
    """The window with one lookup in its library."""
    folder = tmp_path / "files"
    folder.mkdir()
    write(folder / "night.cube", True)
    make_library(tmp_path / "library", folder)
    yield studio


def chosen(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(path), ""))


def editor_of(studio: Any, qtbot: Any) -> LookupEditor:
    panel = studio.window.parts.properties
    studio.window.parts.docks["properties"].raise_()

    def shown() -> bool:
        found = panel.findChild(LookupEditor)
        return found is not None and found.isVisible()

    qtbot.waitUntil(shown)
    return panel.findChild(LookupEditor)


def layers(studio: Any) -> list[AdjustmentLayer]:
    return list(studio.session.project.children(studio.session.document, AdjustmentLayer))


def test_from_the_button_below_the_layers_and_replaced_in_the_properties(
    image: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(monkeypatch, write(tmp_path / "night.cube", True))
    panel = image.window.parts.layers
    (button,) = [item for item in panel.findChildren(QToolButton) if item.menu() is not None]
    (entry,) = [action for action in button.menu().actions() if action.text() == "Color lookup..."]
    menu = button.menu()
    menu.popup(button.mapToGlobal(QPoint(0, 0)))
    qtbot.waitUntil(menu.isVisible)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())
    qtbot.waitUntil(lambda: len(layers(image)) == 1)
    qtbot.waitUntil(lambda: not image.session.has_jobs)
    (layer,) = layers(image)
    assert layer.name == layer.adjustment.name == "night"
    editor = editor_of(image, qtbot)
    qtbot.waitUntil(lambda: editor.label.text() == "night")
    assert not editor.remove.isVisible()
    chosen(monkeypatch, write(tmp_path / "swapped.cube", False))
    QTest.mouseClick(editor.choose, LEFT)
    qtbot.waitUntil(lambda: layers(image)[0].adjustment.name == "swapped")
    assert layers(image)[0].name == "swapped"
    qtbot.waitUntil(lambda: editor_of(image, qtbot).label.text() == "swapped")
    image.session.project.undo()
    assert layers(image) == [layer]
    chosen(monkeypatch, tmp_path / "broken.cube")
    (tmp_path / "broken.cube").write_text("LUT_3D_SIZE 4\n1 1 1\n")
    QTest.mouseClick(editor_of(image, qtbot).choose, LEFT)
    qtbot.waitUntil(lambda: image.errors == ["The color lookup broken.cube cannot be read."])
    assert layers(image) == [layer]


def test_dragged_from_the_library_onto_an_image(shelves: Any, qtbot: Any) -> None:
    panel = open_document(shelves, qtbot, "raster", width=400, height=300)
    canvas = shelves.window.parts.canvas
    qtbot.waitUntil(lambda: canvas.surface.size_of_document == (400.0, 300.0))
    drag(panel, canvas, canvas.rect().center())
    layer = made(shelves, qtbot, AdjustmentLayer)
    assert layer.name == "night"
    assert shelves.errors == []


def test_a_double_click_in_the_library_puts_it_on_the_image(shelves: Any, qtbot: Any) -> None:
    panel = open_document(shelves, qtbot, "raster", width=400, height=300)
    place = panel.grid.cell(0).center()
    QTest.mouseClick(panel.grid.viewport(), LEFT, pos=place)
    QTest.mouseDClick(panel.grid.viewport(), LEFT, pos=place)
    layer = made(shelves, qtbot, AdjustmentLayer)
    assert layer.adjustment.name == "night"


def test_a_page_says_that_it_has_no_place_for_it(shelves: Any, qtbot: Any) -> None:
    panel = open_document(shelves, qtbot, "vector", width=400.0, height=300.0)
    drag(panel, shelves.window.parts.canvas, shelves.window.parts.canvas.rect().center())
    qtbot.waitUntil(lambda: shelves.errors == ["A color lookup is put on an image or on a clip."])
    qtbot.waitUntil(lambda: not shelves.session.has_jobs)


def test_dragged_onto_a_clip_and_taken_away_again(shelves: Any, qtbot: Any) -> None:
    panel = open_document(shelves, qtbot, "video")
    session, timeline = shelves.session, shelves.window.parts.special.timeline
    track = tracks_of(session.project, session.document, "video")[-1]
    clip = session.run("video.add_color", track=track.id, start=0, duration=20)
    geometry = timeline.geometry_
    qtbot.waitUntil(lambda: geometry.seconds_at(240) > 0)
    rows = [item.id for item in rows_of(session.project, session.document)]
    place = QPoint(240, round(geometry.row_top(rows.index(track.id)) + 10))
    drag(panel, timeline.view, place)
    qtbot.waitUntil(lambda: session.project.find(clip, Clip).lookup is not None)
    qtbot.waitUntil(lambda: not session.has_jobs)
    assert session.project.find(clip, Clip).lookup.name == "night"
    session.project.select((clip,))
    editor = editor_of(shelves, qtbot)
    qtbot.waitUntil(lambda: editor.label.text() == "night" and editor.remove.isVisible())
    QTest.mouseClick(editor.remove, LEFT)
    assert session.project.find(clip, Clip).lookup is None
    qtbot.waitUntil(lambda: editor_of(shelves, qtbot).label.text() == "none")
    session.project.undo()
    assert session.project.find(clip, Clip).lookup is not None
    assert shelves.errors == []
