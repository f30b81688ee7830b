"""A place to drop a picture, a film or a sound on: it shows what is chosen, and asks for a file when it is pressed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from app.canvas.images import image_of
from app.icons import pixmap
from app.library.dragging import local_paths
from app.theme import color
from app.widgets.bench import Bench
from app.widgets.swatch import paint_squares
from editor.base.translation import tr
from editor.workflows.library.small_pictures import small_picture, small_picture_of

HEIGHT, SIDE, GAP = 60, 52, 4
MOST = 3 * SIDE
"""Pixels on the longer side of a small picture: enough for any screen."""
OWN_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


Wish = tuple[Hashable, Callable[[], QImage | None]]


class FileWell(QWidget):
    """`chosen` says a path, or None when the choice is taken back. `pictures` makes the small pictures: a photograph
    takes long enough to be felt."""

    chosen = Signal(object)

    def __init__(self, takes_clip: bool, pictures: Bench[QImage]) -> None:
        super().__init__()
        self.takes_clip, self._pictures = takes_clip, pictures
        self.path: Path | None = None
        self._wish: Wish | None = None
        self._current: Wish | None = None
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
        self._wish = None
        if path is not None:
            self._wish = (str(path), _time_of(path)), lambda: image_of(small_picture(path, MOST).pixels, straight=True)
        self.update()

    def show_current(self, name: str, data: Callable[[], bytes]) -> None:
        """What stands there while nothing is chosen: a stored picture by its name; "" for none."""
        self._current = None
        if name:
            self._current = name, lambda: image_of(small_picture_of(data(), name, MOST).pixels, straight=True)
        self.update()

    def picture(self) -> QImage | None:
        """What is shown now; None while it is being made, and for what is no picture."""
        wish = self._wish if self.path is not None else self._current
        return self._pictures.get(*wish) if wish is not None else None

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
        image = self.picture()
        if image is None or image.isNull():
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


def _time_of(path: Path) -> int:
    """When the file was written, so that another picture under the same name is seen; 0 for one that is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
