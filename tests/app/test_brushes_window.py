"""Brushes of other programs in the window: from the library into the hand, painted with, chosen by picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.brushes import hold, put_down
from app.presets.using import take_in_hand
from app.shell.tips import TipButton, TipChooser
from editor.commands.raster.tips import FoundBrush, Paper
from editor.formats.preset.tools import tool_preset
from editor.tools.raster.brush import BrushTool
from editor.tools.raster.held import HeldBrush
from render.raster.dynamics import Dynamics
from tests.app.pointer import drag
from tests.app.shelved import make_library
from tests.app.test_library_drag import drag as drag_asset
from tests.editor.formats.brush.brush_bytes import gbr, new_abr
from tests.editor.formats.brush.driven_bytes import bundle, krita

LEFT = Qt.MouseButton.LeftButton
SOLID = np.full((30, 30), 255, np.uint8)


@pytest.fixture
def shelves(studio: Any, tmp_path: Path, qtbot: Any, request: pytest.FixtureRequest) -> Any:
    """A window with an image, and one brush file in its library."""
    folder = tmp_path / "files"
    folder.mkdir()
    name, data = request.param
    (folder / name).write_bytes(data)
    make_library(tmp_path / "library", folder)
    studio.window.files.new_project("raster", name="Host", width=400, height=300)
    studio.window.parts.show_library()
    panel = studio.window.parts.library
    qtbot.waitUntil(lambda: panel.service is not None and panel.shelf.count() == 1)
    qtbot.waitUntil(lambda: not studio.session.has_jobs)
    qtbot.waitUntil(lambda: panel.grid.viewport().height() > 60)
    canvas = studio.window.parts.canvas
    qtbot.waitUntil(lambda: canvas.surface.size_of_document == (400.0, 300.0))
    return studio


def held(studio: Any, tool: str = "raster.brush") -> HeldBrush | None:
    found: HeldBrush | None = studio.session.tool_settings.get(tool, {}).get("tip")
    return found


def pixels(studio: Any) -> np.ndarray:
    return np.array(studio.session.display.render_whole(studio.session.document))


def button(studio: Any) -> TipButton:
    found: TipButton = studio.window.parts.options.editors["tip"]
    return found


def chooser_of(qtbot: Any, studio: Any) -> TipChooser:
    QTest.mouseClick(button(studio), LEFT)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), TipChooser))
    found = QApplication.activePopupWidget()
    assert isinstance(found, TipChooser)
    return found


@pytest.mark.parametrize("shelves", [("solid.gbr", gbr(SOLID, name="Solid"))], indirect=True)
@pytest.mark.parametrize("way", ["double click", "drag"])
def test_from_the_library_into_the_hand_and_onto_the_canvas(shelves: Any, qtbot: Any, way: str) -> None:
    session, panel, canvas = shelves.session, shelves.window.parts.library, shelves.window.parts.canvas
    session.choose_tool("raster.move")
    steps = len(session.project.history)
    if way == "drag":
        drag_asset(panel, canvas, canvas.rect().center())
    else:
        place = panel.grid.cell(0).center()
        QTest.mouseClick(panel.grid.viewport(), LEFT, pos=place)
        QTest.mouseDClick(panel.grid.viewport(), LEFT, pos=place)
    qtbot.waitUntil(lambda: held(shelves) is not None)
    assert session.tool == "raster.brush"
    assert len(session.project.history) == steps, "nothing was put into the document"
    session.set_foreground("#00aa00")
    drag(canvas, (100, 100), (200, 100))
    assert len(session.project.history) == steps + 1
    found = pixels(shelves)
    assert tuple(found[100, 150]) == (0, 170, 0, 255)
    assert tuple(found[87, 88]) == (0, 170, 0, 255), "its corners are square"
    shelves.window.bindings.actions["edit.undo"].trigger()
    assert (pixels(shelves) == 255).all()
    assert shelves.errors == []


@pytest.mark.parametrize("shelves", [("set.abr", new_abr())], indirect=True)
def test_one_of_several_is_picked_by_its_picture_and_put_down_again(shelves: Any, qtbot: Any) -> None:
    session, panel = shelves.session, shelves.window.parts.library
    session.attempt(lambda: panel.opening.open(1))
    qtbot.waitUntil(lambda: held(shelves) is not None)
    options = shelves.window.parts.options
    assert "hardness" in options.editors, "the first is a round one"
    chooser = chooser_of(qtbot, shelves)
    assert chooser.model.rowCount() == 4
    place = chooser.view.visualRect(chooser.model.index(2)).center()
    QTest.mouseClick(chooser.view.viewport(), LEFT, pos=place)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    now = held(shelves)
    assert now is not None
    assert now.brush.name == "Leaf"
    assert button(shelves).toolTip() == "Leaf"
    assert "hardness" not in options.editors
    assert options.editors["spacing"].value() == pytest.approx(70.0)
    chooser = chooser_of(qtbot, shelves)
    QTest.keyClick(chooser.view, Qt.Key.Key_Right)
    other = held(shelves)
    assert other is not None
    assert other.brush.name == "set 3", "the arrow keys try the next"
    place = chooser.view.visualRect(chooser.model.index(0)).center()
    QTest.mouseClick(chooser.view.viewport(), LEFT, pos=place)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert held(shelves) is None
    assert "hardness" in options.editors
    assert "spacing" not in options.editors


@pytest.mark.parametrize("shelves", [("solid.gbr", gbr(SOLID))], indirect=True)
def test_with_the_eraser_in_the_hand_it_erases(shelves: Any, qtbot: Any) -> None:
    session, panel = shelves.session, shelves.window.parts.library
    session.choose_tool("raster.eraser")
    session.attempt(lambda: panel.opening.open(1))
    qtbot.waitUntil(lambda: held(shelves, "raster.eraser") is not None)
    assert session.tool == "raster.eraser"
    drag(shelves.window.parts.canvas, (100, 100))
    assert pixels(shelves)[88, 88, 3] == 0


@pytest.mark.parametrize("shelves", [("brush.myb", b"{}")], indirect=True)
def test_what_is_only_kept_says_so(shelves: Any, qtbot: Any) -> None:
    shelves.session.attempt(lambda: shelves.window.parts.library.opening.open(1))
    qtbot.waitUntil(lambda: bool(shelves.errors))
    assert held(shelves) is None


def test_a_damaged_file_says_so_and_leaves_the_tip_in_the_hand(image: Any, qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "bad.gbr"
    path.write_bytes(gbr(SOLID)[:200])
    image.window.files.drop([path])
    qtbot.waitUntil(lambda: bool(image.errors))
    assert "bad.gbr" in image.errors[0]
    assert held(image) is None


@pytest.mark.parametrize("shelves", [("solid.gbr", gbr(SOLID))], indirect=True)
def test_without_an_image_it_says_what_it_needs(shelves: Any, qtbot: Any) -> None:
    session, panel = shelves.session, shelves.window.parts.library
    session.run("vector.new_document")
    key = [item.id for item in session.project.records.values() if item.kind == "vector.document"][-1]
    session.activate(key)
    session.attempt(lambda: panel.opening.open(1))
    qtbot.waitUntil(lambda: bool(shelves.errors))
    assert "image" in shelves.errors[0]


def test_the_chooser_is_where_the_button_is(image: Any, qtbot: Any) -> None:
    image.session.choose_tool("raster.brush")
    chooser = chooser_of(qtbot, image)
    place = button(image).mapToGlobal(QPoint(0, 0))
    assert abs(chooser.pos().x() - place.x()) < 3
    assert chooser.pos().y() > place.y()
    chooser.close()


ERASER_FIRST = bundle(**{"paintoppresets/0.kpp": krita(CompositeOp="erase", PressureSharpness="true")})


@pytest.mark.parametrize("shelves", [("set.bundle", ERASER_FIRST)], indirect=True)
def test_a_brush_that_erases_comes_to_the_eraser_and_says_what_is_not_followed(shelves: Any, qtbot: Any) -> None:
    session, options = shelves.session, shelves.window.parts.options
    hints: list[str] = []
    session.hint.connect(hints.append)
    session.attempt(lambda: shelves.window.parts.library.opening.open(1))
    qtbot.waitUntil(lambda: session.tool == "raster.eraser" and options.editors["tip"].held is not None)
    qtbot.waitUntil(lambda: any("Sharpness" in hint for hint in hints))
    assert "Sharpness" in options.editors["tip"].toolTip()
    chooser = options.editors["tip"].show_chooser()
    assert chooser.told.isVisible() and "Sharpness" in chooser.told.text()
    chooser.take("1")
    assert session.tool == "raster.brush", "the next one paints again"
    assert not chooser.told.isVisible()
    chooser.close()
    session.set_foreground("#00aa00")
    drag(shelves.window.parts.canvas, (100, 100), (200, 100))
    assert tuple(pixels(shelves)[100, 150]) == (0, 170, 0, 255)
    assert shelves.errors == []


@pytest.mark.parametrize("shelves", [("solid.gbr", gbr(SOLID, name="Solid"))], indirect=True)
def test_options_without_room_wait_behind_a_button(shelves: Any, qtbot: Any) -> None:
    session, options = shelves.session, shelves.window.parts.options
    session.attempt(lambda: shelves.window.parts.library.opening.open(1))
    qtbot.waitUntil(lambda: session.tool == "raster.brush" and "spacing" in options.editors)
    options.setFixedWidth(2400)
    qtbot.waitUntil(lambda: all(cell.parent() is options for cell in options.cells))
    assert not options.more.isVisible()
    options.setFixedWidth(600)
    qtbot.waitUntil(options.more.isVisible)
    inside = [cell for cell in options.cells if cell.parent() is options]
    assert 0 < len(inside) < len(options.cells)
    qtbot.waitUntil(lambda: all(cell.geometry().right() <= options.more.geometry().left() for cell in inside))
    assert options.editors["size"].isVisible() and not options.editors["pressure_size"].isVisible()
    QTest.mouseClick(options.more, LEFT)
    qtbot.waitUntil(options.rest.isVisible)
    switch = options.editors["pressure_size"]
    qtbot.waitUntil(switch.isVisible)
    QTest.mouseClick(switch, LEFT, pos=QPoint(8, switch.height() // 2))
    assert session.tool_settings["raster.brush"]["pressure_size"] is True
    options.rest.close()
    options.setFixedWidth(2400)
    qtbot.waitUntil(lambda: not options.more.isVisible() and switch.isVisible())
    assert switch.isChecked()


def test_the_bar_stands_with_a_tip_that_cannot_be_drawn(image: Any, qtbot: Any) -> None:
    session, options = image.session, image.window.parts.options
    session.choose_tool("raster.brush")
    wild = FoundBrush("Wild", dynamics=Dynamics(), paper=Paper(5000, 1, bytes(5000)))
    hold(session, HeldBrush("wild", (wild,)))
    assert {"size", "opacity", "pressure_size"} <= set(options.editors)
    assert button(image).toolTip() == "Wild"
    chooser = chooser_of(qtbot, image)
    QTest.mouseClick(chooser.view.viewport(), LEFT, pos=chooser.view.visualRect(chooser.model.index(0)).center())
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert held(image) is None
    drag(image.window.parts.canvas, (100, 100), (200, 100))
    assert image.errors == []


OWN = {"size": 44.0, "opacity": 40.0, "pressure_size": True, "smoothing": 20.0, "hardness": 65.0}


def test_a_brush_that_is_put_down_gives_the_round_tip_its_options_back(image: Any, qtbot: Any) -> None:
    session = image.session
    session.choose_tool("raster.brush")
    settings = session.tool_settings.setdefault("raster.brush", {})
    for option, value in OWN.items():
        session.set_tool_option("raster.brush", option, value)
    slow = FoundBrush("Slow", smoothing=0.875, dynamics=Dynamics())
    silent = FoundBrush("Silent", (SOLID,), diameter=70.0)
    hold(session, HeldBrush("both", (slow, silent)))
    assert (settings["pressure_size"], settings["opacity"], settings["smoothing"]) == (False, 100.0, 87.5)
    chooser = chooser_of(qtbot, image)
    QTest.keyClick(chooser.view, Qt.Key.Key_Right)
    assert (settings["size"], settings["smoothing"], settings["pressure_size"]) == (70.0, 20.0, True)
    QTest.mouseClick(chooser.view.viewport(), LEFT, pos=chooser.view.visualRect(chooser.model.index(0)).center())
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert held(image) is None
    assert {option: settings[option] for option in OWN} == OWN
    editors = image.window.parts.options.editors
    assert editors["opacity"].value() == pytest.approx(40.0)
    assert editors["pressure_size"].isChecked()
    said = {"opacity": 90.0, "pressure_size": False}
    kept = tool_preset("Kept", BrushTool, {**HeldBrush("slow", (slow,)).settings, **said})
    take_in_hand(session, kept)
    assert (settings["opacity"], settings["pressure_size"]) == (90.0, False)
    put_down(session, "raster.brush")
    assert {option: settings[option] for option in OWN} == OWN


def test_the_rest_of_the_options_follows_the_window_while_it_is_open(image: Any, qtbot: Any) -> None:
    session, options = image.session, image.window.parts.options
    session.choose_tool("raster.brush")
    hold(session, HeldBrush("solid", (FoundBrush("Solid", (SOLID,)),)))
    options.setFixedWidth(600)
    qtbot.waitUntil(options.more.isVisible)
    QTest.mouseClick(options.more, LEFT)
    qtbot.waitUntil(options.rest.isVisible)
    count, height = options.rest.column.count(), options.rest.height()
    options.setFixedWidth(900)
    qtbot.waitUntil(lambda: 0 < options.rest.column.count() < count)
    qtbot.waitUntil(lambda: options.rest.height() < height)
    assert options.rest.isVisible()
    options.setFixedWidth(2400)
    qtbot.waitUntil(lambda: not options.rest.isVisible())
    assert options.rest.column.count() == 0
