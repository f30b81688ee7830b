"""From the pointer to the pixels and back: painting, undo, undo in the middle of a drag, moving the view."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.app.pointer import at, drag, move, press, release


def pixels(studio: Any) -> np.ndarray:
    return np.array(studio.session.display.render_whole(studio.session.document))


def shown(studio: Any, x: float, y: float) -> tuple[int, int, int]:
    """What the canvas shows at a place of the document."""
    canvas = studio.window.parts.canvas
    place = at(canvas, x, y)
    return canvas.surface.grabFramebuffer().pixelColor(place.x(), place.y()).getRgb()[:3]


def test_a_new_image_fits_the_window_and_is_white(image: Any) -> None:
    assert shown(image, 200, 150) == (255, 255, 255)
    assert image.window.windowTitle().startswith("Picture")


def test_a_stroke_changes_pixels_and_undo_takes_it_back(image: Any, qtbot: Any) -> None:
    session, canvas = image.session, image.window.parts.canvas
    session.choose_tool("raster.brush")
    session.set_foreground("#ff0000")
    before = pixels(image)
    drag(canvas, (100, 100), (150, 120), (200, 100))
    after = pixels(image)
    assert (before != after).any()
    assert not session.project.is_in_gesture
    qtbot.waitUntil(canvas.surface.is_complete)
    assert shown(image, 102, 101) == (255, 0, 0)
    image.window.bindings.actions["edit.undo"].trigger()
    assert (pixels(image) == before).all()
    qtbot.waitUntil(canvas.surface.is_complete)
    assert shown(image, 102, 101) == (255, 255, 255)
    image.window.bindings.actions["edit.redo"].trigger()
    assert (pixels(image) == after).all()
    assert image.errors == []


def test_a_stroke_that_grows_too_large_stays_and_is_told_when_the_pen_is_up(image: Any, monkeypatch: Any) -> None:
    from render.raster import painting

    session, canvas = image.session, image.window.parts.canvas
    monkeypatch.setattr(painting, "MOST_TILES", 1)
    session.choose_tool("raster.brush")
    session.set_foreground("#ff0000")
    before, steps = pixels(image), len(session.project.history)
    zoom, center, size = canvas.view.zoom, canvas.view.center, canvas.size()
    told: list[str] = []
    session.message.connect(lambda _level, text, _remedy: told.append(text))
    press(canvas, 100, 100)
    for x in range(110, 390, 10):
        move(canvas, x, 100)
    assert (pixels(image)[100, 200, :3] == (255, 0, 0)).all()
    assert (told, canvas.view.zoom, canvas.view.center, canvas.size()) == ([], zoom, center, size)
    move(canvas, 100, 200)
    release(canvas, 100, 200)
    assert len(told) == 1 and "grew too large" in told[0]
    assert len(session.project.history) == steps + 1
    assert (pixels(image)[100, 200, :3] == (255, 0, 0)).all() and (pixels(image)[200, 100] == 255).all()
    image.window.bindings.actions["edit.undo"].trigger()
    assert (pixels(image) == before).all()
    drag(canvas, (100, 100), (150, 100))
    assert len(told) == 1 and (pixels(image) != before).any(), "the next stroke is a new one"


def test_undo_during_a_drag_cancels_it_and_nothing_else(image: Any) -> None:
    session, canvas = image.session, image.window.parts.canvas
    session.choose_tool("raster.brush")
    drag(canvas, (50, 50), (90, 50))
    before, steps, hash_before = pixels(image), len(session.project.history), session.project.content_hash()
    press(canvas, 100, 100)
    move(canvas, 200, 150)
    assert session.project.is_in_gesture
    assert (pixels(image) != before).any()
    QTest.keyClick(image.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not session.project.is_in_gesture
    release(canvas, 200, 150)
    assert (pixels(image) == before).all()
    assert session.project.content_hash() == hash_before
    assert len(session.project.history) == steps


def test_escape_cancels_a_drag(image: Any) -> None:
    session, canvas = image.session, image.window.parts.canvas
    session.choose_tool("raster.brush")
    before = session.project.content_hash()
    press(canvas, 100, 100)
    move(canvas, 200, 150)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    release(canvas, 200, 150)
    assert session.project.content_hash() == before


def test_the_wheel_zooms_at_the_pointer(image: Any) -> None:
    canvas = image.window.parts.canvas
    place = QPointF(at(canvas, 300, 200))
    zoom, before = canvas.view.zoom, canvas.view.to_document(place.x(), place.y())
    event = QWheelEvent(
        place, canvas.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )
    QApplication.sendEvent(canvas, event)
    after = canvas.view.to_document(place.x(), place.y())
    assert canvas.view.zoom > zoom * 1.4
    assert abs(after.x - before.x) < 1 and abs(after.y - before.y) < 1


def test_space_and_drag_moves_the_view_and_paints_nothing(image: Any) -> None:
    session, canvas = image.session, image.window.parts.canvas
    session.choose_tool("raster.brush")
    before, center = session.project.content_hash(), canvas.view.center
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, (100, 100), (150, 130))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.view.center != center
    assert session.project.content_hash() == before


def test_r_and_drag_turns_the_view(image: Any) -> None:
    canvas = image.window.parts.canvas
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_R)
    drag(canvas, (390, 150), (390, 280))
    QTest.keyRelease(canvas, Qt.Key.Key_R)
    assert abs(canvas.view.angle) > 5
    image.window.bindings.actions["view.upright"].trigger()
    assert canvas.view.angle == 0


def test_zoom_actions(image: Any) -> None:
    canvas, actions = image.window.parts.canvas, image.window.bindings.actions
    actions["view.actual"].trigger()
    assert canvas.view.zoom == 1.0
    actions["view.zoom_in"].trigger()
    assert canvas.view.zoom == 1.5
    actions["view.fit"].trigger()
    assert canvas.view.follows_size
