"""The search of the library: words and fields with suggestions, a picture to resemble, a colour to look for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from app.library.completing import Suggestions
from app.library.dragging import local_paths
from app.widgets.color_picker import ColorPicker
from editor.base.translation import tr
from editor.library.search.completing import Completion

TYPING_MS = 60
COLOR = re.compile(r"(?:^|(?<=\s))colou?r:\S*", re.IGNORECASE)
PICKER_WIDTH = 250


class SearchBar(QFrame):
    """`changed` a moment after the last key. `like_dropped` with the file of a picture that was dropped here,
    `layer_wanted` for the chosen layer, `entered` when the results are wanted for the keyboard."""

    changed = Signal()
    entered = Signal()
    like_dropped = Signal(Path)
    layer_wanted = Signal()
    file_wanted = Signal()

    def __init__(self, suggest: Callable[[str], Sequence[Completion]]) -> None:
        super().__init__()
        self.setObjectName("librarySearch")
        self.setAcceptDrops(True)
        self.like = ""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.changed.emit)
        self.chip = QToolButton()
        self.chip.setObjectName("likeChip")
        self.chip.setToolTip(tr("Only what looks like this; click to look for everything again"))
        self.chip.setAccessibleName(self.chip.toolTip())
        self.chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.chip.setIconSize(QSize(22, 22))
        self.chip.clicked.connect(lambda _on=False: self.show_like("", None))
        self.chip.hide()
        self.field = _Field()
        self.field.textChanged.connect(lambda _text: self._typing.start())
        self.field.returnPressed.connect(self.entered.emit)
        self.field.left.connect(self.entered.emit)
        self.suggestions = Suggestions(self.field, suggest)
        self.color = _button("color", tr("Search by colour"))
        self.color.clicked.connect(lambda _on=False: self._pick_color())
        self.pictures = _button("image", tr("Search by likeness"))
        self.pictures.clicked.connect(lambda _on=False: self._show_pictures_menu())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.chip, self.field, self.color, self.pictures):
            row.addWidget(widget, 1 if widget is self.field else 0)

    # What is looked for

    def query(self) -> str:
        """What is typed, among what looks like the picture."""
        typed = self.field.text().strip()
        if not self.like:
            return typed
        return f"like:{self.like} ({typed})" if typed else f"like:{self.like}"

    def stop(self) -> None:
        self._typing.stop()
        self.suggestions.hide()

    def show_like(self, value: str, picture: bytes | None) -> None:
        """Look for what resembles a picture, or with "" for anything again."""
        self.like = value
        shown = QPixmap()
        if picture:
            shown.loadFromData(picture)
        self.chip.setIcon(QIcon(shown) if not shown.isNull() else icon("image"))
        self.chip.setText(tr("Like this") + "  ×")
        self.chip.setVisible(bool(value))
        self.changed.emit()

    def show_color(self, text: str) -> None:
        """Look for a colour, in the place of the one before."""
        rest = " ".join(COLOR.sub("", self.field.text()).split())
        self.field.setText(f"{rest} color:{text}".strip())

    # Menus

    def _pick_color(self) -> None:
        popup = _Popup(self)
        found = COLOR.search(self.field.text())
        start = found.group().partition(":")[2] if found else ""
        picker = ColorPicker(start if re.fullmatch(r"#[0-9a-fA-F]{6}", start) else "#3a86c8", alpha=False)
        picker.live.connect(self.show_color)
        picker.committed.connect(self.show_color)
        popup.body.addWidget(picker)
        popup.resize(PICKER_WIDTH, PICKER_WIDTH)
        corner = self.color.mapToGlobal(QPoint(self.color.width(), self.color.height() + 2))
        popup.move(corner - QPoint(PICKER_WIDTH, 0))
        popup.show()
        self.popup = popup

    def _show_pictures_menu(self) -> None:
        menu = QMenu(self)
        menu.addAction(icon("layers"), tr("Like the chosen layer"), self.layer_wanted.emit)
        menu.addAction(icon("open"), tr("Like a picture file..."), self.file_wanted.emit)
        hint = menu.addAction(tr("Or drop a picture on the search field"))
        hint.setEnabled(False)
        menu.exec(self.pictures.mapToGlobal(QPoint(0, self.pictures.height())))
        menu.deleteLater()

    # A picture dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.field.setProperty("wanted", True)
            self._polish()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.field.setProperty("wanted", False)
        self._polish()

    def dropEvent(self, event: QDropEvent) -> None:
        self.field.setProperty("wanted", False)
        self._polish()
        paths = local_paths(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.like_dropped.emit(paths[0])

    def _polish(self) -> None:
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)


class _Field(QLineEdit):
    """Down goes to what was found, Escape clears."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(False)
        self.setPlaceholderText(tr("Search: words, tag:tree, kind:image, rating>=3, color:#2a8, -word"))
        self.setClearButtonEnabled(True)
        self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.setAccessibleName(tr("Search the library"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class _Popup(QFrame):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("popup")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 12, 12, 12)


class Problem(QFrame):
    """What is wrong with a search, and how it would be right."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("libraryProblem")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(8)
        sign = QLabel()
        sign.setPixmap(icon("warning", "error").pixmap(16, 16))
        self.sentence, self.remedy = QLabel(), QLabel()
        self.sentence.setObjectName("problem")
        self.remedy.setObjectName("muted")
        self.remedy.setWordWrap(True)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.remedy, 1, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def text(self) -> str:
        return f"{self.sentence.text()} {self.remedy.text()}".strip()

    def tell(self, sentence: str, remedy: str) -> None:
        self.sentence.setText(sentence)
        self.remedy.setText(remedy)
        self.show()


def _button(symbol: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(symbol))
    button.setToolTip(text)
    button.setAccessibleName(text)
    return button
