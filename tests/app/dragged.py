"""Assets under a real pointer: from the library's grid to wherever they are let go."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def drag(panel: Any, target: QWidget, place: QPoint, keys: Any = NONE, row: int = 0) -> None:
    """Press on an asset, move to the place in another widget, let go there: the window system's own drag."""
    window = panel.window().windowHandle()
    grid = panel.grid.viewport()
    cell = panel.grid.cell(row)
    start = grid.mapTo(panel.window(), QPoint(cell.center().x(), cell.top() + 40))
    end = target.mapTo(panel.window(), place)
    steps = [start + (end - start) * share / 6 for share in range(1, 7)]

    def follow() -> None:
        if steps:
            QTest.mouseMove(window, steps.pop(0))
            QTimer.singleShot(15, follow)
        else:
            QTest.mouseRelease(window, LEFT, keys, end)

    QTimer.singleShot(30, follow)  # from here on the window system's drag has the pointer
    press = grid.mapFrom(panel.window(), start)
    QTest.mousePress(grid, LEFT, NONE, press)
    at = QPointF(press + QPoint(20, 20))
    event = QMouseEvent(QEvent.Type.MouseMove, at, grid.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, keys)
    QApplication.sendEvent(grid, event)
