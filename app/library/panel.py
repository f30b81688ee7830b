"""The library's dock: places on the left, the grid with its search in the middle, what is known on the right."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.library.details import Details
from app.library.dragging import ASSET_MIME, local_paths
from app.library.grid import LARGEST, SMALLEST, USUAL, Grid
from app.library.menus import LibraryMenus
from app.library.service import LibraryService
from app.library.shelf import NOTHING, Shelf
from app.library.sidebar import ALL, Place, Sidebar
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.collections import collect, collected
from editor.library.edits import edit_assets
from editor.library.search.results import Ids, SortKey
from editor.library.tags import tag_assets
from editor.library.trash import empty_trash, restore, to_trash

if TYPE_CHECKING:
    from app.actions.files import Files
    from app.library.catalogues import CatalogueDialog
    from app.session import Session

TYPING_MS = 60
SORTS: tuple[tuple[SortKey, str], ...] = (
    ("added", "Newest first"), ("name", "By name"), ("rating", "Best first"), ("size", "Largest first"),
    ("modified", "Last edited first"), ("kind", "By kind"),
)  # fmt: skip
EMPTY = {
    "all": "Drop files or folders here, or follow a folder: what it holds shows up by itself.",
    "trash": "The trash is empty.",
    "collection": "Drag assets onto this collection.",
}


class LibraryPanel(QWidget):
    """Opens the library when it is first shown; `close_library` lets go of it."""

    def __init__(self, session: Session, files: Files, folder: Path | None = None) -> None:
        super().__init__()
        self.session, self.files, self._folder = session, files, folder
        self.service: LibraryService | None = None
        self.catalogues: CatalogueDialog | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setAcceptDrops(True)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.search_now)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.open_library()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)

    def open_library(self) -> None:
        if self.service is None:
            self.session.attempt(self._open)

    def _open(self) -> None:
        self.service = LibraryService(self.session, self._folder)
        library = self.service.library
        self.shelf = Shelf(library)
        self.sidebar = Sidebar(library)
        self.grid = Grid(self.shelf)
        self.details = Details(library, self.session.attempt)
        self.menus = LibraryMenus(self)
        self.column.addWidget(self._header())
        self.problem = QLabel()
        self.problem.setObjectName("problem")
        self.problem.setContentsMargins(12, 2, 12, 4)
        self.problem.hide()
        self.column.addWidget(self.problem)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.sidebar, self.grid, self.details):
            self.splitter.addWidget(part)
        self.splitter.setSizes([210, 800, 270])
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        self.column.addWidget(self.splitter, 1)
        self._connect()
        self.search_now()
        self.service.visit_folders()

    def close_library(self) -> None:
        if self.catalogues is not None:
            self.catalogues.leave()
            self.catalogues = None
        if self.service is not None:
            self._typing.stop()
            self.shelf.close()
            self.service.close()
            self.service = None

    def _header(self) -> QWidget:
        header = QWidget()
        header.setObjectName("panelHeader")
        row = QHBoxLayout(header)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(6)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Search: words, tag:tree, kind:image, rating>=3, color:#2a8, -word"))
        self.field.setClearButtonEnabled(True)
        self.field.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.setAccessibleName(tr("Search the library"))
        self.keep = _button("star", tr("Keep this search"))
        self.count = QLabel()
        self.count.setObjectName("muted")
        self.sort = QComboBox()
        for key, label in SORTS:
            self.sort.addItem(tr(label), key)
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setRange(SMALLEST, LARGEST)
        self.zoom.setValue(USUAL)
        self.zoom.setFixedWidth(90)
        self.zoom.setToolTip(tr("Size of the thumbnails"))
        self.zoom.setAccessibleName(tr("Size of the thumbnails"))
        self.add = _button("import", tr("Import files into the library"))
        self.follow = _button("folder", tr("Follow a folder"))
        self.free = _button("globe", tr("Free catalogues"))
        for widget in (self.field, self.keep, self.count, self.sort, self.zoom, self.add, self.follow, self.free):
            row.addWidget(widget, 1 if widget is self.field else 0)
        return header

    def _connect(self) -> None:
        assert self.service is not None
        self.field.textChanged.connect(lambda _text: self._typing.start())
        self.field.returnPressed.connect(self.grid.setFocus)
        self.keep.clicked.connect(lambda: self.menus.keep_search(self.query()))
        self.sort.currentIndexChanged.connect(lambda _index: self.search_now())
        self.zoom.valueChanged.connect(self.grid.set_side)
        self.add.clicked.connect(self.ask_files)
        self.follow.clicked.connect(self.ask_folder)
        self.free.clicked.connect(self.show_catalogues)
        self.sidebar.chosen.connect(lambda _place: self.search_now())
        self.sidebar.dropped.connect(self.drop_on)
        self.sidebar.menu_wanted.connect(self.menus.show_place)
        self.grid.selected.connect(self._show_selection)
        self.grid.opened.connect(lambda key: self.place([key]))
        self.grid.rated.connect(self.rate)
        self.grid.removed.connect(self.remove)
        self.grid.menu_wanted.connect(self.menus.show_assets)
        self.details.color_chosen.connect(self.search_for)
        self.service.changed.connect(self.refresh)
        find = QAction(self)
        find.setShortcut(QKeySequence.StandardKey.Find)
        find.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.triggered.connect(self.field.setFocus)
        self.addAction(find)

    # Searching

    def query(self) -> str:
        """What is typed, within the place on the left."""
        place, typed = self.sidebar.place(), self.field.text().strip()
        return f"{place.query} ({typed})" if place.query and typed else place.query or typed

    def search_for(self, text: str) -> None:
        self.sidebar.show_place(ALL)
        self.field.setText(text)
        self.search_now()

    def search_now(self) -> None:
        """Show what the search means; one that means nothing says why and leaves the grid as it is."""
        self._typing.stop()
        try:
            ids = self._find()
        except ExpectedError as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        self.problem.hide()
        self.grid.empty_text = self._empty_text()
        self.shelf.show_ids(ids)
        self.count.setText(tr("{count} assets", count=len(ids)))

    def _find(self) -> Ids:
        assert self.service is not None
        library, place = self.service.library, self.sidebar.place()
        sort: SortKey = self.sort.currentData()
        if place.kind == "alike":
            return NOTHING
        found = library.finder.find(self.query(), sort=sort, trashed=place.kind == "trash")
        if place.kind == "collection":
            order = np.array(collected(library.catalogue, place.key), np.int64)
            return order[np.isin(order, found)]
        if place.kind == "folder":
            rows = library.catalogue.rows(
                "SELECT DISTINCT asset FROM place WHERE substr(path, 1, ?) = ?", (len(place.name) + 1, f"{place.name}/")
            )
            return found[np.isin(found, np.array([int(str(row[0])) for row in rows], np.int64))]
        return found

    def _empty_text(self) -> str:
        if self.field.text().strip():
            return tr("Nothing fits this search.")
        return tr(EMPTY.get(self.sidebar.place().kind, "Nothing is here yet."))

    def refresh(self) -> None:
        """Something in the library changed."""
        if self.service is not None:
            self.sidebar.fill()
            self.search_now()
            self._show_selection()

    def _show_selection(self) -> None:
        self.details.show_assets(self.grid.selection())

    # Doing

    def place(self, assets: list[int], linked: bool = False) -> None:
        """Bring assets into the document on top, as copies or as links that follow their files."""
        assert self.service is not None
        library = self.service.library
        for key in assets:
            path = self.session.attempt(partial(library.file_of, library.asset(key)))
            if path is not None:
                self.files.incoming.bring_in([path], linked=linked)

    def rate(self, rating: int) -> None:
        assets = self.grid.selection()
        if assets and self.service is not None:
            catalogue = self.service.library.catalogue
            self.session.attempt(lambda: edit_assets(catalogue, assets, rating=rating))

    def remove(self) -> None:
        """To the trash; in the trash for good, and only what the library itself keeps."""
        assets = self.grid.selection()
        if not assets or self.service is None:
            return
        library = self.service.library
        if self.sidebar.place().kind == "trash":
            self.session.attempt(lambda: empty_trash(library.catalogue, library.content, assets))
        else:
            self.session.attempt(lambda: to_trash(library.catalogue, assets))

    def put_back(self) -> None:
        assets = self.grid.selection()
        if self.service is not None:
            catalogue = self.service.library.catalogue
            self.session.attempt(lambda: restore(catalogue, assets))

    def drop_on(self, place: Place) -> None:
        """The chosen assets were dragged onto a collection, a tag or the trash."""
        assets = self.grid.selection()
        if not assets or self.service is None:
            return
        catalogue = self.service.library.catalogue
        if place.kind == "collection":
            self.session.attempt(lambda: collect(catalogue, place.key, assets))
        elif place.kind == "tag":
            self.session.attempt(lambda: tag_assets(catalogue, assets, [place.name]))
        else:
            self.remove()

    def ask_files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, tr("Import files into the library"))
        if paths and self.service is not None:
            self.service.take_in([Path(path) for path in paths])

    def show_catalogues(self) -> None:
        """The window of free catalogues; opening it sends nothing."""
        from app.library.catalogues import CatalogueDialog

        self.open_library()
        if self.catalogues is None and self.service is not None:
            service = self.service
            self.catalogues = self.session.attempt(lambda: CatalogueDialog(self.window(), self.session, service))
        if self.catalogues is not None:
            self.catalogues.open()

    def ask_folder(self) -> None:
        from editor.library.places import follow

        folder = QFileDialog.getExistingDirectory(self, tr("Follow a folder"))
        if folder and self.service is not None:
            catalogue = self.service.library.catalogue
            self.session.attempt(lambda: follow(catalogue, Path(folder)))
            self.service.visit_folders()

    # Files dropped from elsewhere

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()) and not event.mimeData().hasFormat(ASSET_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files stay where they are; with Ctrl held the library keeps a copy."""
        paths = local_paths(event.mimeData())
        if paths and self.service is not None:
            event.acceptProposedAction()
            copy = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.service.take_in(paths, copy=copy)

    def show_menu_of(self, at: QPoint) -> None:
        self.menus.show_assets(at)


def _button(symbol: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(symbol))
    button.setToolTip(text)
    button.setAccessibleName(text)
    return button
