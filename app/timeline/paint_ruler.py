"""The ruler: ticks with timecode, in and out, markers, and the playhead's head."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from app.timeline.colors import themed
from app.timeline.geometry import RULER, Geometry
from editor.display.timecode import to_timecode
from editor.model.video import Marker

MARKER = 5.0


def paint_ruler(painter: QPainter, geometry: Geometry, rate: Fraction, exposed: QRectF, font: QFont) -> None:
    """Ticks and times over the exposed part."""
    painter.fillRect(QRectF(exposed.x(), 0, exposed.width(), RULER), themed("panel"))
    step, parts = geometry.tick_seconds(float(rate))
    number = max(0, int(geometry.seconds_at(exposed.left() - 100) / step))
    painter.setFont(font)
    while True:
        seconds = number * step
        x = geometry.x_of(seconds)
        if x > exposed.right():
            break
        painter.setPen(QPen(themed("muted", 190), 1))
        painter.drawLine(QPointF(x, RULER - 11), QPointF(x, RULER - 1))
        painter.setPen(themed("muted"))
        text = to_timecode(Fraction(seconds).limit_denominator(10**6), rate)
        painter.drawText(QRectF(x + 5, 0, 120, RULER - 6), int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.setPen(QPen(themed("muted", 90), 1))
        for part in range(1, parts):
            small = x + part * step * geometry.zoom / parts
            painter.drawLine(QPointF(small, RULER - 5), QPointF(small, RULER - 1))
        number += 1
    painter.fillRect(QRectF(exposed.x(), RULER - 1, exposed.width(), 1), themed("line"))


def paint_range(painter: QPainter, geometry: Geometry, span: tuple[Fraction, Fraction]) -> None:
    """The stretch between in and out."""
    left, right = geometry.x_of(float(span[0])), geometry.x_of(float(span[1]))
    painter.fillRect(QRectF(left, 0, right - left, RULER - 1), themed("accent", 46))
    painter.setPen(QPen(themed("accent"), 2))
    painter.drawLine(QPointF(left, 2), QPointF(left, RULER - 3))
    painter.drawLine(QPointF(right, 2), QPointF(right, RULER - 3))


def paint_markers(painter: QPainter, geometry: Geometry, markers: list[Marker], bottom: float) -> None:
    """A flag in the ruler and a faint line over the tracks."""
    for marker in markers:
        shown = marker.color
        ink = QColor.fromRgbF(*(min(1.0, max(0.0, part)) for part in (shown.red, shown.green, shown.blue)))
        x = geometry.x_of(float(marker.time))
        if marker.duration > 0:
            width = float(marker.duration) * geometry.zoom
            painter.fillRect(QRectF(x, RULER - 5, width, 4), ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(
            QPolygonF([
                QPointF(x - MARKER, 4), QPointF(x + MARKER, 4), QPointF(x + MARKER, 10), QPointF(x, 15),
                QPointF(x - MARKER, 10),
            ])
        )
        ink.setAlpha(70)
        painter.setPen(QPen(ink, 1))
        painter.drawLine(QPointF(x, RULER), QPointF(x, bottom))


def paint_playhead(painter: QPainter, x: float, bottom: float) -> None:
    red = QColor("#ff5a52")
    painter.setPen(QPen(red, 1))
    painter.drawLine(QPointF(x, 12), QPointF(x, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(red)
    painter.drawPolygon(
        QPolygonF([
            QPointF(x - 6, RULER - 19), QPointF(x + 6, RULER - 19), QPointF(x + 6, RULER - 9), QPointF(x, RULER - 2),
            QPointF(x - 6, RULER - 9),
        ])
    )
