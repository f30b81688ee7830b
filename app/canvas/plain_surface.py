"""The drawn document on machines without OpenGL: the whole picture, drawn by the CPU, slower but complete."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QWidget

from app.canvas.images import image_of
from app.canvas.view import View
from app.theme import color
from app.widgets.swatch import paint_squares
from render.geometry import Rect

if TYPE_CHECKING:
    from editor.display.display import Display
    from editor.display.engine import Drawing

LARGEST = 6_000_000
"""Pixels drawn at most: beyond that the picture is drawn smaller and stretched."""


class PlainSurface(QWidget):
    """Answers to the same calls as `Surface`."""

    failed = Signal(object)
    drawn = Signal()

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view
        self.display: Display | None = None
        self.document = ""
        self.part: str | None = None
        self.time = Fraction(0)
        self.pixel_grid = False
        self.values_only = False
        self.size_of_document = (0.0, 0.0)
        self._image: QImage | None = None
        self._key: tuple[str, float] = ("", 0.0)

    def show_document(self, display: Display | None, document: str, part: str | None, time: Fraction) -> None:
        self.display, self.document, self.part, self.time = display, document, part, time
        self.update()

    def damage(self, region: Rect | None) -> None:
        self.update()

    def is_complete(self) -> bool:
        return True

    def drawing(self) -> Drawing | None:
        """The plan of the document now; None when it cannot be drawn."""
        if self.display is None or not self.document:
            return None
        try:
            found = self.display.drawing(self.document, self.part, self.time)
        except Exception as error:  # noqa: BLE001 - the canvas must go on living; the window shows the error
            self.failed.emit(error)
            return None
        self.size_of_document = found.size
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("canvas"))
        drawing = self.drawing()
        if drawing is not None:
            self._render(drawing)
            map_ = self.view.to_screen
            painter.setTransform(QTransform(map_.a, map_.b, map_.c, map_.d, map_.e, map_.f))
            area = QRectF(0, 0, *drawing.size)
            paint_squares(painter, area.toRect(), max(1, round(8 / self.view.zoom)))
            if self._image is not None:
                image = self._image
                if self.values_only:
                    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.view.zoom < 2)
                painter.drawImage(area, image)
        painter.end()
        self.drawn.emit()

    def _render(self, drawing: Drawing) -> None:
        width, height = drawing.size
        scale = min(1.0, self.view.device_scale, (LARGEST / max(1.0, width * height)) ** 0.5)
        if (drawing.key, scale) == self._key or self.display is None:
            return
        try:
            self._image = image_of(self.display.render_whole(self.document, scale, self.part, self.time))
            self._key = (drawing.key, scale)
        except Exception as error:  # noqa: BLE001 - as above
            self.failed.emit(error)

    def close_document(self) -> None:
        self.display, self.document, self._image = None, "", None
        self._key = ("", 0.0)
