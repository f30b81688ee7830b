"""The left side of the window that finds pictures: what to resemble, and where to look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from editor.base.translation import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.preferences import Preferences

PICTURE_WIDTH, PICTURE_HEIGHT = 210, 120
PATH = Qt.ItemDataRole.UserRole


def quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("emptyState")
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def button(name: str, label: str) -> QToolButton:
    """A small button with a picture."""
    made = QToolButton()
    made.setIcon(icon(name, "muted"))
    made.setAutoRaise(True)
    made.setToolTip(label)
    made.setAccessibleName(label)
    return made


class LikePicture(QFrame):
    """A picture to resemble: from the chosen layer, from a file, or dropped here."""

    layer_wanted = Signal()
    file_chosen = Signal(Path)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAcceptDrops(True)
        self.pixels: NDArray[Any] | None = None
        self.picture = quiet(tr("Drop a picture here"))
        self.picture.setFixedHeight(PICTURE_HEIGHT)
        self.picture.setAccessibleName(tr("Like this picture"))
        self.layer, self.file = QPushButton(tr("Layer")), QPushButton(tr("File..."))
        self.layer.setToolTip(tr("Take the chosen layer, or the page that is shown"))
        self.clear = button("close", tr("Compare with nothing"))
        self.clear.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.layer, self.file):
            widget.setAutoDefault(False)
            row.addWidget(widget, 1)
        row.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture)
        column.addLayout(row)
        self.layer.clicked.connect(lambda _on=False: self.layer_wanted.emit())
        self.file.clicked.connect(lambda _on=False: self._choose())
        self.clear.clicked.connect(lambda _on=False: self.show_picture(None))

    def show_picture(self, pixels: NDArray[Any] | None) -> None:
        """(h, w, 3) uint8 sRGB, or None for no picture."""
        self.pixels = pixels
        self.clear.setEnabled(pixels is not None)
        if pixels is None:
            self.picture.setText(tr("Drop a picture here"))
        else:
            height, width = pixels.shape[:2]
            image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
            ratio = self.devicePixelRatioF()
            whole = QPixmap.fromImage(image)
            whole = whole.scaled(
                round(PICTURE_WIDTH * ratio), round(PICTURE_HEIGHT * ratio), Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            whole.setDevicePixelRatio(ratio)
            self.picture.setPixmap(whole)
        self.changed.emit()

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Like this picture"), "", f"{tr('All files')} (*)")
        if path:
            self.file_chosen.emit(Path(path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.file_chosen.emit(paths[0])


class FolderList(QWidget):
    """The folders that are looked through, kept in the preferences, and whether the project is, too."""

    changed = Signal()
    project_toggled = Signal()
    stop_wanted = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Folders"))
        self.list.setMinimumHeight(90)
        self.project = QCheckBox(tr("This project, too"))
        self.project.setChecked(True)
        self.state = QLabel()
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        self.add, self.remove = button("plus", tr("Add a folder...")), button("minus", tr("Remove the folder"))
        self.again, self.end = button("rotate", tr("Look again")), button("stop", tr("Stop looking"))
        self.setAcceptDrops(True)
        self._lay_out()
        self.add.clicked.connect(lambda _on=False: self._choose())
        self.remove.clicked.connect(lambda _on=False: self._remove())
        self.again.clicked.connect(lambda _on=False: self.changed.emit())
        self.end.clicked.connect(lambda _on=False: self.stop_wanted.emit())
        self.list.itemSelectionChanged.connect(self._refresh)
        self.project.toggled.connect(lambda _on: self.project_toggled.emit())
        self.fill()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.add)
        row.addWidget(self.remove)
        row.addStretch(1)
        row.addWidget(self.end)
        row.addWidget(self.again)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        column.addWidget(self.state)
        column.addWidget(self.project)

    @property
    def in_project(self) -> bool:
        return self.project.isChecked()

    def present(self) -> tuple[Path, ...]:
        """Those that are there; a disk that is not plugged in is left out."""
        return tuple(path for text in self.preferences.picture_folders if (path := Path(text)).is_dir())

    def fill(self) -> None:
        self.list.clear()
        for text in self.preferences.picture_folders:
            path = Path(text)
            is_there = path.is_dir()
            item = QListWidgetItem(icon("folder", "muted" if is_there else "warning"), path.name or text)
            item.setData(PATH, text)
            item.setToolTip(text if is_there else tr("{folder} is not there now.", folder=text))
            self.list.addItem(item)
        self._refresh()

    def add_folder(self, path: Path) -> None:
        """One that lies in another of the list is looked through with it already."""
        kept = self.preferences.picture_folders
        if not any(path == Path(text) or Path(text) in path.parents for text in kept):
            inner = [text for text in kept if path in Path(text).parents]
            self.preferences.picture_folders = [*(text for text in kept if text not in inner), str(path)]
            self._keep()

    def _choose(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Add a folder..."))
        if path:
            self.add_folder(Path(path))

    def _remove(self) -> None:
        gone = {item.data(PATH) for item in self.list.selectedItems()}
        self.preferences.picture_folders = [text for text in self.preferences.picture_folders if text not in gone]
        self._keep()

    def _keep(self) -> None:
        self.preferences.save()
        self.fill()
        self.changed.emit()

    def tell(self, text: str, busy: bool = False, details: str = "") -> None:
        """What became of looking through."""
        self.state.setText(text)
        self.state.setToolTip(details)
        self.state.setVisible(bool(text))
        self.end.setVisible(busy)
        self.again.setVisible(not busy)

    def _refresh(self) -> None:
        self.remove.setEnabled(bool(self.list.selectedItems()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(Path(url.toLocalFile()).is_dir() for url in event.mimeData().urls() if url.isLocalFile()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folders = [path for url in event.mimeData().urls() if (path := Path(url.toLocalFile())).is_dir()]
        for path in folders:
            event.acceptProposedAction()
            self.add_folder(path)
