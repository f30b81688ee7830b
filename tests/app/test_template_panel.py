"""The dock of a template with real mouse and keys: mark, type, see, keep, give back, and rows of a table."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.editor.workflows.templates import making

NO, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(studio: Any, qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    """A card with slots, opened in the window: its form comes up by itself."""
    from editor.storage import create_project

    path = tmp_path / "card.atelier"
    with create_project(path) as opened:
        making.card(opened.project, tmp_path)
    studio.window.files.open_path(path)
    qtbot.waitUntil(lambda: studio.session.project is not None and studio.window.parts is not None)
    made = studio.window.parts.template
    dock = studio.window.parts.docks["template"]
    assert not dock.isHidden()
    dock.raise_()
    qtbot.waitUntil(made.isVisible)
    qtbot.waitUntil(lambda: "Name" in made.form.rows)
    made.studio = studio
    yield made


def text_of(panel: Any) -> str:
    """What stands on the card now, kept or not."""
    from editor.model.vector import TextShape

    project = panel.session.project
    return str(project.find(next(iter(project.index.of_type(TextShape))), TextShape).text)


def type_name(panel: Any, text: str) -> Any:
    line = panel.form.rows["Name"].text.line
    QTest.mouseClick(line, LEFT)
    line.selectAll()
    QTest.keyClicks(line, text)
    return line


def test_typing_shows_and_apply_keeps_one_edit(panel: Any, qtbot: Any) -> None:
    steps = len(panel.session.project.history)
    type_name(panel, "Ada")
    qtbot.waitUntil(lambda: text_of(panel) == "Ada")
    assert len(panel.session.project.history) == steps
    QTest.mouseClick(panel.keep, LEFT)
    assert text_of(panel) == "Ada" and len(panel.session.project.history) == steps + 1
    assert panel.session.project.history[panel.session.project.history.head].label == "Fill template"
    qtbot.waitUntil(lambda: not panel.keep.isEnabled())
    panel.session.project.undo()
    assert text_of(panel) == "Your name"
    qtbot.waitUntil(lambda: panel.form.rows["Name"].text.text() == "Your name")


def test_escape_gives_back_what_was_there(panel: Any, qtbot: Any) -> None:
    before = panel.session.project.content_hash()
    line = type_name(panel, "Bob")
    qtbot.waitUntil(lambda: text_of(panel) == "Bob")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert text_of(panel) == "Your name" and line.text() == "Your name"
    assert panel.session.project.content_hash() == before


def test_ctrl_return_applies(panel: Any, qtbot: Any) -> None:
    line = type_name(panel, "Cy")
    QTest.keyClick(line, Qt.Key.Key_Return, CTRL)
    assert text_of(panel) == "Cy" and not panel.preview.is_shown


def test_work_on_the_canvas_is_not_kept_out(panel: Any, qtbot: Any) -> None:
    """The preview rests while something else has the focus, and comes back with it."""
    type_name(panel, "Dee")
    qtbot.waitUntil(lambda: text_of(panel) == "Dee")
    canvas = panel.studio.window.parts.canvas
    QTest.mouseClick(canvas, LEFT, NO, QPoint(20, 20))
    qtbot.waitUntil(lambda: text_of(panel) == "Your name")
    assert panel.note.text() and panel.form.rows["Name"].text.text() == "Dee"
    panel.session.run("vector.add_rectangle", parent=panel.session.document)
    assert not panel.studio.errors
    QTest.mouseClick(panel.form.rows["Name"].text.line, LEFT)
    qtbot.waitUntil(lambda: text_of(panel) == "Dee")


def test_undo_while_it_is_shown_takes_it_back(panel: Any, qtbot: Any) -> None:
    type_name(panel, "Eve")
    qtbot.waitUntil(lambda: text_of(panel) == "Eve")
    panel.session.project.undo()
    assert text_of(panel) == "Your name"
    qtbot.waitUntil(lambda: panel.form.rows["Name"].text.text() == "Your name")


def test_another_document_on_top_keeps_what_was_typed(panel: Any, qtbot: Any) -> None:
    session = panel.session
    first, other = session.document, session.run("vector.new_document", name="Other")
    session.activate(first)
    type_name(panel, "Flo")
    qtbot.waitUntil(lambda: text_of(panel) == "Flo")
    session.activate(other)
    qtbot.waitUntil(lambda: panel.form.rows["Name"].text.text() == "Flo" and panel.keep.isEnabled())
    QTest.mouseClick(panel.keep, LEFT)
    assert text_of(panel) == "Flo" and not panel.preview.is_shown


def test_a_text_that_is_too_long_is_said_and_not_applied(panel: Any, qtbot: Any) -> None:
    type_name(panel, "x" * 41)
    row = panel.form.rows["Name"]
    qtbot.waitUntil(row.problem.isVisible)
    assert "41" in row.problem.text()
    qtbot.waitUntil(lambda: not panel.keep.isEnabled())
    assert text_of(panel) == "Your name"


def test_a_picture_dropped_on_its_well(panel: Any, qtbot: Any, tmp_path: Path) -> None:
    from editor.model.vector import PictureFrame

    well = panel.form.rows["Photo"].well
    qtbot.waitUntil(lambda: well.picture() is not None and not well.picture().isNull())
    path = making.picture(tmp_path / "new.png", 400, 100)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place, copy = QPoint(30, 30), Qt.DropAction.CopyAction
    QApplication.sendEvent(well, QDragEnterEvent(place, copy, mime, LEFT, NO))
    QApplication.sendEvent(well, QDropEvent(QPointF(place), copy, mime, LEFT, NO))

    def width() -> float:
        project = panel.session.project
        return float(project.find(next(iter(project.index.of_type(PictureFrame))), PictureFrame).width)

    qtbot.waitUntil(lambda: width() == 400)
    QTest.keyClick(well, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: width() == 100)
    assert well.path is None
    count = len(panel.session.project.records)
    panel.session.project.select(tuple(panel.session.project.index.of_type(PictureFrame)))
    QTest.keyClick(well, Qt.Key.Key_Delete)
    assert len(panel.session.project.records) == count, "nothing on the canvas is deleted from here"


@pytest.fixture
def slow_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Reading a file waits for `go`; `threads` are those that read."""
    from functools import cached_property
    from types import SimpleNamespace

    from editor.workflows.templates import sources

    slow, read = SimpleNamespace(go=threading.Event(), threads=[]), sources.SourceFile.encoded.func

    def waiting(source: Any) -> Any:
        slow.threads.append(threading.current_thread())
        assert slow.go.wait(20)
        return read(source)

    patched = cached_property(waiting)
    patched.__set_name__(sources.SourceFile, "encoded")
    monkeypatch.setattr(sources.SourceFile, "encoded", patched)
    yield slow
    slow.go.set()


