"""A place to drop a picture, a film or a sound on: it shows what is chosen, and asks for a file when it is pressed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QImageReader,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from app.icons import pixmap
from app.library.dragging import local_paths
from app.theme import color
from app.widgets.swatch import paint_squares
from editor.base.translation import tr

HEIGHT, SIDE, GAP = 60, 52, 4
OWN_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FileWell(QWidget):
    """`chosen` says a path, or None when the choice is taken back."""

    chosen = Signal(object)

    def __init__(self, takes_clip: bool) -> None:
        super().__init__()
        self.takes_clip = takes_clip
        self.path: Path | None = None
        self.current = QImage()
        self._thumbnail = QImage()
        self._over = False
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAcceptDrops(True)
        self.setToolTip(tr("Click to choose a file, or drop one here. Delete takes the choice back."))

    def show_path(self, path: Path | None) -> None:
        self.path = path
        self._thumbnail = small_picture(path) if path is not None else QImage()
        self.update()

    def show_current(self, image: QImage) -> None:
        """What stands there while nothing is chosen."""
        self.current = image
        self.update()

    def choose(self) -> None:
        start = str(self.path.parent) if self.path is not None else ""
        text, _ = QFileDialog.getOpenFileName(self, tr("Choose a file"), start)
        if text:
            self.take(Path(text))

    def take(self, path: Path | None) -> None:
        self.show_path(path)
        self.chosen.emit(path)

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.choose()

    def event(self, event: QEvent) -> bool:
        """Delete is meant for the choice here, not for what is selected on the canvas."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.choose()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if self.path is not None:
                self.take(None)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len(local_paths(event.mimeData())) == 1:
            event.acceptProposedAction()
            self._over = True
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._over = False
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.setFocus()
            self.take(paths[0])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(0, 0, -1, -1)
        path = QPainterPath()
        path.addRoundedRect(area, 6, 6)
        painter.fillPath(path, color("field"))
        marked = self._over or self.hasFocus()
        painter.setPen(QPen(color("accent" if marked else "border"), 1.5 if self._over else 1))
        painter.drawPath(path)
        place = QRect(GAP, GAP, SIDE, SIDE)
        self._paint_thumbnail(painter, place)
        painter.setPen(color("text" if self.path is not None else "muted"))
        words = area.adjusted(SIDE + 3 * GAP, 0, -2 * GAP, 0)
        text = self.path.name if self.path is not None else self._invitation()
        if self.path is not None:
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, text)

    def _invitation(self) -> str:
        return tr("Drop a film, a sound or a picture") if self.takes_clip else tr("Drop a picture")

    def _paint_thumbnail(self, painter: QPainter, place: QRect) -> None:
        image = self._thumbnail if self.path is not None else self.current
        if image.isNull():
            symbol = pixmap("video" if self.takes_clip else "image", 22, "muted")
            painter.drawPixmap(place.center().x() - 10, place.center().y() - 10, symbol)
            return
        ratio = self.devicePixelRatioF()
        whole = place.size() * ratio
        shown = image.scaled(whole, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        size = shown.size() / ratio
        at = QRect(
            place.x() + (place.width() - size.width()) // 2, place.y() + (place.height() - size.height()) // 2,
            size.width(), size.height(),
        )
        if image.hasAlphaChannel():
            paint_squares(painter, at)
        painter.setOpacity(1.0 if self.path is not None else 0.75)
        painter.drawImage(at, shown)
        painter.setOpacity(1.0)


def small_picture(path: Path) -> QImage:
    """The file's picture in about the size of a well; null for what Qt cannot read."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(3 * SIDE, 3 * SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
