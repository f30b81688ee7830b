"""A recent project as a card with its small picture."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QPushButton

from app.icons import pixmap
from app.start.pictures import picture_path
from app.theme import color
from editor.base.translation import tr, tr_count

SIZE = QSize(236, 190)
PICTURE_HEIGHT = 132


class RecentCard(QPushButton):
    """Click to open. A project without a picture shows the mark of the studio."""

    def __init__(self, path: Path, act: Callable[[Path], object]) -> None:
        super().__init__()
        self.setObjectName("recentCard")
        self.path = path
        self.picture = QPixmap(str(picture_path(path)))
        self.setFixedSize(SIZE)
        self.setToolTip(str(path))
        self.setAccessibleName(path.stem)
        self.clicked.connect(lambda _on=False: act(path))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRect(8, 8, self.width() - 16, PICTURE_HEIGHT)
        shape = QPainterPath()
        shape.addRoundedRect(area, 5, 5)
        painter.setClipPath(shape)
        painter.fillRect(area, color("canvas"))
        if self.picture.isNull():
            mark = pixmap("sample", 32, "faint", self.devicePixelRatioF())
            painter.drawPixmap(area.center().x() - 16, area.center().y() - 16, mark)
        else:
            size = self.picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(0, 0, size.width(), size.height())
            target.moveCenter(area.center())
            painter.drawPixmap(target, self.picture)
        painter.setClipping(False)
        name = painter.fontMetrics().elidedText(self.path.stem, Qt.TextElideMode.ElideRight, area.width() - 4)
        painter.setPen(color("text"))
        painter.drawText(QRect(area.left() + 2, area.bottom() + 9, area.width(), 17), 0, name)
        painter.setPen(color("muted"))
        painter.drawText(QRect(area.left() + 2, area.bottom() + 26, area.width(), 17), 0, _age(self.path))


def _age(path: Path) -> str:
    try:
        seconds = time.time() - path.stat().st_mtime
    except OSError:
        return tr("missing")
    if seconds < 3600:
        return tr("{count} min ago", count=max(1, int(seconds // 60)))
    if seconds < 86400:
        return tr("{count} h ago", count=int(seconds // 3600))
    return tr_count("1 day ago", "{count} days ago", count=int(seconds // 86400))
