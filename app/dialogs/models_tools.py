"""The first page of the window of models: every AI tool with its "offline ready" mark."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.dialogs.models_list import ToolLine
from app.icons import pixmap
from editor.base.translation import tr

NAME_WIDTH = 170


class ToolsPage(QWidget):
    """A card a section; `show_task` is called with the task whose models were asked for."""

    def __init__(self, lines: list[ToolLine], show_task: Callable[[str], object]) -> None:
        super().__init__()
        self._show_task = show_task
        self.marks: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(6)
        for section in dict.fromkeys(line.section for line in lines):
            title = QLabel(section)
            title.setObjectName("sectionTitle")
            column.addWidget(title)
            column.addWidget(self._card([line for line in lines if line.section == section]))
            column.addSpacing(6)
        column.addStretch(1)

    def _card(self, lines: list[ToolLine]) -> QFrame:
        card = QFrame()
        card.setObjectName("modelCard")
        grid = QGridLayout(card)
        grid.setContentsMargins(14, 7, 8, 7)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnMinimumWidth(1, NAME_WIDTH)
        grid.setColumnStretch(2, 1)
        for row, line in enumerate(lines):
            self._line(grid, row, line)
        return card

    def _line(self, grid: QGridLayout, row: int, line: ToolLine) -> None:
        mark, label, note = QLabel(), QLabel(line.label), QLabel(line.note)
        icon, tint = ("check", "good") if line.is_ready else ("minus", "warning")
        mark.setPixmap(pixmap(icon, 14, tint, self.devicePixelRatioF()))
        words = tr("Offline ready") if line.is_ready else tr("Needs a model")
        mark.setToolTip(words)
        mark.setAccessibleName(f"{line.label}: {words}")
        self.marks[line.label] = mark
        note.setObjectName("muted")
        note.setWordWrap(True)
        grid.setRowMinimumHeight(row, 30)
        for place, widget in enumerate((mark, label, note)):
            grid.addWidget(widget, row, place, Qt.AlignmentFlag.AlignVCenter)
        if line.task:
            button = QPushButton(tr("Models"))
            button.setProperty("flat", True)
            button.setAccessibleName(f"{tr('Models')}: {line.label}")
            button.clicked.connect(lambda _on=False: self._show_task(line.task))
            grid.addWidget(button, row, 3)
