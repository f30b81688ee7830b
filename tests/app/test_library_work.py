"""Working in the library's dock with mouse and keys: suggestions, likeness, colour, many at once, steps back, links."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.menus import ConfirmDialog
from app.library.sidebar import PLACE, TRASH
from editor.commands.registry import run
from editor.library.collections import keep_search
from editor.library.tags import tag_assets, tags_of
from editor.library.trash import to_trash
from editor.model.origin import Origin
from editor.model.scene import SceneMaterial, SceneMesh
from editor.model.vector import TextShape
from tests.app.shelved import make_library

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
GPL = "GIMP Palette\nName: Two\n#\n200 10 20 Red\n10 20 200 Blue\n"
MTL = "newmtl gold\nKd 0.9 0.7 0.1\nPm 1.0\nPr 0.2\n"


def make_files(folder: Path) -> None:
    folder.mkdir()
    for name, shade in (("oak", (20, 130, 60)), ("sunset", (240, 120, 30)), ("sea", (20, 60, 200))):
        Image.new("RGB", (120, 80), shade).save(folder / f"{name}.png")
    (folder / "two.gpl").write_text(GPL)
    (folder / "gold.mtl").write_text(MTL)


@pytest.fixture
def panel(image: Any, qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    make_files(tmp_path / "files")
    make_library(tmp_path / "library", tmp_path / "files")
    image.window.parts.show_library()
    made = image.window.parts.library
    qtbot.waitUntil(lambda: made.service is not None and made.shelf.count() == 5)
    qtbot.waitUntil(lambda: not image.session.has_jobs)
    yield made


def names(panel: Any) -> list[str]:
    return [panel.shelf.asset(row).label for row in range(panel.shelf.count())]


def key_of(panel: Any, name: str) -> int:
    return int(panel.shelf.ids[names(panel).index(name)])


def click(panel: Any, name: str, modifier: Any = NONE, double: bool = False) -> None:
    panel.grid.show_row(names(panel).index(name))
    cell = panel.grid.cell(names(panel).index(name))
    (QTest.mouseDClick if double else QTest.mouseClick)(
        panel.grid.viewport(), LEFT, modifier, QPoint(cell.center().x(), cell.top() + 40)
    )


def answer(monkeypatch: pytest.MonkeyPatch, agree: bool) -> list[str]:
    """What questions say; each is answered the same way."""
    asked: list[str] = []

    def execute(dialog: Any) -> Any:
        asked.append(dialog.findChildren(type(dialog.body.itemAt(0).widget()))[1].text())
        return dialog.DialogCode.Accepted if agree else dialog.DialogCode.Rejected

    monkeypatch.setattr(ConfirmDialog, "exec", execute)
    return asked


def test_suggestions_complete_a_search_by_keys(panel: Any, qtbot: Any) -> None:
    field, shown = panel.field, panel.search.suggestions
    field.setFocus()
    QTest.keyClicks(field, "ki")
    qtbot.waitUntil(shown.isVisible)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "kind:"
    QTest.keyClicks(field, "pal")
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "kind:palette "
    qtbot.waitUntil(lambda: names(panel) == ["two"])
    QTest.keyClicks(field, "ra")
    qtbot.waitUntil(shown.isVisible)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    assert field.text() == "kind:palette ra"


def test_letters_search_and_keys_walk(panel: Any, qtbot: Any) -> None:
    grid = panel.grid
    panel.sort.setCurrentIndex(panel.sort.findData("name"))
    qtbot.waitUntil(lambda: names(panel)[0] == "gold")
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Home)
    QTest.keyClick(grid, Qt.Key.Key_End, SHIFT)
    assert len(grid.selection()) == 5
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert not grid.selection()
    QTest.keyClick(grid, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: sorted(names(panel)) == ["sea", "sunset"])
    assert panel.field.text() == "s"
    panel.search.suggestions.hide()
    QTest.keyClick(panel.field, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: len(grid.selection()) == 1)
    QTest.keyClick(grid, Qt.Key.Key_F2)
    title = panel.details.fields["title"]
    qtbot.waitUntil(title.hasFocus)
    QTest.keyClicks(title, "Ocean")
    QTest.keyClick(title, Qt.Key.Key_Return)
    panel.field.clear()
    qtbot.waitUntil(lambda: "Ocean" in names(panel))


def test_many_are_edited_at_once_and_it_is_taken_back(panel: Any, qtbot: Any, image: Any) -> None:
    grid, details = panel.grid, panel.details
    click(panel, "oak")
    QTest.keyClick(grid, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: panel.library.asset(key_of(panel, "oak")).rating == 3)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_A, CONTROL)
    assert details.title.text() == "5 assets"
    author = details.fields["author"]
    author.setFocus()
    QTest.keyClicks(author, "Ada")
    QTest.keyClick(author, Qt.Key.Key_Return)
    licence = details.fields["licence"]
    licence.setFocus()
    QTest.keyClicks(licence, "cc-by-4.0")
    licence.completer().popup().hide()
    QTest.keyClick(licence, Qt.Key.Key_Return)
    every = [panel.library.asset(int(key)) for key in panel.shelf.ids]
    assert {(asset.author, asset.licence) for asset in every} == {("Ada", "CC-BY-4.0")}
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    QTest.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    every = [panel.library.asset(int(key)) for key in panel.shelf.ids]
    assert {(asset.author, asset.licence) for asset in every} == {("", "")}
    assert sorted(asset.rating for asset in every) == [0, 0, 0, 0, 3]
    QTest.keyClick(grid, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert {panel.library.asset(int(key)).author for key in panel.shelf.ids} == {"Ada"}
    licence.setFocus()
    licence.setText("my own")
    licence.setModified(True)
    licence.editingFinished.emit()
    qtbot.waitUntil(lambda: any("SPDX" in text for text in image.errors))


def test_what_differs_is_said_and_left_alone(panel: Any, qtbot: Any) -> None:
    click(panel, "oak")
    title = panel.details.fields["title"]
    title.setFocus()
    QTest.keyClicks(title, "Quercus")
    QTest.keyClick(title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Quercus" in names(panel))
    click(panel, "sea", CONTROL)
    assert (title.text(), title.placeholderText()) == ("", "Several")
    title.setFocus()
    QTest.keyClick(title, Qt.Key.Key_Return)
    assert panel.library.asset(key_of(panel, "Quercus")).title == "Quercus"


def test_deleting_for_good_asks_with_what_goes(
    panel: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    click(panel, "oak")
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.shelf.count() == 4)
    panel.sidebar.show_place(TRASH)
    qtbot.waitUntil(lambda: names(panel) == ["oak"])
    asked = answer(monkeypatch, agree=False)
    click(panel, "oak")
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    assert "cannot be undone" in asked[0]
    assert names(panel) == ["oak"]
    answer(monkeypatch, agree=True)
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.shelf.count() == 0)
    assert (tmp_path / "files" / "oak.png").exists()


def drop_on(widget: Any, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place = widget.rect().center()
    QApplication.sendEvent(widget, QDragEnterEvent(place, Qt.DropAction.CopyAction, data, LEFT, NONE))
    QApplication.sendEvent(widget, QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, LEFT, NONE))


def test_a_picture_dropped_on_the_search_finds_its_like_and_can_be_kept(
    panel: Any, qtbot: Any, tmp_path: Path
) -> None:
    Image.new("RGB", (300, 200), (22, 62, 198)).save(tmp_path / "stranger.jpg")
    drop_on(panel.search, tmp_path / "stranger.jpg")
    qtbot.waitUntil(lambda: panel.search.chip.isVisible() and names(panel)[:1] == ["sea"], timeout=10_000)
    keep_search(panel.library.catalogue, "Blue like this", panel.query())
    QTest.mouseClick(panel.search.chip, LEFT)
    qtbot.waitUntil(lambda: panel.shelf.count() == 5)
    qtbot.waitUntil(lambda: panel.sidebar._item(lambda place: place.kind == "kept") is not None)
    panel.sidebar.show_place(panel.sidebar._item(lambda place: place.kind == "kept").data(0, PLACE))
    qtbot.waitUntil(lambda: names(panel)[:1] == ["sea"])


def test_like_the_layer_that_is_chosen(panel: Any, qtbot: Any, image: Any) -> None:
    panel.search.layer_wanted.emit()
    qtbot.waitUntil(lambda: panel.search.chip.isVisible() or bool(image.errors), timeout=10_000)
    assert not image.errors


def test_a_colour_is_picked_and_stands_in_the_search(panel: Any, qtbot: Any) -> None:
    QTest.mouseClick(panel.search.color, LEFT)
    picker = panel.search.popup.findChild(type(panel.search.popup.body.itemAt(0).widget()))
    picker.hex.setText("#143cc8")
    picker.hex.editingFinished.emit()
    qtbot.waitUntil(lambda: "sea" in names(panel) and "oak" not in names(panel))
    panel.search.popup.close()
    assert panel.field.text() == "color:#143cc8"
    panel.search.show_color("#f0781e")
    qtbot.waitUntil(lambda: "sunset" in names(panel) and "sea" not in names(panel))


def test_a_double_click_does_what_fits_the_kind(panel: Any, qtbot: Any, image: Any) -> None:
    session = image.session
    click(panel, "two", double=True)
    assert session.foreground == "#c80a14"
    assert session.preferences.swatches[-2:] == ["#c80a14", "#0a14c8"]
    click(panel, "gold", double=True)
    qtbot.waitUntil(lambda: any("Choose objects" in text for text in image.errors))
    image.window.files.new_document("scene", name="Stage")
    cube = session.run("scene.add_shape", document=session.document, shape="cube")
    session.project.select((cube,))
    click(panel, "gold", double=True)
    mesh = session.project.get(session.project.get(cube).mesh)
    assert isinstance(mesh, SceneMesh)
    worn = session.project.get(mesh.parts[0].material)
    assert isinstance(worn, SceneMaterial)
    assert (worn.name, worn.metallic) == ("gold", 1.0)
    assert any(isinstance(item, Origin) for item in session.project.children(worn.id))
    session.project.undo()
    assert not any(isinstance(item, Origin) for item in session.project.records.values())


def test_a_font_is_made_available_and_set(
    panel: Any, qtbot: Any, image: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fontTools.ttLib import TTFont

    from editor.display.vector import fonts

    monkeypatch.setenv("ATELIER_FONTS", str(tmp_path / "fonts"))
    font = TTFont(fonts.OWN / "Inter-Regular.otf")
    for entry in font["name"].names:
        if entry.nameID in (1, 16):
            entry.string = "Grove"
    font.save(tmp_path / "files" / "grove.otf")
    panel.service.take_in([tmp_path / "files" / "grove.otf"])
    qtbot.waitUntil(lambda: "grove" in names(panel), timeout=10_000)
    image.window.files.new_document("vector", name="Page")
    session = image.session
    page = session.part or next(iter(session.display.parts(session.document)))
    text = session.run("vector.add_text", parent=page, text="Hello")
    session.project.select((text,))
    try:
        click(panel, "grove", double=True)
        shape = session.project.find(text, TextShape)
        assert shape.spans[0].style.families == ("Grove",)
        assert (tmp_path / "fonts" / "grove.otf").exists()
        assert any("Grove" in face.families for face in fonts.font_database(session.display.resources).faces)
    finally:
        fonts._load.cache_clear()


def test_a_link_whose_file_changed_is_marked_and_brought_up_to_date(
    panel: Any, qtbot: Any, image: Any, tmp_path: Path
) -> None:
    session, links = image.session, panel.links
    panel.place([key_of(panel, "sea")], linked=True)
    qtbot.waitUntil(lambda: links.assets == {key_of(panel, "sea"): "used"}, timeout=10_000)
    (note,) = [item for item in session.project.records.values() if isinstance(item, Origin)]
    old, layer = note.parent, session.project.selection[0]
    before = dict(session.project.records)
    time.sleep(0.02)
    Image.new("RGB", (120, 80), (250, 250, 0)).save(tmp_path / "files" / "sea.png")
    panel.service.take_in([tmp_path / "files" / "sea.png"])
    qtbot.waitUntil(lambda: "outdated" in links.assets.values(), timeout=10_000)
    assert session.marks[layer] == "sea"
    button = image.window.parts.properties.behind
    qtbot.waitUntil(button.isVisible)
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: not session.marks and set(links.assets.values()) == {"used"}, timeout=10_000)
    assert session.project.get(layer).source.document != old
    session.project.undo()
    assert dict(session.project.records) == before


def test_a_lost_file_is_said_and_found_by_hand(
    panel: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QFileDialog

    from editor.library.places import mark_missing

    place = tmp_path / "files" / "oak.png"
    place.rename(tmp_path / "elsewhere.png")
    mark_missing(panel.library.catalogue, [place])
    qtbot.waitUntil(lambda: panel.shelf.is_missing(names(panel).index("oak")))
    click(panel, "oak")
    assert panel.details.missing.isVisible()
    key = key_of(panel, "oak")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "elsewhere.png"), ""))
    QTest.mouseClick(panel.details.find_file, LEFT)
    qtbot.waitUntil(lambda: not panel.details.missing.isVisible())
    assert panel.library.file_of(panel.library.asset(key)) == tmp_path / "elsewhere.png"


def test_assets_are_dragged_onto_a_tag(panel: Any, qtbot: Any) -> None:
    tag_assets(panel.library.catalogue, [key_of(panel, "sea")], ["Water"])
    qtbot.waitUntil(lambda: panel.sidebar._item(lambda place: place.kind == "tag") is not None)
    item = panel.sidebar._item(lambda place: place.kind == "tag")
    item.parent().setExpanded(True)
    panel.sidebar.scrollToItem(item)
    click(panel, "oak")
    from app.library.dragging import mime_of

    place = panel.sidebar.visualItemRect(item).center()
    data = mime_of(panel.library, panel.grid.selection())
    view = panel.sidebar.viewport()
    QApplication.sendEvent(view, QDragEnterEvent(place, Qt.DropAction.CopyAction, data, LEFT, NONE))
    QApplication.sendEvent(view, QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, LEFT, NONE))
    assert tags_of(panel.library.catalogue, key_of(panel, "oak")) == ["Water"]
    panel.grid.setFocus()
    QTest.keyClick(panel.grid, Qt.Key.Key_Z, CONTROL)
    assert tags_of(panel.library.catalogue, key_of(panel, "oak")) == []


def test_where_it_is_used_opens_the_project(panel: Any, qtbot: Any, image: Any) -> None:
    from editor.workflows.library.origins import read_uses

    key, session, files = key_of(panel, "sea"), image.session, image.window.files
    panel.place([key])
    qtbot.waitUntil(lambda: any(isinstance(item, Origin) for item in session.project.records.values()), timeout=10_000)
    qtbot.waitUntil(lambda: not session.has_jobs)
    first, document = files.place, session.document
    files.new_project("vector", name="Other")
    qtbot.waitUntil(lambda: files.place != first)
    assert read_uses(panel.library, first) == 1
    click(panel, "sea")
    panel.details.show_assets([key])
    assert "Picture" in panel.details.uses.text()
    panel.details.uses.linkActivated.emit("0")
    qtbot.waitUntil(lambda: files.place == first)
    assert session.document == document


def test_a_template_gives_a_new_project(panel: Any, qtbot: Any, image: Any, tmp_path: Path) -> None:
    from editor.storage import create_project

    made = create_project(tmp_path / "source.atelier")
    run(made.project, "raster.new_document", name="Card", width=90, height=50)
    made.close()
    (tmp_path / "source.atelier").rename(tmp_path / "files" / "card.atelier-template")
    panel.service.take_in([tmp_path / "files" / "card.atelier-template"])
    qtbot.waitUntil(lambda: "card" in names(panel), timeout=10_000)
    qtbot.waitUntil(lambda: not image.session.has_jobs, timeout=20_000)
    click(panel, "card", double=True)
    qtbot.waitUntil(lambda: getattr(image.session.record, "name", "") == "Card", timeout=10_000)
    assert image.window.files.place.suffix == ".atelier"
    assert (tmp_path / "files" / "card.atelier-template").exists()


def test_what_a_brand_kit_names_stays_in_the_trash(
    panel: Any, qtbot: Any, image: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from app.kits.dialog import KitsDialog
    from editor.workflows.kits.keeping import PICTURES, keep_new, take_file
    from editor.workflows.kits.kit import Kit, KitLogo

    library = panel.library
    for name in ("North", "South"):
        keep_new(library, Kit(name=name))
    named = take_file(library, tmp_path / "files" / "oak.png", PICTURES)
    keep_new(library, Kit(name="House", logos=(KitLogo(file=named, name="Mark"),)))
    oak, sea = key_of(panel, "oak"), key_of(panel, "sea")
    panel.details.show_assets([oak])
    assert "Brand kit House · oak.png" in panel.details.uses.text()
    opened: list[str] = []
    monkeypatch.setattr(KitsDialog, "exec", lambda dialog: opened.append(dialog.kept.kit.name))
    panel.details.uses.linkActivated.emit("0")
    assert opened == ["House"]
    for key in (oak, sea):
        panel.change("", [key], lambda key=key: to_trash(library.catalogue, [key]))
    panel.sidebar.show_place(TRASH)
    qtbot.waitUntil(lambda: sorted(names(panel)) == ["oak", "sea"])
    asked = answer(monkeypatch, agree=True)
    panel.grid.setFocus()
    QTest.keyClick(panel.grid, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(panel) == ["oak"])
    assert asked[0].startswith("1 asset is forgotten")
    assert asked[0].endswith("oak.png stays in the trash, because this needs it: Brand kit House.")
    panel.grid.setFocus()
    QTest.keyClick(panel.grid, Qt.Key.Key_A, CONTROL)
    said: list[str] = []
    image.session.message.connect(lambda _level, text, _remedy: said.append(text))
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    assert len(asked) == 1 and said == ["oak.png stays in the trash, because this needs it: Brand kit House."]
    assert library.file_of(library.asset(oak)).is_file()
