"""New from template, formats and brand kits in the menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("file.new_from_template", "New from template...", "Ctrl+Alt+N", "sample")
def new_from_template(window: MainWindow) -> None:
    """Show the gallery."""
    from app.templates.gallery import GalleryDialog

    GalleryDialog(window).exec()


@action("document.formats", "Make formats...", "", "duplicate", "document")
def formats(window: MainWindow) -> None:
    """Lay the document on top out anew in many sizes."""
    from app.templates.formats import FormatsDialog

    FormatsDialog(window).exec()


@action("window.kits", "Brand kits...", "", "color")
def kits(window: MainWindow) -> None:
    """Show the kits of the library."""
    from app.kits.dialog import KitsDialog

    KitsDialog(window).exec()


@action("document.check_brand", "Check against brand kit...", "", "check", "document")
def check_brand(window: MainWindow) -> None:
    """Colours and fonts of the document on top that are off brand."""
    from app.kits.check import CheckDialog

    CheckDialog(window).exec()
