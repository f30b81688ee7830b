"""The window of models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.shell.main_window import MainWindow


@action("ai.models", "Models...")
def models(window: MainWindow) -> None:
    show_models(window)


def show_models(window: MainWindow, page: str = "", over: QWidget | None = None) -> None:
    """The window of models at a task, or where it begins; over another dialog where one asked for it."""
    from app.dialogs.models import TOOLS, ModelsDialog

    dialog = ModelsDialog(window, page or TOOLS, over)
    dialog.exec()
    dialog.deleteLater()
