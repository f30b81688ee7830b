"""The picture of a player: fitted into the widget, sharp at any screen scale."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.playback.player import Player
from app.theme import color
from editor.base.translation import tr

SETTLE_MS = 120


class VideoViewer(QWidget):
    """Shows what a player shows. Resizing changes the size that frames are drawn at, once it has settled."""

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("videoViewer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setAccessibleName(tr("Picture of the timeline"))
        self.player = player
        self._pixels: np.ndarray | None = None
        self._image: QImage | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._adapt)
        player.frame_shown.connect(self._take)
        player.seek(player.position)

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def _take(self, pixels: np.ndarray, _time: Fraction) -> None:
        self._pixels = np.ascontiguousarray(pixels)
        height, width = self._pixels.shape[:2]
        self._image = QImage(
            self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied
        )
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle.start()

    def _adapt(self) -> None:
        if self.player.is_closed:
            return
        rect = self.picture_rect()
        timeline = self.player.timeline
        self.player.set_scale(rect.width() * self.devicePixelRatioF() / timeline.width)

    def picture_rect(self) -> QRectF:
        """Where the frame lies inside the widget."""
        timeline = self.player.timeline
        scale = min(self.width() / timeline.width, self.height() / timeline.height)
        width, height = timeline.width * scale, timeline.height * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("canvas"))
        if self._image is not None and not self.player.is_closed:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.picture_rect(), self._image)
        painter.end()

    def mousePressEvent(self, event: object) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
