"""Shows a report of a crash; the person may copy it. Nothing is sent."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from app.dialogs.frame import Frame
from editor.base.translation import tr


class ReportDialog(Frame):
    def __init__(self, parent: QWidget, path: Path) -> None:
        super().__init__(parent, tr("Report"), 640)
        place = QLabel(str(path))
        place.setObjectName("muted")
        self.body.addWidget(place)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMinimumHeight(280)
        try:
            self.text.setPlainText(path.read_text(encoding="utf-8", errors="replace"))
        except OSError as error:
            self.text.setPlainText(str(error))
        self.body.addWidget(self.text, 1)
        self.add_button(tr("Copy"), lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.add_button(tr("Close"), self.accept, primary=True)
