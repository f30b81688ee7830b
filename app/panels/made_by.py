"""How what is selected came to be: which tool and model made it, with which options."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from app.widgets.shapes import human
from editor.base.numbers import number_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.document.project import Project
    from editor.model.provenance import Provenance

HASH_SHOWN = 12
OPTION_SHOWN = 90


class MadeBy(QWidget):
    """Hidden where there is nothing to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 8, 0, 0)
        self.column.setSpacing(6)
        self._shown: tuple[Provenance, ...] = ()
        self.hide()

    def show_notes(self, notes: tuple[Provenance, ...]) -> None:
        """Show notes in place of those before."""
        if notes == self._shown:
            return
        self._shown = notes
        while self.column.count():
            taken = self.column.takeAt(0)
            widget = taken.widget() if taken is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if notes:
            title = QLabel(tr("Made by"))
            title.setObjectName("sectionTitle")
            self.column.addWidget(title)
        for note in notes:
            self.column.addWidget(NoteCard(note))
        self.setVisible(bool(notes))


class NoteCard(QFrame):
    def __init__(self, note: Provenance) -> None:
        super().__init__()
        self.setObjectName("note")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 6, 8)
        column.setSpacing(4)
        head = QLabel(tool_label(note.tool))
        head.setWordWrap(True)
        head.setStyleSheet("font-weight: 600;")
        column.addWidget(head)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(3)
        self.grid.setColumnStretch(1, 1)
        column.addLayout(self.grid)
        if note.model:
            self._row(tr("Model") if note.model_sha256 else tr("Method"), note.model)
        if note.model_sha256:
            self._copied(tr("Hash"), note.model_sha256)
        if note.generated:
            self._row(tr("Content"), tr("generated, not taken from a picture or a recording"))
        for name, value in note.parameters.items():
            if value:
                self._row(tr(human(name)), shown_value(value))
        if note.seed is not None and note.seed:
            self._row(tr("Seed"), str(note.seed))
        if note.consent:
            self._row(tr("Consent"), tr(note.consent))

    def _row(self, name: str, value: str) -> None:
        row = self.grid.rowCount()
        label, text = QLabel(name), QLabel(value)
        label.setObjectName("muted")
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(text, row, 1)

    def _copied(self, name: str, value: str) -> None:
        """A long value in short, with a button that copies all of it."""
        row = self.grid.rowCount()
        label, text, button = QLabel(name), QLabel(f"{value[:HASH_SHOWN]}…"), QToolButton()
        label.setObjectName("muted")
        text.setToolTip(value)
        button.setIcon(icon("duplicate", "muted"))
        button.setToolTip(tr("Copy {name}", name=name))
        button.setAccessibleName(tr("Copy {name}", name=name))
        button.clicked.connect(partial(_copy, value))
        line = QHBoxLayout()
        line.addWidget(text, 1)
        line.addWidget(button)
        self.grid.addWidget(label, row, 0)
        self.grid.addLayout(line, row, 1)


def _copy(text: str, _on: bool = False) -> None:
    QGuiApplication.clipboard().setText(text)


def shown_value(value: str) -> str:
    """An option's stored value for people: numbers short, switches as words, long texts cut."""
    if value in ("True", "False"):
        return tr("yes") if value == "True" else tr("no")
    try:
        return number_text(float(value))
    except ValueError:
        text = tr(human(value)) if value.isidentifier() else value
        return text if len(text) <= OPTION_SHOWN else f"{text[:OPTION_SHOWN]}…"


def tool_label(name: str) -> str:
    from editor.workflows.ai.tool import TOOLS, load_tools

    load_tools()
    return tr(TOOLS[name].label) if name in TOOLS else name


def notes_about(project: Project, keys: tuple[str, ...]) -> tuple[Provenance, ...]:
    """The notes beside records, their masks and markers, and the file that a clip shows; the same words once."""
    from editor.model.provenance import Provenance
    from editor.model.raster import Mask
    from editor.model.video import Marker

    places: list[str] = []
    for key in keys:
        item = project.get(key)
        places += [key, *(child.id for kind in (Mask, Marker) for child in project.children(key, kind))]
        file = getattr(getattr(item, "source", None), "item", None)
        if isinstance(file, str) and project.get(file) is not None:
            places.append(file)
    notes = (note for place in dict.fromkeys(places) for note in project.children(place, Provenance))
    return tuple({_said(note): note for note in notes}.values())


def _said(note: Provenance) -> tuple[object, ...]:
    """What a note says, whatever it is about: a hundred markers of one run are one card."""
    return (note.tool, note.model, note.model_sha256, *note.parameters.items(), note.seed, note.consent)
