"""The window that finds pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("ai.find_pictures", "Find pictures...", "Ctrl+Alt+F", "search")
def find_pictures(window: MainWindow) -> None:
    """Bring the window up; there is one."""
    from app.ai.finding import FindWindow

    shown = window.findChild(FindWindow)
    if shown is None:
        shown = FindWindow(window)
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    shown.show()
    shown.raise_()
    shown.activateWindow()
