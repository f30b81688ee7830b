"""Whose works the open project shows, to be copied or saved for the end of a film or a page of thanks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QPlainTextEdit, QWidget

from app.dialogs.frame import Frame
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.workflows.library.crediting import CreditForm, CreditLine, unknown_sentence, written

if TYPE_CHECKING:
    from app.session import Session

FORMS: tuple[tuple[CreditForm, str, str], ...] = (
    ("text", "Plain text", "txt"), ("markdown", "Markdown", "md"), ("csv", "Table (CSV)", "csv"),
)  # fmt: skip


class CreditsDialog(Frame):
    """One line a work: title, author, licence, source."""

    def __init__(self, parent: QWidget, session: Session, lines: list[CreditLine]) -> None:
        super().__init__(parent, tr("Credits"), 680)
        self.session, self.lines = session, lines
        self.form = QComboBox()
        self.form.setAccessibleName(tr("Form"))
        for key, label, _ in FORMS:
            self.form.addItem(tr(label), key)
        count = QLabel(tr_count("One work from the library", "{count} works from the library", count=len(lines)))
        count.setObjectName("muted")
        row = QHBoxLayout()
        row.addWidget(count, 1)
        row.addWidget(self.form)
        self.body.addLayout(row)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMinimumHeight(260)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Credits"))
        self.text.setPlaceholderText(tr("Nothing in this project came from the library."))
        self.body.addWidget(self.text, 1)
        self.unknown = QLabel()
        self.unknown.setObjectName("problem")
        self.unknown.setWordWrap(True)
        self.unknown.setText(unknown_sentence(lines))
        self.unknown.setVisible(bool(self.unknown.text()))
        self.body.addWidget(self.unknown)
        self.copy = self.add_button(tr("Copy"), lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.save = self.add_button(tr("Save as..."), self.ask_file)
        self.add_button(tr("Close"), self.accept, primary=True)
        for button in (self.copy, self.save):
            button.setEnabled(bool(lines))
        self.form.currentIndexChanged.connect(lambda _index: self.fill())
        self.fill()

    def fill(self) -> None:
        self.text.setPlainText(written(self.lines, self.form.currentData()) if self.lines else "")

    def ask_file(self) -> None:
        _, label, extension = FORMS[self.form.currentIndex()]
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save credits"), f"{tr('Credits')}.{extension}", f"{tr(label)} (*.{extension})"
        )
        if path:
            self.session.attempt(lambda: self.write(Path(path)))

    def write(self, path: Path) -> None:
        """The dialog of the system has asked about a file that is there."""
        try:
            path.write_text(self.text.toPlainText(), encoding="utf-8", newline="\n")
        except OSError as error:
            raise ExpectedError(
                tr("{name} cannot be written: {reason}.", name=path, reason=error.strerror or error)
            ) from error
        self.session.say(tr("{name} is written.", name=path.name))


def show_credits(parent: QWidget, session: Session) -> CreditsDialog:
    """Read the open project and show what it owes to whom."""
    from app.library.folder import library_folder
    from editor.library.library import Library
    from editor.workflows.library.crediting import credits_of

    folder = library_folder()
    library = Library(folder) if folder.is_dir() else None
    try:
        media = [Path(row.path) for row in session.storage.media.rows()] if session.storage is not None else []
        lines = credits_of(session.required_project(), library, media)
    finally:
        if library is not None:
            library.close()
    dialog = CreditsDialog(parent, session, lines)
    dialog.finished.connect(lambda _code: dialog.deleteLater())
    dialog.open()
    return dialog
