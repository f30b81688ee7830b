"""What the document on top is about: its keywords, summary, mood and names, to read and to correct."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.widgets.struct_editors import LABEL_WIDTH
from editor.base.numbers import number_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.document.project import Project
    from editor.model.about import About

SUMMARY_HEIGHT = 110
NAMES_SHOWN = 12
TEXT_INSET = 5
"""How far below its edge the first line of a field stands."""
MOODS = {"bright": "Bright", "even": "Even", "dark": "Dark"}


class AboutDocument(QWidget):
    """Hidden where nothing is known. `described` carries what a person corrected, as `project.describe` takes it."""

    described = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        title = QLabel(tr("What it is about"))
        title.setObjectName("sectionTitle")
        column.addWidget(title)
        self.keywords = QLineEdit()
        self.keywords.setAccessibleName(tr("Keywords"))
        self.keywords.setToolTip(tr("Separate keywords with commas. Exported pictures and PDFs carry them."))
        self.keywords.editingFinished.connect(self._tell_keywords)
        self.summary = Sentences(self._tell_summary)
        self.mood, self.names = QLabel(), QLabel()
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for row, (name, widget) in enumerate((
            (tr("Keywords"), self.keywords), (tr("Summary"), self.summary), (tr("Mood"), self.mood),
            (tr("Names"), self.names),
        )):  # fmt: skip
            label = QLabel(name)
            label.setObjectName("muted")
            if not isinstance(widget, QLabel):
                label.setContentsMargins(0, TEXT_INSET, 0, 0)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(widget, row, 1)
        for text in (self.mood, self.names):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addLayout(grid)
        self._shown: About | None = None
        self.hide()

    def show_about(self, found: About | None) -> None:
        self.setVisible(found is not None)
        if found is None or found == self._shown:
            self._shown = found
            return
        self._shown = found
        self.keywords.setText(", ".join(found.keywords))
        self.keywords.setCursorPosition(0)
        if self.summary.toPlainText() != found.summary:
            self.summary.setPlainText(found.summary)
        how = number_text(found.mood_value, 2, keep_zeros=True, signed=True)
        self.mood.setText(f"{tr(MOODS[found.mood])} ({how})" if found.mood else "–")
        self.names.setText(names_text(found) or "–")

    def _tell_keywords(self) -> None:
        words = [word.strip() for word in self.keywords.text().split(",") if word.strip()]
        self._tell("keywords", tuple(words))

    def _tell_summary(self) -> None:
        self._tell("summary", self.summary.toPlainText())

    def _tell(self, name: str, value: Any) -> None:
        if self._shown is not None and getattr(self._shown, name) != value:
            self.described.emit({name: value})


class Sentences(QPlainTextEdit):
    """A few lines that count when they are left."""

    def __init__(self, left: Callable[[], object]) -> None:
        super().__init__()
        self.left = left
        self.setFixedHeight(SUMMARY_HEIGHT)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("Summary"))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left()


def names_text(found: About) -> str:
    """The first names with how often they come, people first."""
    ordered = sorted(found.names, key=lambda name: ("person", "place", "other").index(name.kind))
    text = ", ".join(f"{name.text} ({name.count})" for name in ordered[:NAMES_SHOWN])
    return f"{text}…" if len(ordered) > NAMES_SHOWN else text


def about_shown(project: Project, keys: tuple[str, ...]) -> About | None:
    """What is written down about the one document that is shown."""
    from editor.model.about import About

    return next(iter(project.children(keys[0], About)), None) if len(keys) == 1 else None
