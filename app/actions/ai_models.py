"""The window of models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("ai.models", "Models...")
def models(window: MainWindow) -> None:
    from app.dialogs.models import ModelsDialog

    ModelsDialog(window).exec()
