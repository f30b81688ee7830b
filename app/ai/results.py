"""What a tool found out, as a small table to read and to copy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QToolButton, QWidget

from app.dialogs.frame import Frame
from app.icons import icon
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.ai.tool import Outcome, Tool

WIDTH, LARGEST_HEIGHT = 560, 460


class ResultsDialog(Frame):
    """Stays open beside the work until it is closed."""

    def __init__(self, parent: QWidget, tool: Tool, outcome: Outcome) -> None:
        super().__init__(parent, tr(tool.label), WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows = outcome.rows
        if outcome.sentence:
            sentence = QLabel(outcome.sentence)
            sentence.setWordWrap(True)
            self.body.addWidget(sentence)
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 120)
        grid.setColumnStretch(1, 1)
        for place, (name, value) in enumerate(self.rows):
            self._add(grid, place, name, value)
        grid.setRowStretch(len(self.rows), 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(table)
        area.setMinimumHeight(min(LARGEST_HEIGHT, table.sizeHint().height() + 8))
        self.body.addWidget(area, 1)
        self.add_button(tr("Copy all"), lambda: copy(self.as_text()))
        self.add_button(tr("Close"), self.accept, primary=True)

    def _add(self, grid: QGridLayout, place: int, name: str, value: str) -> None:
        top = Qt.AlignmentFlag.AlignTop
        label, text, button = QLabel(name), QLabel(value), QToolButton()
        label.setObjectName("muted")
        for item in (label, text):
            item.setWordWrap(True)
            item.setContentsMargins(0, 5, 0, 0)  # in line with the picture on the button
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        button.setIcon(icon("duplicate", "muted"))
        button.setAutoRaise(True)
        button.setToolTip(tr("Copy"))
        button.setAccessibleName(tr("Copy {name}", name=name))
        button.clicked.connect(partial(copy, value))
        grid.addWidget(label, place, 0, top)
        grid.addWidget(text, place, 1, top)
        grid.addWidget(button, place, 2, top)

    def as_text(self) -> str:
        """One line a row, as a table program takes it."""
        return "\n".join(f"{name}\t{value}" for name, value in self.rows)


def copy(text: str, _on: bool = False) -> None:
    QGuiApplication.clipboard().setText(text)
