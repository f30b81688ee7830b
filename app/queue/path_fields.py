"""Fields for files and folders: typed, or looked for with the button beside them."""

from __future__ import annotations

import shlex
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from editor.base.errors import ExpectedError
from editor.base.translation import tr


class PathField(QWidget):
    """`title` is the question that it asks; `look` answers it with a dialog."""

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self.title, self.text = title, QLineEdit(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        button = QPushButton(tr("Choose..."))
        button.setAutoDefault(False)
        button.clicked.connect(self._choose)
        row.addWidget(self.text, 1)
        row.addWidget(button)

    def look(self) -> str:
        """What a person chose, as the field shows it; "" for nothing."""
        raise NotImplementedError

    def given(self) -> str:
        """What stands there. Raises ExpectedError, the question, for an empty field."""
        text = self.text.text().strip()
        if not text:
            raise ExpectedError(self.title)
        return text

    def _choose(self) -> None:
        chosen = self.look()
        if chosen:
            self.text.setText(chosen)


class FolderField(PathField):
    """One folder."""

    def look(self) -> str:
        return QFileDialog.getExistingDirectory(self, self.title, self.text.text())

    def path(self) -> Path:
        return Path(self.given()).expanduser()


class FilesField(PathField):
    """Paths of files that are there, or of `one`; those with spaces stand in quotation marks."""

    def __init__(self, title: str, kinds: str = "", one: bool = False) -> None:
        super().__init__(title)
        self.kinds, self.one = kinds, one

    def look(self) -> str:
        if self.one:
            names = [QFileDialog.getOpenFileName(self, self.title, "", self.kinds)[0]]
        else:
            names, _ = QFileDialog.getOpenFileNames(self, self.title, "", self.kinds)
        return shlex.join(names) if any(names) else ""

    def paths(self) -> list[Path]:
        """Those named. Raises ExpectedError when there are none, or one is not there."""
        text = self.given()
        names = [text] if Path(text).expanduser().is_file() else words_in(text)
        paths = [Path(name).expanduser().absolute() for name in names]
        if not paths or (self.one and len(paths) > 1):
            raise ExpectedError(self.title)
        for path in paths:
            if not path.exists():
                raise ExpectedError(tr("There is no file {name}.", name=str(path)))
        return paths


def words_in(text: str) -> list[str]:
    """As a shell takes a line apart. Raises ExpectedError."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ExpectedError(tr("A quotation mark is missing in: {text}", text=text)) from error
