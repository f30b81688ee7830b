"""New from template: those of the studio and those of the library, as pictures, by editor, found by words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.frame import Frame
from app.icons import icon
from app.widgets.bench import Bench
from app.widgets.picture_cards import Card, CardModel, CardView
from editor.base.errors import Cancelled, ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.base.jobs import Progress
    from editor.workflows.templates.built_in import BuiltIn

PICTURE = QSize(212, 160)
MINE = "library"
SECTIONS = (
    ("", "All templates", "sample"), ("raster", "Image", "raster"), ("vector", "Drawing", "vector"),
    ("layout", "Layout", "page"), ("video", "Video", "video"), ("scene", "3D scene", "scene"),
    (MINE, "My templates", "star"),
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A template as the gallery shows it. `path` is None for one of the studio; `words` is what a search reads."""

    key: str
    name: str
    summary: str
    editor: str
    words: str
    path: Path | None = None
    picture: bytes = b""


class Pictures(QObject):
    """Tells the window, from a job's thread, which picture has come."""

    ready = Signal(str, str)


def pictures_folder() -> Path:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
    return Path(place) / "atelier" / "templates"


def choices(library: Callable[[], list[Choice]]) -> list[Choice]:
    from editor.workflows.templates.built_in import built_in_templates

    own = [
        Choice(
            item.key, item.name, item.summary, item.script.editor,
            " ".join((item.name, item.summary, item.key, *item.script.words)).casefold(),
        )
        for item in built_in_templates()
    ]  # fmt: skip
    return own + library()


def library_choices() -> list[Choice]:
    """What a person saved as a template; nothing where there is no library yet."""
    from app.library.folder import library_folder

    folder = library_folder()
    if not folder.is_dir():
        return []
    from editor.library.library import Library
    from editor.library.looks import thumbnails_of

    library = Library(folder)
    try:
        rows = library.catalogue.rows(
            "SELECT id FROM asset WHERE kind = 'template' AND trashed IS NULL ORDER BY added DESC LIMIT 500"
        )
        assets = [library.asset(int(str(row[0]))) for row in rows]
        pictures = thumbnails_of(library.catalogue, [asset.id for asset in assets])
        found = []
        for asset in assets:
            try:
                path = library.file_of(asset)
            except ExpectedError:
                continue
            words = f"{asset.label} {asset.notes} {asset.author}".casefold()
            key = f"{MINE}:{asset.id}"
            picture = pictures.get(asset.id, b"")
            found.append(Choice(key, asset.label, tr("From your library"), MINE, words, path, picture))
        return found
    finally:
        library.close()


