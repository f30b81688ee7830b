"""The colour panel: the foreground colour, the background behind it, and swatches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from app.widgets.color_picker import ColorPicker
from app.widgets.swatch import paint_swatch
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session

FIRST_SWATCHES = (
    "#000000", "#404040", "#808080", "#bfbfbf", "#ffffff", "#7a1f1f", "#d64545", "#f28b30", "#f7d046", "#8cc63f",
    "#2e9e5b", "#2bb5b5", "#2f7df6", "#3b3fb6", "#7d4bd1", "#c94fa3", "#6b4a2f", "#d9b48f",
)  # fmt: skip
COLUMNS = 9


class Swatch(QWidget):
    """Left click takes the colour, with Alt as background; right click forgets it."""

    def __init__(self, panel: ColorPanel, text: str) -> None:
        super().__init__()
        self.panel, self.text = panel, text
        self.setFixedHeight(20)
        self.setMinimumWidth(16)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_swatch(painter, self.rect().adjusted(1, 1, -1, -1), self.text, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        session = self.panel.session
        if event.button() == Qt.MouseButton.RightButton:
            self.panel.forget(self.text)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            session.set_background(self.text)
        else:
            session.set_foreground(self.text)


class Pair(QWidget):
    """The two colours; a click says which one the picker changes."""

    def __init__(self, panel: ColorPanel) -> None:
        super().__init__()
        self.panel = panel
        self.setFixedSize(QSize(46, 40))
        self.setToolTip(tr("Foreground and background colour"))
        panel.session.colors_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_swatch(painter, QRect(17, 13, 26, 24), self.panel.session.background)
        paint_swatch(painter, QRect(3, 2, 26, 24), self.panel.session.foreground)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.panel.session.swap_colors()


class ColorPanel(QWidget):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(10)
        self.picker = ColorPicker(session.foreground, alpha=False)
        self.picker.live.connect(session.set_foreground)
        column.addWidget(self.picker, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Pair(self), 0, Qt.AlignmentFlag.AlignTop)
        self.grid = QGridLayout()
        self.grid.setSpacing(3)
        row.addLayout(self.grid, 1)
        self.add = QToolButton()
        self.add.setIcon(icon("plus", "muted"))
        self.add.setToolTip(tr("Keep this colour as a swatch"))
        self.add.setAccessibleName(tr("Keep this colour as a swatch"))
        self.add.clicked.connect(self.keep)
        row.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        session.colors_changed.connect(lambda: self.picker.set_color(session.foreground))
        self._fill()

    def _swatches(self) -> list[str]:
        return self.session.preferences.swatches or list(FIRST_SWATCHES)

    def _fill(self) -> None:
        while self.grid.count():
            taken = self.grid.takeAt(0)
            widget = taken.widget() if taken is not None else None
            if widget is not None:
                widget.deleteLater()
        for place, text in enumerate(self._swatches()):
            self.grid.addWidget(Swatch(self, text), place // COLUMNS, place % COLUMNS)

    def keep(self) -> None:
        """Add the foreground colour to the swatches."""
        swatches = self._swatches()
        if self.session.foreground not in swatches:
            self._store([*swatches, self.session.foreground])

    def add_swatches(self, colors: list[str]) -> int:
        """Add colours that are not among the swatches yet; how many it were."""
        swatches = self._swatches()
        new = [text for text in dict.fromkeys(colors) if text not in swatches]
        self._store([*swatches, *new])
        return len(new)

    def forget(self, text: str) -> None:
        self._store([other for other in self._swatches() if other != text])

    def _store(self, swatches: list[str]) -> None:
        self.session.preferences.swatches = swatches
        self.session.preferences.save()
        self._fill()
