"""A kit at one glance: its logo, its letters on its colours, and how well they can be read."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from app.theme import color
from editor.base.numbers import number_text
from editor.base.translation import tr
from editor.workflows.kits.colors import contrast, grade, tints_of
from editor.workflows.kits.kit import Kit
from render.color import Color

MARGIN = 22
SWATCHES = 46
ROW = 22


class KitCard(QWidget):
    """Drawn anew with every change of the kit."""

    def __init__(self) -> None:
        super().__init__()
        self.kit = Kit(name="-")
        self.logo = QPixmap()
        self.setMinimumWidth(330)
        self.setAccessibleName(tr("Preview of the kit"))

    def sizeHint(self) -> QSize:
        return QSize(340, 480)

    def show_kit(self, kit: Kit, logo: QPixmap) -> None:
        self.kit, self.logo = kit, logo
        self.update()

    def pairs(self) -> list[tuple[str, str, float]]:
        """Colours on the ground: name, colour, contrast."""
        ground = self.ground()
        return [
            (item.name, item.color, contrast(Color.from_hex(item.color), Color.from_hex(ground)))
            for item in self.kit.colors if item.color != ground
        ]  # fmt: skip

    def ground(self) -> str:
        found = self.kit.of_role("background")
        return found.color if found is not None else "#ffffff"

    def _of(self, role: str, otherwise: str) -> str:
        found = self.kit.of_role(role)
        return found.color if found is not None else otherwise

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        sheet = QRect(0, 0, self.width(), min(264, self.height() // 2 + 30))
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(sheet), 8, 8)
        painter.setClipPath(shape)
        painter.fillRect(sheet, QColor(self.ground()))
        self._draw_words(painter, sheet)
        self._draw_swatches(painter, QRect(0, sheet.bottom() + 1 - SWATCHES, sheet.width(), SWATCHES))
        painter.setClipping(False)
        painter.setPen(color("border"))
        painter.drawRoundedRect(QRectF(sheet).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        self._draw_contrasts(painter, QRect(0, sheet.bottom() + 12, self.width(), self.height() - sheet.bottom() - 12))

    def _font(self, use: str, size: int) -> QFont:
        said = self.kit.font_for(use)
        font = QFont(said.family if said is not None else self.font().family())
        font.setPixelSize(size)
        if said is not None:
            font.setWeight(QFont.Weight(min(1000, max(1, said.weight))))
            font.setItalic(said.italic)
        elif use == "heading":
            font.setBold(True)
        return font

    def _draw_words(self, painter: QPainter, sheet: QRect) -> None:
        ink = QColor(self._of("text", "#16181c"))
        area = sheet.adjusted(MARGIN, 20, -MARGIN, -SWATCHES - 10)
        if not self.logo.isNull():
            size = self.logo.size().scaled(QSize(150, 44), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawPixmap(QRect(area.topLeft(), size), self.logo)
        painter.setPen(ink)
        painter.setFont(self._font("heading", 30))
        title = painter.fontMetrics().elidedText(self.kit.name, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(QRect(area.left(), area.top() + 62, area.width(), 40), 0, title)
        painter.setPen(QColor(self._of("primary", ink.name())))
        painter.setFont(self._font("body", 15))
        flags = int(Qt.TextFlag.TextWordWrap)
        words = self.kit.notes or tr("Words in the text font, long enough to see how lines of it lie below each other.")
        painter.drawText(QRect(area.left(), area.top() + 104, area.width(), 42), flags, words)
        painter.setPen(ink)
        painter.setFont(self._font("caption", 11))
        painter.drawText(QRect(area.left(), area.top() + 156, area.width(), 16), 0, tr("A caption, small and quiet"))

    def _draw_swatches(self, painter: QPainter, area: QRect) -> None:
        """Each colour as a stripe, its tints below it."""
        if not self.kit.colors:
            return
        width = area.width() / len(self.kit.colors)
        for number, item in enumerate(self.kit.colors):
            left = round(area.left() + number * width)
            place = QRect(left, area.top(), round(area.left() + (number + 1) * width) - left, area.height())
            painter.fillRect(place, QColor(item.color))
            tints = tints_of(item)
            for row, text in enumerate(tints):
                part = place.width() / len(tints)
                strip = QRectF(place.left() + row * part, place.bottom() - 11, part + 0.5, 12)
                painter.fillRect(strip, QColor(text))

    def _draw_contrasts(self, painter: QPainter, area: QRect) -> None:
        painter.setFont(self.font())
        painter.setPen(color("muted"))
        painter.drawText(QRect(area.left(), area.top(), area.width(), ROW), 0, tr("Contrast on the ground (WCAG)"))
        for number, (name, text, ratio) in enumerate(self.pairs()):
            top = area.top() + ROW + 4 + number * ROW
            if top + ROW > area.bottom():
                return
            painter.setPen(color("border"))
            painter.setBrush(QColor(text))
            painter.drawRoundedRect(QRectF(area.left() + 0.5, top + 2.5, 15, 15), 3, 3)
            painter.setPen(color("text"))
            line = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, area.width() - 150)
            place = QRect(area.left() + 26, top, area.width() - 150, ROW - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, line)
            mark = grade(ratio)
            painter.setPen(color("good" if mark in ("AA", "AAA") else "warning" if mark else "error"))
            said = f"{number_text(ratio, 1, keep_zeros=True)} : 1   {tr(GRADES[mark])}"
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRect(area.right() - 160, top, 158, ROW - 2), flags, said)


GRADES = {"AAA": "AAA", "AA": "AA", "AA large": "AA, large", "": "too weak"}
