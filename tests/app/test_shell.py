"""The frame: start page, tabs, menus, palette, shortcuts, preferences, crash reports, files dropped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from app.start.presets import KINDS

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001049444154789c63f8cfc00042"
    "0c0c0000120301fe8d8fcc9d0000000049454e44ae426082"
)


def answer(act: Any) -> None:
    """Do something with the dialog that is about to open."""

    def later() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            act(dialog)
        else:
            QTimer.singleShot(20, later)

    QTimer.singleShot(20, later)


def test_the_start_page_makes_an_image(studio: Any, qtbot: Any) -> None:
    window = studio.window
    assert window.pages.currentWidget() is window.start_page
    row = next(b for b in window.start_page.findChildren(QPushButton) if b.accessibleName().startswith("Screen"))
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert studio.session.family == "raster"
    assert window.pages.currentWidget() is window.workspace
    assert window.files.place.exists()
    assert studio.session.preferences.recent == [str(window.files.place)]
    assert studio.errors == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.family)
def test_every_preset_makes_a_document(studio: Any, kind: Any) -> None:
    for preset in kind.presets:
        studio.window.files.new_document(kind.family, name=preset.label, **preset.parameters)
    assert len(studio.session.project.documents()) == len(kind.presets)
    assert studio.errors == []


def test_tabs_switch_documents_and_their_tools(image: Any) -> None:
    window, session = image.window, image.session
    first = session.document
    window.files.new_document("vector", name="Page", width=300.0, height=200.0)
    assert session.family == "vector"
    tabs = window.parts.tabs
    assert [tabs.bar.tabText(place) for place in range(tabs.bar.count())] == ["Picture", "Page"]
    assert any(name.startswith("tool:vector.") for name in window.bindings.actions)
    window.bindings.actions["view.previous_document"].trigger()
    assert session.document == first
    assert any(name.startswith("tool:raster.") for name in window.bindings.actions)
    assert image.errors == []


def test_a_dragged_tab_reorders_the_documents(image: Any, qtbot: Any) -> None:
    image.window.files.new_document("vector", name="Page", width=300.0, height=200.0)
    qtbot.wait(50)
    image.window.parts.tabs.bar.moveTab(1, 0)
    qtbot.waitUntil(lambda: [item.name for item in image.session.project.documents()] == ["Page", "Picture"])
    image.session.project.undo()
    assert [item.name for item in image.session.project.documents()] == ["Picture", "Page"]


def test_a_project_is_there_again_after_closing(image: Any) -> None:
    place = image.window.files.place
    image.session.run("raster.add_layer", document=image.session.document, name="Ink")
    image.window.bindings.actions["file.close_project"].trigger()
    assert image.window.pages.currentWidget() is image.window.start_page
    image.window.files.open_path(place)
    names = [item.name for item in image.session.project.children(image.session.document)]
    assert names == ["Background", "Ink"]
    assert image.errors == []


def test_the_palette_finds_and_runs_a_command(image: Any, qtbot: Any) -> None:
    image.window.bindings.actions["edit.palette"].trigger()
    palette = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "palette" and w.isVisible())
    QTest.keyClicks(palette.line, "new layer")
    assert palette.list.currentItem().text() == "New layer"
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert len(image.session.project.children(image.session.document)) == 2
    assert image.errors == []


def test_a_command_asks_for_what_it_needs(image: Any) -> None:
    def fill(dialog: Any) -> None:
        dialog.values.update(width=200, height=100)
        dialog._finish()

    answer(fill)
    image.window.bindings.run_command("raster.set_canvas_size")
    assert (image.session.record.width, image.session.record.height) == (200, 100)
    assert image.errors == []


def test_a_document_is_placed_in_another_by_a_live_link(image: Any) -> None:
    first = image.session.document
    image.window.files.new_document("vector", name="Page", width=300.0, height=200.0)
    image.session.activate(first)

    def accept(dialog: Any) -> None:
        assert dialog.values["source"]["document"] != first
        dialog._finish()

    answer(accept)
    image.window.bindings.run_command("raster.add_embed")
    assert len(image.session.project.children(first)) == 2
    assert image.errors == []


def test_without_opengl_documents_are_still_shown(
    qapp: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from app.preferences import Preferences
    from app.window import Studio, prepare_application

    monkeypatch.setattr("app.canvas.canvas.has_opengl", lambda: False)
    monkeypatch.setattr("app.shell.main_window.has_opengl", lambda: False)
    preferences = Preferences(language="en", projects_folder=str(tmp_path / "projects"))
    studio = Studio(prepare_application(preferences), preferences)
    studio.window.show()
    studio.window.files.new_project("raster", name="Picture", width=400, height=300)
    try:
        canvas = studio.window.parts.canvas
        qtbot.waitUntil(lambda: canvas.surface.size_of_document == (400.0, 300.0))
        middle = canvas.surface.grab().toImage().pixelColor(canvas.width() // 2, canvas.height() // 2)
        assert middle.getRgb()[:3] == (255, 255, 255)
        qtbot.waitUntil(studio.window.messages.isVisible)
    finally:
        studio.window.close()


def test_a_shortcut_is_edited_kept_and_taken_from_another(image: Any) -> None:
    from app.dialogs.shortcuts import ShortcutsDialog

    dialog = ShortcutsDialog(image.window)
    dialog.choose("view.fit")
    dialog.key.setKeySequence(QKeySequence("Ctrl+J"))
    dialog.set_key()
    actions = image.window.bindings.actions
    assert actions["view.fit"].shortcut() == QKeySequence("Ctrl+J")
    assert actions["raster.duplicate_layers"].shortcut().isEmpty()
    kept = json.loads(image.session.preferences.path.read_text(encoding="utf-8"))["shortcuts"]
    assert kept["view.fit"] == "Ctrl+J"
    assert kept["raster.duplicate_layers"] == ""
    dialog.reset_key()
    assert actions["view.fit"].shortcut() == QKeySequence("Ctrl+0")


def test_language_and_theme_change_at_once(image: Any, qtbot: Any) -> None:
    from app.theme import current_theme
    from editor.base.translation import set_language

    document = image.session.document
    preferences = image.session.preferences
    preferences.language, preferences.theme = "fr", "light"
    old = image.window
    old.rebuild_wanted.emit()
    qtbot.waitUntil(lambda: image.window is not old)
    try:
        assert image.window.bindings.actions["edit.undo"].text() == "Annuler"
        assert current_theme() == "light"
        assert image.session.document == document
        assert image.window.pages.currentWidget() is image.window.workspace
        assert image.errors == []
    finally:
        set_language("en")


def test_a_crash_is_offered_and_its_project_not_opened(studio: Any, tmp_path: Path, qtbot: Any) -> None:
    from app.shell.reports import Watch

    folder = tmp_path / "reports"
    folder.mkdir()
    project = tmp_path / "Work.atelier"
    (folder / "running").write_text(json.dumps({"process": 2**22 + 12345, "project": str(project)}), encoding="utf-8")
    (folder / "fault").write_text("Fatal Python error: Segmentation fault\n", encoding="utf-8")
    watch = Watch(folder)
    crash = watch.begin()
    watch.end()
    assert crash.project == str(project)
    assert "Segmentation fault" in crash.report.read_text(encoding="utf-8")
    studio.window.start_page.offer_crash(crash)
    assert studio.window.start_page.crash_box.isVisible()
    studio.window.open_paths([project], crash)
    assert studio.session.project is None
    assert Watch(folder).begin() is None


def test_an_unexpected_error_makes_a_report_and_a_sentence(studio: Any, tmp_path: Path) -> None:
    studio.session.attempt(lambda: 1 / 0)
    assert studio.window.messages.isVisible()
    reports = list((tmp_path / "reports").glob("bug-*.txt"))
    assert len(reports) == 1
    assert "ZeroDivisionError" in reports[0].read_text(encoding="utf-8")


def drop(window: Any, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(400, 300), *rest)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), *rest))


def test_a_dropped_picture_becomes_a_document(studio: Any, tmp_path: Path, qtbot: Any) -> None:
    from PySide6.QtGui import QImage

    picture = QImage(20, 10, QImage.Format.Format_RGB32)
    picture.fill(0xFF336699)
    path = tmp_path / "sea.png"
    picture.save(str(path))
    drop(studio.window, path)
    qtbot.waitUntil(lambda: studio.session.record is not None, timeout=10_000)
    assert studio.errors == []
    assert studio.session.record.name == "sea"
    assert (studio.session.record.width, studio.session.record.height) == (20, 10)


def test_a_broken_picture_leaves_no_project_behind(studio: Any, tmp_path: Path, qtbot: Any) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"nothing more")
    drop(studio.window, path)
    qtbot.waitUntil(lambda: bool(studio.errors) and studio.session.project is None, timeout=10_000)
    assert "broken.png" in studio.errors[0]
    assert not list(Path(studio.session.preferences.projects_folder).glob("*.atelier"))


def test_edits_made_while_a_file_comes_in_are_kept(image: Any, tmp_path: Path, qtbot: Any) -> None:
    from PySide6.QtGui import QImage

    path = tmp_path / "sea.png"
    picture = QImage(600, 400, QImage.Format.Format_RGB32)
    picture.fill(0xFF336699)
    picture.save(str(path))
    project, document = image.session.project, image.session.document
    drop(image.window, path)
    image.session.run("raster.add_layer", document=document, name="Meanwhile")
    qtbot.waitUntil(lambda: len(project.children(document)) == 3, timeout=10_000)
    assert {layer.name for layer in project.children(document)} == {"Background", "Meanwhile", "sea"}
    assert image.errors == []


def test_a_dropped_drawing_becomes_a_live_link_in_an_image(image: Any, tmp_path: Path, qtbot: Any) -> None:
    path = tmp_path / "mark.svg"
    shape = '<rect width="40" height="40"/>'
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{shape}</svg>')
    before = image.session.document
    drop(image.window, path)
    qtbot.waitUntil(lambda: len(image.session.project.children(before)) == 2, timeout=10_000)
    assert image.errors == []
    assert image.session.document == before
    assert [item.family for item in image.session.project.documents()] == ["raster", "vector"]
    assert len(image.session.project.children(before)) == 2


def test_an_export_runs_as_a_job(image: Any, tmp_path: Path, qtbot: Any) -> None:
    from PySide6.QtGui import QImage

    from app.dialogs.export import ExportDialog

    dialog = ExportDialog(image.window)
    dialog.path.setText(str(tmp_path / "out.png"))
    dialog.width_.set_value(200)
    dialog.accept()
    qtbot.waitUntil(lambda: (tmp_path / "out.png").exists() and not image.session.has_jobs)
    assert (QImage(str(tmp_path / "out.png")).width(), image.errors) == (200, [])
    qtbot.waitUntil(lambda: [row.state.text() for row in image.window.parts.jobs.rows.values()] == ["Done"])


def test_a_film_plays_with_space(studio: Any, qtbot: Any) -> None:
    studio.window.files.new_project("video", name="Film", width=320, height=180)
    track = studio.session.project.children(studio.session.document)[0].id
    studio.session.run("video.add_color", track=track, start="0")
    special = studio.window.parts.special
    QTest.keyClick(special.timeline, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: special.player.playing)
    qtbot.waitUntil(lambda: special.player.position > 0)
    special.player.pause()
    assert studio.errors == []


def test_a_file_that_cannot_be_read_is_one_sentence(image: Any, tmp_path: Path) -> None:
    path = tmp_path / "notes.xyz"
    path.write_text("no picture", encoding="utf-8")
    drop(image.window, path)
    assert len(image.errors) == 1
    assert "notes.xyz" in image.errors[0]


@pytest.mark.parametrize("family", ["raster", "vector", "video", "scene"])
def test_every_menu_entry_can_be_chosen(
    studio: Any, family: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Dialogs are closed at once; nothing may fail or report a bug."""
    from PySide6.QtGui import QDesktopServices
    from PySide6.QtWidgets import QFileDialog, QInputDialog

    monkeypatch.setattr(QDialog, "exec", lambda self: 0)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a, **k: ([], ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: ("", ""))
    monkeypatch.setattr(QInputDialog, "getText", lambda *a, **k: ("Name", True))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: True)
    kind = next(kind for kind in KINDS if kind.family == family)
    window = studio.window
    window.files.new_document(family, name="A", **kind.presets[0].parameters)
    window.files.new_document(family, name="B", **kind.presets[0].parameters)
    skipped = {"file.quit", "file.close_project", "file.sample", "view.light_theme", "view.full_screen"}
    skipped |= {"edit.delete_document"}
    for name in [name for name in window.bindings.actions if name not in skipped]:
        made = window.bindings.actions.get(name)
        if made is not None and made.isEnabled():
            made.trigger()
            studio.session.project.cancel_gesture()
    for popup in [w for w in QApplication.topLevelWidgets() if w.windowFlags() & Qt.WindowType.Popup and w.isVisible()]:
        popup.close()
    assert [path.read_text(encoding="utf-8") for path in (tmp_path / "reports").glob("bug-*.txt")] == []
