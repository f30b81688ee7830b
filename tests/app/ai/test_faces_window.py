"""Faces in the window with real events: points dragged on the canvas, sliders in the properties, undo and Escape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.widgets.number_field import NumberField
from app.widgets.struct_editors import StructEditor, VariantEditor
from editor.commands.registry import run
from editor.model.faces import Beautify, Face
from editor.model.raster import AdjustmentLayer
from editor.workflows.ai.pictures import Picture, put_layer
from render.geometry import Point, Rect
from tests.app.pointer import at, drag, move, press, release
from tests.render.raster.faces.painting import face_at, picture_of

POINTS = tuple(Point(x, y) for x, y in face_at(55.0, 200, 120))
NOSE = 30


@pytest.fixture
def portrait(image: Any, qtbot: Any) -> Any:
    """A painted face of 400 x 300 with its points, the tool Face points in hand."""
    project, document = image.session.project, image.session.document
    picture = picture_of(face_at(55.0, 200, 120), 400, 300)
    with project.transaction("Portrait"):
        put_layer(project, document, Picture(np.dstack([picture, np.ones((300, 400), np.float32)])), "Photo")
        run(project, "raster.place_face", document=document, box=Rect(130, 80, 140, 150), points=POINTS)
    image.session.choose_tool("raster.face_points")
    qtbot.waitUntil(image.window.parts.canvas.surface.is_complete)
    return image


def face(studio: Any) -> Face:
    [found] = studio.session.project.children(studio.session.document, Face)
    return found


def shown(studio: Any) -> np.ndarray:
    return np.array(studio.session.display.render_whole(studio.session.document))


def test_a_point_is_dragged_undone_and_redone(portrait: Any) -> None:
    session, canvas = portrait.session, portrait.window.parts.canvas
    start, steps = POINTS[NOSE], len(session.project.history)
    drag(canvas, (start.x, start.y), (start.x + 6, start.y - 4), (start.x + 12, start.y - 9))
    moved = face(portrait).points
    assert moved[NOSE].x - start.x == pytest.approx(12, abs=0.6)
    assert moved[NOSE].y - start.y == pytest.approx(-9, abs=0.6)
    assert moved[:NOSE] + moved[NOSE + 1 :] == POINTS[:NOSE] + POINTS[NOSE + 1 :]
    assert len(session.project.history) == steps + 1
    QTest.keyClick(portrait.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert face(portrait).points == POINTS
    QTest.keyClick(
        portrait.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert face(portrait).points == moved
    assert portrait.errors == []


@pytest.mark.parametrize("stop", ["undo", "escape"])
def test_a_drag_is_given_up_in_the_middle(portrait: Any, stop: str) -> None:
    session, canvas = portrait.session, portrait.window.parts.canvas
    before, steps = session.project.content_hash(), len(session.project.history)
    press(canvas, POINTS[NOSE].x, POINTS[NOSE].y)
    move(canvas, POINTS[NOSE].x + 25, POINTS[NOSE].y + 10)
    assert session.project.is_in_gesture
    assert face(portrait).points != POINTS
    if stop == "undo":
        QTest.keyClick(portrait.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    else:
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not session.project.is_in_gesture
    move(canvas, POINTS[NOSE].x + 30, POINTS[NOSE].y + 20)
    release(canvas, POINTS[NOSE].x + 30, POINTS[NOSE].y + 20)
    assert face(portrait).points == POINTS
    assert (session.project.content_hash(), len(session.project.history)) == (before, steps)
    assert portrait.errors == []


def test_arrows_nudge_the_point_that_was_clicked(portrait: Any) -> None:
    canvas = portrait.window.parts.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, POINTS[8].x, POINTS[8].y))
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert face(portrait).points[8] == Point(POINTS[8].x + 10, POINTS[8].y + 1)


def test_a_retouch_follows_while_a_point_is_dragged(portrait: Any) -> None:
    session, canvas = portrait.session, portrait.window.parts.canvas
    run(session.project, "raster.add_adjustment", document=session.document, adjustment=Beautify(smooth_skin=1.0))
    before = shown(portrait)
    press(canvas, POINTS[8].x, POINTS[8].y)
    move(canvas, POINTS[8].x, POINTS[8].y - 30)
    assert (shown(portrait) != before).any()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    release(canvas, POINTS[8].x, POINTS[8].y - 30)
    assert (shown(portrait) == before).all()


def slider(studio: Any, name: str) -> NumberField:
    """The field of the adjustment in the properties panel."""
    panel = studio.window.parts.properties
    variant = panel.editor.editors["adjustment"]
    assert isinstance(variant, VariantEditor) and isinstance(variant.inner, StructEditor)
    field = variant.inner.editors[name].findChild(NumberField)
    assert field is not None
    return field


def test_a_slider_in_the_properties_retouches_live(portrait: Any, qtbot: Any) -> None:
    session = portrait.session
    key = session.run(
        "raster.add_adjustment", document=session.document, adjustment=Beautify(smooth_skin=0.1), name="Beautify"
    )
    session.project.select((key,))
    session.selection_changed.emit()
    qtbot.waitUntil(lambda: "adjustment" in getattr(portrait.window.parts.properties.editor, "editors", {}))
    before, steps = shown(portrait), len(session.project.history)
    field = slider(portrait, "smooth_skin")
    middle = field.rect().center()
    QTest.mousePress(field, Qt.MouseButton.LeftButton, pos=middle)
    for step in range(1, 8):
        place = middle + type(middle)(12 * step, 0)
        _drag_to(field, place)
    assert session.project.is_in_gesture
    assert (shown(portrait) != before).any()
    QTest.mouseRelease(field, Qt.MouseButton.LeftButton, pos=middle + type(middle)(84, 0))
    layer = session.project.find(key, AdjustmentLayer)
    assert layer.adjustment.smooth_skin > 0.1
    assert len(session.project.history) == steps + 1
    QTest.keyClick(portrait.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (shown(portrait) == before).all()
    assert portrait.errors == []


@pytest.mark.parametrize("known", [True, False])
def test_a_retouch_without_faces_says_what_is_missing(portrait: Any, known: bool) -> None:
    session, told = portrait.session, []
    if not known:
        session.run("raster.clear_faces", document=session.document)
    session.message.connect(lambda level, text, remedy: told.append((level, text)))
    [button] = [
        item for item in portrait.window.findChildren(QToolButton) if item.accessibleName() == "New adjustment layer"
    ]
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().topLeft()))
    [action] = [item for item in menu.actions() if item.text() == "Beautify"]
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    layers = session.project.children(session.document, AdjustmentLayer)
    assert [type(layer.adjustment) for layer in layers] == [Beautify]
    assert any("faces are known" in text for _, text in told) is not known


def _drag_to(widget: Any, place: Any) -> None:
    """A move with the button held, which QTest.mouseMove does not say."""
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        widget.mapToGlobal(QPointF(place)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)
