"""The vector tools in the window: drawn with the pointer, seen on the canvas, taken back with undo."""

from __future__ import annotations

import os
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from editor.model.vector import EllipseShape, Node, PathShape, RectangleShape, TextShape
from tests.app.pointer import at, drag, press, release


@pytest.fixture
def drawing(studio: Any, qtbot: Any) -> Any:
    """A project with one drawing, shown on screen."""
    studio.window.files.new_project("vector", name="Poster", width=400, height=300)
    canvas = studio.window.parts.canvas
    qtbot.waitUntil(lambda: canvas.surface.size_of_document == (400.0, 300.0) and canvas.surface.is_complete())
    return studio


def shown(studio: Any, x: float, y: float) -> tuple[int, int, int]:
    canvas = studio.window.parts.canvas
    place = at(canvas, x, y)
    return canvas.surface.grabFramebuffer().pixelColor(place.x(), place.y()).getRgb()[:3]


def nodes(studio: Any) -> list[type]:
    return [type(item) for item in studio.session.project.records.values() if isinstance(item, Node)]


def click(canvas: Any, x: float, y: float) -> None:
    press(canvas, x, y)
    release(canvas, x, y)


def test_shapes_paths_and_text_are_drawn_with_the_pointer(drawing: Any, qtbot: Any) -> None:
    session, canvas = drawing.session, drawing.window.parts.canvas
    session.set_foreground("#ff0000")
    session.choose_tool("vector.rectangle")
    drag(canvas, (20, 20), (60, 60), (140, 100))
    qtbot.waitUntil(canvas.surface.is_complete)
    assert shown(drawing, 80, 60) == (255, 0, 0)
    session.set_foreground("#0000ff")
    session.choose_tool("vector.ellipse")
    drag(canvas, (200, 20), (250, 60), (340, 120))
    session.choose_tool("vector.pen")
    click(canvas, 40, 150)
    drag(canvas, (120, 250), (150, 280))
    click(canvas, 200, 160)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    session.choose_tool("vector.text")
    click(canvas, 230, 220)
    QTest.keyClicks(canvas, "Hello")
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert nodes(drawing) == [RectangleShape, EllipseShape, PathShape, TextShape]
    session.choose_tool("vector.select")
    click(canvas, 80, 60)
    qtbot.waitUntil(canvas.surface.is_complete)
    if folder := os.environ.get("ATELIER_SCREENSHOTS"):
        drawing.window.grab().save(f"{folder}/vector.png")
    assert drawing.errors == []


def test_undo_takes_shapes_back_one_by_one(drawing: Any, qtbot: Any) -> None:
    session, canvas = drawing.session, drawing.window.parts.canvas
    session.choose_tool("vector.rectangle")
    drag(canvas, (20, 20), (140, 100))
    drag(canvas, (200, 120), (300, 200))
    undo = drawing.window.bindings.actions["edit.undo"]
    undo.trigger()
    assert nodes(drawing) == [RectangleShape]
    undo.trigger()
    qtbot.waitUntil(canvas.surface.is_complete)
    assert nodes(drawing) == []
    assert shown(drawing, 80, 60) == (255, 255, 255)
    assert drawing.errors == []


def test_an_object_is_dragged_across_the_page(drawing: Any, qtbot: Any) -> None:
    session, canvas = drawing.session, drawing.window.parts.canvas
    session.set_foreground("#00ff00")
    session.choose_tool("vector.rectangle")
    drag(canvas, (20, 20), (100, 80))
    session.choose_tool("vector.select")
    drag(canvas, (60, 50), (120, 100), (267, 193))
    qtbot.waitUntil(canvas.surface.is_complete)
    assert shown(drawing, 60, 50) == (255, 255, 255)
    assert shown(drawing, 267, 193) == (0, 255, 0)
    assert drawing.errors == []
