"""Preferences of the studio: theme, language, size of the interface, where projects are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.dialogs.frame import Frame
from app.preferences import SCALES
from editor.base.numbers import percent_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow

LANGUAGES = (("", "Language of the system"), ("en", "English"), ("fr", "Français"))


class PreferencesDialog(Frame):
    """Theme and language change at once; the scale with the next start, and says so."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, tr("Preferences"), 520)
        self.window_ = window
        self.preferences = window.session.preferences
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(0, 130)
        grid.setColumnStretch(1, 1)
        self.theme = self._box((("dark", tr("Dark")), ("light", tr("Light"))), self.preferences.theme)
        names = [(code, tr(name) if not code else name) for code, name in LANGUAGES]
        self.language = self._box(names, self.preferences.language)
        self.scale = self._box(
            [(str(value), percent_text(value / 100)) for value in SCALES], str(self.preferences.scale)
        )
        self.scale_note = QLabel(tr("Applies when Atelier is started again."))
        self.scale_note.setObjectName("muted")
        self.folder = QLineEdit(str(self.preferences.folder_for_projects()))
        choose = QPushButton(tr("Choose..."))
        choose.setAutoDefault(False)
        choose.clicked.connect(lambda _on=False: self._choose_folder())
        folder = QHBoxLayout()
        folder.addWidget(self.folder, 1)
        folder.addWidget(choose)
        fields: tuple[tuple[str, QWidget | QHBoxLayout], ...] = (
            (tr("Theme"), self.theme), (tr("Language"), self.language), (tr("Interface size"), self.scale),
            ("", self.scale_note), (tr("New projects go to"), folder),
        )  # fmt: skip
        for row, (text, widget) in enumerate(fields):
            label = QLabel(text)
            label.setObjectName("muted")
            grid.addWidget(label, row, 0)
            if isinstance(widget, QHBoxLayout):
                grid.addLayout(widget, row, 1)
            else:
                grid.addWidget(widget, row, 1)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self.add_cancel()
        self.add_button(tr("Apply"), self.apply, primary=True)

    def _box(self, choices: object, present: str) -> QComboBox:
        box = QComboBox()
        for value, text in choices:  # type: ignore[attr-defined]
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(present)))
        return box

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("New projects go to"), self.folder.text())
        if path:
            self.folder.setText(path)

    def apply(self) -> None:
        """Keep what was chosen and show it."""
        preferences = self.preferences
        before = (preferences.theme, preferences.language)
        preferences.theme = self.theme.currentData()
        preferences.language = self.language.currentData()
        preferences.scale = int(self.scale.currentData())
        if self.folder.text() != str(preferences.folder_for_projects()):
            preferences.projects_folder = self.folder.text()
        preferences.save()
        self.accept()
        if before != (preferences.theme, preferences.language):
            self.window_.rebuild_wanted.emit()
