"""One model in the window of models: its name, what it is, its state, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout

from app.ai.missing import size_text
from app.icons import pixmap
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.dialogs.models_list import Entry

BUTTON_WIDTH = 96


class ModelRow(QFrame):
    """Signals carry the wish; the dialog does the work."""

    install_wanted = Signal(str)
    file_wanted = Signal(str)
    cancel_wanted = Signal(str)
    discard_wanted = Signal(str)
    verify_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.setObjectName("card")
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12, 12, 12)
        row.setSpacing(12)
        row.addLayout(self._facts(), 1)
        row.addLayout(self._actions())
        self.show_progress(None)

    def _facts(self) -> QVBoxLayout:
        entry = self.entry
        column = QVBoxLayout()
        column.setSpacing(4)
        title = QLabel(entry.title)
        title.setObjectName("toolName")
        title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(title)
        if entry.about:
            column.addWidget(_muted(entry.about))
        self.facts = _muted(facts_of(entry))
        column.addWidget(self.facts)
        state = QHBoxLayout()
        state.setSpacing(6)
        self.mark = QLabel()
        self.mark.setFixedSize(14, 14)
        self.state = QLabel()
        state.addWidget(self.mark)
        state.addWidget(self.state, 1)
        column.addLayout(state)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        column.addWidget(self.bar)
        self.say(*state_of(entry))
        return column

    def _actions(self) -> QVBoxLayout:
        """One button below the other; those that make no sense now are hidden."""
        state = self.entry.state
        column = QVBoxLayout()
        column.setSpacing(6)
        self._button(column, "install", tr("Install..."), self.install_wanted.emit, state == "available", True)
        self._button(column, "resume", tr("Go on..."), self.install_wanted.emit, state == "interrupted", True)
        self._button(column, "discard", tr("Discard"), self.discard_wanted.emit, state == "interrupted")
        self._button(column, "file", tr("From a file..."), self.file_wanted.emit, state == "file")
        self._button(column, "verify", tr("Verify"), self.verify_wanted.emit, state == "installed")
        self._button(column, "remove", tr("Remove"), self.remove_wanted.emit, state == "installed")
        self._button(column, "cancel", tr("Cancel"), self.cancel_wanted.emit, False)
        listed = self.entry.listed
        self._button(column, "page", tr("Web page"), lambda _name: self._open_page(), listed is not None, flat=True)
        column.addStretch(1)
        return column

    def _button(
        self, column: QVBoxLayout, name: str, text: str, act: Callable[[str], object], shown: bool,
        primary: bool = False, flat: bool = False,
    ) -> None:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setMinimumWidth(BUTTON_WIDTH)
        button.setProperty("primary", primary)
        button.setProperty("flat", flat)
        button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _on=False: act(self.entry.name))
        button.setVisible(shown)
        button.setProperty("offered", shown)
        self.buttons[name] = button
        column.addWidget(button)

    def _open_page(self) -> None:
        if self.entry.listed is not None:
            QDesktopServices.openUrl(QUrl(self.entry.listed.page))

    def say(self, icon: str, color: str, text: str) -> None:
        """The line of the state."""
        self.mark.setPixmap(pixmap(icon, 14, color, self.devicePixelRatioF()))
        self.state.setText(text)

    def show_progress(self, share: float | None, text: str = "") -> None:
        """While work runs: a bar and Cancel instead of everything else. None: nothing runs."""
        busy = share is not None
        self.bar.setVisible(busy)
        for name, button in self.buttons.items():
            offered = bool(button.property("offered"))
            button.setVisible(busy if name == "cancel" else offered and (not busy or name == "page"))
        if share is not None:
            self.bar.setValue(round(share * 1000))
            self.say("jobs", "accent", text)


def facts_of(entry: Entry) -> str:
    """Size and licence in one line."""
    licence = entry.licence or tr("unknown")
    return "  ·  ".join([size_text(entry.size), tr("Licence: {licence}", licence=licence)])


def state_of(entry: Entry) -> tuple[str, str, str]:
    """(icon, colour, words) for what an entry's state is."""
    if entry.state == "installed":
        return "check", "accent", tr("Installed")
    if entry.state == "interrupted":
        return "pause", "muted", tr("Interrupted: {held} of {size} are here.", held=size_text(entry.held),
                                    size=size_text(entry.size))
    if entry.state == "available":
        return "export", "muted", tr("Can be installed")
    return "folder", "muted", tr("From a file only: there is no checksum to fetch it by.")


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("muted")
    label.setWordWrap(True)
    return label
