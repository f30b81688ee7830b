"""The library's dock with real mouse and keys: search, choose, rate, tag, collect, place, throw away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.app.shelved import make_library


@pytest.fixture
def panel(image: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Three pictures taken in and looked at, shown in the dock under an image."""

    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    folder = tmp_path / "files"
    folder.mkdir()
    for name, shade in (("oak", (20, 130, 60)), ("sunset", (240, 120, 30)), ("sea", (20, 60, 200))):
        Image.new("RGB", (120, 80), shade).save(folder / f"{name}.png")
    make_library(tmp_path / "library", folder)
    image.window.parts.show_library()
    made = image.window.parts.library
    qtbot.waitUntil(lambda: made.service is not None and made.shelf.count() == 3)
    qtbot.waitUntil(lambda: not image.session.has_jobs)
    yield made


def names(panel: Any) -> list[str]:
    return [panel.shelf.asset(row).label for row in range(panel.shelf.count())]


def click(panel: Any, name: str, modifier: Any = Qt.KeyboardModifier.NoModifier, double: bool = False) -> None:
    cell = panel.grid.cell(names(panel).index(name))
    (QTest.mouseDClick if double else QTest.mouseClick)(
        panel.grid.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(cell.center().x(), cell.top() + 40)
    )


def test_typing_finds_and_a_mistake_says_so(panel: Any, qtbot: Any) -> None:
    panel.field.setFocus()
    QTest.keyClicks(panel.field, "kind:image se")
    qtbot.waitUntil(lambda: names(panel) == ["sea"])
    QTest.keyClicks(panel.field, " shoe:4")
    qtbot.waitUntil(lambda: panel.problem.isVisible())
    assert "no field shoe" in panel.problem.text()
    assert names(panel) == ["sea"], "what was found stays while a search means nothing"
    panel.field.clear()
    qtbot.waitUntil(lambda: panel.shelf.count() == 3)
    assert not panel.problem.isVisible()


