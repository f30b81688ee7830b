"""The tracks themselves: paints what is exposed, and hands pointer events to the timeline tool."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.library.dragging import wants_link, welcome
from app.timeline.colors import themed
from app.timeline.geometry import RULER
from app.timeline.paint_clip import ClipPainter
from app.timeline.paint_ruler import paint_markers, paint_playhead, paint_range, paint_ruler
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.timeline import markers_of, timeline_of
from editor.display.video.engine import Dissolve, Lane
from editor.tools.events import Buttons, Modifiers, PointerEvent
from editor.tools.overlay import Box, Label, Polyline

if TYPE_CHECKING:
    from app.timeline.panel import TimelinePanel

CURSORS = {
    "arrow": Qt.CursorShape.ArrowCursor,
    "move": Qt.CursorShape.ClosedHandCursor,
    "size-e": Qt.CursorShape.SizeHorCursor,
    "size-w": Qt.CursorShape.SizeHorCursor,
    "cross": Qt.CursorShape.CrossCursor,
}
PLAYHEAD_REACH = 9
EDGE_SCROLL = 30


class TimelineView(QWidget):
    """Everything right of the track headers. It knows geometry and tool through the panel."""

    scrolled = Signal()
    dropped = Signal(object, float, float, bool)

    def __init__(self, panel: TimelinePanel) -> None:
        super().__init__(panel)
        self.panel = panel
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setMinimumHeight(120)
        self.setObjectName("timelineView")
        self.setAccessibleName(tr("Tracks and clips"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._scrubbing = False
        self._panning: QPointF | None = None
        self._drop_x: float | None = None
        self._small = QFont(self.font())
        self._small.setPixelSize(11)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        exposed = QRectF(event.rect())
        painter.fillRect(exposed, themed("canvas"))
        if self.panel.is_alive:
            self._paint_tracks(painter, exposed)
            self._paint_above(painter, exposed)
        painter.end()

    def _paint_tracks(self, painter: QPainter, exposed: QRectF) -> None:
        panel, geometry = self.panel, self.panel.geometry_
        engine = panel.engine
        selection = set(panel.project.selection)
        below = QRectF(0, RULER, self.width(), self.height() - RULER)
        painter.save()
        painter.setClipRect(below)
        for number, track in enumerate(panel.rows):
            top, height = geometry.row_top(number), geometry.row_height(number)
            if top + height < max(RULER, exposed.top()) or top > exposed.bottom():
                continue
            row = QRectF(exposed.x(), top, exposed.width(), height)
            painter.fillRect(row, themed("window"))
            if track.hidden or track.muted:
                painter.setOpacity(0.4)
            lane = engine.lane(track)
            clip_painter = ClipPainter(painter, geometry, panel.workshop, panel.display, exposed, self._small)
            for item in self._visible(lane, exposed):
                left, right = geometry.x_of(float(item.start)), geometry.x_of(float(item.end))
                rect = QRectF(left, top, max(1.0, right - left), height)
                clip_painter.paint(item, track.media, rect, item.id in selection, track.locked)
            for dissolve in lane.dissolves:
                self._paint_dissolve(painter, dissolve, top, height, dissolve.transition.id in selection)
            painter.setOpacity(1.0)
        painter.restore()

    def _visible(self, lane: Lane, exposed: QRectF) -> list:
        """Items whose rectangle meets the exposed part: starts are sorted, so most are never looked at."""
        geometry = self.panel.geometry_
        low = Fraction(geometry.seconds_at(exposed.left() - 4)).limit_denominator(10**6)
        high = Fraction(geometry.seconds_at(exposed.right() + 4)).limit_denominator(10**6)
        first = max(0, bisect_left(lane.starts, low) - 1)
        return list(lane.items[first : bisect_right(lane.starts, high)])

    def _paint_dissolve(self, painter: QPainter, dissolve: Dissolve, top: float, height: float, chosen: bool) -> None:
        geometry = self.panel.geometry_
        left, right = geometry.x_of(float(dissolve.start)), geometry.x_of(float(dissolve.end))
        if right < 0 or left > self.width() or right - left < 3:
            return
        rect = QRectF(left, top + height * 0.5, right - left, height * 0.5 - 1)
        painter.setPen(QPen(QColor("#ffffff") if chosen else themed("text", 150), 2 if chosen else 1))
        painter.setBrush(QColor(20, 22, 28, 170))
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(QPen(themed("text", 220), 1.2))
        inner = rect.adjusted(4, 4, -4, -4)
        if inner.width() > 4:
            painter.drawLine(inner.bottomLeft(), inner.topRight())
            painter.drawLine(inner.topLeft(), inner.bottomRight())

    def _paint_above(self, painter: QPainter, exposed: QRectF) -> None:
        panel, geometry = self.panel, self.panel.geometry_
        if not panel.rows or all(not engine_lane.items for engine_lane in map(panel.engine.lane, panel.rows)):
            self._paint_hint(painter)
        rate = timeline_of(panel.project, panel.document).rate
        if exposed.top() < RULER:
            paint_ruler(painter, geometry, rate, exposed, self._small)
            if panel.play_range is not None:
                paint_range(painter, geometry, panel.play_range)
        paint_markers(painter, geometry, markers_of(panel.project, panel.document), self.height())
        self._paint_overlay(painter)
        paint_playhead(painter, geometry.x_of(float(panel.position)), self.height())
        if self._drop_x is not None:
            painter.setPen(QPen(themed("accent"), 2))
            painter.drawLine(QPointF(self._drop_x, RULER), QPointF(self._drop_x, self.height()))

    def _paint_hint(self, painter: QPainter) -> None:
        painter.setPen(themed("faint"))
        area = QRectF(0, RULER, self.width(), self.height() - RULER)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), tr("Drop video, sound or images here"))

    def _paint_overlay(self, painter: QPainter) -> None:
        geometry = self.panel.geometry_
        for item in self.panel.tool.overlay():
            if isinstance(item, Polyline):
                ink = QColor("#ffd54a") if item.style == "guide" else themed("accent")
                painter.setPen(QPen(ink, 1.4, Qt.PenStyle.SolidLine))
                points = [QPointF(geometry.x_of(point.x), geometry.y_of(point.y)) for point in item.points]
                painter.drawPolyline(points)
            elif isinstance(item, Box):
                left, right = geometry.x_of(item.rect.x), geometry.x_of(item.rect.right)
                top, bottom = geometry.y_of(item.rect.y), geometry.y_of(item.rect.bottom)
                painter.setPen(QPen(themed("accent"), 1))
                painter.setBrush(themed("accent", 40))
                painter.drawRect(QRectF(left, top, right - left, bottom - top))
            elif isinstance(item, Label):
                self._paint_label(painter, geometry.x_of(item.at.x), geometry.y_of(item.at.y), item.text)

    def _paint_label(self, painter: QPainter, x: float, y: float, text: str) -> None:
        painter.setFont(self._small)
        width = painter.fontMetrics().horizontalAdvance(text) + 14
        box = QRectF(min(max(4.0, x), self.width() - width - 4.0), max(RULER + 4.0, y - 34), width, 20)
        painter.setPen(QPen(themed("border"), 1))
        painter.setBrush(themed("raised", 240))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(themed("text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def move_playhead(self, before: Fraction, after: Fraction) -> None:
        """Repaint only where the playhead was and is."""
        for time in (before, after):
            x = round(self.panel.geometry_.x_of(float(time)))
            self.update(QRect(x - PLAYHEAD_REACH, 0, 2 * PLAYHEAD_REACH, self.height()))

    # The pointer

    def pointer(self, event: QMouseEvent) -> PointerEvent:
        geometry = self.panel.geometry_
        place = event.position()
        return PointerEvent(
            x=geometry.seconds_at(place.x()),
            y=geometry.row_at(place.y()),
            buttons=_buttons(event),
            modifiers=modifiers_of(event.modifiers()),
            scale=geometry.zoom,
            clicks=1,
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.panel.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._panning = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and event.position().y() < RULER:
            self._scrubbing = True
            self._scrub(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._to_tool("pressed", event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._panning is not None:
            self._pan(event)
        elif self._scrubbing:
            self._scrub(event)
        else:
            if event.buttons() & Qt.MouseButton.LeftButton:
                self._scroll_at_edge(event)
            self._to_tool("moved", event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._panning = None
            self.unsetCursor()
        elif self._scrubbing:
            self._scrubbing = False
        elif event.button() == Qt.MouseButton.LeftButton:
            self._to_tool("released", event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)
        if event.position().y() >= RULER:
            self.panel.open_item_under(self.pointer(event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        geometry = self.panel.geometry_
        place = event.pos()
        row = geometry.row_at(place.y())
        self.panel.show_menu(event.globalPos(), geometry.seconds_at(place.x()), row, place.y() < RULER)

    def _to_tool(self, what: str, event: QMouseEvent) -> None:
        tool = self.panel.tool
        tool.playhead = self.panel.position
        try:
            getattr(tool, what)(self.pointer(event))
        except ExpectedError as error:
            self.panel.tell(str(error))
        self.setCursor(CURSORS.get(tool.current_cursor(), Qt.CursorShape.ArrowCursor))
        self.update()

    def _scrub(self, event: QMouseEvent) -> None:
        seconds = max(0.0, self.panel.geometry_.seconds_at(event.position().x()))
        self.panel.seek(Fraction(seconds).limit_denominator(10**6))

    def _pan(self, event: QMouseEvent) -> None:
        assert self._panning is not None
        moved = event.position() - self._panning
        self._panning = event.position()
        self.panel.scroll_by(-moved.x() / self.panel.geometry_.zoom, round(-moved.y()))

    def _scroll_at_edge(self, event: QMouseEvent) -> None:
        x = event.position().x()
        beyond = x - (self.width() - EDGE_SCROLL) if x > self.width() - EDGE_SCROLL else min(0.0, x - EDGE_SCROLL)
        if beyond:
            self.panel.scroll_by(beyond / 2 / self.panel.geometry_.zoom, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms about the pointer, Shift or a sideways wheel scrolls in time, else up and down."""
        angle = event.angleDelta()
        panel, geometry = self.panel, self.panel.geometry_
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            panel.zoom_about(event.position().x(), 1.0018 ** (angle.y() or angle.x()))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or angle.x():
            panel.scroll_by(-(angle.x() or angle.y()) / geometry.zoom, 0)
        elif geometry.content_height > self.height() - RULER:
            panel.scroll_by(0.0, -angle.y() // 2)
        else:
            panel.scroll_by(-angle.y() / geometry.zoom, 0)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.geometry_.width, self.panel.geometry_.height = self.width(), self.height()
        self.scrolled.emit()

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.panel.accepts(event.mimeData()):
            event.acceptProposedAction()
            welcome(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drop_x = event.position().x()
        self.update()
        hint = welcome(event)
        if not hint:
            event.acceptProposedAction()
        self.panel.hint.emit(hint)

    def dragLeaveEvent(self, event: object) -> None:
        self._drop_x = None
        self.panel.hint.emit("")
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_x = None
        geometry = self.panel.geometry_
        place = event.position()
        seconds, row = max(0.0, geometry.seconds_at(place.x())), geometry.row_at(place.y())
        linked = wants_link(event)
        if not welcome(event):
            event.acceptProposedAction()
        self.dropped.emit(event.mimeData(), seconds, row, linked)
        self.update()


def modifiers_of(modifiers: Qt.KeyboardModifier) -> Modifiers:
    found = Modifiers.NONE
    for theirs, ours in (
        (Qt.KeyboardModifier.ShiftModifier, Modifiers.SHIFT),
        (Qt.KeyboardModifier.ControlModifier, Modifiers.CONTROL),
        (Qt.KeyboardModifier.AltModifier, Modifiers.ALT),
    ):
        if modifiers & theirs:
            found |= ours
    return found


def _buttons(event: QMouseEvent) -> Buttons:
    return Buttons.LEFT if event.buttons() & Qt.MouseButton.LeftButton else Buttons.NONE
