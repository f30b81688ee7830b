"""Lists that open below a field while a person types: words between commas, and what a search could go on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.theme import color
from editor.base.translation import tr
from editor.library.search.completing import EXAMPLES, Completion

NOTE = Qt.ItemDataRole.UserRole
START = Qt.ItemDataRole.UserRole + 1
ROW, SHOWN, WIDEST = 24, 9, 340


class Suggestions(QListWidget):
    """A list below a field that never takes the focus: arrows choose, Tab or Return takes, Escape closes.

    `ask` gives what fits to the text before the cursor.
    """

    def __init__(self, field: QLineEdit, ask: Callable[[str], Sequence[Completion]]) -> None:
        super().__init__(field.window())
        self.field, self.ask = field, ask
        self.setWindowFlags(Qt.WindowType.ToolTip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setObjectName("suggestions")
        self.setAccessibleName(tr("Suggestions"))
        self.setItemDelegate(_Line(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.itemClicked.connect(self.take)
        field.textEdited.connect(lambda _text: self.suggest())
        field.installEventFilter(self)
        field.destroyed.connect(self.deleteLater)

    def suggest(self) -> None:
        """Show what fits, or nothing."""
        before = self.field.text()[: self.field.cursorPosition()]
        found = self.ask(before)
        self.clear()
        for one in found:
            item = QListWidgetItem(one.text)
            item.setData(NOTE, one.note)
            item.setData(START, one.start)
            self.addItem(item)
        if not found or not self.field.hasFocus():
            self.hide()
            return
        left = self.field.cursorRect().left() if len(self.field.text()) < 200 else 0
        corner = self.field.mapToGlobal(QPoint(max(0, left - 40), self.field.height() + 2))
        self.setGeometry(QRect(corner, QSize(WIDEST, ROW * min(SHOWN, len(found)) + 4)))
        self.setCurrentRow(-1)
        self.show()

    def take(self, item: QListWidgetItem) -> None:
        """Write a suggestion into the field; what can go on suggests further."""
        start, text, place = item.data(START), item.text(), self.field.cursorPosition()
        whole = self.field.text()
        ends = "" if text.endswith(":") or text in EXAMPLES or whole[place:].startswith(" ") else " "
        self.field.setText(whole[:start] + text + ends + whole[place:])
        self.field.setCursorPosition(start + len(text) + len(ends))
        self.field.setModified(True)
        self.suggest()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and self.isVisible():
            if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
                self.hide()
            elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
                if event.key() == Qt.Key.Key_Escape:
                    event.accept()
                    return True
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._press(Qt.Key(event.key()))
        return False

    def _press(self, key: Qt.Key) -> bool:
        row, count = self.currentRow(), self.count()
        if key == Qt.Key.Key_Down:
            self.setCurrentRow((row + 1) % count)
        elif key == Qt.Key.Key_Up:
            self.setCurrentRow((row if row > 0 else count) - 1)
        elif key == Qt.Key.Key_Escape:
            self.hide()
        elif key == Qt.Key.Key_Tab or (key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0):
            item = self.item(max(0, row))
            if item is not None:
                self.take(item)
        else:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.hide()
            return False
        return True


class _Line(QStyledItemDelegate):
    """The text at the left, what it means at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        return QSize(WIDEST - 20, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        state: QStyle.StateFlag = option.state
        area: QRect = option.rect
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.fillRect(area, color("selected" if state & QStyle.StateFlag.State_Selected else "hover"))
        inner = area.adjusted(10, 0, -10, 0)
        text, note = str(index.data()), str(index.data(NOTE) or "")  # type: ignore[attr-defined]
        painter.setPen(color("text"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        room = inner.width() - painter.fontMetrics().horizontalAdvance(text) - 16
        painter.setPen(color("muted"))
        shown = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, max(0, room))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)


class WordCompleter(Suggestions):
    """Words parted by commas, from a list that is asked for when it is needed."""

    def __init__(self, field: QLineEdit, words: Callable[[], Sequence[str]]) -> None:
        self._words = words
        super().__init__(field, self._fitting)

    def _fitting(self, before: str) -> list[Completion]:
        start = before.rfind(",") + 1
        typed = before[start:].strip().casefold()
        if not typed:
            return []
        fitting = [word for word in self._words() if typed in word.casefold() and typed != word.casefold()]
        fitting.sort(key=lambda word: (not word.casefold().startswith(typed), word.casefold()))
        gap = 1 if start else 0
        return [Completion((" " if gap else "") + word, "", start) for word in fitting[:40]]

    def take(self, item: QListWidgetItem) -> None:
        whole, place, start = self.field.text(), self.field.cursorPosition(), item.data(START)
        text = item.text() + ("" if whole[place:].lstrip().startswith(",") else ", ")
        self.field.setText(whole[:start] + text + whole[place:].lstrip())
        self.field.setCursorPosition(start + len(text))
        self.field.setModified(True)
        self.hide()