def test_keys_and_clicks_choose_and_rate(panel: Any, qtbot: Any) -> None:
    panel.sort.setCurrentIndex(panel.sort.findData("name"))
    qtbot.waitUntil(lambda: names(panel) == ["oak", "sea", "sunset"])
    click(panel, "oak")
    QTest.keyClick(panel.grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(panel.grid.selection()) == 2
    QTest.keyClick(panel.grid, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: [panel.shelf.asset(row).rating for row in range(3)] == [4, 4, 0])
    click(panel, "sea", Qt.KeyboardModifier.ControlModifier)
    assert len(panel.grid.selection()) == 1
    assert panel.details.title.text() == "oak"
    assert panel.details.stars.rating == 4
    QTest.mouseClick(panel.details.stars, Qt.MouseButton.LeftButton, pos=QPoint(30, 10))
    qtbot.waitUntil(lambda: panel.shelf.asset(0).rating == 2)


def test_what_is_written_on_the_right_is_found_at_once(panel: Any, qtbot: Any) -> None:
    click(panel, "oak")
    field = panel.details.fields["tags"]
    field.setFocus()
    QTest.keyClicks(field, "Tree, Green")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(panel.field, "tag:tree")
    qtbot.waitUntil(lambda: names(panel) == ["oak"])
    title = panel.details.fields["title"]
    click(panel, "oak")
    title.setFocus()
    QTest.keyClicks(title, "Quercus")
    QTest.keyClick(title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(panel) == ["Quercus"])
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Green")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(panel) == [])


def test_thumbnails_are_drawn(panel: Any, qtbot: Any) -> None:
    def shown() -> bool:
        image = panel.grid.viewport().grab().toImage()
        cell = panel.grid.cell(names(panel).index("sunset"))
        pixel = image.pixelColor(cell.center().x(), cell.top() + panel.grid.side // 2)
        return bool(np.allclose((pixel.red(), pixel.green(), pixel.blue()), (240, 120, 30), atol=12))

    qtbot.waitUntil(shown)


def test_a_double_click_places_a_picture_with_its_source(panel: Any, image: Any, qtbot: Any) -> None:
    from editor.model.origin import Origin

    before = len(image.session.project.records)
    click(panel, "sunset", double=True)
    qtbot.waitUntil(lambda: len(image.session.project.records) > before and not image.session.has_jobs)
    qtbot.waitUntil(lambda: any(isinstance(item, Origin) for item in image.session.project.records.values()))
    (note,) = [item for item in image.session.project.records.values() if isinstance(item, Origin)]
    assert note.name == "sunset.png"
    assert image.session.project.get(note.parent).name == "sunset"
    image.session.project.undo()
    assert len(image.session.project.records) == before


def test_a_live_link_is_a_document_of_its_own(panel: Any, image: Any, qtbot: Any) -> None:
    from editor.model.raster import EmbedLayer

    click(panel, "sea")
    menu = panel.menus.assets_menu()
    next(action for action in menu.actions() if action.text() == "Place as a live link").trigger()
    menu.deleteLater()
    project = image.session.project
    qtbot.waitUntil(lambda: any(isinstance(item, EmbedLayer) for item in project.records.values()))
    assert len(project.documents()) == 2


def test_collections_and_kept_searches(panel: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.library.menus import NameDialog

    answers = iter(["Book", "Blue"])

    def execute(dialog: Any) -> Any:
        dialog.field.setText(next(answers))
        return dialog.DialogCode.Accepted

    monkeypatch.setattr(NameDialog, "exec", execute)
    click(panel, "oak")
    panel.menus.new_collection(None, panel.grid.selection())
    place = _place(panel, "collection")
    panel.sidebar.show_place(place)
    qtbot.waitUntil(lambda: names(panel) == ["oak"])
    panel.search_for("color:#143cc8")
    qtbot.waitUntil(lambda: names(panel) == ["sea"])
    QTest.mouseClick(panel.keep, Qt.MouseButton.LeftButton)
    kept = _place(panel, "kept")
    assert (kept.name, kept.query) == ("Blue", "color:#143cc8")
    panel.field.clear()
    panel.sidebar.show_place(kept)
    qtbot.waitUntil(lambda: names(panel) == ["sea"])


def _place(panel: Any, kind: str) -> Any:
    from PySide6.QtWidgets import QApplication

    for _ in range(200):
        QApplication.processEvents()
        item = panel.sidebar._item(lambda place: place.kind == kind)
        if item is not None:
            return item.data(0, Qt.ItemDataRole.UserRole)
        QTest.qWait(10)
    raise AssertionError(f"no {kind} on the left")


def test_thrown_away_and_put_back(panel: Any, qtbot: Any) -> None:
    from app.library.sidebar import TRASH

    click(panel, "oak")
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.shelf.count() == 2)
    panel.sidebar.show_place(TRASH)
    qtbot.waitUntil(lambda: names(panel) == ["oak"])
    click(panel, "oak")
    panel.put_back()
    qtbot.waitUntil(lambda: panel.shelf.count() == 0)
    assert "trash is empty" in panel.grid.empty_text


def test_dropped_files_come_in_and_a_bad_one_is_said(panel: Any, image: Any, qtbot: Any, tmp_path: Path) -> None:
    Image.new("RGB", (60, 60), (200, 200, 0)).save(tmp_path / "moon.png")
    panel.service.take_in([tmp_path / "moon.png", tmp_path / "nowhere.png"])
    qtbot.waitUntil(lambda: "moon" in names(panel), timeout=20_000)
    qtbot.waitUntil(lambda: not image.session.has_jobs, timeout=20_000)
    qtbot.waitUntil(lambda: panel.shelf.asset(names(panel).index("moon")).width == 60, timeout=20_000)


def test_a_hundred_thousand_assets_are_drawn_no_more_than_the_screen_holds(panel: Any) -> None:
    asked = []
    real = panel.shelf.asset
    panel.shelf.ids = np.arange(1, 100_001, dtype=np.int64)
    panel.shelf.asset = lambda row: asked.append(row) or real(row)  # type: ignore[func-returns-value]
    panel.shelf.forget()
    panel.grid.verticalScrollBar().setValue(panel.grid.verticalScrollBar().maximum() // 2)
    panel.grid.viewport().repaint()
    visible = (panel.grid.viewport().height() // panel.grid.cell_height() + 3) * panel.grid.columns()
    assert asked
    assert max(asked) - min(asked) <= visible
    assert min(asked) > 40_000
