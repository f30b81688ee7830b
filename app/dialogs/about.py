"""What this program is."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QLabel, QWidget

from app.dialogs.frame import Frame
from editor.base.translation import tr


class AboutDialog(Frame):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Atelier", 400)
        try:
            number = version("atelier")
        except PackageNotFoundError:
            number = "0.1.0"
        lines = (
            tr("Image, page, video and 3D in one project, on your own machine."),
            f"Atelier {number} · Qt {qVersion()} · Python {platform.python_version()}",
            tr("Free software under the Apache License 2.0."),
        )
        for line in lines:
            label = QLabel(line)
            label.setObjectName("muted")
            label.setWordWrap(True)
            self.body.addWidget(label)
        self.add_button(tr("Close"), self.accept, primary=True)
