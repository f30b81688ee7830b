"""The action that opens the window of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("window.queue", "Queue...", "", "jobs")
def queue(window: MainWindow) -> None:
    """Bring the window up; there is one."""
    from app.queue.window import QueueWindow

    shown = window.findChild(QueueWindow)
    if shown is None:
        shown = QueueWindow(window)
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if shown.here.isChecked():
            window.queue.start()
    shown.show()
    shown.raise_()
    shown.activateWindow()
