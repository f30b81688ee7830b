"""What stands where a document would: an open project without any."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.icons import icon
from app.start.presets import KINDS
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


class EmptyProject(QWidget):
    """Says what to do, with a button for each kind."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.setObjectName("startPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.addStretch(2)
        title = QLabel(tr("This project has no document yet"))
        title.setObjectName("heading")
        hint = QLabel(tr("Make one, or drop a file here."))
        hint.setObjectName("subheading")
        for label in (title, hint):
            column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addStretch(1)
        for kind in KINDS:
            button = QPushButton(icon(kind.icon), f" {tr(kind.label)}")
            make = partial(window.files.new_document, kind.family, name=tr(kind.label), **kind.presets[0].parameters)
            button.clicked.connect(lambda _on=False, make=make: make())
            row.addWidget(button)
        row.addStretch(1)
        column.addSpacing(10)
        column.addLayout(row)
        column.addStretch(3)
