"""Finding pictures with real mouse and key events: folders, words, likeness, placing, dragging, stopping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.ai.finding import FindWindow
from app.panels.about import AboutDocument
from ml.similarity.looks import LOOKS
from tests.ml.similarity.pictures import plain, scene

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "my pictures"
    folder.mkdir()
    for number in range(5):
        Image.fromarray(scene(number)).save(folder / f"scene {number}.png")
    Image.fromarray(plain((220, 20, 20), 60, 90)).save(folder / "poster.jpg")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 no more")
    return folder


@pytest.fixture
def finding(image: Any, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> Any:
    """The window, opened from its action, with one folder that has been looked through."""
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    image.session.preferences.picture_folders = [str(pictures)]
    image.window.bindings.actions["ai.find_pictures"].trigger()
    made = image.window.findChild(FindWindow)
    qtbot.waitUntil(lambda: made.folders.state.text() == "6 pictures, 1 not readable", timeout=8000)
    yield made
    if shiboken6.isValid(made):
        made.close()
    qtbot.waitUntil(lambda: not image.session.has_jobs)


def names(finding: FindWindow) -> list[str]:
    return [found.name for found in finding.shelf.found]


def type_words(finding: FindWindow, words: str) -> None:
    finding.words.setFocus()
    finding.words.clear()
    QTest.keyClicks(finding.words, words)


def drop(widget: Any, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place, copy, no_keys = QPoint(20, 20), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, copy, data, LEFT, no_keys)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(place), copy, data, LEFT, no_keys))


def test_words_find_while_they_are_typed(finding: FindWindow, qtbot: Any) -> None:
    type_words(finding, "red portrait")
    qtbot.waitUntil(lambda: names(finding) == ["poster.jpg"])
    assert finding.pages.currentWidget() is finding.view
    assert finding.status.text() == "1 picture was found."
    type_words(finding, "scene")
    qtbot.waitUntil(lambda: len(names(finding)) == 5)
    type_words(finding, "zebra")
    qtbot.waitUntil(lambda: finding.empty.text() == "Nothing fits. Fewer words find more.")
    assert finding.pages.currentWidget() is finding.empty and not finding.place_button.isEnabled()


def test_colours_are_switched_on_and_off(finding: FindWindow, qtbot: Any) -> None:
    QTest.mouseClick(finding.colours.dots["red"], LEFT)
    qtbot.waitUntil(lambda: "poster.jpg" in names(finding))
    type_words(finding, "portrait")
    qtbot.waitUntil(lambda: names(finding) == ["poster.jpg"])
    QTest.mouseClick(finding.colours.dots["green"], LEFT)
    qtbot.waitUntil(lambda: names(finding) == [])
    assert all(color_of in LOOKS for color_of in finding.colours.dots)


def test_a_model_finds_by_meaning(finding: FindWindow, image: Any, tmp_path: Path, qtbot: Any) -> None:
    from tests.ml.similarity.pictures import clip_model

    made = clip_model(tmp_path / "clip")
    folder = Path(image.session.preferences.picture_folders[0])
    Image.fromarray(plain((0, 220, 180))).save(folder / "b.png")
    Image.fromarray(plain((10, 10, 230))).save(folder / "c.png")
    finding.methods.models = {"clip": made}
    finding.methods.box.addItem("clip", "clip")
    finding.methods.box.setCurrentIndex(finding.methods.box.count() - 1)
    finding.methods.chosen.emit()
    qtbot.waitUntil(lambda: finding.folders.state.text() == "8 pictures, 1 not readable", timeout=15000)
    type_words(finding, "teal")
    qtbot.waitUntil(lambda: names(finding)[:1] == ["b.png"], timeout=8000)
    assert image.errors == []


def test_a_double_click_places_the_picture(finding: FindWindow, image: Any, qtbot: Any) -> None:
    type_words(finding, "poster")
    qtbot.waitUntil(lambda: names(finding) == ["poster.jpg"])
    place = finding.view.cell(0).center()
    QTest.mouseClick(finding.view.viewport(), LEFT, pos=place)
    assert finding.place_button.isEnabled()
    QTest.mouseDClick(finding.view.viewport(), LEFT, pos=place)
    project, document = image.session.project, image.session.document
    qtbot.waitUntil(lambda: [item.name for item in project.children(document)] == ["Background", "poster"])
    image.window.bindings.actions["edit.undo"].trigger()
    assert [item.name for item in project.children(document)] == ["Background"]
    assert image.errors == []


def test_return_goes_to_the_first_and_places_it(finding: FindWindow, image: Any, qtbot: Any) -> None:
    type_words(finding, "poster")
    qtbot.waitUntil(lambda: names(finding) == ["poster.jpg"])
    QTest.keyClick(finding.words, Qt.Key.Key_Return)
    QTest.keyClick(finding.view, Qt.Key.Key_Return)
    project, document = image.session.project, image.session.document
    qtbot.waitUntil(lambda: [item.name for item in project.children(document)] == ["Background", "poster"])


def test_files_can_be_dragged_out(
    finding: FindWindow, pictures: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_words(finding, "poster")
    qtbot.waitUntil(lambda: names(finding) == ["poster.jpg"])
    carried: list[QDrag] = []

    def exec_(drag: QDrag, *_: Any) -> Qt.DropAction:
        carried.append(drag)
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", exec_)
    ground, place = finding.view.viewport(), finding.view.cell(0).center()
    QTest.mousePress(ground, LEFT, pos=place)
    far = place + QPoint(30, 10)
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(far), QPointF(ground.mapToGlobal(far)), Qt.MouseButton.NoButton, LEFT,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(ground, moved)
    QTest.mouseRelease(ground, LEFT, pos=far)
    paths = [[url.toLocalFile() for url in drag.mimeData().urls()] for drag in carried]
    assert paths == [[str(pictures / "poster.jpg")]]


def test_a_band_and_keys_choose_as_in_the_library(finding: FindWindow, qtbot: Any) -> None:
    type_words(finding, "scene")
    qtbot.waitUntil(lambda: len(names(finding)) == 5)
    view, ground = finding.view, finding.view.viewport()
    QTest.keyClick(finding.words, Qt.Key.Key_Return)
    assert view.hasFocus() and len(view.chosen) == 1
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(view.chosen) == 2
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(view.chosen) == 5
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.chosen and finding.isVisible(), "the first one lets go, the second closes"
    start = QPoint(ground.width() - 3, ground.height() - 3)
    assert view.row_at(start) < 0
    QTest.mousePress(ground, LEFT, pos=start)
    end = view.cell(0).center()
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(end), QPointF(ground.mapToGlobal(end)), Qt.MouseButton.NoButton, LEFT,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(ground, moved)
    QTest.mouseRelease(ground, LEFT, pos=end)
    assert len(view.chosen) == 5 and finding.place_button.isEnabled()
    kept = view.selection()
    QTest.keyClicks(view, "x")
    assert finding.words.text() == "scenex", "a letter goes on with the search"
    QTest.keyClick(finding.words, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: len(names(finding)) == 5)
    assert finding.shelf.works(kept) == finding.shelf.found


def test_a_dropped_picture_finds_its_copies(finding: FindWindow, tmp_path: Path, qtbot: Any) -> None:
    changed = np.ascontiguousarray(scene(3)[8:-7, 10:-10, :])
    Image.fromarray(changed).save(tmp_path / "mail.jpg", quality=40)
    drop(finding.like, tmp_path / "mail.jpg")
    qtbot.waitUntil(lambda: names(finding)[:1] == ["scene 3.png"])
    assert finding.shelf.found[0].is_copy and not finding.shelf.found[1].is_copy
    QTest.mouseClick(finding.like.clear, LEFT)
    qtbot.waitUntil(lambda: names(finding) == [])
    drop(finding.like, tmp_path / "my pictures" / "broken.jpg")
    qtbot.waitUntil(lambda: "cannot be read" in finding.empty.text())


def test_the_layer_finds_its_file_and_what_is_in_the_project_is_shown(
    finding: FindWindow, image: Any, pictures: Path, qtbot: Any
) -> None:
    image.window.files.drop([pictures / "scene 2.png"])
    project = image.session.project
    qtbot.waitUntil(lambda: len(project.children(image.session.document)) == 2)
    QTest.mouseClick(finding.like.layer, LEFT)
    qtbot.waitUntil(lambda: {"scene 2.png", "scene 2"} <= {one.name for one in finding.shelf.found if one.is_copy})
    image.session.run("raster.new_document", name="Other", width=30, height=30)
    row = next(row for row, one in enumerate(finding.shelf.found) if one.record and one.name == "scene 2")
    assert finding.shelf.carried([int(finding.shelf.ids[row])], False) is None, "it is in the project already"
    assert finding.shelf.note(row).endswith("in the project") or finding.shelf.found[row].is_copy
    place = finding.view.cell(row).center()
    QTest.mouseClick(finding.view.viewport(), LEFT, pos=place)
    QTest.mouseDClick(finding.view.viewport(), LEFT, pos=place)
    assert project.selection == (finding.shelf.found[row].record,)
    QTest.mouseClick(finding.folders.project, LEFT, pos=QPoint(8, finding.folders.project.height() // 2))
    qtbot.waitUntil(lambda: not any(one.record for one in finding.shelf.found))


def test_folders_come_and_go(finding: FindWindow, image: Any, tmp_path: Path, qtbot: Any) -> None:
    more = tmp_path / "more"
    (more / "inner").mkdir(parents=True)
    Image.fromarray(plain((10, 200, 30))).save(more / "inner" / "meadow.png")
    drop(finding.folders, more)
    qtbot.waitUntil(lambda: finding.folders.state.text() == "7 pictures, 1 not readable", timeout=8000)
    type_words(finding, "meadow")
    qtbot.waitUntil(lambda: names(finding) == ["meadow.png"])
    finding.folders.add_folder(more / "inner")
    assert finding.folders.list.count() == 2, "it is looked through already"
    finding.folders.list.setCurrentRow(1)
    QTest.mouseClick(finding.folders.remove, LEFT)
    qtbot.waitUntil(lambda: names(finding) == [])
    assert image.session.preferences.picture_folders == [str(tmp_path / "my pictures")]
    Image.fromarray(plain((10, 200, 30))).save(tmp_path / "my pictures" / "lawn.png")
    qtbot.waitUntil(lambda: finding.folders.again.isVisible(), timeout=8000)
    type_words(finding, "lawn")
    QTest.mouseClick(finding.folders.again, LEFT)
    qtbot.waitUntil(lambda: names(finding) == ["lawn.png"], timeout=8000)


def test_looking_can_be_stopped(finding: FindWindow, image: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from editor.workflows.ai import similar_work

    def slow(path: Path) -> Any:
        time.sleep(0.05)
        raise OSError("never")

    monkeypatch.setattr(similar_work, "read_sample", slow)
    for number in range(200):
        (Path(finding.session.preferences.picture_folders[0]) / f"late {number}.png").write_bytes(b"x")
    QTest.mouseClick(finding.folders.again, LEFT)
    qtbot.waitUntil(lambda: finding.folders.end.isVisible() and image.session.has_jobs)
    QTest.mouseClick(finding.folders.end, LEFT)
    qtbot.waitUntil(lambda: not image.session.has_jobs, timeout=2000)
    qtbot.waitUntil(lambda: finding.folders.state.text() == "Not all of it was looked at.")
    assert image.errors == []


def test_there_is_one_window_and_escape_closes_it(finding: FindWindow, image: Any, qtbot: Any) -> None:
    image.window.bindings.actions["ai.find_pictures"].trigger()
    assert image.window.findChildren(FindWindow) == [finding]
    assert isinstance(finding.words, QLineEdit)
    QTest.keyClick(finding, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shiboken6.isValid(finding) or not finding.isVisible())
    image.window.bindings.actions["ai.find_pictures"].trigger()
    qtbot.waitUntil(lambda: any(one.isVisible() for one in image.window.findChildren(FindWindow)))


def test_what_a_document_is_about_is_shown_and_corrected(image: Any, qtbot: Any) -> None:
    session, project = image.session, image.session.project
    project.select(())
    session.run("project.describe", document=session.document, keywords=("sea", "boats"), mood="bright", mood_value=0.4)
    panel = image.window.parts.properties
    qtbot.waitUntil(lambda: panel.about is not None and panel.about.isVisibleTo(panel))
    shown: AboutDocument = panel.about
    assert (shown.keywords.text(), shown.mood.text()) == ("sea, boats", "Bright (+0.40)")
    image.window.parts.docks["properties"].raise_()
    shown.keywords.setFocus()
    shown.keywords.selectAll()
    QTest.keyClicks(shown.keywords, "sea, gulls,")
    QTest.keyClick(shown.keywords, Qt.Key.Key_Return)
    from editor.commands.project.about import about

    assert about(project, session.document).keywords == ("sea", "gulls")
    QTest.mouseClick(shown.summary.viewport(), LEFT)
    QTest.keyClicks(shown.summary, "A quiet day.")
    QTest.keyClick(shown.summary, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: about(project, session.document).summary == "A quiet day.")
    project.undo()
    qtbot.waitUntil(lambda: shown.summary.toPlainText() == "")
    assert image.errors == []


def test_an_older_look_says_nothing_any_more(finding: FindWindow, image: Any, qtbot: Any) -> None:
    for _ in range(3):
        finding.look_again()
    qtbot.waitUntil(lambda: not image.session.has_jobs and finding.folders.again.isVisible(), timeout=8000)
    assert finding.folders.state.text() == "6 pictures, 1 not readable"
    finding.look_again()
    finding.close()
    qtbot.waitUntil(lambda: not image.session.has_jobs)
    assert image.errors == []
