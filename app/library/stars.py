"""Five stars; a click on the last one that is lit takes them away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme import color
from editor.base.translation import tr

STAR = 20


class Stars(QWidget):
    """`rated` with 0 to 5."""

    rated = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rating = 0
        self.setFixedSize(STAR * 5 + 4, STAR + 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Rating"))
        self.setToolTip(tr("Keys 0 to 5 rate as well"))

    def show_rating(self, rating: int) -> None:
        self.rating = rating
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = painter.font()
        font.setPixelSize(STAR - 2)
        painter.setFont(font)
        for index in range(5):
            painter.setPen(color("accent" if index < self.rating else "faint"))
            painter.drawText(index * STAR + 2, 0, STAR, STAR + 2, Qt.AlignmentFlag.AlignCenter, "★")
        if self.hasFocus():
            painter.setPen(color("accent"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        wanted = min(5, int(event.position().x() // STAR) + 1)
        self.rated.emit(0 if wanted == self.rating else wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_0
        if 0 <= digit <= 5:
            self.rated.emit(digit)
        else:
            super().keyPressEvent(event)
