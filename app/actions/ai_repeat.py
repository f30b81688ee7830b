"""The AI tool that ran last, once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("ai.repeat", "Repeat last AI tool", "Ctrl+Alt+R", "", "document")
def repeat(window: MainWindow) -> None:
    """With the same options at once; one that asks for consent asks again."""
    from app.ai.repeat import repeat_last

    repeat_last(window)