def photo_width(panel: Any) -> float:
    from editor.model.vector import PictureFrame

    project = panel.session.project
    return float(project.find(next(iter(project.index.of_type(PictureFrame))), PictureFrame).width)


def drop(well: Any, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place, copy = QPoint(30, 30), Qt.DropAction.CopyAction
    QApplication.sendEvent(well, QDragEnterEvent(place, copy, mime, LEFT, NO))
    QApplication.sendEvent(well, QDropEvent(QPointF(place), copy, mime, LEFT, NO))


def test_a_file_is_read_beside_the_window_and_kept_with_what_was_typed(
    panel: Any, qtbot: Any, tmp_path: Path, slow_files: Any
) -> None:
    steps = len(panel.session.project.history)
    drop(panel.form.rows["Photo"].well, making.picture(tmp_path / "new.png", 400, 100))
    qtbot.waitUntil(lambda: bool(slow_files.threads))
    assert "being read" in panel.note.text() and panel.preview.is_working
    line = type_name(panel, "Ada")  # the form goes on
    assert line.text() == "Ada" and photo_width(panel) == 100
    QTest.mouseClick(panel.keep, LEFT)
    qtbot.waitUntil(lambda: panel.preview.is_keeping)
    assert not panel.keep.isEnabled()
    slow_files.go.set()
    qtbot.waitUntil(lambda: len(panel.session.project.history) == steps + 1)
    assert (photo_width(panel), text_of(panel)) == (400, "Ada")
    assert threading.main_thread() not in slow_files.threads
    qtbot.waitUntil(lambda: not panel.note.text() and not panel.form.values())
    panel.session.project.undo()
    assert (photo_width(panel), text_of(panel)) == (100, "Your name")


def test_what_is_kept_is_what_was_shown(panel: Any, qtbot: Any, tmp_path: Path) -> None:
    drop(panel.form.rows["Photo"].well, making.picture(tmp_path / "new.png", 400, 100))
    qtbot.waitUntil(lambda: photo_width(panel) == 400 and not panel.preview.is_working)
    jobs = []
    panel.session.jobs_changed.connect(jobs.append)
    QTest.mouseClick(panel.keep, LEFT)
    assert photo_width(panel) == 400 and not panel.preview.is_shown, "nothing is read a second time"
    assert jobs == []


def test_escape_while_a_file_is_read_gives_back(panel: Any, qtbot: Any, tmp_path: Path, slow_files: Any) -> None:
    before = panel.session.project.content_hash()
    well = panel.form.rows["Photo"].well
    drop(well, making.picture(tmp_path / "new.png", 400, 100))
    qtbot.waitUntil(lambda: bool(slow_files.threads))
    QTest.mouseClick(panel.keep, LEFT)
    QTest.keyClick(well, Qt.Key.Key_Escape)
    assert well.path is None and not panel.preview.is_working
    slow_files.go.set()
    qtbot.waitUntil(lambda: not panel.session.has_jobs)
    assert panel.session.project.content_hash() == before and not panel.preview.is_shown


def test_work_meanwhile_stays_and_the_file_comes_on_top(
    panel: Any, qtbot: Any, tmp_path: Path, slow_files: Any
) -> None:
    drop(panel.form.rows["Photo"].well, making.picture(tmp_path / "new.png", 400, 100))
    qtbot.waitUntil(lambda: bool(slow_files.threads))
    QTest.mouseClick(panel.keep, LEFT)
    made = panel.session.run("vector.add_rectangle", parent=panel.session.document)
    slow_files.go.set()
    qtbot.waitUntil(lambda: photo_width(panel) == 400 and not panel.preview.is_working)
    assert panel.session.project.get(made) is not None and not panel.studio.errors


def test_a_file_that_cannot_be_read_is_said(panel: Any, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    drop(panel.form.rows["Photo"].well, tmp_path / "bad.png")
    qtbot.waitUntil(lambda: panel.note.objectName() == "problem" and "bad.png" in panel.note.text())
    QTest.mouseClick(panel.keep, LEFT)
    qtbot.waitUntil(lambda: not panel.session.has_jobs and not panel.preview.is_working)
    assert photo_width(panel) == 100 and panel.form.values()


def test_a_box_and_a_colour(panel: Any, qtbot: Any) -> None:
    from app.widgets.color_picker import ColorPicker
    from editor.workflows.templates.fields import fields_of, present

    box = panel.form.rows["Ribbon"].box
    QTest.mouseClick(box, LEFT, NO, QPoint(8, box.height() // 2))
    well = panel.form.rows["Accent"].color
    QTest.mouseClick(well, LEFT)
    picker = well.findChild(ColorPicker)
    picker.hex.setFocus()
    picker.hex.selectAll()
    QTest.keyClicks(picker.hex, "#ff0000")
    QTest.keyClick(picker.hex, Qt.Key.Key_Return)
    picker.window().close()

    def shown() -> list[object]:
        project = panel.session.project
        return [present(project, one) for one in fields_of(project) if one.name in ("Accent", "Ribbon")]

    from render.color import Color

    qtbot.waitUntil(lambda: shown() == [Color(1.0, 0.0, 0.0), False])
    panel.apply()
    assert shown() == [Color(1.0, 0.0, 0.0), False]


def test_what_is_selected_is_marked_and_a_second_thing_joins(panel: Any, qtbot: Any) -> None:
    from app.templates.slot_dialog import SlotDialog
    from editor.model.template import Slot
    from editor.model.vector import TextShape

    session = panel.session
    project = session.project
    page = project.index.children(session.document)[0]
    keys = [session.run("vector.add_text", parent=page, text=text) for text in ("Town", "City")]
    for key in keys:
        project.select((key,))
        dialog = SlotDialog(panel.window(), session)
        dialog.show()
        dialog.line.selectAll()
        QTest.keyClicks(dialog.line, "Place")
        dialog.accept()
    slots = [project.find(key, Slot) for key in project.index.of_type(Slot)]
    (place,) = [slot for slot in slots if slot.name == "Place"]
    assert [target.record for target in place.targets] == keys
    qtbot.waitUntil(lambda: "Place" in panel.form.rows)
    row = panel.form.rows["Place"]
    menu = panel.menus.field_menu(row.field)
    labels = [entry.text() for entry in menu.actions()]
    menu.actions()[0].trigger()
    assert set(project.selection) == set(keys)
    menu.actions()[labels.index("Remove slot")].trigger()
    qtbot.waitUntil(lambda: "Place" not in panel.form.rows)
    assert project.find(keys[0], TextShape).text == "Town"


def test_the_action_asks_and_return_marks(image: Any, qtbot: Any) -> None:
    """From a project without slots: the empty dock, the selected layer, a name, Return."""
    from PySide6.QtCore import QTimer

    from app.templates.slot_dialog import SlotDialog
    from editor.model.template import Slot

    window, project = image.window, image.session.project
    window.bindings.actions["window.template"].trigger()
    panel = window.parts.template
    qtbot.waitUntil(panel.isVisible)
    assert panel.empty.isVisible() and not panel.foot.isVisible()
    qtbot.waitUntil(panel.mark.isEnabled)

    def answer() -> None:
        dialog = window.findChild(SlotDialog)
        assert dialog is not None and dialog.what.count() >= 2
        dialog.line.selectAll()
        QTest.keyClicks(dialog.line, "Backdrop")
        QTest.keyClick(dialog.line, Qt.Key.Key_Return)

    QTimer.singleShot(300, answer)
    window.bindings.actions["template.mark"].trigger()
    (slot,) = [project.find(key, Slot) for key in project.index.of_type(Slot)]
    assert (slot.name, slot.takes) == ("Backdrop", "picture")
    qtbot.waitUntil(lambda: "Backdrop" in panel.form.rows and panel.foot.isVisible())
    project.undo()
    qtbot.waitUntil(panel.empty.isVisible)


def test_a_wrong_name_is_said_in_the_dialog(panel: Any) -> None:
    from app.templates.slot_dialog import SlotDialog
    from editor.model.template import Slot

    project = panel.session.project
    slot = next(one for one in project.children(panel.session.document, Slot) if one.name == "Accent")
    dialog = SlotDialog(panel.window(), panel.session, slot)
    dialog.show()
    dialog.name.setEditText("Name")
    dialog.accept()
    assert dialog.isVisible() and "Name" in dialog.problem.text()
    dialog.reject()


def table(folder: Path, text: str) -> Path:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_of_a_table_one_after_the_other(panel: Any, qtbot: Any, tmp_path: Path) -> None:
    panel.load_table(table(tmp_path, "Name;Accent\nAda;red\nBob;nocolour\n"))
    qtbot.waitUntil(lambda: text_of(panel) == "Ada")
    QTest.mouseClick(panel.bar.after, LEFT)
    qtbot.waitUntil(lambda: text_of(panel) == "Bob")
    assert panel.bar.number.value() == 3
    assert "nocolour" in panel.form.rows["Accent"].problem.text()
    QTest.mouseClick(panel.bar.before, LEFT)
    qtbot.waitUntil(lambda: text_of(panel) == "Ada")
    assert not panel.form.rows["Accent"].problem.text()
    QTest.mouseClick(panel.bar.close_, LEFT)
    assert text_of(panel) == "Your name" and not panel.bar.isVisible()


def test_all_rows_are_exported_beside_the_window(panel: Any, qtbot: Any, tmp_path: Path) -> None:
    from app.templates.export_rows import ExportRows

    panel.load_table(table(tmp_path, "Name;Accent\nAda;red\nBob;blue\n"))
    panel.preview.take_back()
    dialog = ExportRows(panel.window(), panel.session, panel.bar.table, panel.bar.checked)
    dialog.show()
    dialog.pattern.selectAll()
    QTest.keyClicks(dialog.pattern, "{nobody}.png")
    assert not dialog.go.isEnabled() and dialog.problem.isVisible()
    dialog.pattern.selectAll()
    QTest.keyClicks(dialog.pattern, "{name}.png")
    assert "Ada.png" in dialog.note.text()
    QTest.mouseClick(dialog.go, LEFT)
    out = tmp_path / "people"
    qtbot.waitUntil(lambda: sorted(path.name for path in out.glob("*.png")) == ["Ada.png", "Bob.png"])
    qtbot.waitUntil(lambda: not panel.session.has_jobs)


def test_the_queue_gets_the_same_call(panel: Any, qtbot: Any, tmp_path: Path) -> None:
    from app.queue.place import queue_path
    from app.templates.export_rows import ExportRows
    from editor.workflows.queue.store import QueueStore

    panel.load_table(table(tmp_path, "Name\nAda\n"))
    panel.preview.take_back()
    told: list[str] = []
    dialog = ExportRows(panel.window(), panel.session, panel.bar.table, panel.bar.checked, lambda: told.append("run"))
    dialog.show()
    QTest.mouseClick(dialog.later, LEFT)
    store = QueueStore(queue_path())
    (order,) = store.orders()
    store.close()
    assert order.arguments[:2] == ("template", "fill") and "{Name}-{row}.pdf" in order.arguments and told


def test_a_project_becomes_a_template_and_a_new_project(panel: Any, qtbot: Any, tmp_path: Path) -> None:
    from app.actions.templates import keep, new_from
    from app.library.folder import library_folder
    from editor.library.library import Library

    keep(panel.studio.window, "My card")
    qtbot.waitUntil(lambda: not panel.session.has_jobs)
    library = Library(library_folder())
    (key,) = library.finder.find("kind:template")
    path = library.file_of(library.asset(int(key)))
    library.close()
    for begin, name in (
        (lambda: new_from(panel.studio.window, path, "Mine"), "Mine.atelier"),
        (lambda: panel.studio.window.files.incoming.bring_in([path]), "My card.atelier"),
    ):
        begin()
        qtbot.waitUntil(lambda name=name: panel.session.storage and panel.session.storage.path.name == name)
    qtbot.waitUntil(lambda: "Name" in panel.studio.window.parts.template.form.rows)


# Names in braces


@pytest.fixture
def letter(studio: Any, qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    """A page whose text names two things in braces."""
    from editor.commands.registry import run
    from editor.storage import create_project

    path = tmp_path / "letter.atelier"
    with create_project(path) as opened:
        document = run(opened.project, "vector.new_document", name="Letter", width=400, height=200)
        page = opened.project.index.children(document)[0]
        run(opened.project, "vector.add_text", parent=page, text="For {guest}: {price}", x=20, y=20)
    studio.window.files.open_path(path)
    qtbot.waitUntil(lambda: studio.session.project is not None and studio.window.parts is not None)
    made = studio.window.parts.template
    studio.window.parts.docks["template"].raise_()
    qtbot.waitUntil(made.isVisible)
    qtbot.waitUntil(lambda: list(made.form.rows) == ["guest", "price"])
    yield made


def typed(panel: Any, name: str, text: str) -> None:
    line = panel.form.rows[name].text.line
    QTest.mouseClick(line, LEFT)
    line.selectAll()
    QTest.keyClicks(line, text)


def test_a_name_in_braces_is_a_line_of_the_form(letter: Any, qtbot: Any) -> None:
    steps = len(letter.session.project.history)
    typed(letter, "guest", "Ada")
    qtbot.waitUntil(lambda: text_of(letter) == "For Ada: {price}")
    QTest.mouseClick(letter.keep, LEFT)
    assert len(letter.session.project.history) == steps, "half a sentence is not kept"
    assert letter.form.rows["price"].problem.isVisible()
    typed(letter, "price", "12")
    qtbot.waitUntil(lambda: text_of(letter) == "For Ada: 12")
    QTest.mouseClick(letter.keep, LEFT)
    qtbot.waitUntil(lambda: len(letter.session.project.history) == steps + 1)
    qtbot.waitUntil(lambda: letter.form.rows["guest"].text.text() == "Ada" and not letter.keep.isEnabled())
    typed(letter, "guest", "Bo")
    qtbot.waitUntil(lambda: text_of(letter) == "For Bo: 12")
    QTest.keyClick(letter.form.rows["guest"].text.line, Qt.Key.Key_Escape)
    assert text_of(letter) == "For Ada: 12"
    letter.session.project.undo()
    qtbot.waitUntil(lambda: letter.form.rows["guest"].text.text() == "")


def test_a_name_in_braces_becomes_a_number(letter: Any, qtbot: Any) -> None:
    """Its rules are given in the dialog of slots; what is typed is read by them, and what they do not read is told."""
    from app.templates.slot_dialog import SlotDialog

    dialog = SlotDialog(letter.window(), letter.session, letter.fields()[1].rule)
    dialog.show()
    dialog.written.setFocus()
    QTest.keyClick(dialog.written, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: dialog.takes == "number" and dialog.rules is not None and "unit" in dialog.rules.labels)
    dialog.accept()
    qtbot.waitUntil(lambda: letter.form.rows["price"].field.takes == "number")
    typed(letter, "price", "abc")
    qtbot.waitUntil(lambda: "abc" in letter.form.rows["price"].problem.text())
    assert not letter.keep.isEnabled()
    typed(letter, "price", "1234.5")
    typed(letter, "guest", "Cy")
    qtbot.waitUntil(lambda: text_of(letter) == "For Cy: 1,235")
    letter.reset()
    key = letter.fields()[0].rule.id
    letter.session.run("template.set_slot", slot=key, mark="comma", language="french", unit="\u20ac")
    qtbot.waitUntil(lambda: letter.form.rows["price"].field.rule.mark == "comma")
    typed(letter, "price", "1234,5")
    qtbot.waitUntil(lambda: "1\u202f235\u00a0\u20ac" in text_of(letter))
    letter.reset()
