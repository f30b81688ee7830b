"""What a person made is not lost by the library's dock: words, tags, parents, painting; others may write meanwhile."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.dragging import ASSET_MIME, mime_of
from app.library.menus import ConfirmDialog
from app.library.sidebar import PLACE, TRASH, Place
from editor.commands.registry import run
from editor.library import collections as shelves
from editor.library.edits import edit_assets
from editor.library.library import Library
from editor.library.places import follow, followed, mark_missing
from editor.library.tags import set_parents, tag_assets, tags, tags_of
from editor.model.origin import Origin
from tests.app.test_library_work import CONTROL, LEFT, NONE, answer, click, key_of, names, panel

__all__ = ["panel"]


def line(panel: Any, qtbot: Any, kind: str, name: str) -> Place:
    def fits(place: Any) -> bool:
        return bool(place.kind == kind and place.name == name)

    qtbot.waitUntil(lambda: panel.sidebar._item(fits) is not None)
    return panel.sidebar._item(fits).data(0, PLACE)


def choose_line(panel: Any, place: Place, label: str) -> None:
    menu = panel.menus.place_menu(place)
    next(action for action in menu.actions() if action.text() == label).trigger()
    menu.deleteLater()


def drop(view: Any, place: QPointF, data: QMimeData) -> None:
    QApplication.sendEvent(view, QDragEnterEvent(place.toPoint(), Qt.DropAction.CopyAction, data, LEFT, NONE))
    QApplication.sendEvent(view, QDropEvent(place, Qt.DropAction.CopyAction, data, LEFT, NONE))


def press_in_dialog(act: Callable[[Any], object]) -> None:
    """Once a dialog is open, do something in it."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        act(dialog) if dialog is not None else QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


def test_notes_belong_to_the_asset_they_were_typed_for(panel: Any, qtbot: Any) -> None:
    panel.field.setText("is:unrated")
    qtbot.waitUntil(lambda: panel.query() == "is:unrated")
    panel.search_now()
    click(panel, "oak")
    oak, sea = key_of(panel, "oak"), key_of(panel, "sea")
    panel.details.notes.setFocus()
    QTest.keyClicks(panel.details.notes, "A long note about oaks")
    edit_assets(panel.library.catalogue, [oak], rating=4)
    qtbot.waitUntil(lambda: "oak" not in names(panel))
    qtbot.waitUntil(lambda: panel.library.asset(oak).notes == "A long note about oaks")
    assert panel.details.notes.toPlainText() == ""
    click(panel, "sea")
    qtbot.waitUntil(lambda: panel.details.assets == [sea])
    assert panel.details.notes.toPlainText() == ""
    assert panel.library.asset(sea).notes == ""


def test_a_tag_that_another_program_gave_stays(panel: Any, qtbot: Any, tmp_path: Path) -> None:
    oak = key_of(panel, "oak")
    tag_assets(panel.library.catalogue, [oak], ["tree", "old"])
    click(panel, "oak")
    field = panel.details.fields["tags"]
    qtbot.waitUntil(lambda: field.text() == "old, tree")
    field.setFocus()
    field.end(False)
    QTest.keyClicks(field, ", mine")
    other = Library(tmp_path / "library")
    tag_assets(other.catalogue, [oak], ["theirs"])
    other.close()
    field.setText(field.text().replace("old, ", ""))
    field.setModified(True)
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tags_of(panel.library.catalogue, oak) == ["mine", "theirs", "tree"])


def test_parents_of_a_tag_are_shown_changed_and_taken_back(panel: Any, qtbot: Any) -> None:
    catalogue = panel.library.catalogue
    tag_assets(catalogue, [key_of(panel, "oak")], ["oak"])
    set_parents(catalogue, "oak", ["tree", "plant"])

    def above() -> list[str]:
        known = {tag.id: tag for tag in tags(catalogue)}
        (oak,) = [tag for tag in known.values() if tag.name == "oak"]
        return sorted(known[key].name for key in oak.parents)

    place = line(panel, qtbot, "tag", "oak")
    shown: list[str] = []

    def agree(dialog: Any) -> None:
        shown.append(dialog.field.text())
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    press_in_dialog(agree)
    choose_line(panel, place, "Put under other tags...")
    assert shown == ["plant, tree"]
    assert above() == ["plant", "tree"]

    def change(dialog: Any) -> None:
        dialog.field.end(False)
        QTest.keyClicks(dialog.field, ", wood")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    press_in_dialog(change)
    choose_line(panel, place, "Put under other tags...")
    qtbot.waitUntil(lambda: above() == ["plant", "tree", "wood"])
    panel.grid.setFocus()
    QTest.keyClick(panel.grid, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: above() == ["plant", "tree"])


