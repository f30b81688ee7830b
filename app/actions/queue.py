"""The actions of the queue: its window, and a recipe of what was done."""

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


@action("file.recipe", "Save steps as recipe...", "", "history", "document")
def save_recipe(window: MainWindow) -> None:
    """A recipe of the history of the document on top, shown before it is kept."""
    from app.queue.dialogs import RecipeForm
    from app.queue.sending import recipe_of_history
    from editor.base.translation import tr

    def ask() -> None:
        recipe, left_out = recipe_of_history(window)
        said = tr("The recipe is in the queue’s window.")
        RecipeForm(window, lambda path: window.session.say(said, str(path)), recipe, left_out).exec()

    window.session.attempt(ask)
