"""A curve through points from 0 to 1: click adds, drag moves, double click or dragging out removes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.theme import color
from app.widgets.editors import MIXED, Editor

CurvePoint = tuple[float, float]
STRAIGHT: list[CurvePoint] = [(0.0, 0.0), (1.0, 1.0)]
HEIGHT, MARGIN, REACH, LEAST = 168, 7, 11, 0.004
TINTS = {"red": "#e5534b", "green": "#4caf50", "blue": "#4a8cff"}


class CurveField(QWidget):
    """Draws and drags; the editor around it speaks stored data. Ends may move sideways but are never removed."""

    def __init__(self, editor: CurveEditor, name: str) -> None:
        super().__init__()
        self.editor, self.name = editor, name
        self.points = list(STRAIGHT)
        self.held: int | None = None
        self.before: list[CurvePoint] = []
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)

    # Places

    def area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def at(self, point: CurvePoint) -> QPointF:
        area = self.area()
        return QPointF(area.left() + point[0] * area.width(), area.bottom() - point[1] * area.height())

    def point_at(self, place: QPointF) -> CurvePoint:
        area = self.area()
        x, y = (place.x() - area.left()) / area.width(), (area.bottom() - place.y()) / area.height()
        return (min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))

    def near(self, place: QPointF) -> int | None:
        distances = [((self.at(point) - place).manhattanLength(), number) for number, point in enumerate(self.points)]
        best = min(distances)
        return best[1] if best[0] <= REACH else None

    # Hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.before = list(self.points)
        self.held = self.near(event.position())
        if self.held is None:
            point = self.point_at(event.position())
            self.held = sum(1 for other in self.points if other[0] < point[0])
            self.points.insert(self.held, point)
            self._drag(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.held is not None:
            self._drag(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.held is not None:
            self.held = None
            if self.points != self.before:
                self.editor.committed.emit(self.plain())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self.near(event.position())
        if number not in (None, 0, len(self.points) - 1):
            self.held = None
            del self.points[number]
            self.editor.committed.emit(self.plain())
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.held is not None:
            self.held, self.points = None, self.before
            self.editor.cancelled.emit()
            self.update()
        else:
            super().keyPressEvent(event)

    def _drag(self, place: QPointF) -> None:
        """Move the held point between its neighbours; an inner one that is dragged far out is gone."""
        assert self.held is not None
        number, inner = self.held, 0 < self.held < len(self.points) - 1
        if inner and not self.area().adjusted(-24, -24, 24, 24).contains(place):
            del self.points[number]
            self.held = None
            self.editor.committed.emit(self.plain())
        else:
            x, y = self.point_at(place)
            low = self.points[number - 1][0] + LEAST if number else 0.0
            high = self.points[number + 1][0] - LEAST if number < len(self.points) - 1 else 1.0
            self.points[number] = (min(max(x, low), high), y)
            self.editor.live.emit(self.plain())
        self.update()

    def plain(self) -> list[list[float]]:
        return [list(point) for point in self.points]

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.area()
        painter.fillRect(area, color("field"))
        painter.setPen(QPen(color("border"), 1))
        for share in (0.25, 0.5, 0.75):
            painter.drawLine(self.at((share, 0.0)), self.at((share, 1.0)))
            painter.drawLine(self.at((0.0, share)), self.at((1.0, share)))
        painter.drawLine(self.at((0.0, 0.0)), self.at((1.0, 1.0)))
        painter.drawRect(area)
        tint = QColor(TINTS[self.name]) if self.name in TINTS else color("text")
        painter.setPen(QPen(tint, 1.6))
        painter.setClipRect(area.adjusted(-1, -1, 1, 1))
        painter.drawPath(self._path())
        painter.setClipping(False)
        painter.setPen(QPen(tint, 1.4))
        for number, point in enumerate(self.points):
            painter.setBrush(tint if number == self.held else color("field"))
            painter.drawEllipse(self.at(point), 3.6, 3.6)

    def _path(self) -> QPainterPath:
        """The very curve that the adjustment applies."""
        from render.raster.adjustments import curve

        values = curve(tuple(self.points))
        last, steps = len(values) - 1, max(2, int(self.area().width()) // 2)
        path = QPainterPath(self.at((0.0, float(values[0]))))
        for step in range(1, steps + 1):
            path.lineTo(self.at((step / steps, float(values[round(last * step / steps)]))))
        return path


class CurveEditor(Editor):
    """Stored data is a list of [input, output]."""

    wide = True

    def __init__(self, name: str) -> None:
        super().__init__()
        self.field = CurveField(self, name)
        self._row(self.field)

    def set_value(self, value: Any) -> None:
        if self.field.held is None:
            self.field.points = list(STRAIGHT) if value is MIXED or not value else [(x, y) for x, y in value]
            self.field.update()
