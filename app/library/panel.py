"""The library's dock: places on the left, the grid with its search in the middle, what is known on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence, QShowEvent
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
from app.library.doing import Doing
from app.library.dragging import ASSET_MIME, local_paths
from app.library.finding import Finding
from app.library.grid import LARGEST, SMALLEST, USUAL, Grid
from app.library.linking import Links
from app.library.menus import LibraryMenus, agrees, shortened
from app.library.opening import Opening, files_of, told_once
from app.library.search_bar import Problem, SearchBar
from app.library.service import LibraryService
from app.library.shelf import Shelf
from app.library.sidebar import ALL, Place, Sidebar
from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr, tr_count
from editor.library.collections import collect
from editor.library.edits import edit_assets
from editor.library.kinds import kind_of
from editor.library.search.completing import completions
from editor.library.search.results import SortKey
from editor.library.tags import tag_assets
from editor.library.trash import empty_trash, restore, to_trash
from editor.library.undoing import Steps

if TYPE_CHECKING:
    from app.actions.files import Files
    from app.library.catalogues import CatalogueDialog
    from app.session import Session
    from editor.library.library import Library
    from editor.library.undoing_places import Table
    from editor.library.usage import Use

FEW = 30
"""Below so many assets their files are looked up at once."""
MANY = 2000
"""From so many assets on an edit is a job: the window goes on meanwhile."""
SORTS: tuple[tuple[SortKey, str], ...] = (
    ("added", "Newest first"), ("name", "By name"), ("rating", "Best first"), ("size", "Largest first"),
    ("modified", "Last edited first"), ("kind", "By kind"),
)  # fmt: skip


class LibraryPanel(QWidget):
    """Opens the library when it is first shown; `close_library` lets go of it."""

    def __init__(self, session: Session, files: Files, folder: Path | None = None) -> None:
        super().__init__()
        self.session, self.files, self._folder = session, files, folder
        self.service: LibraryService | None = None
        self.catalogues: CatalogueDialog | None = None
        self._order_before = "added"
        self.links = Links(session, self._library_for_links, self)
        session.update_wanted.connect(self.links.update)
        self.links.may_discard = self._may_discard
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setAcceptDrops(True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.open_library()

    def open_library(self) -> None:
        if self.service is None:
            self.session.attempt(self._open)

    def _open(self) -> None:
        self.service = LibraryService(self.session, self._folder)
        library = self.service.library
        self.shelf = Shelf(library)
        self.sidebar = Sidebar(library)
        self.grid = Grid(self.shelf)
        self.doing = Doing(self.session)
        self.details = Details(library, self.change)
        self.details.picture_of = self.shelf.picture
        self.steps = Steps(library.catalogue)
        self.opening = Opening(self.session, self.files, library)
        self.menus = LibraryMenus(self)
        self.search = SearchBar(lambda typed: completions(library.catalogue, typed))
        self.field: QLineEdit = self.search.field
        self.finding = Finding(self.session, library, self.sidebar, self.search, self.search_now)
        self.column.addWidget(self._header())
        self.problem = Problem()
        self.column.addWidget(self.problem)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.sidebar, self.grid, self.details):
            self.splitter.addWidget(part)
        self.splitter.setSizes([236, 780, 270])
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        self.column.addWidget(self.splitter, 1)
        self._connect()
        self._connect_grid()
        self.search_now()
        self.service.visit_folders()

    def close_library(self) -> None:
        self.links.stop()
        if self.service is not None:
            if self.catalogues is not None:
                self.catalogues.leave()
                self.catalogues = None
            self.search.stop()
            self.details.store_typed()
            self.doing.close()
            self.shelf.close()
            self.service.close()
            self.service = None

    @property
    def library(self) -> Library:
        assert self.service is not None
        return self.service.library

    def _may_discard(self, names: list[str]) -> bool:
        """Asks before edits of linked documents are given up."""
        return agrees(
            self, tr("Edited in this project"),
            tr("{names}: edited here since the file was read. Taking the file again replaces what was done here; undo"
               " brings it back.", names=shortened(names)),
            tr("Take the file again"), tr("Keep my changes"),
        )  # fmt: skip

    def _library_for_links(self) -> Library | None:
        """Opened for a project that shows something of it, also when nobody looks at the panel."""
        self.open_library()
        return self.service.library if self.service is not None else None

    def _header(self) -> QWidget:
        header = QWidget()
        header.setObjectName("panelHeader")
        row = QHBoxLayout(header)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(6)
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
        self.add = _button("import", tr("Bring assets into the library"))
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add.setMenu(self.menus.add_menu())
        self.more = _button("more", tr("More"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.menus.more_menu())
        for widget in (self.search, self.keep, self.count, self.sort, self.zoom, self.add, self.more):
            row.addWidget(widget, 1 if widget is self.search else 0)
        return header

    def _connect(self) -> None:
        assert self.service is not None
        self.search.changed.connect(self.search_now)
        self.search.entered.connect(self._go_to_grid)
        self.search.like_dropped.connect(self.finding.look_like_file)
        self.search.layer_wanted.connect(lambda: self.session.attempt(self.finding.look_like_layer))
        self.search.file_wanted.connect(self.ask_likeness)
        self.keep.clicked.connect(lambda: self.menus.keep_search(self.query()))
        self.sort.currentIndexChanged.connect(lambda _index: self.search_now())
        self.zoom.valueChanged.connect(self.grid.set_side)
        self.grid.sized.connect(self.zoom.setValue)
        self.sidebar.chosen.connect(lambda _place: self.search_now())
        self.sidebar.dropped.connect(self.drop_on)
        self.sidebar.menu_wanted.connect(self.menus.show_place)
        self.sidebar.more_wanted.connect(self.menus.add_to)
        self.details.color_chosen.connect(self.search_for)
        self.details.use_chosen.connect(self.open_use)
        self.details.file_wanted.connect(self.ask_place)
        self.service.changed.connect(self.refresh)
        self.service.changed.connect(self.links.refresh)
        self.links.changed.connect(self._show_links)
        find = QAction(self)
        find.setShortcut(QKeySequence.StandardKey.Find)
        find.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.triggered.connect(self.field.setFocus)
        self.addAction(find)

    def _connect_grid(self) -> None:
        grid = self.grid
        grid.selected.connect(self._show_selection)
        grid.opened.connect(lambda key: self.session.attempt(partial(self.opening.open, key)))
        grid.rated.connect(self.rate)
        grid.removed.connect(self.remove)
        grid.renamed.connect(self._rename)
        grid.typed.connect(self._begin_search)
        grid.undone.connect(self.go_back)
        grid.menu_wanted.connect(self.menus.show_assets)
        self.shelf.ready.connect(self._show_preview)

    # Searching

    def query(self) -> str:
        return self.finding.query()

    def search_for(self, text: str) -> None:
        self.sidebar.show_place(ALL)
        self.field.setText(text)
        self.search_now()

    def search_now(self) -> None:
        """Show what the search means; one that means nothing says why and leaves the grid as it is."""
        self._fit_orders()
        sort: SortKey = self.sort.currentData()
        try:
            ids = self.finding.find(sort)
        except ExpectedError as error:
            self.problem.tell(error.sentence, error.remedy)
            return
        self.problem.hide()
        if ids is None:
            self.count.setText(tr("Searching..."))
            return
        self.grid.empty_text = self.finding.empty_text()
        searched = bool(self.search.query()) or self.sidebar.place().kind != "all"
        in_trash = self.sidebar.place().kind == "trash" and not self.search.query()
        self.grid.empty_icon = "trash" if in_trash else "search" if searched else "import"
        self.shelf.show_ids(ids)
        self.count.setText(tr_count("1 asset", "{count} assets", count=len(ids)))

    def _fit_orders(self) -> None:
        """A collection has an order of its own, which comes first; what stands together keeps together."""
        kind, has_own = self.sidebar.place().kind, self.sort.findData("own") >= 0
        self.sort.blockSignals(True)
        if kind == "collection" and not has_own:
            self.sort.insertItem(0, tr("In its own order"), "own")
            self._order_before = self.sort.currentData()
            self.sort.setCurrentIndex(0)
        elif kind != "collection" and has_own:
            wanted = self._order_before if self.sort.currentData() == "own" else self.sort.currentData()
            self.sort.removeItem(self.sort.findData("own"))
            self.sort.setCurrentIndex(self.sort.findData(wanted))
        self.sort.blockSignals(False)
        grouped = kind in ("duplicates", "copies")
        self.sort.setEnabled(not grouped)
        self.sort.setToolTip(tr("What belongs together stands together here.") if grouped else tr("Order"))

    def _begin_search(self, letter: str) -> None:
        self.field.setFocus()
        self.field.setText(letter)

    def _go_to_grid(self) -> None:
        self.search_now()
        self.grid.setFocus()
        if not self.grid.chosen and self.shelf.count():
            self.grid.choose(0)

    def ask_likeness(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Like a picture file..."))
        if path:
            self.finding.look_like_file(Path(path))

    def refresh(self) -> None:
        """Something in the library changed."""
        if self.service is not None:
            self.sidebar.fill()
            self.search_now()
            self._show_selection()

    def _show_selection(self) -> None:
        self.session.attempt(lambda: self.details.show_assets(self.grid.selection()))

    def _show_preview(self) -> None:
        """The picture of the chosen asset has come."""
        if len(self.grid.chosen) == 1 and self.details.preview.isHidden():
            self._show_selection()

    def _show_links(self) -> None:
        self.shelf.linked = self.links.assets
        self.grid.viewport().update()

    # Doing

    def change(self, label: str, assets: list[int], change: Callable[[], object]) -> None:
        """Change assets as a step that can be taken back; many of them as a job."""
        self.doing.do(label, lambda: self.steps.do(label, assets, change), many=len(assets) >= MANY)

    def change_places(
        self, label: str, tables: Sequence[Table], change: Callable[[], object],
        then: Callable[[object], object] = lambda _none: None,
    ) -> None:  # fmt: skip
        """The same for collections, kept searches, tags and followed folders, by the tables that are written."""
        self.doing.do(label, lambda: self.steps.do_places(label, tables, change), then)

    def go_back(self, forward: bool) -> None:
        """Undo, or with `forward` do again, what was done here."""
        step = self.steps.redo if forward else self.steps.undo
        label = tr("Redo in the library") if forward else tr("Undo in the library")
        self.doing.do(label, step, partial(self._tell_step, forward), self.steps.next_size(not forward) >= MANY)

    def _tell_step(self, forward: bool, label: str) -> None:
        if label:
            self.session.say(tr("Done again: {label}", label=label) if forward else tr("Undone: {label}", label=label))
        else:
            self.session.say(tr("There is nothing to do again in the library.") if forward
                             else tr("There is nothing to undo in the library."))  # fmt: skip

    def place(self, assets: list[int], linked: bool = False) -> None:
        """Bring assets into the document on top, as copies or as links that follow their files."""
        library = self.library

        def look_up(progress: Progress) -> tuple[list[Path], list[ExpectedError]]:
            return files_of(library, assets, progress)

        def go_on(found: tuple[list[Path], list[ExpectedError]]) -> None:
            paths, away = found
            if away:
                self.session.show_error(told_once(away))
            if paths:
                self.files.incoming.bring_in(paths, linked=linked)

        if len(assets) < FEW:
            self.session.attempt(lambda: go_on(look_up(Progress())))
        else:
            self.session.start_job(
                tr_count("Bring in 1 file", "Bring in {count} files", count=len(assets)), look_up, go_on
            )

    def rate(self, rating: int) -> None:
        assets = self.grid.selection()
        if assets:
            self.change(tr("Give stars"), assets, lambda: edit_assets(self.library.catalogue, assets, rating=rating))

    def _rename(self) -> None:
        self.details.ensureWidgetVisible(self.details.fields["title"])
        self.details.fields["title"].setFocus()
        self.details.fields["title"].selectAll()

    def remove(self) -> None:
        """To the trash; in the trash for good, after a question, and only what the library itself keeps."""
        assets = self.grid.selection()
        if not assets:
            return
        library = self.library
        if self.sidebar.place().kind != "trash":
            self.change(tr("Move to the trash"), assets, lambda: to_trash(library.catalogue, assets))
        else:
            self.menus.delete_for_good(assets)

    def delete_for_good(self, assets: list[int]) -> None:
        """What is in the trash of these; the library's own bytes with them."""
        library = self.library
        many = len(assets) >= MANY
        self.doing.do(
            tr("Delete for good"), lambda: empty_trash(library.catalogue, library.content, assets), many=many
        )

    def put_back(self) -> None:
        assets = self.grid.selection()
        self.change(tr("Put back"), assets, lambda: restore(self.library.catalogue, assets))

    def drop_on(self, place: Place, assets: list[int]) -> None:
        """Assets were dragged onto a collection, a tag or the trash."""
        catalogue = self.library.catalogue
        if place.kind == "collection":
            self.change(tr("Add to collection"), assets, lambda: collect(catalogue, place.key, assets))
        elif place.kind == "tag":
            self.change(tr("Edit tags"), assets, lambda: tag_assets(catalogue, assets, [place.name]))
        else:
            self.change(tr("Move to the trash"), assets, lambda: to_trash(catalogue, assets))

    def open_use(self, path: Path, use: Use) -> None:
        """The project that shows an asset, with what shows it on top; or the brand kit that names it."""
        kit = self.library.at(path) if kind_of(path) == "kit" else None
        if kit is not None:
            self.session.attempt(partial(self.opening.open, kit.id))
            return
        self.files.open_path(path)
        project = self.session.project
        if project is not None and self.files.place == path:
            item = project.get(use.record)
            document = project.index.root(use.record) if item is not None else ""
            if document:
                self.session.activate(document)
                if document != use.record:
                    project.select((use.record,))

    # Files that come in

    def ask_files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, tr("Import files into the library"))
        if paths and self.service is not None:
            self.service.take_in([Path(path) for path in paths])

    def ask_folder(self) -> None:
        from editor.library.places import follow

        folder = QFileDialog.getExistingDirectory(self, tr("Follow a folder"))
        if folder and self.service is not None:
            service, catalogue = self.service, self.library.catalogue
            self.change_places(
                tr("Follow a folder"), ("folder",), lambda: follow(catalogue, Path(folder)),
                lambda _none: service.visit_folders(),
            )  # fmt: skip

    def show_catalogues(self) -> None:
        """Free works of others, to look through and to fetch."""
        from app.library.catalogues import CatalogueDialog

        self.open_library()
        if self.service is None:
            return
        if self.catalogues is None:
            self.catalogues = CatalogueDialog(self, self.session, self.service)
        self.catalogues.show()
        self.catalogues.raise_()
        self.catalogues.activateWindow()

    def ask_place(self, asset: int) -> None:
        """Where a file lies now that was not found: any file can be shown, one with the same bytes is known at once."""
        from editor.library.relinking import relink

        name = self.library.asset(asset).name
        path, _ = QFileDialog.getOpenFileName(self, tr("Find {name}", name=name))
        if path:
            library, service = self.library, self.service
            self.doing.do(
                tr("Find the file..."), lambda: relink(library, asset, Path(path)),
                lambda _none: service.look() if service is not None else None,
            )  # fmt: skip

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()) and not event.mimeData().hasFormat(ASSET_MIME):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.session.hint.emit(tr("Drop to know these files here. With Ctrl the library keeps a copy."))

    def dropEvent(self, event: QDropEvent) -> None:
        """Files stay where they are; with Ctrl held the library keeps a copy."""
        paths = local_paths(event.mimeData())
        self.session.hint.emit("")
        if paths and self.service is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
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
