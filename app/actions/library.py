"""The library's place in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("window.library", "Library", "Ctrl+Shift+L", "folder", "project")
def library(window: MainWindow) -> None:
    """Show what there is to use, or put it away."""
    window.parts.show_library()


@action("library.catalogues", "Free catalogues", "", "globe", "project")
def free_catalogues(window: MainWindow) -> None:
    """Find free skies, materials, fonts, pictures and sounds; nobody is asked before you agree."""
    window.parts.library.show_catalogues()


@action("library.credits", "Credits...", "", "info", "project")
def show_credits(window: MainWindow) -> None:
    """Whose works this project shows, with author, licence and source, to copy or save."""
    from app.library.crediting import show_credits as show

    show(window, window.session)


@action("library.update_links", "Update linked assets", "", "link", "project")
def update_links(window: MainWindow) -> None:
    """Show the newest state of every file that the project follows."""
    window.parts.library.links.update()
