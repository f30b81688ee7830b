"""A grid of thumbnails that draws only what is on screen: a hundred thousand of them scroll like a hundred."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame

from app.icons import pixmap
from app.library.dragging import mime_of
from app.library.shelf import Shelf
from app.theme import color
from editor.base.translation import tr
from editor.library.asset import Asset
from editor.library.kinds import AssetKind

SMALLEST, LARGEST, USUAL = 72, 256, 128
PADDING, TEXT = 10, 20
STARS_FROM = 96
KIND_ICONS: dict[AssetKind, str] = {
    "image": "image", "vector": "vector", "layout": "page", "brush": "brush", "palette": "color", "lut": "adjustment",
    "font": "text", "sound": "audio", "clip": "video", "model": "mesh", "material": "material", "template": "document",
    "preset": "properties", "ai_model": "command", "document": "document", "text": "caption", "other": "unknown",
}  # fmt: skip
MOVES = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
OWN_KEYS = frozenset({
    Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
})  # fmt: skip


class Grid(QAbstractScrollArea):
    """`selected` when the selection changed, `opened` for a double click or Enter, `rated` for a digit from 0 to 5."""

    selected = Signal()
    opened = Signal(int)
    rated = Signal(int)
    removed = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.shelf = shelf
        self.side = USUAL
        self.chosen: set[int] = set()
        self._current, self._anchor = -1, -1
        self._pressed: QPoint | None = None
        self._band: QRect | None = None
        self._deselect_later = False
        self.empty_text = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Assets"))
        shelf.changed.connect(self._follow)
        shelf.ready.connect(self.viewport().update)

    # Where things are

    def columns(self) -> int:
        return max(1, self.viewport().width() // (self.side + PADDING))

    def cell_height(self) -> int:
        return self.side + TEXT + PADDING

    def cell(self, row: int) -> QRect:
        """The rectangle of one asset in the viewport; what is left of the width is shared out."""
        columns = self.columns()
        width = self.viewport().width() / columns
        line, column = divmod(row, columns)
        top = line * self.cell_height() - self.verticalScrollBar().value() + PADDING // 2
        left, right = round(column * width), round((column + 1) * width)
        return QRect(left, top, right - left, self.cell_height())

    def row_at(self, place: QPoint) -> int:
        """The asset at a place of the viewport, or -1."""
        columns = self.columns()
        line = (place.y() + self.verticalScrollBar().value() - PADDING // 2) // self.cell_height()
        column = int(place.x() / (self.viewport().width() / columns))
        row = line * columns + column
        inside = line >= 0 and 0 <= column < columns and row < self.shelf.count()
        return row if inside and self.cell(row).adjusted(3, 3, -3, -3).contains(place) else -1

    def set_side(self, side: int) -> None:
        """Other sizes of thumbnails, with the same asset at the top."""
        first = self.verticalScrollBar().value() // self.cell_height() * self.columns()
        self.side = min(max(side, SMALLEST), LARGEST)
        self._fit_bar()
        self.verticalScrollBar().setValue(first // self.columns() * self.cell_height())
        self.viewport().update()

    def show_row(self, row: int) -> None:
        cell = self.cell(row)
        bar = self.verticalScrollBar()
        if cell.top() < 0:
            bar.setValue(bar.value() + cell.top() - PADDING)
        elif cell.bottom() > self.viewport().height():
            bar.setValue(bar.value() + cell.bottom() - self.viewport().height() + PADDING)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    def _fit_bar(self) -> None:
        lines = -(-self.shelf.count() // self.columns())
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, lines * self.cell_height() + PADDING - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height() - self.cell_height() // 2))
        bar.setSingleStep(self.cell_height() // 3)

    def _follow(self) -> None:
        """Other assets: what is still there stays chosen."""
        here = set(self.shelf.ids.tolist()) if self.chosen else set()
        before, self.chosen = self.chosen, self.chosen & here
        self._current = min(self._current, self.shelf.count() - 1)
        self._fit_bar()
        self.viewport().update()
        if before != self.chosen:
            self.selected.emit()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(event.rect(), color("field"))
        if not self.shelf.count():
            painter.setPen(color("muted"))
            area = self.viewport().rect().adjusted(24, 24, -24, -24)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)
        first = max(0, self.verticalScrollBar().value() // self.cell_height()) * self.columns()
        lines = self.viewport().height() // self.cell_height() + 2
        for row in range(first, min(self.shelf.count(), first + lines * self.columns())):
            asset = self.shelf.asset(row)
            if asset is not None:
                self._paint_cell(painter, self.cell(row), asset, row)
        if self._band is not None:
            painter.setPen(color("accent"))
            band = color("accent")
            band.setAlpha(40)
            painter.fillRect(self._band, band)
            painter.drawRect(self._band)

    def _paint_cell(self, painter: QPainter, cell: QRect, asset: Asset, row: int) -> None:
        inner = cell.adjusted(3, 3, -3, -3)
        if asset.id in self.chosen:
            path = QPainterPath()
            path.addRoundedRect(QRectF(inner), 6, 6)
            painter.fillPath(path, color("selected"))
        if row == self._current and self.hasFocus():
            painter.setPen(color("accent"))
            painter.drawRoundedRect(QRectF(inner).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        area = QRect(0, 0, self.side - PADDING, self.side - PADDING)
        area.moveCenter(QPoint(inner.center().x(), inner.top() + self.side // 2))
        self._paint_picture(painter, area, asset)
        self._paint_text(painter, inner, asset)

    def _paint_picture(self, painter: QPainter, area: QRect, asset: Asset) -> None:
        picture = self.shelf.picture(asset)
        if picture is None:
            small = min(40, area.width() // 2)
            name = "warning" if asset.problem else KIND_ICONS.get(asset.kind, "unknown")
            shown = pixmap(name, small, "muted", self.devicePixelRatioF())
            place = QRect(0, 0, small, small)
            place.moveCenter(area.center())
            painter.drawPixmap(place, shown)
            return
        size = picture.size()
        if size.width() > area.width() or size.height() > area.height():
            size = size.scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(area.center())
        painter.drawPixmap(place, picture)
        if asset.seconds is not None:
            self._paint_length(painter, place, asset.seconds)

    def _paint_length(self, painter: QPainter, place: QRect, seconds: float) -> None:
        text = length_text(seconds)
        width = painter.fontMetrics().horizontalAdvance(text) + 8
        badge = QRect(place.right() - width - 3, place.bottom() - 20, width, 17)
        path = QPainterPath()
        path.addRoundedRect(QRectF(badge), 3, 3)
        ground = color("window")
        ground.setAlpha(200)
        painter.fillPath(path, ground)
        painter.setPen(color("text"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_text(self, painter: QPainter, inner: QRect, asset: Asset) -> None:
        line = QRect(inner.left() + 4, inner.top() + self.side, inner.width() - 8, TEXT)
        if asset.rating and self.side >= STARS_FROM:
            stars = "★" * asset.rating
            painter.setPen(color("accent"))
            width = painter.fontMetrics().horizontalAdvance(stars)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, stars)
            line.setRight(line.right() - width - 4)
        painter.setPen(color("text"))
        text = painter.fontMetrics().elidedText(asset.label, Qt.TextElideMode.ElideMiddle, line.width())
        side = Qt.AlignmentFlag.AlignLeft if asset.rating and self.side >= STARS_FROM else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, text)

    # Choosing

    def selection(self) -> list[int]:
        """Ids of the chosen assets in the order of the grid."""
        if len(self.chosen) <= 1:
            return list(self.chosen)
        return [int(key) for key in self.shelf.ids if int(key) in self.chosen]

    def choose(self, row: int, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Choose one; with Shift all from the last one, with Ctrl one more or one less."""
        if not 0 <= row < self.shelf.count():
            return
        key = int(self.shelf.ids[row])
        if how & Qt.KeyboardModifier.ShiftModifier and self._anchor >= 0:
            low, high = sorted((self._anchor, row))
            self.chosen = set(self.shelf.ids[low : high + 1].tolist())
        elif how & Qt.KeyboardModifier.ControlModifier:
            self.chosen ^= {key}
            self._anchor = row
        else:
            self.chosen = {key}
            self._anchor = row
        self._current = row
        self.show_row(row)
        self.viewport().update()
        self.selected.emit()

    def choose_all(self) -> None:
        self.chosen = set(self.shelf.ids.tolist())
        self.viewport().update()
        self.selected.emit()

    def choose_none(self) -> None:
        if self.chosen:
            self.chosen = set()
            self.viewport().update()
            self.selected.emit()

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            return
        row = self.row_at(event.position().toPoint())
        self._pressed, self._deselect_later = event.position().toPoint(), False
        if row < 0:
            if not event.modifiers():
                self.choose_none()
            return
        chosen = int(self.shelf.ids[row]) in self.chosen
        if chosen and not event.modifiers():
            self._deselect_later = event.button() == Qt.MouseButton.LeftButton
            self._current = row
        else:
            self.choose(row, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if not event.buttons() & Qt.MouseButton.LeftButton or self._pressed is None:
            return
        if (place - self._pressed).manhattanLength() < QApplication.startDragDistance() and self._band is None:
            return
        if self._band is None and self.row_at(self._pressed) >= 0:
            self._drag(bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
            self._pressed = None
            return
        self._band = QRect(self._pressed, place).normalized()
        self.chosen = {int(self.shelf.ids[row]) for row in self._rows_in(self._band)}
        self.viewport().update()
        self.selected.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if self._band is not None:
            self._band = None
            self.viewport().update()
        elif self._deselect_later:
            self.choose(self.row_at(event.position().toPoint()))
        self._deselect_later = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().toPoint())
        if row >= 0:
            self.opened.emit(int(self.shelf.ids[row]))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.row_at(event.pos())
        if row >= 0 and int(self.shelf.ids[row]) not in self.chosen:
            self.choose(row)
        self.menu_wanted.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_side(self.side + (12 if event.angleDelta().y() > 0 else -12))
            event.accept()
            return
        super().wheelEvent(event)

    def event(self, event: QEvent) -> bool:
        """Delete, digits and the rest mean the chosen assets here, whatever the window does with them elsewhere."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._knows(event):
            event.accept()
            return True
        return super().event(event)

    def _knows(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return key == Qt.Key.Key_A
        return key in MOVES or key in OWN_KEYS or Qt.Key.Key_0 <= key <= Qt.Key.Key_5

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in MOVES:
            across, down = MOVES[key]
            start = self._current if self._current >= 0 else -across - down * self.columns()
            row = min(max(start + across + down * self.columns(), 0), self.shelf.count() - 1)
            self.choose(row, event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.choose(0 if key == Qt.Key.Key_Home else self.shelf.count() - 1, event.modifiers())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.opened.emit(int(self.shelf.ids[self._current]))
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_5 and not event.modifiers():
            self.rated.emit(key - Qt.Key.Key_0)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen:
            self.removed.emit()
        elif key == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.choose_all()
        elif key == Qt.Key.Key_Escape:
            self.choose_none()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def _rows_in(self, band: QRect) -> list[int]:
        columns, top = self.columns(), self.verticalScrollBar().value() - PADDING // 2
        first = max(0, (band.top() + top) // self.cell_height()) * columns
        last = ((band.bottom() + top) // self.cell_height() + 1) * columns
        return [row for row in range(first, min(last, self.shelf.count())) if self.cell(row).intersects(band)]

    def _drag(self, linked: bool) -> None:
        keys = self.selection()
        drag = QDrag(self)
        drag.setMimeData(mime_of(self.shelf.library, keys, linked))
        first = self.shelf.row_of(keys[0])
        asset = self.shelf.asset(first) if first is not None else None
        picture = self.shelf.picture(asset) if asset is not None else None
        if picture is not None:
            drag.setPixmap(picture.scaled(QSize(96, 96), Qt.AspectRatioMode.KeepAspectRatio))
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.LinkAction)


def length_text(seconds: float) -> str:
    """>>> length_text(3725)
    '1:02:05'
    """
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
