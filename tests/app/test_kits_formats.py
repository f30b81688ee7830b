"""The gallery, formats and brand kits, with the mouse and the keyboard of a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.kits.check import CheckDialog
from app.kits.dialog import KitsDialog
from app.templates.format_previews import draw_preview
from app.templates.formats import FormatsDialog
from app.templates.gallery import GalleryDialog
from editor.library.library import Library
from editor.model.template import Slot
from editor.model.vector import Page
from editor.workflows.kits.keeping import keep_new, kits_of
from editor.workflows.kits.kit import Kit, KitColor, KitFont
from editor.workflows.templates.built_in import built_in, make
from editor.workflows.templates.format_sizes import FORMATS
from render.color import Color

pytestmark = pytest.mark.app
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setattr("app.templates.gallery.pictures_folder", lambda: tmp_path / "pictures")
    monkeypatch.setattr("editor.workflows.templates.gallery_pictures.draw_picture", drawn)


def drawn(folder: Path, template: object) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "x.png"
    Image.new("RGB", (40, 30), (90, 120, 200)).save(path)
    return path


HOUSE = Kit(
    name="House",
    colors=(
        KitColor(name="Ink", color="#102030", role="text"), KitColor(name="Red", color="#c02030", role="primary"),
        KitColor(name="Paper", color="#f0f0e8", role="background"),
    ),
    fonts=(KitFont(use="heading", family="Inter"),),
)  # fmt: skip


def poster(studio: Any, qtbot: QtBot) -> str:
    """A project that was made from a template, with the poster on top."""
    studio.window.files.new_project("vector", name="Empty")
    document = make(studio.session.project, built_in("vector-concert"))
    studio.session.activate(document)
    qtbot.waitUntil(lambda: studio.session.document == document)
    return document


def keep_house() -> None:
    from app.library.folder import library_folder

    library = Library(library_folder())
    keep_new(library, HOUSE)
    library.close()


def button(dialog: Any, text: str) -> QPushButton:
    return next(item for item in dialog.findChildren(QPushButton) if item.text() == text)


def test_the_gallery_finds_by_words_and_kind_and_makes_a_project(studio: Any, qtbot: QtBot) -> None:
    dialog = GalleryDialog(studio.window)
    dialog.show()
    qtbot.waitUntil(lambda: len(dialog.model.pictures) == len(dialog.choices))
    qtbot.keyClicks(dialog.search, "affiche")
    assert [one.key for one in dialog.shown()] == ["vector-concert"]
    dialog.search.clear()
    place = dialog.sections.visualItemRect(dialog.sections.item(4)).center()
    qtbot.mouseClick(dialog.sections.viewport(), LEFT, pos=place)
    assert {one.editor for one in dialog.shown()} == {"video"}
    cell = dialog.view.visualRect(dialog.model.index(dialog.model.row_of("video-title"))).center()
    qtbot.mouseClick(dialog.view.viewport(), LEFT, pos=cell)
    qtbot.mouseDClick(dialog.view.viewport(), LEFT, pos=cell)
    qtbot.waitUntil(lambda: studio.session.family == "video", timeout=20_000)
    assert studio.session.project.index.of_type(Slot)
    assert studio.window.parts.docks["template"].isVisible() and studio.errors == []


def test_words_that_nothing_has_show_an_empty_gallery(studio: Any, qtbot: QtBot) -> None:
    dialog = GalleryDialog(studio.window)
    dialog.show()
    qtbot.keyClicks(dialog.search, "zzz")
    assert dialog.stack.currentIndex() == 1 and not dialog.use_button.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_formats_show_whole_names_and_every_page(studio: Any, qtbot: QtBot) -> None:
    studio.window.files.new_project("vector", name="Empty")
    document = make(studio.session.project, built_in("vector-card"))
    studio.session.activate(document)
    qtbot.waitUntil(lambda: studio.session.document == document)
    dialog = FormatsDialog(studio.window)
    dialog.show()
    qtbot.waitUntil(lambda: len(dialog.model.pictures) == 3, timeout=60_000)
    for row in dialog.rows():
        room = dialog.tree.visualItemRect(row).width() - 26  # the box to check, and its gap
        assert dialog.tree.fontMetrics().horizontalAdvance(row.text(0)) <= room, row.text(0)
    cells = [dialog.view.visualRect(dialog.model.index(number)) for number in range(2)]
    assert cells[0].top() == cells[1].top(), "two previews stand beside each other"
    square = draw_preview(dialog.project, document, FORMATS["instagram-post"]).image
    assert square.width() > 1.9 * square.height() or square.height() > 1.9 * square.width(), "both sides of the card"
    dialog.reject()


def test_formats_are_checked_seen_and_made_as_one_step(studio: Any, qtbot: QtBot) -> None:
    document = poster(studio, qtbot)
    project = studio.session.project
    steps = len(project.history)
    dialog = FormatsDialog(studio.window)
    with qtbot.waitExposed(dialog):
        dialog.show()
    row = next(row for row in dialog.rows() if row.data(0, Qt.ItemDataRole.UserRole) == "a5")
    area = dialog.tree.visualItemRect(row)
    qtbot.mouseClick(dialog.tree.viewport(), LEFT, pos=QPoint(area.left() + 8, area.center().y()))
    assert "a5" in [item.key for item in dialog.chosen()]
    qtbot.mouseClick(dialog.size_field, LEFT)
    qtbot.keyClicks(dialog.size_field, "90x9000000")
    qtbot.keyClick(dialog.size_field, Qt.Key.Key_Return)
    assert dialog.problem.isVisible()
    dialog.size_field.clear()
    qtbot.keyClicks(dialog.size_field, "640x200")
    qtbot.keyClick(dialog.size_field, Qt.Key.Key_Return)
    assert not dialog.problem.isVisible() and len(dialog.chosen()) == 5
    qtbot.waitUntil(lambda: len(dialog.model.pictures) == 5, timeout=20_000)
    qtbot.mouseClick(dialog.make_button, LEFT)
    qtbot.waitUntil(lambda: len(project.documents()) == 7, timeout=20_000)
    assert len(project.history) == steps + 1 and studio.session.document != document
    sizes = {(page.width, page.height) for item in project.documents() for page in project.children(item.id, Page)}
    assert {(1080.0, 1080.0), (1080.0, 1920.0), (640.0, 200.0)} <= sizes and studio.errors == []


def test_a_kit_is_edited_and_kept(studio: Any, qtbot: QtBot, tmp_path: Path) -> None:
    keep_house()
    dialog = KitsDialog(studio.window)
    dialog.show()
    row: Any = dialog.rows["colors"][1]
    row.hex.selectAll()
    qtbot.keyClicks(row.hex, "#00aa55")
    qtbot.mouseClick(dialog.findChild(QToolButton, "add_fonts"), LEFT)
    assert [font.use for font in dialog.typed().fonts] == ["heading", "body"]
    logo = tmp_path / "mark.png"
    Image.new("RGBA", (20, 20), (1, 2, 3, 255)).save(logo)
    drop(dialog, logo)
    dialog.save()
    (kept,) = kits_of(dialog.library)
    assert kept.kit.colors[1].color == "#00aa55" and kept.kit.logos[0].name == "mark"
    assert dialog.card.pairs()[1][1] == "#00aa55"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_name_that_is_taken_costs_no_other_edit_and_colours_are_typed_in_any_way(studio: Any, qtbot: QtBot) -> None:
    from app.library.folder import library_folder

    keep_house()
    library = Library(library_folder())
    keep_new(library, Kit(name="Other"))
    library.close()
    dialog = KitsDialog(studio.window)
    dialog.show()
    row: Any = dialog.rows["colors"][1]
    for text, meant in (("orange", "#ffa500"), ("#f80", "#ff8800"), ("2F7DF7", "#2f7df7"), ("nothing", "#2f7df7")):
        row.hex.selectAll()
        qtbot.keyClicks(row.hex, text)
        assert row.value().color == meant and bool(row.hex.property("wrong")) == (text == "nothing")
    dialog.name.selectAll()
    qtbot.keyClicks(dialog.name, "Other")
    dialog.list.setCurrentRow(1)
    assert "House" in dialog.problem.text()
    kits = {item.kit.name: item.kit for item in kits_of(dialog.library)}
    assert set(kits) == {"House", "Other"} and kits["House"].colors[1].color == "#2f7df7"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_voice_is_heard_and_taken(studio: Any, qtbot: QtBot) -> None:
    from editor.workflows.kits.kit import KitVoice

    heard: list[Any] = []
    keep_house()
    dialog = KitsDialog(studio.window)
    dialog.listening._play = lambda samples, rate: heard.append(len(samples) / rate)
    dialog.show()
    qtbot.mouseClick(dialog.findChild(QToolButton, "add_voices"), LEFT)
    row: Any = dialog.rows["voices"][0]
    assert row.voice.count() > 60
    row.voice.setCurrentIndex(row.voice.findData("de"))
    row.speed.set_value(330)
    qtbot.mouseClick(row.listen, LEFT)
    qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
    assert 0.2 < heard[0] < 5
    qtbot.mouseClick(row.use, LEFT)
    assert '"voice": "de"' in studio.session.preferences.ai_options["speak"]
    assert isinstance(row.value(), KitVoice)
    dialog.save()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def drop(dialog: KitsDialog, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, no_keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(40, 40), copy, data, LEFT, no_keys)
    QApplication.sendEvent(dialog, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(dialog, QDropEvent(QPointF(40, 40), copy, data, LEFT, no_keys))


def test_a_kit_is_applied_and_undone(studio: Any, qtbot: QtBot) -> None:
    keep_house()
    document = poster(studio, qtbot)
    dialog = KitsDialog(studio.window)
    dialog.show()
    qtbot.mouseClick(dialog.swatch_button, LEFT)
    assert "#c02030" in studio.session.preferences.swatches
    qtbot.mouseClick(dialog.apply_button, LEFT)
    (page,) = studio.session.project.children(document, Page)
    assert page.background == Color.from_hex("#f0f0e8") and not dialog.isVisible()
    studio.session.project.undo()
    (page,) = studio.session.project.children(document, Page)
    assert page.background == Color.from_hex("#f3ecdf")


def test_what_is_off_brand_is_replaced_one_by_one_and_all(studio: Any, qtbot: QtBot) -> None:
    keep_house()
    poster(studio, qtbot)
    dialog = CheckDialog(studio.window)
    dialog.show()
    count = len(dialog.found)
    assert count >= 4
    qtbot.mouseClick(button(dialog, "Replace"), LEFT)
    assert len(dialog.found) == count - 1
    qtbot.mouseClick(dialog.all_button, LEFT)
    assert dialog.found == [] and not dialog.all_button.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
