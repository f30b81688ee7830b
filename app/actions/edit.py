"""Actions of the Edit menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("edit.undo", "Undo", "Ctrl+Z", "undo", "project")
def undo(window: MainWindow) -> None:
    """Takes back the last edit; while the pointer drags it cancels the drag and nothing else."""
    session = window.session

    def work() -> None:
        project = session.required_project()
        window.parts.stop_tool()
        if not project.is_in_gesture:
            label = project.undo()
            undone = tr("Undone: {label}", label=tr(label)) if label else tr("This is the start of the history.")
            session.hint.emit(undone)

    project = session.project
    if project is not None and project.is_in_gesture:
        window.parts.stop_tool()
        project.cancel_gesture()  # a drag in a panel is no tool's
        session.hint.emit(tr("Cancelled."))
    else:
        session.attempt(work)


@action("edit.redo", "Redo", "Ctrl+Shift+Z", "redo", "project")
def redo(window: MainWindow) -> None:
    session = window.session

    def work() -> None:
        label = session.required_project().redo()
        session.hint.emit(tr("Redone: {label}", label=tr(label)) if label else tr("There is nothing to redo."))

    session.attempt(work)


@action("edit.delete", "Delete selected", "Delete", "trash", "document")
def delete(window: MainWindow) -> None:
    window.parts.delete_selected()


@action("edit.select_none", "Select nothing", "Ctrl+Shift+A", "", "document")
def select_none(window: MainWindow) -> None:
    window.session.required_project().select(())


@action("edit.rename_document", "Rename document...", "", "", "document")
def rename_document(window: MainWindow) -> None:
    from PySide6.QtWidgets import QInputDialog

    record = window.session.record
    if record is None:
        return
    name, chosen = QInputDialog.getText(window, tr("Rename document"), tr("Name"), text=record.name)
    if chosen and name.strip():
        window.session.run("project.rename_document", document=record.id, name=name.strip())


@action("edit.delete_document", "Delete document", "", "trash", "document")
def delete_document(window: MainWindow) -> None:
    window.session.run("project.delete_document", document=window.session.document)


@action("edit.swap_colors", "Swap colours", "X", "swap", "document")
def swap_colors(window: MainWindow) -> None:
    window.session.swap_colors()


@action("edit.default_colors", "Default colours", "D", "", "document")
def default_colors(window: MainWindow) -> None:
    window.session.default_colors()


@action("edit.palette", "Commands...", "Ctrl+K", "command")
def palette(window: MainWindow) -> None:
    from app.dialogs.command_palette import CommandPalette

    CommandPalette(window).show_above()


@action("edit.shortcuts", "Shortcuts...", "Ctrl+Alt+K", "keyboard")
def shortcuts(window: MainWindow) -> None:
    from app.dialogs.shortcuts import ShortcutsDialog

    ShortcutsDialog(window).exec()


@action("edit.preferences", "Preferences...", "Ctrl+,", "settings")
def preferences(window: MainWindow) -> None:
    from app.dialogs.preferences import PreferencesDialog

    PreferencesDialog(window).exec()
