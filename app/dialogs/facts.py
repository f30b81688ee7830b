"""Facts of something that a person must agree to: a quiet name at the left, what is known at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel


def facts(rows: tuple[tuple[str, str], ...]) -> QGridLayout:
    """Texts are shown as they are, whoever wrote them."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(0, 90)
    grid.setColumnStretch(1, 1)
    for row, (name, text) in enumerate(rows):
        caption = muted(name)
        caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        grid.addWidget(caption, row, 0)
        grid.addWidget(_value(text), row, 1)
    return grid


def muted(text: str) -> QLabel:
    """Quiet text over as many lines as it needs."""
    label = QLabel(text)
    label.setObjectName("muted")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _value(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