class GalleryDialog(Frame):
    """Double click, or Enter, makes a project and opens its form."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, tr("New from template"), width=1010)
        self.window_ = window
        self.resize(1010, 700)
        self.choices = choices(library_choices)
        self.model = CardModel()
        self.view = CardView(self.model, PICTURE, tr("Templates"))
        self.view.opened.connect(self.use)
        self.view.chosen.connect(lambda _key: self._show_summary())
        self.pictures = Pictures()
        self.pictures.ready.connect(self._show_picture)
        self.bench: Bench[bool] = Bench("template-pictures", 100, lambda: None)
        self.destroyed.connect(self.bench.stop)
        self._build()
        self._fill()
        QTimer.singleShot(0, self._draw_pictures)

    def _build(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search templates"))
        self.search.setAccessibleName(tr("Search templates"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(lambda _text: self._fill())
        self._build_sections()
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self.search)
        left.addWidget(self.sections, 1)
        self.empty = QLabel()
        self.empty.setObjectName("emptyState")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.search.setFixedWidth(176)
        middle = QWidget()
        self.stack = QStackedLayout(middle)
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addLayout(left)
        row.addWidget(middle, 1)
        self.body.addLayout(row, 1)
        self.summary = QLabel()
        self.summary.setObjectName("muted")
        self._foot.insertWidget(0, self.summary, 1)
        self.add_cancel()
        self.use_button = self.add_button(tr("Use template"), self.use_current, primary=True)
        self.search.setFocus()

    def _build_sections(self) -> None:
        self.sections = QListWidget()
        self.sections.setFixedWidth(176)
        self.sections.setAccessibleName(tr("Kinds of templates"))
        for key, label, picture in SECTIONS:
            item = QListWidgetItem(icon(picture, "muted"), tr(label))
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setSizeHint(QSize(0, 34))
            self.sections.addItem(item)
        self.sections.setCurrentRow(0)
        self.sections.currentRowChanged.connect(lambda _row: self._fill())

    # What is shown

    def shown(self) -> list[Choice]:
        """By section and words; all words must be found."""
        item = self.sections.currentItem()
        section = str(item.data(Qt.ItemDataRole.UserRole))
        words = self.search.text().casefold().split()
        return [
            one for one in self.choices
            if (not section or one.editor == section) and all(word in one.words for word in words)
        ]  # fmt: skip

    def _fill(self) -> None:
        found = self.shown()
        labels = {key: tr(label) for key, label, _ in SECTIONS}
        self.model.show_cards([Card(one.key, one.name, labels[one.editor], one.summary) for one in found])
        if found:
            self.view.choose(found[0].key)
        else:
            mine = self.sections.currentItem().data(Qt.ItemDataRole.UserRole) == MINE and not self.search.text()
            self.empty.setText(
                tr("Nothing here yet. File > Save as template keeps a project for next time.") if mine
                else tr("No template is found by these words.")
            )  # fmt: skip
        self.stack.setCurrentIndex(0 if found else 1)
        self.use_button.setEnabled(bool(found))
        self._show_summary()

    def current(self) -> Choice | None:
        index = self.view.currentIndex()
        card = self.model.cards[index.row()] if index.isValid() else None
        return next((one for one in self.choices if card is not None and one.key == card.key), None)

    def _show_summary(self) -> None:
        one = self.current()
        self.summary.setText(one.summary if one is not None else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leaves the search for the pictures."""
        if event.key() == Qt.Key.Key_Down and self.focusWidget() is self.search:
            self.view.setFocus()
            return
        super().keyPressEvent(event)

    # Pictures

    def _draw_pictures(self) -> None:
        """Those that lie in the cache at once, the others one after the other beside the window."""
        from editor.workflows.templates.built_in import built_in_templates
        from editor.workflows.templates.gallery_pictures import picture_path

        for one in self.choices:
            if one.picture:
                self.model.show_picture(one.key, QImage.fromData(one.picture))
        folder = pictures_folder()
        for item in reversed(built_in_templates()):  # the last wish is done first
            path = picture_path(folder, item)
            if path.exists():
                self.model.show_picture(item.key, QImage(str(path)))
            else:
                self.bench.get(item.key, partial(self._draw_one, folder, item))

    def _draw_one(self, folder: Path, item: BuiltIn) -> bool:
        """On the bench's thread."""
        from editor.workflows.templates.gallery_pictures import draw_picture

        self.pictures.ready.emit(item.key, str(draw_picture(folder, item)))
        return True

    def _show_picture(self, key: str, path: str) -> None:
        self.model.show_picture(key, QImage(path))

    def done(self, result: int) -> None:
        self.bench.stop()
        super().done(result)

    # Use

    def use_current(self) -> None:
        one = self.current()
        if one is not None:
            self.use(one.key)

    def use(self, key: str) -> None:
        one = next(item for item in self.choices if item.key == key)
        self.accept()
        if one.path is not None:
            from app.actions.templates import new_from

            if self.window_.may_stop_jobs():
                new_from(self.window_, one.path, one.name)
        else:
            new_from_built_in(self.window_, key)


def new_from_built_in(window: MainWindow, key: str) -> None:
    """A project of its own, made beside the window; then it is opened with its form."""
    from app.actions.files import free_path
    from editor.storage import create_project
    from editor.workflows.templates.built_in import built_in, make

    session = window.session
    if not window.may_stop_jobs():
        return
    template = built_in(key)
    folder = session.preferences.folder_for_projects()

    def work(progress: Progress) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = free_path(folder, template.name)
        try:
            with create_project(path) as opened:
                make(opened.project, template, progress)
        except (Cancelled, ExpectedError):
            path.unlink(missing_ok=True)
            raise
        return path

    def show(path: Path) -> None:
        handle.wait(2.0)  # its end is told a moment before it counts as ended, and opening asks about what runs
        window.files.open_path(path)
        window.parts.docks["template"].show()
        window.parts.docks["template"].raise_()

    handle = session.start_job(tr("New from template"), work, show)
