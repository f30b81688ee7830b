"""Templates in the menus: the form, slots, into the library and out of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog

from app.actions.table import action
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.base.jobs import Progress
    from editor.library.asset import Asset


@action("window.template", "Template form", "Ctrl+Shift+T", "properties", "project")
def template_form(window: MainWindow) -> None:
    """Show the form of the slots, or put it away."""
    window.parts.show_template()


@action("template.mark", "Mark as slot...", "", "plus", "document")
def mark(window: MainWindow) -> None:
    """Let a form or a table fill what is selected."""
    window.parts.template.mark_selection()


@action("template.save", "Save as template...", "", "star", "project")
def save(window: MainWindow) -> None:
    """Ask for a name, and put a copy of the project into the library."""
    session = window.session
    storage = session.storage
    if storage is None:
        return
    name, said = QInputDialog.getText(window, tr("Save as template"), tr("Name"), text=Path(storage.path).stem)
    if said and name.strip():
        keep(window, name.strip())


def keep(window: MainWindow, name: str) -> None:
    """Copy the project as it is now, beside the editing; the library shows it when it is there."""
    from app.library.folder import library_folder

    session = window.session
    storage = session.storage
    window.parts.template.preview.take_back()

    def work(progress: Progress) -> Asset:
        from editor.library.library import Library
        from editor.workflows.library.updating import look_at_new
        from editor.workflows.templates.saving import save_template

        library = Library(library_folder())
        try:
            asset = save_template(storage, library, name, progress=progress.part(0.0, 0.7))
            look_at_new(library, progress.part(0.7, 1.0))
            return asset
        finally:
            library.close()

    def tell(asset: Asset) -> None:
        session.say(tr("{name} is a template in the library.", name=asset.label))
        window.parts.library.refresh()

    session.start_job(tr("Save as template"), work, tell)


def new_from(window: MainWindow, template: Path, name: str) -> None:
    """A new project with all that a template holds, opened in the window."""
    from app.actions.files import free_path
    from editor.workflows.templates.saving import new_from_template

    folder = window.session.preferences.folder_for_projects()
    folder.mkdir(parents=True, exist_ok=True)
    target = free_path(folder, name)
    if window.session.attempt(lambda: new_from_template(template, target)) is not None:
        window.files.open_path(target)
