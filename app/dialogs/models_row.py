"""One model in the window of models: its name, what it is, its state, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from app.ai.missing import size_of, size_text
from app.icons import pixmap
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.ai.model_jobs import Work
    from app.dialogs.models_list import Entry, State

BUTTON_WIDTH = 92
OFFERED: dict[State, tuple[str, ...]] = {
    "built_in": (),
    "available": ("install",), "paused": ("resume", "discard"), "file": ("file",), "installed": ("verify", "remove"),
    "damaged": ("install", "remove"),
}
MINUTE = 60


class ModelRow(QFrame):
    """`wanted` carries what was pressed and the model's name; the dialog does the work."""

    wanted = Signal(str, str)

    def __init__(self, entry: Entry, purpose: str = "") -> None:
        """`purpose` is what the model is for, where that is not plain from where it is shown."""
        super().__init__()
        self.entry, self.purpose = entry, purpose
        self.setObjectName("modelCard")
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 14, 12)
        row.setSpacing(16)
        row.addLayout(self._facts(), 1)
        row.addLayout(self._actions())
        self.show_work(None)

    def _facts(self) -> QVBoxLayout:
        entry = self.entry
        column = QVBoxLayout()
        column.setSpacing(3)
        title = QLabel(entry.title)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setObjectName("modelTitle")
        column.addWidget(title)
        if entry.about:
            column.addWidget(_muted(entry.about))
        self.facts = _muted(facts_of(entry, self.purpose))
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.facts.setOpenExternalLinks(True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        column.addWidget(self.facts)
        line = QHBoxLayout()
        line.setSpacing(7)
        line.setContentsMargins(0, 3, 0, 0)
        self.mark, self.state = QLabel(), QLabel()
        self.mark.setFixedSize(14, 14)
        self.state.setWordWrap(True)
        line.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.state, 1)
        column.addLayout(line)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(entry.title)
        column.addWidget(self.bar)
        return column

    def _actions(self) -> QHBoxLayout:
        texts = {
            "install": tr("Install again...") if self.entry.state == "damaged" else tr("Install..."),
            "resume": tr("Resume"), "discard": tr("Discard"), "file": tr("From a file..."), "verify": tr("Verify"),
            "remove": tr("Remove..."), "pause": tr("Pause"), "cancel": tr("Cancel"),
        }
        line = QHBoxLayout()
        line.setSpacing(6)
        for name, text in texts.items():
            button = QPushButton(text)
            button.setMinimumWidth(BUTTON_WIDTH)
            button.setAccessibleName(f"{text} {self.entry.title}")
            button.clicked.connect(self._teller(name))
            self.buttons[name] = button
            line.addWidget(button)
        return line

    def _teller(self, name: str) -> Callable[[bool], None]:
        def tell(_on: bool = False) -> None:
            self.wanted.emit(name, self.entry.name)

        return tell

    def show_work(self, work: Work | None, problem: str = "") -> None:
        """The state: of the work that runs, or else of the model, with a sentence about what failed the last time."""
        shown = OFFERED[self.entry.state] if work is None else stops_of(work)
        held = self.held_button()
        for name, button in self.buttons.items():
            button.setVisible(name in shown)
            button.setEnabled(work is None or not work.is_stopping)
        if held and held not in shown:
            self.focus(held)
        self.bar.setVisible(work is not None)
        if work is not None:
            self.bar.setValue(round(1000 * (work.held / work.size if is_coming(work) else work.share)))
            self._say("jobs", "accent", work_text(work))
        elif problem:
            self._say("warning", "error", problem)
        else:
            self._say(*state_of(self.entry))

    def _say(self, icon: str, color: str, text: str) -> None:
        self.mark.setPixmap(pixmap(icon, 14, color, self.devicePixelRatioF()))
        if self.state.text() != text:
            self.state.setText(text)

    def held_button(self) -> str:
        """The button that has the keyboard, or will when the window is active again."""
        focused = self.window().focusWidget()
        return next((name for name, button in self.buttons.items() if button is focused), "")

    def focus(self, name: str) -> None:
        """Give the keyboard to a button, or to the first where that one is not offered now."""
        shown = [key for key, button in self.buttons.items() if button.isVisibleTo(self)]
        if shown:
            self.buttons[name if name in shown else shown[0]].setFocus()


def stops_of(work: Work) -> tuple[str, ...]:
    return ("pause", "cancel") if work.kind == "fetch" else ("cancel",)


def is_coming(work: Work) -> bool:
    """Whether bytes are still on their way."""
    return work.kind == "fetch" and work.held < work.size


def facts_of(entry: Entry, purpose: str) -> str:
    """Purpose, size, licence and where to read more, in one line of rich text."""
    licence = escape(entry.licence) or tr("unknown")
    listed = entry.listed if entry.state != "installed" else None
    size = size_of(listed) if listed is not None else size_text(entry.size)
    facts = [*([purpose] if purpose else []), size, tr("Licence: {licence}", licence=licence)]
    if entry.listed is not None:
        facts.append(f'<a href="{entry.listed.page}">{tr("Web page")}</a>')
    return "&nbsp;&nbsp;·&nbsp;&nbsp;".join(facts)


def state_of(entry: Entry) -> tuple[str, str, str]:
    """(icon, colour, words) for what an entry's state is."""
    if entry.state == "built_in":
        return "check", "good", tr("Comes with Atelier")
    if entry.state == "installed":
        return "check", "good", tr("Installed")
    if entry.state == "damaged":
        return "warning", "error", tr("Damaged: {files}. Install it again.", files=", ".join(entry.wrong))
    if entry.state == "paused":
        held, size = size_text(entry.held), size_text(entry.size)
        return "pause", "warning", tr("Paused: {held} of {size} are here.", held=held, size=size)
    if entry.state == "available":
        return "minus", "muted", tr("Not installed")
    return "minus", "muted", tr("Not installed. No checksum is published, so it comes in from a file.")


def work_text(work: Work) -> str:
    """What is being done, and for a download how much, how fast and how long still."""
    if work.is_stopping:
        return tr("Stopping...")
    if work.is_queued:
        return tr("Waits for its turn.")
    if work.kind == "verify":
        return tr("Comparing every byte...")
    if not is_coming(work):
        return tr("Checking and making it ready...")
    parts = [tr("{held} of {size}", held=size_text(max(work.held, 1)), size=size_text(work.size))]
    if work.pace > 0:
        parts.append(tr("{size} a second", size=size_text(round(work.pace))))
        parts.append(left_text((work.size - work.held) / work.pace))
    return "  ·  ".join(parts)


def left_text(seconds: float) -> str:
    """
    >>> left_text(7.2), left_text(200)
    ('8 s left', '4 min left')
    """
    if seconds < MINUTE:
        return tr("{count} s left", count=int(seconds) + 1)
    return tr("{count} min left", count=int(seconds / MINUTE) + 1)


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("muted")
    label.setWordWrap(True)
    return label
