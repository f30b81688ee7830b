"""Says what a tool needs that is not installed: which models there are, how large, under which licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout

from editor.base.translation import tr

if TYPE_CHECKING:
    from app.ai.service import AI
    from editor.workflows.ai.tool import Tool

SHOWN = 4


class MissingModel(QFrame):
    """A card with what could be installed and a button to the window of models."""

    models_wanted = Signal()

    def __init__(self, ai: AI, tool: Tool) -> None:
        super().__init__()
        self.ai, self.tool = ai, tool
        self.setObjectName("card")
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 2, 0)
        column.setSpacing(8)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.button = QPushButton(tr("Open the models..."))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda _on=False: self.models_wanted.emit())
        column.addWidget(self.text)
        column.addWidget(self.button)
        self.refresh()

    def refresh(self) -> None:
        self.text.setText("\n".join([tr("This tool needs a model, and none is installed."), *self.offers()]))

    def offers(self) -> list[str]:
        """One line a model of the catalogue."""
        return []
