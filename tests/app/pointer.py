"""Real mouse events on a canvas, given in document units."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from render.geometry import Point


def at(canvas: Any, x: float, y: float) -> QPoint:
    place = canvas.view.to_screen.apply(Point(x, y))
    return QPoint(round(place.x), round(place.y))


def press(canvas: Any, x: float, y: float) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, x, y))


def move(canvas: Any, x: float, y: float) -> None:
    """Moves with the button held, which QTest.mouseMove does not say."""
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    place = QPointF(at(canvas, x, y))
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, canvas.mapToGlobal(place), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(canvas, event)


def release(canvas: Any, x: float, y: float) -> None:
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, x, y))


def drag(canvas: Any, *places: tuple[float, float]) -> None:
    """Press at the first place, move through the others, let go at the last."""
    press(canvas, *places[0])
    for place in places[1:]:
        move(canvas, *place)
    release(canvas, *places[-1])
