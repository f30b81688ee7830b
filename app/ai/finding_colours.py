"""Colours to look for, as a row of dots that are switched on and off."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from app.theme import color
from editor.base.translation import tr

SIDE, DOT = 22, 14
COLOURS = {
    "red": "#d93a3a", "orange": "#f08a24", "yellow": "#f2cf2e", "green": "#4caf50", "cyan": "#27b9c9",
    "blue": "#3f6fe0", "purple": "#8e4ec6", "pink": "#ec7fb0", "brown": "#8a5a36", "black": "#1b1b1d",
    "gray": "#8c8c92", "white": "#fafafa",
}  # fmt: skip
"""Names of `ml.similarity.looks` and how they are shown."""
NAMES = {
    "red": "Red", "orange": "Orange", "yellow": "Yellow", "green": "Green", "cyan": "Cyan", "blue": "Blue",
    "purple": "Purple", "pink": "Pink", "brown": "Brown", "black": "Black", "gray": "Gray", "white": "White",
}  # fmt: skip


class Dot(QAbstractButton):
    """One colour; a ring around it says that it is looked for."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setCheckable(True)
        self.setFixedSize(SIDE, SIDE)
        self.setToolTip(tr(NAMES[name]))
        self.setAccessibleName(tr(NAMES[name]))

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setPen(color("accent" if self.isChecked() or self.hasFocus() else "border"))
            painter.drawEllipse(1, 1, SIDE - 3, SIDE - 3)
            if self.isChecked():
                painter.drawEllipse(2, 2, SIDE - 5, SIDE - 5)
        edge = (SIDE - DOT) // 2
        painter.setPen(color("border"))
        painter.setBrush(QColor(COLOURS[self.name]))
        painter.drawEllipse(edge, edge, DOT - 1, DOT - 1)


class ColourRow(QWidget):
    """`words` are the colours that are on."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.dots = {name: Dot(name) for name in COLOURS}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for dot in self.dots.values():
            dot.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            dot.toggled.connect(lambda _on: self.changed.emit())
            row.addWidget(dot)

    @property
    def words(self) -> str:
        return " ".join(name for name, dot in self.dots.items() if dot.isChecked())
