"""Panels: properties edit, layers reorder, history travels, colours, jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.panels.history import rows_of
from app.panels.tree_delegate import eye_area
from app.widgets.number_field import NumberField
from app.widgets.transforms import affine_of_parts, angles_of, parts_of_affine, quaternion_of


@pytest.fixture(scope="module")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project, made once."""
    from editor.workflows.sample.make import make_sample

    return Path(make_sample(tmp_path_factory.mktemp("sample") / "Sample.atelier", lambda *_: None))


@pytest.fixture
def sample_project(sample_file: Path) -> Iterator[Any]:
    from editor.storage import open_project

    with open_project(sample_file, read_only=True) as opened:
        yield opened.project


def names(studio: Any) -> list[str]:
    return [item.name for item in studio.session.project.children(studio.session.document)]


def scrub(field: NumberField, pixels: int) -> None:
    middle = QPoint(field.width() // 2, field.height() // 2)
    QTest.mousePress(field, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(field, middle + QPoint(pixels // 2, 0))
    QTest.mouseMove(field, middle + QPoint(pixels, 0))
    QTest.mouseRelease(field, Qt.MouseButton.LeftButton, pos=middle + QPoint(pixels, 0))


def test_scrubbing_a_property_is_one_edit(image: Any, qtbot: Any) -> None:
    panel, project = image.window.parts.properties, image.session.project
    panel.refresh()
    steps = len(project.history)
    key = project.selection[0]
    scrub(panel.editor.editors["opacity"].field, -40)
    assert project.get(key).opacity < 1.0
    assert len(project.history) == steps + 1
    project.undo()
    assert project.get(key).opacity == 1.0
    assert image.errors == []


def test_undo_during_scrubbing_cancels_it(image: Any) -> None:
    panel, project = image.window.parts.properties, image.session.project
    panel.refresh()
    field = panel.editor.editors["opacity"].field
    steps, before = len(project.history), project.content_hash()
    middle = QPoint(field.width() // 2, field.height() // 2)
    QTest.mousePress(field, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(field, middle - QPoint(20, 0))
    assert project.is_in_gesture
    image.window.bindings.actions["edit.undo"].trigger()
    QTest.mouseMove(field, middle - QPoint(30, 0))
    QTest.mouseRelease(field, Qt.MouseButton.LeftButton, pos=middle - QPoint(30, 0))
    assert (len(project.history), project.content_hash()) == (steps, before)


def test_typing_a_sum_sets_a_property(image: Any) -> None:
    panel, project = image.window.parts.properties, image.session.project
    panel.refresh()
    field = panel.editor.editors["x"].field
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    QTest.keyClicks(field, "100/4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert project.get(project.selection[0]).x == 25


@pytest.mark.parametrize("family", ["raster", "vector", "video", "scene"])
def test_every_kind_of_record_has_its_editors(studio: Any, family: str, sample_project: Any) -> None:
    """Each record of the sample is selected once; an editor that cannot show it would make a report."""
    studio.session.open(sample_project)
    project, panel = studio.session.project, studio.window.parts.properties
    document = next(item for item in project.documents() if item.family == family)
    studio.session.activate(document.id)
    seen = set()
    for key in list(project.index.subtree(document.id)):
        item = project.get(key)
        if type(item) in seen or type(item).__name__ == "Tile":
            continue
        seen.add(type(item))
        project.select((key,))
        panel.refresh()
        assert panel.editor is not None
    assert studio.errors == []


def test_layers_are_reordered_hidden_and_renamed(image: Any) -> None:
    session, panel = image.session, image.window.parts.layers
    top = session.run("raster.add_layer", document=session.document, name="Top")
    assert names(image) == ["Background", "Top"]
    bottom = session.project.children(session.document)[0].id
    mime = panel.model.mimeData([panel.model.index_of(top)])
    panel.model.dropMimeData(mime, Qt.DropAction.MoveAction, panel.model.rowCount(), 0, panel.model.index(-1, 0))
    assert names(image) == ["Top", "Background"]
    index = panel.model.index_of(bottom)
    area = panel.tree.visualRect(index)
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=eye_area(area).center())
    assert session.project.get(bottom).visible is False
    panel.model.setData(panel.model.index_of(bottom), "Paper")
    assert session.project.get(bottom).name == "Paper"
    assert image.errors == []


def test_the_tree_and_the_project_select_together(image: Any, qtbot: Any) -> None:
    session, panel = image.session, image.window.parts.layers
    first = session.project.children(session.document)[0].id
    session.run("raster.add_layer", document=session.document, name="Top")
    area = panel.tree.visualRect(panel.model.index_of(first))
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(area.left() + 60, area.center().y()))
    assert session.project.selection == (first,)


def test_history_travels_and_shows_branches(image: Any, qtbot: Any) -> None:
    session, panel = image.session, image.window.parts.history
    for name in ("One", "Two"):
        session.run("raster.add_layer", document=session.document, name=name)
    session.project.undo()
    session.run("raster.add_layer", document=session.document, name="Three")
    panel.refresh()
    assert names(image) == ["Background", "One", "Three"]
    assert panel.list.count() == 5
    assert sorted(depth for _, depth in rows_of(session.project.history)) == [0, 0, 0, 0, 1]
    first = panel.list.item(1)
    panel.list.itemClicked.emit(first)
    assert names(image) == ["Background"]


def test_a_version_has_its_name_in_the_history(image: Any) -> None:
    image.window.files._save_version("Sent to print")
    image.window.parts.history.refresh()
    texts = [image.window.parts.history.list.item(row).text() for row in range(image.window.parts.history.list.count())]
    assert any("Sent to print" in text for text in texts)


def test_colours_swap_and_reach_the_tool(image: Any) -> None:
    session = image.session
    session.choose_tool("raster.brush")
    session.set_foreground("#123456")
    assert image.window.parts.host.tool.context.foreground == "#123456"
    image.window.bindings.actions["edit.swap_colors"].trigger()
    assert (session.foreground, session.background) == ("#ffffff", "#123456")


def test_a_job_shows_its_end(image: Any, qtbot: Any) -> None:
    results: list[int] = []
    image.session.start_job("Count", lambda progress: 42, results.append)
    qtbot.waitUntil(lambda: results == [42])
    panel = image.window.parts.jobs
    qtbot.waitUntil(lambda: [row.state.text() for row in panel.rows.values()] == ["Done"])


def test_a_copy_can_be_saved_and_opened(image: Any, tmp_path: Any, qtbot: Any) -> None:
    target = tmp_path / "copy.atelier"
    image.window.files._save_copy(target)
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: not image.session.jobs.active())
    image.window.files.open_path(target)
    assert names(image) == ["Background"]
    assert image.errors == []


def test_places_and_turns_there_and_back() -> None:
    values = affine_of_parts(10, 20, 2, 0.5, 30, 0.2)
    assert max(abs(a - b) for a, b in zip(parts_of_affine(values), (10, 20, 2, 0.5, 30, 0.2), strict=True)) < 1e-9
    assert max(abs(a - b) for a, b in zip(angles_of(quaternion_of(10, 20, 30)), (10, 20, 30), strict=True)) < 1e-9
