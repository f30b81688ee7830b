"""What was found, as a grid of small pictures that can be dragged into a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QUrl,
)
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import color
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.ai.similar_work import Found

Index = QModelIndex | QPersistentModelIndex
FOUND = Qt.ItemDataRole.UserRole
PICTURE = QSize(150, 112)
CELL = QSize(174, 172)
MARGIN = 12


class FoundModel(QAbstractListModel):
    """One row a result."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self._pictures: dict[bytes, QPixmap] = {}

    def show_found(self, found: Sequence[Found]) -> None:
        self.beginResetModel()
        self.found = list(found)
        kept = {one.thumbnail for one in found}
        self._pictures = {data: picture for data, picture in self._pictures.items() if data in kept}
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = self.found[index.row()]
        if role == FOUND:
            return found
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return found.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{found.name}\n{found.place}\n{facts(found)}"
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(found)
        return None

    def _picture(self, found: Found) -> QPixmap:
        """Decoded when it is first seen."""
        if found.thumbnail not in self._pictures:
            picture = QPixmap()
            picture.loadFromData(found.thumbnail)
            self._pictures[found.thumbnail] = picture
        return self._pictures[found.thumbnail]

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_file = index.isValid() and not self.found[index.row()].record
        return plain | Qt.ItemFlag.ItemIsDragEnabled if is_file else plain

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(self.found[index.row()].place) for index in indexes])
        return data


class FoundView(QListView):
    """Cells of one size from left to right."""

    def __init__(self, model: FoundModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(_Cell(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setDragEnabled(True)
        self.setUniformItemSizes(True)
        self.setGridSize(CELL)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Pictures that were found"))


class _Cell(QStyledItemDelegate):
    """A picture in the middle of its cell, its name and one fact below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found: Found = index.data(FOUND)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        cell = rect.adjusted(3, 3, -3, -3)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        tone = "selected" if state & QStyle.StateFlag.State_Selected else "hover"
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(tone))
            painter.drawRoundedRect(cell, 6, 6)
        self._draw_picture(painter, cell, index.data(Qt.ItemDataRole.DecorationRole))
        self._draw_texts(painter, cell, found)
        painter.restore()

    def _draw_picture(self, painter: QPainter, cell: QRect, picture: QPixmap) -> None:
        if picture.isNull():
            return
        size = picture.size().scaled(PICTURE, Qt.AspectRatioMode.KeepAspectRatio)
        if size.width() > picture.width():
            size = picture.size()
        area = QRect(0, 0, size.width(), size.height())
        area.moveCenter(QRect(cell.left(), cell.top() + 8, cell.width(), PICTURE.height()).center())
        painter.drawPixmap(area, picture)

    def _draw_texts(self, painter: QPainter, cell: QRect, found: Found) -> None:
        metrics = painter.fontMetrics()
        width, line = cell.width() - 2 * MARGIN, metrics.height()
        top = cell.top() + PICTURE.height() + 14
        for row, (text, tone) in enumerate(((found.name, "text"), (facts(found), "muted"))):
            painter.setPen(color(tone))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)
            area = QRect(cell.left() + MARGIN, top + row * (line + 1), width, line)
            painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, shown)


def facts(found: Found) -> str:
    """Its size, and that it is a copy of what was asked for, or where it is when not on the disk."""
    size = f"{found.width} × {found.height}"
    if found.is_copy:
        return tr("{size}, same picture", size=size)
    return tr("{size}, in the project", size=size) if found.record else size
