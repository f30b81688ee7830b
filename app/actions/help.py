"""Actions of the Help menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.actions.table import action
from app.shell.reports import reports_folder
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("help.reports", "Folder of reports")
def reports(window: MainWindow) -> None:
    folder = reports_folder()
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
    window.session.say(tr("Reports of errors lie in {path}. Nothing is sent anywhere.", path=folder))


@action("help.about", "About Atelier")
def about(window: MainWindow) -> None:
    from app.dialogs.about import AboutDialog

    AboutDialog(window).exec()
