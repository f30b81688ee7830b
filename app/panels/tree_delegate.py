"""How a row of the tree looks: eye, picture or icon, name, badges, lock. The eye and the lock can be clicked."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.icons import pixmap
from app.panels.tree_model import ICON, LOCKED, RECORD, SHOWN
from app.theme import color
from app.widgets.swatch import paint_squares

if TYPE_CHECKING:
    from app.panels.thumbnails import LayerPictures

HEIGHT = 34
EYE = 26
PICTURE = 26
Index = QModelIndex | QPersistentModelIndex


class TreeDelegate(QStyledItemDelegate):
    """`marks` gives the records that show an older state of a file."""

    def __init__(
        self, pictures: LayerPictures, parent: QWidget, marks: Callable[[], Container[str]] = frozenset
    ) -> None:
        super().__init__(parent)
        self.pictures = pictures
        self.marks = marks

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style_option = QStyleOptionViewItem(option)
        self.initStyleOption(style_option, index)
        style_option.text = ""
        widget: QWidget | None = style_option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, style_option, painter, widget)
        item = index.data(RECORD)
        if item is None:
            return
        area: QRect = option.rect
        shown, locked = index.data(SHOWN), index.data(LOCKED)
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        x = area.left() + 4
        picture = self.pictures.picture(item)
        _draw_picture(painter, QRect(x, area.top() + 4, PICTURE, PICTURE), picture, index.data(ICON), ratio)
        x += PICTURE + 8
        clip = bool(getattr(item, "clipped", False))
        if clip:
            painter.drawPixmap(x - 2, area.top() + 11, pixmap("chevron-down", 12, "muted", ratio))
            x += 12
        right = lock_area(area).left() - 4
        room_for_mark = 18 if item.id in self.marks() else 0
        quiet = shown is False
        painter.setPen(color("faint" if quiet else "text"))
        font = QFont(painter.font())
        painter.setFont(font)
        text, room = str(index.data() or ""), max(20, right - room_for_mark - x)
        name = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(x, area.top(), right - x, area.height()), Qt.AlignmentFlag.AlignVCenter, name)
        if item.id in self.marks():
            place = right - 14
            painter.drawPixmap(place, area.top() + 10, pixmap("link", 14, "warning", ratio))
        if locked:
            painter.drawPixmap(lock_area(area).left() + 4, area.top() + 9, pixmap("lock", 15, "muted", ratio))
        if shown is not None:
            eye = pixmap("eye" if shown else "eye-off", 16, "muted" if shown else "faint", ratio)
            painter.drawPixmap(eye_area(area).left() + 5, area.top() + 9, eye)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        return QLineEdit(parent)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect
        editor.setGeometry(area.adjusted(PICTURE + 8, 4, -2 * EYE, -4))


def eye_area(area: QRect) -> QRect:
    """Where a click shows or hides."""
    return QRect(area.right() - EYE, area.top(), EYE, area.height())


def lock_area(area: QRect) -> QRect:
    """Where a click locks or unlocks."""
    return QRect(area.right() - 2 * EYE, area.top(), EYE, area.height())


def _draw_picture(painter: QPainter, area: QRect, picture: QPixmap | None, name: Any, ratio: float) -> None:
    if picture is None:
        painter.drawPixmap(area.left() + 4, area.top() + 4, pixmap(str(name), 18, "muted", ratio))
        return
    paint_squares(painter, area, 4)
    size = picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRect(0, 0, size.width(), size.height())
    target.moveCenter(area.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(target, picture)
    painter.setPen(color("line"))
    painter.drawRect(area.adjusted(0, 0, -1, -1))
