"""What the chosen order says: its facts above, its log below. Lines are only ever added, so that a person who reads or
marks some of them keeps their place; the end is followed when it is in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from editor.base.numbers import number_text, size_text, time_text
from editor.base.translation import tr
from editor.workflows.queue.orders import Order

MOST_LINES = 100_000


class LogView(QWidget):
    """`key` and `line` say which order is shown and up to where."""

    def __init__(self) -> None:
        super().__init__()
        self.key = self.line = 0
        self.facts = QLabel()
        self.facts.setObjectName("muted")
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts.hide()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(MOST_LINES)
        self.text.setPlaceholderText(tr("Choose a job to read what it says."))
        self.text.setAccessibleName(tr("What the job says"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.facts)
        column.addWidget(self.text, 1)

    def show_order(self, one: Order | None) -> None:
        """Begin anew when it is another than before."""
        key = one.id if one is not None else 0
        if key != self.key:
            self.key, self.line = key, 0
            self.text.clear()
            if one is not None:
                self.text.setPlainText(f"atelier {' '.join(one.arguments)}")
        facts = facts_of(one) if one is not None else ""
        if facts != self.facts.text():
            self.facts.setText(facts)
        self.facts.setVisible(bool(facts))

    def add_lines(self, lines: Sequence[tuple[int, float, str]]) -> None:
        """Those that came since: their numbers, moments and texts."""
        fresh = [one for one in lines if one[0] > self.line]
        if not fresh:
            return
        is_first, self.line = self.line == 0, fresh[-1][0]
        # Qt follows by itself when the end is in sight, and moves neither the view nor what is marked otherwise.
        said = (f"{time_text(at, seconds=True)}  {text}" for _, at, text in fresh)
        self.text.appendPlainText("\n".join(said))
        if is_first:
            self.text.verticalScrollBar().setValue(self.text.verticalScrollBar().maximum())


def facts_of(one: Order) -> str:
    """What a row has no room for."""
    facts = [f"#{one.id}"]
    if one.energy_wh:
        facts.append(tr("about {energy} Wh", energy=number_text(one.energy_wh, 3)))
    if one.gpu_bytes:
        facts.append(tr("{memory} on the graphics card", memory=size_text(one.gpu_bytes)))
    if one.attempts > 1:
        facts.append(tr("try {number} of {count}", number=one.attempts, count=one.most_attempts))
    if one.priority:
        facts.append(tr("priority {number}", number=one.priority))
    return "  ·  ".join(facts)
