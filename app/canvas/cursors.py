"""Pointer shapes by the names that tools give."""

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPixmap

from app.icons import _draw

PLAIN = {
    "arrow": Qt.CursorShape.ArrowCursor, "cross": Qt.CursorShape.CrossCursor, "move": Qt.CursorShape.SizeAllCursor,
    "text": Qt.CursorShape.IBeamCursor, "none": Qt.CursorShape.BlankCursor, "hand": Qt.CursorShape.OpenHandCursor,
    "grab": Qt.CursorShape.ClosedHandCursor, "size-nw": Qt.CursorShape.SizeFDiagCursor,
    "size-se": Qt.CursorShape.SizeFDiagCursor, "size-ne": Qt.CursorShape.SizeBDiagCursor,
    "size-sw": Qt.CursorShape.SizeBDiagCursor, "size-n": Qt.CursorShape.SizeVerCursor,
    "size-s": Qt.CursorShape.SizeVerCursor, "size-e": Qt.CursorShape.SizeHorCursor,
    "size-w": Qt.CursorShape.SizeHorCursor, "forbidden": Qt.CursorShape.ForbiddenCursor,
    "pointing": Qt.CursorShape.PointingHandCursor, "wait": Qt.CursorShape.BusyCursor,
}  # fmt: skip
DRAWN = {
    "rotate": ("rotate", 12, 12), "pen": ("pen", 12, 3), "eyedropper": ("eyedropper", 5, 19), "zoom": ("zoom", 10, 10),
}  # fmt: skip


@cache
def cursor(name: str) -> QCursor:
    """The pointer for a name; one that we do not have is an arrow."""
    if name in DRAWN:
        picture, x, y = DRAWN[name]
        return QCursor(_outlined(picture), x, y)
    return QCursor(PLAIN.get(name, Qt.CursorShape.ArrowCursor))


def _outlined(name: str) -> QPixmap:
    """Dark lines in a light rim, to be seen on anything."""
    result = QPixmap(24, 24)
    result.fill(QColor(0, 0, 0, 0))
    painter = QPainter(result)
    rim = _draw(name, 24, "#ffffff", 1.0)
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawPixmap(dx, dy, rim)
    painter.drawPixmap(0, 0, _draw(name, 24, "#101012", 1.0))
    painter.end()
    return result
