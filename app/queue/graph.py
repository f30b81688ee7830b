"""A small graph that grows to the right: the last two minutes of something."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import color

KEPT = 240


class Graph(QWidget):
    """`add` takes one value; `most` is the full height, or 0 for the highest that was seen."""

    def __init__(self, title: str, ink: str = "accent", most: float = 1.0) -> None:
        super().__init__()
        self.title, self.ink, self.most, self.text = title, ink, most, ""
        self.values: deque[float] = deque(maxlen=KEPT)
        self.setMinimumSize(170, 84)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)

    def sizeHint(self) -> QSize:
        return QSize(220, 92)

    def add(self, value: float, text: str) -> None:
        self.values.append(value)
        self.text = text
        self.setAccessibleDescription(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("field"))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        words = QRectF(10, 6, self.width() - 20, 18)
        painter.setPen(color("muted"))
        room = round(words.width()) - painter.fontMetrics().horizontalAdvance(self.text) - 8
        title = painter.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(color("text"))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.text)
        area = QRectF(10, 30, self.width() - 20, self.height() - 38)
        painter.setPen(QPen(color("border"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if len(self.values) > 1:
            self._paint_curve(painter, area)

    def _paint_curve(self, painter: QPainter, area: QRectF) -> None:
        most = self.most or max(self.values) or 1.0
        step = area.width() / (KEPT - 1)
        left = area.right() - step * (len(self.values) - 1)
        points = [
            QPointF(left + step * index, area.bottom() - area.height() * min(1.0, value / most))
            for index, value in enumerate(self.values)
        ]
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        below = QPainterPath(path)
        below.lineTo(area.bottomRight())
        below.lineTo(points[0].x(), area.bottom())
        ink = color(self.ink)
        painter.setPen(QPen(ink, 1.5))
        painter.drawPath(path)
        ink.setAlphaF(0.18)
        painter.fillPath(below, ink)
