"""Painting a colour so that its transparency shows."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from app.theme import color


def qcolor(text: str) -> QColor:
    """#rrggbb or #rrggbbaa (which Qt would read as #aarrggbb)."""
    digits = text.lstrip("#")
    if len(digits) == 8:
        made = QColor(f"#{digits[:6]}")
        made.setAlpha(int(digits[6:], 16))
        return made
    return QColor(f"#{digits}")


def hex_of(value: QColor) -> str:
    """#rrggbb, with the alpha behind it when there is any transparency."""
    text = value.name(QColor.NameFormat.HexRgb)
    return text if value.alpha() == 255 else f"{text}{value.alpha():02x}"


def paint_swatch(painter: QPainter, area: QRect, text: str, radius: int = 4) -> None:
    """A rounded square of a colour; the right half shows its transparency over squares."""
    made = qcolor(text)
    shape = QPainterPath()
    shape.addRoundedRect(area, radius, radius)
    painter.save()
    painter.setClipPath(shape)
    if made.alpha() < 255:
        paint_squares(painter, area)
    painter.fillRect(area, made)
    painter.restore()
    painter.setPen(QPen(color("border"), 1))
    painter.setBrush(QBrush())
    painter.drawPath(shape)


def paint_squares(painter: QPainter, area: QRect, side: int = 5) -> None:
    """The pattern that stands for transparency."""
    painter.fillRect(area, color("checker_light"))
    for row, y in enumerate(range(area.top(), area.bottom() + 1, side)):
        for column, x in enumerate(range(area.left(), area.right() + 1, side)):
            if (row + column) % 2:
                painter.fillRect(QRect(x, y, side, side).intersected(area), color("checker_dark"))
