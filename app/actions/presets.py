"""Presets in the menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("preset.save", "Save as preset...", "", "properties", "document")
def save(window: MainWindow) -> None:
    """The settings of what is chosen; of the tool in hand where nothing chosen has any."""
    from app.presets.places import save_what_is_at_hand

    save_what_is_at_hand(window)
