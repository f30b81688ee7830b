"""Before and after in one picture, with a line between them that is dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import color
from editor.base.translation import tr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHECKER = 8
STEP = 0.05
NEAR_LINE = 16.0


class CompareView(QWidget):
    """Left of the line is what stands there, right of it what would. `note` is shown at the bottom.

    With `is_detail` the picture is shown pixel by pixel and moved by dragging beside the line.
    """

    def __init__(self, is_detail: bool = False) -> None:
        super().__init__()
        self.is_detail = is_detail
        self._offset = QPointF()
        self._drag: QPointF | None = None
        self.before: QImage | None = None
        self.after: QImage | None = None
        self.share = 0.5
        self.note = ""
        self.is_busy = False
        self.setMinimumSize(380, 320)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName(tr("Before and after"))

    def show_before(self, pixels: NDArray[np.float32]) -> None:
        self.before = picture(pixels)
        self.update()

    def show_after(self, pixels: NDArray[np.float32]) -> None:
        self.after = picture(pixels)
        self.tell("", busy=False)

    def tell(self, note: str, busy: bool) -> None:
        """Show a note; `busy` dims what is no longer up to date."""
        self.note, self.is_busy = note, busy
        self.update()

    def _area(self) -> QRectF:
        """Where the picture lies."""
        if self.before is None:
            return QRectF(self.rect())
        size = self.before.size()
        if not self.is_detail:
            size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        return QRectF(round(left), round(top), size.width(), size.height()).translated(self._offset)

    def _seen(self) -> QRectF:
        """What of the picture lies in the view."""
        return self._area().intersected(QRectF(self.rect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), color("canvas"))
        area, seen = self._area(), self._seen()
        if self.before is not None:
            self._paint_checker(painter, seen)
            line = seen.x() + seen.width() * self.share
            self._paint_part(painter, self.before, area, area.x(), line if self.after is not None else area.right())
            if self.after is not None:
                self._paint_part(painter, self.after, area, line, area.right())
                self._paint_line(painter, seen, line)
        if self.note:
            self._paint_text(painter, seen, self.note, Qt.AlignmentFlag.AlignHCenter)
        elif self.after is not None:
            self._paint_text(painter, seen, tr("Before"), Qt.AlignmentFlag.AlignLeft)
            self._paint_text(painter, seen, tr("After"), Qt.AlignmentFlag.AlignRight)
        if self.hasFocus():
            painter.setPen(color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_checker(self, painter: QPainter, area: QRectF) -> None:
        painter.save()
        painter.setClipRect(area)
        painter.fillRect(area, color("checker_light"))
        for row in range(int(area.height()) // CHECKER + 1):
            for column in range(row % 2, int(area.width()) // CHECKER + 1, 2):
                square = QRectF(area.x() + column * CHECKER, area.y() + row * CHECKER, CHECKER, CHECKER)
                painter.fillRect(square, color("checker_dark"))
        painter.restore()

    def _paint_part(self, painter: QPainter, image: QImage, area: QRectF, left: float, right: float) -> None:
        painter.save()
        painter.setClipRect(QRectF(left, area.y(), max(0.0, right - left), area.height()))
        painter.setOpacity(0.45 if self.is_busy and image is self.after else 1.0)
        painter.drawImage(area, image)
        painter.restore()

    def _paint_line(self, painter: QPainter, area: QRectF, line: float) -> None:
        painter.setPen(QPen(color("text"), 1.5))
        painter.drawLine(QPointF(line, area.top()), QPointF(line, area.bottom()))
        painter.setBrush(color("raised"))
        painter.drawEllipse(QPointF(line, area.center().y()), 9, 9)
        painter.setPen(QPen(color("text"), 1.4))
        for side in (-1, 1):
            tip = QPointF(line + 5.5 * side, area.center().y())
            painter.drawLine(tip, tip + QPointF(-2.5 * side, -2.5))
            painter.drawLine(tip, tip + QPointF(-2.5 * side, 2.5))

    def _paint_text(self, painter: QPainter, area: QRectF, text: str, side: Qt.AlignmentFlag) -> None:
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
        box = painter.boundingRect(QRectF(0, 0, area.width() - 40, area.height()), int(flags), text)
        box.adjust(-9, -4, 9, 4)
        right = area.right() - box.width() - 8
        places = {Qt.AlignmentFlag.AlignLeft: area.left() + 8, Qt.AlignmentFlag.AlignRight: right}
        box.moveTo(places.get(side, area.center().x() - box.width() / 2), area.bottom() - box.height() - 8)
        back = color("window")
        back.setAlpha(215)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(color("text"))
        painter.drawText(box, int(flags), text)

    # The line

    def _put(self, x: float) -> None:
        seen = self._seen()
        self.share = min(1.0, max(0.0, (x - seen.x()) / max(1.0, seen.width())))
        self.update()

    def _move(self, by: QPointF) -> None:
        """Another part of a detail that is larger than the view."""
        assert self.before is not None
        room = [max(0.0, (side - mine) / 2) for side, mine in (
            (self.before.width(), self.width()), (self.before.height(), self.height())
        )]
        x, y = self._offset.x() + by.x(), self._offset.y() + by.y()
        self._offset = QPointF(max(-room[0], min(room[0], x)), max(-room[1], min(room[1], y)))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place, seen = event.position(), self._seen()
        line = seen.x() + seen.width() * self.share
        if self.is_detail and self.before is not None and abs(place.x() - line) > NEAR_LINE:
            self._drag = place
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self._put(place.x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            self._put(event.position().x())
            return
        self._move(event.position() - self._drag)
        self._drag = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The line and the picture back into the middle."""
        self.share, self._offset = 0.5, QPointF()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the line."""
        steps = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.share = min(1.0, max(0.0, self.share + step))
        self.update()


def picture(pixels: NDArray[Any]) -> QImage:
    """(height, width, 4) straight floats, 0 to 1, as a QImage of its own."""
    import numpy as np

    eight = np.ascontiguousarray(np.rint(np.clip(pixels, 0.0, 1.0) * 255).astype(np.uint8))
    height, width = eight.shape[:2]
    return QImage(eight.tobytes(), width, height, width * 4, QImage.Format.Format_RGBA8888).copy()
