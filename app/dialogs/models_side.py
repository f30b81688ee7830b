"""The list at the left of the window of models: a mark, a name and a quieter line below it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.icons import pixmap
from app.theme import color

PAGE = Qt.ItemDataRole.UserRole
HEIGHT, WIDTH, MARGIN, MARK = 42, 258, 12, 14


@dataclass(frozen=True)
class Page:
    """What one entry leads to. `key` is a task, or "tools" or "installed"."""

    key: str
    label: str
    note: str
    is_ready: bool


class SideList(QListWidget):
    """One entry a page."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sideList")
        self.setFixedWidth(WIDTH)
        self.setItemDelegate(_Lines(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)

    def fill(self, pages: list[Page], wanted: str) -> None:
        """Show these, with one of them chosen; says nothing to whoever listens."""
        self.blockSignals(True)
        place = self.verticalScrollBar().value()
        self.clear()
        for page in pages:
            item = QListWidgetItem(f"{page.label}\n{page.note}")
            item.setData(PAGE, page)
            self.addItem(item)
            if page.key == wanted:
                self.setCurrentItem(item)
        if self.currentRow() < 0:
            self.setCurrentRow(0)
        self.verticalScrollBar().setValue(place)
        self.scrollToItem(self.currentItem())
        self.blockSignals(False)

    @property
    def page(self) -> Page | None:
        return self.currentItem().data(PAGE) if self.currentRow() >= 0 else None


class _Lines(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        page: Page = index.data(PAGE)
        box = QRect(option.rect)
        state = option.state
        painter.save()
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, color("selected" if is_chosen else "hover"))
        widget: QWidget | None = option.widget
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        mark = pixmap("check" if page.is_ready else "minus", MARK, "good" if page.is_ready else "faint", ratio)
        painter.drawPixmap(box.left() + MARGIN, box.center().y() - MARK // 2 + 1, mark)
        inner = box.adjusted(MARGIN * 2 + MARK, 5, -MARGIN, -5)
        metrics = painter.fontMetrics()
        painter.setPen(color("text"))
        half = inner.height() // 2
        label = metrics.elidedText(page.label, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner.adjusted(0, 0, 0, -half), int(Qt.AlignmentFlag.AlignVCenter), label)
        painter.setPen(color("text" if is_chosen else "muted"))
        note = metrics.elidedText(page.note, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner.adjusted(0, half, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), note)
        painter.restore()
