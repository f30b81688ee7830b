"""Everything that can be done, found by a few letters of its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QVBoxLayout

from app.theme import color
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow

WIDTH, HEIGHT, ROW = 620, 430, 34
SHOWN = 60
CHOICE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class Choice:
    """Something that can be done. `family` is where it belongs, for people."""

    name: str
    label: str
    family: str
    key: str
    perform: Callable[[], object]


def score(query: str, text: str) -> float:
    """How well letters in order match a text: 0 not at all; starts of words and runs count more.

    >>> score("nl", "New layer") > score("nl", "Channels") > 0
    True
    >>> score("xq", "New layer")
    0.0
    """
    if not query:
        return 1.0
    low, place, total, run = text.casefold(), 0, 0.0, 0
    for letter in query.casefold().replace(" ", ""):
        found = low.find(letter, place)
        if found < 0:
            return 0.0
        starts_word = found == 0 or not low[found - 1].isalnum()
        run = run + 1 if found == place and place else 0
        total += 1.0 + (2.0 if starts_word else 0.0) + run
        place = found + 1
    return total + (4.0 if low.startswith(query.casefold()) else 0.0) - len(text) / 200


def domain(name: str) -> str:
    """The first part of an action's name, by which `FAMILIES` says where it belongs.

    >>> domain("raster.add_layer"), domain("tool:raster.brush"), domain("ai:denoise")
    ('raster', 'tool', 'ai')
    """
    return name.partition(":" if ":" in name else ".")[0]


class RowDelegate(QStyledItemDelegate):
    """The label, where it belongs, and its key at the right."""

    def sizeHint(self, option: Any, index: Any) -> QSize:
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: Any, index: Any) -> None:
        choice: Choice = index.data(CHOICE)
        area: QRect = option.rect.adjusted(4, 1, -4, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("selected"))
            painter.drawRoundedRect(area, 5, 5)
        painter.setPen(color("text"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area.adjusted(12, 0, -180, 0), middle, choice.label)
        painter.setPen(color("muted"))
        painter.drawText(area.adjusted(0, 0, -100, 0), middle | Qt.AlignmentFlag.AlignRight, choice.family)
        painter.drawText(area.adjusted(0, 0, -12, 0), middle | Qt.AlignmentFlag.AlignRight, choice.key)


class CommandPalette(QFrame):
    """Type, choose with the arrows, Return runs it. Escape or a click elsewhere closes it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.window_ = window
        self.choices = self._choices()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 6)
        column.setSpacing(4)
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("What do you want to do?"))
        self.line.addAction(self._picture(), QLineEdit.ActionPosition.LeadingPosition)
        self.line.setAccessibleName(tr("Search commands"))
        self.list = QListWidget()
        self.list.setItemDelegate(RowDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        self.line.textChanged.connect(self.show_matches)
        self.line.returnPressed.connect(self.run)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self.run())
        self.show_matches("")

    def _picture(self) -> Any:
        from app.icons import icon

        return icon("search", "muted")

    def _choices(self) -> list[Choice]:
        bindings = self.window_.bindings
        found = []
        for name, made in bindings.actions.items():
            if name == "edit.palette" or not made.isEnabled():
                continue
            family = FAMILIES.get(domain(name), "")
            label = made.text().removesuffix("...")
            found.append(Choice(name, label, tr(family) if family else "", made.shortcut().toString(), made.trigger))
        return found

    def show_above(self) -> None:
        """Open in the upper middle of the window."""
        place = self.window_.mapToGlobal(self.window_.rect().topLeft())
        self.setGeometry(place.x() + (self.window_.width() - WIDTH) // 2, place.y() + 96, WIDTH, HEIGHT)
        self.show()
        self.line.setFocus()

    def show_matches(self, query: str) -> None:
        """List what fits, best first."""
        rated = [(max(score(query, choice.label), score(query, choice.name) * 0.6), choice) for choice in self.choices]
        fitting = sorted((pair for pair in rated if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].label))
        self.list.clear()
        for _, choice in fitting[:SHOWN]:
            item = QListWidgetItem(choice.label)
            item.setData(CHOICE, choice)
            self.list.addItem(item)
        if not fitting:
            item = QListWidgetItem("")
            item.setData(CHOICE, Choice("", tr("Nothing is called like that"), "", "", lambda: None))
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def run(self) -> None:
        """Close, then do it, so that what it opens lies on top."""
        present = self.list.currentRow() >= 0
        choice: Choice | None = self.list.currentItem().data(CHOICE) if present else None
        self.close()
        if choice is not None:
            choice.perform()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in keys:
            step = {keys[0]: -1, keys[1]: 1, keys[2]: -8, keys[3]: 8}[Qt.Key(event.key())]
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
            return True
        return super().eventFilter(watched, event)


FAMILIES = {
    "file": "File", "edit": "Edit", "view": "View", "help": "Help", "raster": "Image", "vector": "Page",
    "video": "Video", "scene": "3D scene", "project": "Project", "tool": "Tool", "ai": "AI",
}  # fmt: skip
