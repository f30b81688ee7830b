"""A grid of thumbnails that draws only what is on screen: a hundred thousand of them scroll like a hundred."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QToolTip

from app.icons import pixmap
from app.library.band import RubberBand, pace
from app.library.cells import PADDING, TEXT, CellPainter, Look, hint_of
from app.library.dragging import COPY, LINK, show_what_it_does
from app.library.shelf import PictureShelf
from app.theme import color
from editor.base.translation import tr
from editor.library.asset import Asset

SMALLEST, LARGEST, USUAL = 72, 256, 128
SOON_MS, STILL_MS, EDGE_MS, EMPTY_SIGN = 24, 50, 16, 44
MOVES = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
OWN_KEYS = frozenset({
    Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return,
    Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
})  # fmt: skip
CONTROL = Qt.KeyboardModifier.ControlModifier
WITH_CONTROL = (Qt.Key.Key_A, Qt.Key.Key_Z, Qt.Key.Key_Y)


class Grid(QAbstractScrollArea):
    """`selected` when the selection changed, `opened` for a double click or Enter, `rated` for a digit from 0 to 5,
    `typed` for a letter that begins a search, `undone` with True for one step forward again, `sized` for another
    size of thumbnails."""

    selected = Signal()
    opened = Signal(int)
    rated = Signal(int)
    removed = Signal()
    renamed = Signal()
    typed = Signal(str)
    undone = Signal(bool)
    menu_wanted = Signal(QPoint)
    sized = Signal(int)

    def __init__(self, shelf: PictureShelf) -> None:
        super().__init__()
        self.shelf = shelf
        self.side = USUAL
        self._text = TEXT * (2 if shelf.noted else 1)
        self.chosen: set[int] = set()
        self.drags_links = False
        self._current, self._anchor, self._hovered = -1, -1, -1
        self._pressed: QPoint | None = None
        self._band: RubberBand | None = None
        self._pointer = QPoint()
        self._deselect_later = False
        self.empty_text, self.empty_icon = "", "import"
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Assets"))
        shelf.changed.connect(self._follow)
        self._waiting: set[int] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._show_pictures)
        shelf.ready.connect(self._wait_a_moment)
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self._stand_still)
        self._edge = QTimer(self)
        self._edge.setInterval(EDGE_MS)
        self._edge.timeout.connect(self._scroll_at_edge)

    # Where things are

    def columns(self) -> int:
        return max(1, self.viewport().width() // (self.side + PADDING))

    def cell_height(self) -> int:
        return self.side + self._text + PADDING

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
        if side == self.side:
            return
        first = self.verticalScrollBar().value() // self.cell_height() * self.columns()
        self.side = min(max(side, SMALLEST), LARGEST)
        self.sized.emit(self.side)
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
        self.shelf.keep_pictures(3 * self.columns() * (self.viewport().height() // self.cell_height() + 2))

    def _wait_a_moment(self) -> None:
        """Pictures come by the dozen: they are shown together."""
        if not self._soon.isActive():
            self._soon.start()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """What stays on screen is moved, not painted again. Assets that fly by need no pictures."""
        self._hovered = -1
        if abs(dy) >= self.viewport().height():
            self.shelf.rest(True)
            self._still.start()
        self.viewport().scroll(dx, dy)
        self._pull_band()

    def _follow(self) -> None:
        """Other assets: what is still there stays chosen."""
        here = set(self.shelf.ids.tolist()) if self.chosen else set()
        before, self.chosen = self.chosen, self.chosen & here
        self._current = min(self._current, self.shelf.count() - 1)
        self._waiting.clear()
        self._fit_bar()
        self.viewport().update()
        if before != self.chosen:
            self.selected.emit()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        exposed = event.region()
        painter.fillRect(exposed.boundingRect(), color("field"))
        if not self.shelf.count():
            self._paint_empty(painter)
        cells = CellPainter(painter, self.side, self.devicePixelRatioF())
        for row, cell in self._cells_in(exposed.boundingRect()):
            asset = self.shelf.asset(row) if exposed.intersects(cell) else None
            if asset is not None:
                look = self._look(row, asset)
                if look.picture is None and asset.looked and not asset.problem:
                    self._waiting.add(row)
                cells.paint(cell, asset, look)
        if self._band is not None:
            painter.setPen(color("accent"))
            tone = color("accent")
            tone.setAlpha(40)
            band = self._band.rect.translated(0, -self.verticalScrollBar().value())
            painter.fillRect(band, tone)
            painter.drawRect(band)

    def _paint_empty(self, painter: QPainter) -> None:
        """What could be here, and how it comes here, below a sign."""
        area = self.viewport().rect().adjusted(24, 24, -24, -24)
        if area.height() > 3 * EMPTY_SIGN:
            sign = QRect(0, 0, EMPTY_SIGN, EMPTY_SIGN)
            sign.moveCenter(area.center() - QPoint(0, EMPTY_SIGN))
            painter.drawPixmap(sign, pixmap(self.empty_icon, EMPTY_SIGN, "faint", self.devicePixelRatioF()))
        painter.setPen(color("muted"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)

    def _picture_side(self) -> int:
        """In pixels of the screen."""
        return round((self.side - PADDING) * self.devicePixelRatioF())

    def _show_pictures(self) -> None:
        """Paint those cells whose picture has come since they were painted."""
        waiting, self._waiting = self._waiting, set()
        for row, cell in self._cells_in(self.viewport().rect()):
            asset = self.shelf.asset(row) if row in waiting else None
            if asset is not None and self.shelf.picture(asset, self._picture_side()) is not None:
                self.viewport().update(cell)
            elif asset is not None:
                self._waiting.add(row)

    def _stand_still(self) -> None:
        self.shelf.rest(False)
        self._show_pictures()

    def _look(self, row: int, asset: Asset) -> Look:
        return Look(
            picture=self.shelf.picture(asset, self._picture_side()), chosen=asset.id in self.chosen,
            current=row == self._current and self.hasFocus(), under_pointer=row == self._hovered,
            missing=self.shelf.is_missing(row), linked=self.shelf.linked.get(asset.id, ""), note=self.shelf.note(row),
        )  # fmt: skip

    # Choosing

    def selection(self) -> list[int]:
        """Ids of the chosen assets in the order of the grid."""
        if len(self.chosen) <= 1:
            return list(self.chosen)
        if len(self.chosen) == self.shelf.count():
            return [int(key) for key in self.shelf.ids.tolist()]
        wanted = np.fromiter(self.chosen, np.int64, len(self.chosen))
        return [int(key) for key in self.shelf.ids[np.isin(self.shelf.ids, wanted)].tolist()]

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
        if not event.buttons():
            self._hover(self.row_at(place))
        if not event.buttons() & Qt.MouseButton.LeftButton or self._pressed is None:
            return
        if (place - self._pressed).manhattanLength() < QApplication.startDragDistance() and self._band is None:
            return
        if self._band is None and self.row_at(self._pressed) >= 0:
            self._drag(bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
            self._pressed = None
            return
        self._band = self._band or RubberBand(self._on_ground(self._pressed), self.chosen, event.modifiers())
        self._pointer = place
        self._pull_band()
        self._edge.start() if pace(place.y(), self.viewport().height()) else self._edge.stop()

    def _on_ground(self, place: QPoint) -> QPoint:
        """A place of the viewport in all that can be scrolled to."""
        return place + QPoint(0, self.verticalScrollBar().value())

    def _pull_band(self) -> None:
        if self._band is not None:
            self._band.pull(self._on_ground(self._pointer))
            self.chosen = self._band.chosen(set(self.shelf.ids[self._rows_on(self._band.rect)].tolist()))
            self.viewport().update()
            self.selected.emit()

    def _rows_on(self, ground: QRect) -> NDArray[np.int64]:
        """All rows that touch a part of what can be scrolled to, many thousands too."""
        columns, height, above = self.columns(), self.cell_height(), PADDING // 2
        width = self.viewport().width() / columns
        lines = np.arange(max(0, (ground.top() - above) // height), max(0, (ground.bottom() - above) // height + 1))
        edges = np.rint(np.arange(columns + 1) * width)
        across = np.flatnonzero((edges[:-1] <= ground.right()) & (edges[1:] > ground.left()))
        rows = (lines[:, None] * columns + across).ravel()
        return rows[rows < self.shelf.count()]

    def _scroll_at_edge(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pace(self._pointer.y(), self.viewport().height()))

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            for changed in (self._hovered, row):
                if changed >= 0:
                    self.viewport().update(self.cell(changed))
            self._hovered = row

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if self._band is not None:
            self._band = None
            self._edge.stop()
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

    def viewportEvent(self, event: QEvent) -> bool:
        """A pointer that rests on an asset is told about it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(event.pos())
            asset = self.shelf.asset(row) if row >= 0 else None
            QToolTip.showText(event.globalPos(), hint_of(asset, self._look(row, asset)) if asset else "", self)
            return True
        return super().viewportEvent(event)

    def _knows(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & CONTROL:
            return key in WITH_CONTROL or key in (Qt.Key.Key_Home, Qt.Key.Key_End)
        return key in MOVES or key in OWN_KEYS or begins_a_search(event) or Qt.Key.Key_0 <= key <= Qt.Key.Key_5

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & CONTROL and key in WITH_CONTROL:
            self._press_with_control(key, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif not self._move(key, event) and not self._act(key, event):
            if begins_a_search(event):
                self.typed.emit(event.text())
            else:
                super().keyPressEvent(event)

    def _press_with_control(self, key: Qt.Key, shift: bool) -> None:
        if key == Qt.Key.Key_A:
            self.choose_none() if shift else self.choose_all()
        else:
            self.undone.emit(shift or key == Qt.Key.Key_Y)

    def _move(self, key: Qt.Key, event: QKeyEvent) -> bool:
        """Arrows, pages and ends; with Shift all on the way is chosen."""
        last = self.shelf.count() - 1
        page = max(1, self.viewport().height() // self.cell_height())
        if key in MOVES:
            across, down = MOVES[key]
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            across, down = 0, page if key == Qt.Key.Key_PageDown else -page
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.choose(0 if key == Qt.Key.Key_Home else last, event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return True
        else:
            return False
        step = across + down * self.columns()
        start = self._current if self._current >= 0 else -1 if step > 0 else last + 1
        self.choose(min(max(start + step, 0), last), event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return True

    def _act(self, key: Qt.Key, event: QKeyEvent) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.opened.emit(int(self.shelf.ids[self._current]))
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_5 and self.chosen:
            self.rated.emit(key - Qt.Key.Key_0)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen:
            self.removed.emit()
        elif key == Qt.Key.Key_F2 and self.chosen:
            self.renamed.emit()
        elif key == Qt.Key.Key_Escape and self.chosen:
            self.choose_none()
        else:
            return False
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def _cells_in(self, band: QRect) -> Iterator[tuple[int, QRect]]:
        """Rows that touch a part of the viewport, with their rectangles."""
        columns, height = self.columns(), self.cell_height()
        width, above = self.viewport().width() / columns, self.verticalScrollBar().value() - PADDING // 2
        edges = [round(column * width) for column in range(columns + 1)]
        for line in range(max(0, (band.top() + above) // height), (band.bottom() + above) // height + 1):
            for column, (left, right) in enumerate(pairwise(edges)):
                if left <= band.right() and right > band.left() and line * columns + column < self.shelf.count():
                    yield line * columns + column, QRect(left, line * height - above, right - left, height)

    def _drag(self, linked: bool) -> None:
        """Whoever takes it decides between copy and link, by the keys; what was wished here is only the usual."""
        keys, linked = self.selection(), linked or self.drags_links
        data = self.shelf.carried(keys, linked)
        if data is None:
            return
        drag = QDrag(self)
        drag.setMimeData(data)
        first = self.shelf.row_of(keys[0])
        asset = self.shelf.asset(first) if first is not None else None
        picture = self.shelf.picture(asset) if asset is not None else None
        if picture is not None:
            drag.setPixmap(_carried(picture, len(keys)))
            drag.setHotSpot(QPoint(-14, -40))
        show_what_it_does(drag)
        drag.exec(COPY | LINK, LINK if linked else COPY)


def begins_a_search(event: QKeyEvent) -> bool:
    """Letters, not digits: those give stars."""
    text = event.text()
    plain = not event.modifiers() & (CONTROL | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier)
    return plain and len(text) == 1 and text.isalpha()


def _carried(picture: QPixmap, count: int) -> QPixmap:
    """The first asset small, with the number of all."""
    made = picture.scaled(QSize(96, 96), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    if count > 1:
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = max(20, painter.fontMetrics().horizontalAdvance(str(count)) + 12)
        badge = QRect(made.width() - width - 2, 2, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent"))
        painter.drawRoundedRect(badge, 10, 10)
        painter.setPen(color("on_accent"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(count))
        painter.end()
    return made