def test_places_that_were_deleted_come_back(
    panel: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, oak, sea = panel.library.catalogue, key_of(panel, "oak"), key_of(panel, "sea")
    outer = shelves.make_collection(catalogue, "Outer")
    inner = shelves.make_collection(catalogue, "Inner", outer)
    shelves.collect(catalogue, inner, [sea, oak])
    shelves.keep_search(catalogue, "Blue", "color:blue")
    tag_assets(catalogue, [oak], ["tree"])
    follow(catalogue, tmp_path / "files")
    answer(monkeypatch, agree=True)
    click(panel, "oak")
    QTest.keyClick(panel.grid, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: panel.library.asset(oak).rating == 3)
    choose_line(panel, line(panel, qtbot, "collection", "Outer"), "Delete collection")
    qtbot.waitUntil(lambda: shelves.collections(catalogue) == [])
    choose_line(panel, line(panel, qtbot, "kept", "Blue"), "Delete search")
    qtbot.waitUntil(lambda: shelves.smart_folders(catalogue) == [])
    choose_line(panel, line(panel, qtbot, "tag", "tree"), "Delete tag")
    qtbot.waitUntil(lambda: tags(catalogue) == [])
    choose_line(panel, line(panel, qtbot, "folder", str(followed(catalogue)[0])), "Follow no longer")
    qtbot.waitUntil(lambda: list(followed(catalogue)) == [])
    for _ in range(4):
        panel.go_back(False)
    qtbot.waitUntil(lambda: shelves.collected(catalogue, inner) == [sea, oak])
    assert [one.name for one in shelves.collections(catalogue)] == ["Inner", "Outer"]
    assert [one.query for one in shelves.smart_folders(catalogue)] == ["color:blue"]
    assert tags_of(catalogue, oak) == ["tree"]
    assert panel.library.finder.find("tag:tree tree").tolist() == [oak]
    assert len(list(followed(catalogue))) == 1
    assert panel.library.asset(oak).rating == 3, "what was done before them is not touched"
    for _ in range(4):
        panel.go_back(True)
    qtbot.waitUntil(lambda: list(followed(catalogue)) == [] and shelves.collections(catalogue) == [])


def test_a_strangers_drag_does_nothing_to_what_is_chosen(panel: Any, qtbot: Any, tmp_path: Path) -> None:
    click(panel, "sea")
    item = panel.sidebar._item(lambda place: place == TRASH)
    panel.sidebar.scrollToItem(item)
    place = QPointF(panel.sidebar.visualItemRect(item).center())
    strange = QMimeData()
    strange.setUrls([QUrl.fromLocalFile(str(tmp_path / "else.png"))])
    strange.setData(ASSET_MIME, b"copied")
    other = Library(tmp_path / "another")
    (elsewhere,) = other.take_in([tmp_path / "files" / "oak.png"]).added
    for data in (strange, mime_of(other, [elsewhere])):
        drop(panel.sidebar.viewport(), place, data)
    other.close()
    sunset = key_of(panel, "sunset")
    second = Library(tmp_path / "library")  # as a second window has it
    data = mime_of(second, [sunset])
    second.close()
    drop(panel.sidebar.viewport(), place, data)
    qtbot.waitUntil(lambda: "sunset" not in names(panel))
    assert len(names(panel)) == 4


def test_a_kept_choice_and_words_are_both_asked_for(panel: Any, qtbot: Any) -> None:
    shelves.keep_search(panel.library.catalogue, "Two", "name:oak OR name:sea")
    tag_assets(panel.library.catalogue, [key_of(panel, "sunset")], ['5" disk'])
    panel.sidebar.show_place(line(panel, qtbot, "kept", "Two"))
    qtbot.waitUntil(lambda: sorted(names(panel)) == ["oak", "sea"])
    panel.field.setText("kind:palette")
    qtbot.waitUntil(lambda: names(panel) == [])
    panel.field.setText("name:sea")
    qtbot.waitUntil(lambda: names(panel) == ["sea"])
    panel.field.clear()
    panel.sidebar.show_place(line(panel, qtbot, "tag", '5" disk'))
    qtbot.waitUntil(lambda: names(panel) == ["sunset"])


def test_a_collection_has_its_own_order_and_others(panel: Any, qtbot: Any) -> None:
    catalogue = panel.library.catalogue
    key = shelves.make_collection(catalogue, "Some")
    shelves.collect(catalogue, key, [key_of(panel, name) for name in ("sunset", "oak", "sea")])
    panel.sidebar.show_place(line(panel, qtbot, "collection", "Some"))
    qtbot.waitUntil(lambda: names(panel) == ["sunset", "oak", "sea"])
    assert panel.sort.currentData() == "own"
    panel.sort.setCurrentIndex(panel.sort.findData("name"))
    qtbot.waitUntil(lambda: names(panel) == ["oak", "sea", "sunset"])
    panel.sidebar.show_place(Place("all"))
    qtbot.waitUntil(lambda: len(names(panel)) == 5)
    assert panel.sort.findData("own") < 0
    assert panel.sort.currentData() == "name"


def test_another_writer_does_not_stop_the_window(panel: Any, qtbot: Any, image: Any, tmp_path: Path) -> None:
    click(panel, "oak")
    oak = key_of(panel, "oak")
    other = sqlite3.connect(
        tmp_path / "library" / "library.sqlite", isolation_level=None, timeout=5, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    threads_that_waited: list[str] = []
    real = panel.library.catalogue.write

    def watched(action: Any) -> Any:
        threads_that_waited.append(threading.current_thread().name)
        return real(action)

    panel.library.catalogue.write = watched
    panel.grid.setFocus()
    QTest.keyClick(panel.grid, Qt.Key.Key_4)
    QTest.keyClick(panel.grid, Qt.Key.Key_2)
    assert panel.library.asset(oak).rating == 0, "the window goes on while the other writes"
    assert panel.doing.is_busy
    other.execute("COMMIT")
    other.close()
    qtbot.waitUntil(lambda: panel.library.asset(oak).rating == 2)
    qtbot.waitUntil(lambda: not image.session.has_jobs)
    assert threading.main_thread().name not in threads_that_waited
    assert not image.errors


def test_many_files_that_are_away_are_said_once(panel: Any, qtbot: Any, image: Any, tmp_path: Path) -> None:
    places = [tmp_path / "files" / f"{name}.png" for name in ("oak", "sea", "sunset")]
    for place in places:
        place.unlink()
    mark_missing(panel.library.catalogue, places)
    panel.place([key_of(panel, name) for name in ("oak", "sea", "sunset")])
    assert image.errors == ["3 files could not be brought in."]


def test_painting_in_a_linked_document_is_kept_when_the_person_says_so(
    panel: Any, qtbot: Any, image: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, links = image.session, panel.links
    panel.place([key_of(panel, "sea")], linked=True)
    qtbot.waitUntil(lambda: links.assets == {key_of(panel, "sea"): "used"}, timeout=10_000)
    (note,) = [item for item in session.project.records.values() if isinstance(item, Origin)]
    run(session.project, "raster.add_layer", document=note.parent, name="My painting")
    time.sleep(0.02)
    Image.new("RGB", (120, 80), (250, 250, 0)).save(tmp_path / "files" / "sea.png")
    panel.service.take_in([tmp_path / "files" / "sea.png"])
    qtbot.waitUntil(lambda: "outdated" in links.assets.values(), timeout=10_000)
    before = dict(session.project.records)
    asked: list[str] = []

    def keep(dialog: Any) -> Any:
        asked.append(dialog.keep.text())
        return ConfirmDialog.DialogCode.Rejected

    monkeypatch.setattr(ConfirmDialog, "exec", keep)
    links.update()
    qtbot.waitUntil(lambda: asked == ["Keep my changes"], timeout=10_000)
    assert dict(session.project.records) == before
    answer(monkeypatch, agree=True)
    links.update()
    qtbot.waitUntil(lambda: not session.marks, timeout=10_000)
    assert not any(getattr(item, "name", "") == "My painting" for item in session.project.records.values())
    session.project.undo()
    assert dict(session.project.records) == before


def test_what_cannot_be_placed_says_why_and_a_palette_joins_the_swatches(panel: Any, qtbot: Any, image: Any) -> None:
    def placing() -> dict[str, tuple[bool, str]]:
        menu = panel.menus.assets_menu()
        found = {one.text(): (one.isEnabled(), one.toolTip()) for one in menu.actions() if "Place" in one.text()}
        menu.deleteLater()
        return found

    click(panel, "gold")
    reason = "A material is put on the objects of a scene, not placed."
    assert placing() == {"Place in the document": (False, reason), "Place as a live link": (False, reason)}
    click(panel, "oak")
    assert [works for works, _ in placing().values()] == [True, True]
    click(panel, "two")
    assert [works for works, _ in placing().values()] == [True, False]
    panel.place([key_of(panel, "two")])
    assert image.session.preferences.swatches[-2:] == ["#c80a14", "#0a14c8"]
    assert not image.errors
