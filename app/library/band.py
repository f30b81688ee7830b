"""A rubber band over the grid. It lies on what is shown and not on the glass, so that it grows while the grid scrolls
below the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt

SLOWEST, FASTEST = 4, 60
"""Pixels a step by which the grid scrolls while the pointer is beyond its edge."""


class RubberBand:
    """From `start`, in pixels of all that can be scrolled to. With Ctrl what it touches changes sides, with Shift it
    joins what was chosen `before`."""

    def __init__(self, start: QPoint, before: set[int], how: Qt.KeyboardModifier) -> None:
        self.rect = QRect(start, start)
        self.start, self.before, self.how = start, frozenset(before), how

    def pull(self, end: QPoint) -> None:
        self.rect = QRect(self.start, end).normalized()

    def chosen(self, touched: set[int]) -> set[int]:
        if self.how & Qt.KeyboardModifier.ControlModifier:
            return set(self.before ^ touched)
        return set(self.before | touched) if self.how & Qt.KeyboardModifier.ShiftModifier else touched


def pace(y: int, height: int) -> int:
    """How far to scroll in a step for a pointer at `y` of a view: nothing inside, faster further out."""
    beyond = y if y < 0 else max(0, y - height + 1)
    if not beyond:
        return 0
    return (1 if beyond > 0 else -1) * min(FASTEST, max(SLOWEST, abs(beyond) // 3))
