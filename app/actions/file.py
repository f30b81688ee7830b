"""Actions of the File menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("file.new", "New...", "Ctrl+N", "new")
def new(window: MainWindow) -> None:
    from app.dialogs.new_document import NewDocumentDialog

    NewDocumentDialog(window).exec()


@action("file.start", "Start page", "Ctrl+Shift+H", "home")
def start_page(window: MainWindow) -> None:
    window.show_start()


@action("file.open", "Open...", "Ctrl+O", "open")
def open_file(window: MainWindow) -> None:
    window.files.open_dialog()


@action("file.sample", "Open the sample project", "", "sample")
def sample(window: MainWindow) -> None:
    window.files.open_sample()


@action("file.import", "Import...", "Ctrl+I", "import")
def import_files(window: MainWindow) -> None:
    window.files.import_dialog()


@action("file.export", "Export...", "Ctrl+Shift+E", "export", "document")
def export(window: MainWindow) -> None:
    window.files.export_dialog()


@action("file.version", "Save a version...", "Ctrl+S", "version", "project")
def save_version(window: MainWindow) -> None:
    window.files.save_version()


@action("file.copy", "Save a copy...", "Ctrl+Shift+S", "duplicate", "project")
def save_copy(window: MainWindow) -> None:
    window.files.save_copy()


@action("file.close_project", "Close project", "Ctrl+Shift+W", "", "project")
def close_project(window: MainWindow) -> None:
    if window.may_stop_jobs():
        window.files.close_project()


@action("file.quit", "Quit", "Ctrl+Q")
def quit_window(window: MainWindow) -> None:
    if window.may_stop_jobs():
        window.close()
