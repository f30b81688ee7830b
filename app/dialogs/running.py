"""What still runs when a window or a project is to be closed."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from app.dialogs.frame import Frame
from editor.base.translation import tr

SHOWN = 6


class RunningDialog(Frame):
    """Accepted when what runs may be stopped. Return and Escape keep working."""

    def __init__(self, parent: QWidget, names: list[str]) -> None:
        super().__init__(parent, tr("Something is still running"))
        more = [tr("• and {count} more", count=len(names) - SHOWN)] if len(names) > SHOWN else []
        listed = QLabel("\n".join([*(f"• {name}" for name in names[:SHOWN]), *more]))
        text = QLabel(tr("Closing stops it, and its result is lost. Everything else is saved already."))
        for label in (listed, text):
            label.setWordWrap(True)
            self.body.addWidget(label)
        self.stop_button = self.add_button(tr("Stop and close"), self.accept)
        self.keep_button = self.add_button(tr("Keep working"), self.reject, primary=True)


def ask_about_jobs(parent: QWidget, names: list[str]) -> bool:
    """Whether jobs of these names may be stopped."""
    dialog = RunningDialog(parent, names)
    agreed = dialog.exec() == RunningDialog.DialogCode.Accepted
    dialog.deleteLater()
    return agreed
