"""The frame that all dialogs share: margins, a title, buttons at the bottom right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QAbstractButton, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from editor.base.translation import tr


class Frame(QDialog):
    """Put widgets into `body`. The last button added is the one that Return presses."""

    def __init__(self, parent: QWidget, title: str, width: int = 460) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(14)
        heading = QLabel(title)
        heading.setObjectName("heading")
        column.addWidget(heading)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        column.addLayout(self.body, 1)
        self._foot = QHBoxLayout()
        self._foot.addStretch(1)
        column.addLayout(self._foot)

    def add_button(self, text: str, act: Callable[[], object], primary: bool = False) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("primary", primary)
        button.setDefault(primary)
        button.setAutoDefault(primary)
        button.clicked.connect(lambda _on=False: act())
        self._foot.addWidget(button)
        return button

    def add_aside(self, button: QAbstractButton) -> None:
        """Move a button to the left, away from those that end the dialog; also one from outside."""
        self._foot.removeWidget(button)
        self._foot.insertWidget(0, button)

    def add_cancel(self) -> QPushButton:
        return self.add_button(tr("Cancel"), self.reject)
