"""Cards with a picture, a name and a line below it, from left to right: a gallery, or previews side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import color

Index = QModelIndex | QPersistentModelIndex
CARD = Qt.ItemDataRole.UserRole
MARGIN = 12
LINES = 46


@dataclass(frozen=True)
class Card:
    """`key` names the card; `hint` is its tool tip; `warns` says that the note is a warning."""

    key: str
    title: str
    note: str = ""
    hint: str = ""
    warns: bool = False


class CardModel(QAbstractListModel):
    """Cards in order, and the pictures that are there so far."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[Card] = []
        self.pictures: dict[str, QPixmap] = {}

    def show_cards(self, cards: Sequence[Card]) -> None:
        self.beginResetModel()
        self.cards = list(cards)
        self.endResetModel()

    def show_picture(self, key: str, picture: QImage) -> None:
        """A card's picture has come; it is kept for as long as the model lives."""
        self.pictures[key] = QPixmap.fromImage(picture)
        for row, card in enumerate(self.cards):
            if card.key == key:
                self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, key: str) -> int:
        return next((row for row, card in enumerate(self.cards) if card.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.cards[index.row()]
        if role == CARD:
            return card
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{card.title}, {card.note}" if card.note else card.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return card.hint or None
        if role == Qt.ItemDataRole.DecorationRole:
            return self.pictures.get(card.key)
        return None


class CardView(QListView):
    """`opened` for a double click or Enter, `chosen` when another card is current."""

    opened = Signal(str)
    chosen = Signal(str)

    def __init__(self, model: CardModel, picture: QSize, name: str) -> None:
        super().__init__()
        self.cards = model
        self.setModel(model)
        self.picture = picture
        self.setItemDelegate(_Painter(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setGridSize(self.cell)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.activated.connect(lambda index: self.opened.emit(index.data(CARD).key))
        self.selectionModel().currentChanged.connect(lambda index, _old: self._tell(index))

    @property
    def cell(self) -> QSize:
        return QSize(self.picture.width() + 2 * MARGIN + 6, self.picture.height() + MARGIN + LINES + 14)

    def _tell(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.data(CARD).key)

    def choose(self, key: str) -> None:
        row = self.cards.row_of(key)
        if row >= 0:
            self.setCurrentIndex(self.cards.index(row))


class _Painter(QStyledItemDelegate):
    def __init__(self, view: CardView) -> None:
        super().__init__(view)
        self.view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.view.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: Card = index.data(CARD)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        cell = QRectF(rect.adjusted(3, 3, -3, -3))
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(color("selected"))
            painter.drawRoundedRect(cell, 7, 7)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(color("hover"))
            painter.drawRoundedRect(cell, 7, 7)
        area = QRect(rect.topLeft() + QPoint(3 + MARGIN, 3 + MARGIN), self.view.picture)
        self._draw_picture(painter, area, index.data(Qt.ItemDataRole.DecorationRole))
        self._draw_lines(painter, area, card)
        painter.restore()

    def _draw_picture(self, painter: QPainter, area: QRect, picture: QPixmap | None) -> None:
        """In the middle, with the shadow of a sheet; an empty sheet until it is there."""
        if picture is None or picture.isNull():
            painter.setBrush(color("canvas"))
            painter.drawRoundedRect(area, 5, 5)
            return
        size = picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, max(1, size.width()), max(1, size.height()))
        place.moveCenter(area.center())
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(place), 3, 3)
        painter.setClipPath(shape)
        painter.drawPixmap(place, picture)
        painter.setClipping(False)
        edge = color("text")
        edge.setAlpha(36)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(place).adjusted(-0.5, -0.5, 0.5, 0.5), 3, 3)

    def _draw_lines(self, painter: QPainter, area: QRect, card: Card) -> None:
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        line = painter.fontMetrics().height()
        at = QRect(area.left(), area.bottom() + 9, area.width(), line)
        for text, tone in ((card.title, "text"), (card.note, "warning" if card.warns else "muted")):
            painter.setPen(color(tone))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, at.width())
            painter.drawText(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            at.translate(0, line + 2)
            font.setBold(False)
            painter.setFont(font)
