"""The action of packs: their window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("window.packs", "Packs...", "", "import")
def packs(window: MainWindow) -> None:
    """Bring the window up; there is one."""
    from app.packs.window import PacksWindow

    shown = window.findChild(PacksWindow)
    if shown is None:
        shown = PacksWindow(window)
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    shown.show()
    shown.raise_()
    shown.activateWindow()
