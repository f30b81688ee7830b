"""The heads of the tracks: name, and switches for hidden, muted and locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QInputDialog, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from app.timeline.colors import themed
from app.timeline.geometry import RULER
from editor.base.translation import tr
from editor.display.timecode import to_timecode
from editor.model.video import Track

if TYPE_CHECKING:
    from app.timeline.panel import TimelinePanel

WIDTH = 148
KIND_ICONS = {"video": "video", "audio": "audio", "caption": "caption"}


class TrackHeader(QFrame):
    """One track's head."""

    def __init__(self, panel: TimelinePanel, track: Track, parent: QWidget) -> None:
        super().__init__(parent)
        self.panel, self.track = panel, track
        self.setObjectName("trackHeader")
        self.setAutoFillBackground(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 6, 2)
        row.setSpacing(1)
        mark = QLabel()
        mark.setPixmap(icon(KIND_ICONS[track.media], "muted").pixmap(16, 16))
        name = QLabel(track.name)
        name.setObjectName("trackName")
        row.addWidget(mark)
        row.addSpacing(4)
        row.addWidget(name, 1)
        if track.media == "audio":
            row.addWidget(self._switch("muted", "audio", "mute", tr("Mute {name}", name=track.name)))
        else:
            row.addWidget(self._switch("hidden", "eye", "eye-off", tr("Hide {name}", name=track.name)))
        row.addWidget(self._switch("locked", "unlock", "lock", tr("Lock {name}", name=track.name)))

    def _switch(self, field: str, off: str, on: str, text: str) -> QToolButton:
        value = bool(getattr(self.track, field))
        button = QToolButton()
        button.setObjectName(f"{field}:{self.track.name}")
        button.setIcon(icon(on if value else off, "accent" if value else "muted"))
        button.setIconSize(QSize(15, 15))
        button.setFixedSize(24, 24)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.panel.run("video.set_track", track=self.track.id, **{field: not value}))
        return button

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        name, agreed = QInputDialog.getText(self, tr("Rename track"), tr("Name"), text=self.track.name)
        if agreed and name.strip():
            self.panel.run("video.set_track", track=self.track.id, name=name)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        track_menu(self.panel, self.track, self).popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), themed("panel"))
        painter.end()


def track_menu(panel: TimelinePanel, track: Track | None, parent: QWidget) -> QMenu:
    """Add tracks; move or remove the one under the pointer."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for media, text in (
        ("video", tr("Add video track")), ("audio", tr("Add sound track")), ("caption", tr("Add caption track")),
    ):
        action = menu.addAction(icon(KIND_ICONS[media]), text)
        action.triggered.connect(
            lambda _checked=False, media=media: panel.run("video.add_track", document=panel.document, media=media)
        )
    if track is not None:
        menu.addSeparator()
        remove = menu.addAction(icon("trash"), tr("Remove track {name}", name=track.name))
        remove.triggered.connect(lambda: panel.run("video.remove_track", track=track.id))
    return menu


class HeaderColumn(QWidget):
    """The column left of the tracks; it scrolls up and down with them. On top stands the time of the playhead."""

    def __init__(self, panel: TimelinePanel) -> None:
        super().__init__(panel)
        self.panel = panel
        self.setFixedWidth(WIDTH)
        self.setObjectName("trackHeaders")
        self._heads: list[TrackHeader] = []
        self._tracks: list[Track] = []
        self._cover = QLabel(self)
        self._cover.setObjectName("timecode")
        self._cover.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = self._cover.font()
        font.setPixelSize(15)
        font.setStyleHint(font.StyleHint.Monospace)
        self._cover.setFont(font)
        self._cover.setAutoFillBackground(True)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)

    def refresh(self) -> None:
        """Make the heads anew when the tracks changed; put them where their rows are."""
        if self.panel.rows != self._tracks:
            for head in self._heads:
                head.hide()
                head.deleteLater()
            self._tracks = list(self.panel.rows)
            self._heads = [TrackHeader(self.panel, track, self) for track in self._tracks]
            for head in self._heads:
                head.show()
        for number, head in enumerate(self._heads):
            top, height = self.panel.geometry_.row_top(number), self.panel.geometry_.row_height(number)
            head.setGeometry(0, top, WIDTH - 2, height)
        self._cover.setGeometry(0, 0, WIDTH, RULER)
        self._cover.raise_()
        self.show_time()

    def show_time(self) -> None:
        rate = self.panel.timeline.rate
        self._cover.setText(to_timecode(self.panel.position, rate))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        track_menu(self.panel, None, self).popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), themed("canvas"))
        painter.end()

    def head_center(self, number: int) -> QPoint:
        return self._heads[number].geometry().center()
