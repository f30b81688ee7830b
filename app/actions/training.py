"""The action that opens the window of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("ai.train", "Train a model...")
def train(window: MainWindow) -> None:
    """Bring the window up; there is one."""
    from app.ai.training import TrainingWindow

    shown = window.findChild(TrainingWindow)
    if shown is None:
        shown = TrainingWindow(window)
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    shown.show()
    shown.raise_()
    shown.activateWindow()
