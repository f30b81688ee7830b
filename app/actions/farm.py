"""The action that chooses where heavy work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("window.farm", "Farm...", "", "jobs")
def farm(window: MainWindow) -> None:
    """This program, workers on this machine, or a farm of many."""
    from app.farm.dialog import FarmDialog

    FarmDialog(window, window.session).exec()
