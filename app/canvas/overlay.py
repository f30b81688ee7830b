"""What lies above the document: the tool's geometry in screen points, always one size, readable on anything."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.canvas.view import View
from app.theme import color
from editor.tools.overlay import Box, Caret, Handle, Label, OverlayItem, Polyline, Ring, Style
from render.geometry import Affine, Point, Rect

HANDLE = 4.0
DASH = 4.0


class Overlay(QWidget):
    """Transparent for the pointer. `items` are in document units; `phase` moves the marching ants."""

    def __init__(self, parent: QWidget, view: View) -> None:
        super().__init__(parent)
        self.view = view
        self.items: tuple[OverlayItem, ...] = ()
        self.frame: Rect | None = None
        self.phase = 0.0
        self.caret_shown = True
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def show_items(self, items: tuple[OverlayItem, ...]) -> None:
        if items != self.items:
            self.items = items
            self.update()

    @property
    def has_motion(self) -> bool:
        """Whether something marches or blinks."""
        return any(isinstance(item, Caret) or getattr(item, "style", "") == "marching" for item in self.items)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        map_ = self.view.to_screen
        if self.frame is not None and not self.frame.is_empty:
            painter.setPen(QPen(QColor(0, 0, 0, 90), 1))
            painter.drawPolygon(_polygon(_corners(self.frame), map_))
        for item in self.items:
            self._paint(painter, item, map_)

    def _paint(self, painter: QPainter, item: OverlayItem, map_: Affine) -> None:
        if isinstance(item, Polyline):
            self._lines(painter, _polygon(item.points, map_), item.closed, item.style)
        elif isinstance(item, Box):
            self._lines(painter, _polygon(_corners(item.rect), map_), True, item.style)
        elif isinstance(item, Handle):
            _handle(painter, item, map_)
        elif isinstance(item, Ring):
            _ring(painter, item, map_, self.view.zoom)
        elif isinstance(item, Label):
            self._label(painter, item, map_)
        elif isinstance(item, Caret):
            self._caret(painter, item, map_)

    def _lines(self, painter: QPainter, polygon: QPolygonF, closed: bool, style: Style) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        draw = painter.drawPolygon if closed else painter.drawPolyline
        for pen in self._pens(style):
            painter.setPen(pen)
            draw(polygon)

    def _pens(self, style: Style) -> list[QPen]:
        if style == "marching":
            dark, light = QPen(QColor(0, 0, 0), 1), QPen(QColor(255, 255, 255), 1)
            light.setDashPattern([DASH, DASH])
            light.setDashOffset(self.phase)
            return [dark, light]
        if style == "guide":
            pen = QPen(QColor("#e0499a"), 1)
            return [pen]
        if style == "muted":
            return [QPen(QColor(0, 0, 0, 60), 2), QPen(QColor(255, 255, 255, 130), 1)]
        if style == "outline":
            return [QPen(QColor(0, 0, 0, 110), 2.6), QPen(QColor(255, 255, 255, 235), 1.1)]
        return [QPen(QColor(255, 255, 255, 120), 2.6), QPen(_accent(), 1.3)]

    def _label(self, painter: QPainter, item: Label, map_: Affine) -> None:
        place = map_.apply(item.at)
        metrics = painter.fontMetrics()
        box = QRectF(place.x + 14, place.y + 14, metrics.horizontalAdvance(item.text) + 14, metrics.height() + 8)
        box.moveLeft(max(4.0, min(box.left(), self.width() - box.width() - 4)))
        box.moveTop(max(4.0, min(box.top(), self.height() - box.height() - 4)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 20, 24, 225))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, item.text)

    def _caret(self, painter: QPainter, item: Caret, map_: Affine) -> None:
        if self.caret_shown:
            top, bottom = map_.apply(item.top), map_.apply(item.bottom)
            line = QLineF(top.x, top.y, bottom.x, bottom.y)
            for pen in (QPen(QColor(255, 255, 255, 200), 3), QPen(QColor(0, 0, 0), 1.4)):
                painter.setPen(pen)
                painter.drawLine(line)


def _accent() -> QColor:
    return QColor("#2f7df6") if color("text").lightness() < 128 else color("accent")


def _corners(rect: Rect) -> tuple[Point, ...]:
    return (
        Point(rect.x, rect.y), Point(rect.right, rect.y), Point(rect.right, rect.bottom), Point(rect.x, rect.bottom),
    )  # fmt: skip


def _polygon(points: tuple[Point, ...], map_: Affine) -> QPolygonF:
    """Screen points on the middle of device pixels, so that upright lines stay sharp."""
    polygon = QPolygonF()
    for point in points:
        place = map_.apply(point)
        crisp = QPointF(round(place.x) + 0.5, round(place.y) + 0.5)
        polygon.append(crisp if _upright(map_) else QPointF(place.x, place.y))
    return polygon


def _upright(map_: Affine) -> bool:
    return map_.b == 0.0 and map_.c == 0.0


def _handle(painter: QPainter, item: Handle, map_: Affine) -> None:
    place = map_.apply(item.at)
    center = QPointF(round(place.x) + 0.5, round(place.y) + 0.5)
    painter.setPen(QPen(_accent(), 1.2))
    painter.setBrush(_accent() if item.filled else QColor(255, 255, 255))
    box = QRectF(center.x() - HANDLE, center.y() - HANDLE, 2 * HANDLE, 2 * HANDLE)
    if item.shape == "circle":
        painter.drawEllipse(box)
    elif item.shape == "diamond":
        painter.drawPolygon(QPolygonF([
            QPointF(center.x(), box.top() - 1), QPointF(box.right() + 1, center.y()),
            QPointF(center.x(), box.bottom() + 1), QPointF(box.left() - 1, center.y()),
        ]))  # fmt: skip
    else:
        painter.drawRect(box)


def _ring(painter: QPainter, item: Ring, map_: Affine, zoom: float) -> None:
    place = map_.apply(item.at)
    radius = max(1.5, item.radius * zoom)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(0, 0, 0, 150), 2.4), QPen(QColor(255, 255, 255, 230), 1.1)):
        painter.setPen(pen)
        painter.drawEllipse(QPointF(place.x, place.y), radius, radius)
