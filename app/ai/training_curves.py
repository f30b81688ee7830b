"""The curves of a training run: how near held-out pictures come to the truth, and the error while learning."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import color
from editor.base.numbers import number_text
from editor.base.translation import tr

Curve = Sequence[tuple[int, float]]
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 30, 24
LINES = 4


class CurveView(QWidget):
    """One curve over the steps. `base` is drawn as a dashed line; the pointer reads a value off."""

    def __init__(self, title: str, unit: str, ink: str) -> None:
        super().__init__()
        self.title, self.unit, self.ink = title, unit, ink
        self.points: Curve = ()
        self.base: float | None = None
        self.steps = 1
        self._pointer: float | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(320, 130)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def sizeHint(self) -> QSize:
        return QSize(560, 200)

    def show_curve(self, points: Curve, steps: int, base: float | None = None) -> None:
        self.points, self.steps, self.base = tuple(points), max(1, steps), base
        last = f"{number_text(self.points[-1][1], 2)} {self.unit}" if self.points else ""
        self.setAccessibleDescription(last)
        self.update()

    # Where things lie

    def _area(self) -> QRectF:
        return QRectF(LEFT, TOP, max(1, self.width() - LEFT - RIGHT), max(1, self.height() - TOP - BOTTOM))

    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest value shown: those of the curve and the base, with some air."""
        values = [value for _, value in self.points] + ([] if self.base is None else [self.base])
        low, high = min(values), max(values)
        air = max((high - low) * 0.08, abs(high) * 1e-3, 1e-6)
        return low - air, high + air

    def _place(self, step: float, value: float) -> QPointF:
        area, (low, high) = self._area(), self.bounds()
        return QPointF(
            area.left() + area.width() * step / self.steps, area.bottom() - area.height() * (value - low) / (high - low)
        )

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("field"))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setPen(color("muted"))
        painter.drawText(QRectF(12, 6, self.width() - 24, 20), Qt.AlignmentFlag.AlignLeft, self.title)
        if not self.points:
            painter.drawText(self._area(), Qt.AlignmentFlag.AlignCenter, tr("No figures yet."))
            return
        self._paint_grid(painter)
        if self.base is not None:
            self._paint_base(painter, self.base)
        self._paint_curve(painter)
        self._paint_reading(painter)

    def _paint_grid(self, painter: QPainter) -> None:
        area, (low, high) = self._area(), self.bounds()
        for value in ticks(low, high, LINES):
            y = self._place(0, value).y()
            painter.setPen(QPen(color("border"), 0.6))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(color("faint"))
            box = QRectF(0, y - 9, LEFT - 8, 18)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, right, f"{value:.{decimals(high - low)}f}")
        painter.setPen(color("faint"))
        for step in ticks(0, self.steps, 5):
            box = QRectF(self._place(step, low).x() - 50, area.bottom() + 4, 100, 18)
            if step == 0:
                painter.drawText(box.translated(50, 0), Qt.AlignmentFlag.AlignLeft, "0")
            elif box.right() - 30 <= self.width():
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, number_text(step))

    def _paint_base(self, painter: QPainter, value: float) -> None:
        area, y = self._area(), self._place(0, value).y()
        painter.setPen(QPen(color("muted"), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        text = tr("plain way {value} dB", value=number_text(value, 2, keep_zeros=True))
        painter.setPen(color("muted"))
        side = Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(area.left(), y - 18, area.width() - 4, 16), side, text)

    def _paint_curve(self, painter: QPainter) -> None:
        path = QPainterPath(self._place(*self.points[0]))
        for point in self.points[1:]:
            path.lineTo(self._place(*point))
        area, ink = self._area(), color(self.ink)
        below = QPainterPath(path)
        below.lineTo(self._place(self.points[-1][0], 0).x(), area.bottom())
        below.lineTo(self._place(self.points[0][0], 0).x(), area.bottom())
        wash = QColor(ink)
        wash.setAlpha(28)
        painter.fillPath(below, wash)
        painter.setPen(QPen(ink, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setBrush(ink)
        painter.drawEllipse(self._place(*self.points[-1]), 3, 3)

    def _paint_reading(self, painter: QPainter) -> None:
        """The last value, or the one under the pointer, at the top right."""
        step, value = self.points[-1]
        if self._pointer is not None:
            step, value = min(self.points, key=lambda point: abs(self._place(*point).x() - (self._pointer or 0)))
            place = self._place(step, value)
            painter.setPen(QPen(color("faint"), 0.8))
            painter.drawLine(QPointF(place.x(), self._area().top()), QPointF(place.x(), self._area().bottom()))
            painter.setPen(QPen(color("field"), 1.5))
            painter.setBrush(color(self.ink))
            painter.drawEllipse(place, 4.5, 4.5)
        digits = decimals(self.bounds()[1] - self.bounds()[0]) + 1
        text = f"{value:.{digits}f} {self.unit}".strip() + "  ·  " + tr("step {step}", step=step)
        painter.setPen(color("text"))
        width = QFontMetricsF(self.font()).horizontalAdvance(text) + 4
        painter.drawText(QRectF(self.width() - width - RIGHT, 6, width, 20), Qt.AlignmentFlag.AlignRight, text)

    # The pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().x()
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._pointer = None
        self.update()


def ticks(low: float, high: float, count: int) -> list[float]:
    """Round values between two, about as many as wanted.

    >>> ticks(0, 10, 4)
    [0.0, 2.5, 5.0, 7.5, 10.0]
    """
    raw = (high - low) / max(1, count)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(place * step, 10) for place in range(first, math.floor(high / step + 1e-9) + 1)]


def decimals(span: float) -> int:
    """Digits behind the point that tell values of a span apart.

    >>> decimals(30), decimals(2.5), decimals(0.004)
    (0, 1, 4)
    """
    return max(0, min(6, 1 - math.floor(math.log10(max(span, 1e-9)))))
