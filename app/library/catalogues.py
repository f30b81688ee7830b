"""The window of free catalogues: catalogues at the left, what was found in the middle, the chosen work at the right.

Opening it sends nothing. A catalogue is spoken to after a person agreed to that, and a file is fetched after it was
shown with its size, author and licence.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.frame import Frame
from app.dialogs.models_side import Page as SidePage
from app.dialogs.models_side import SideList
from app.icons import icon
from app.library.catalogues_ask import AgreeCard, FetchDialog
from app.library.catalogues_details import WorkDetails
from app.library.catalogues_hearing import Hearing
from app.library.catalogues_shelf import CatalogueGrid, CatalogueShelf
from app.library.catalogues_work import CatalogueWork
from editor.base.translation import tr, tr_count
from editor.workflows.catalogues.catalogues import Catalogues
from editor.workflows.catalogues.source import LABELS, USES

if TYPE_CHECKING:
    from app.library.service import LibraryService
    from app.session import Session
    from editor.workflows.catalogues.fetching import Fetched, Offer
    from editor.workflows.catalogues.source import Found, Page, Source

NARROWEST, DETAILS_WIDTH, SHARE_OF_SCREEN = 900, 290, 0.94
SEARCH, DETAILS, FETCH = "search", "details", "fetch"


class CatalogueDialog(Frame):
    """Stays when it is closed, so that what was found is there again; `leave` ends it with the library."""

    def __init__(self, parent: QWidget, session: Session, service: LibraryService) -> None:
        super().__init__(parent, tr("Free catalogues"), NARROWEST)
        self.session, self.service = session, service
        self.catalogues = Catalogues(service.library.catalogue.folder)
        self.work = CatalogueWork(session)
        self._fetching: Found | None = None
        self._page = 1
        room = self.screen().availableGeometry().size() * SHARE_OF_SCREEN
        self.resize(QSize(1240, 760).boundedTo(room))
        columns = QHBoxLayout()
        columns.setSpacing(14)
        columns.addLayout(self._left())
        columns.addWidget(self._middle(), 1)
        self.details = WorkDetails()
        self.details.setFixedWidth(DETAILS_WIDTH)
        self.hearing = Hearing(self.catalogues, self.work, self.details)
        columns.addWidget(self.details)
        self.body.addLayout(columns, 1)
        close = self.add_button(tr("Close"), self.close)
        close.setAutoDefault(False)
        self._connect()
        self.fill_sources()
        self._show_source()

    # Parts

    def _left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.side = SideList()
        self.side.setAccessibleName(tr("Catalogues"))
        self.add, self.forget = QPushButton(tr("Add a feed...")), QPushButton(tr("Forget"))
        for button in (self.add, self.forget):
            button.setAutoDefault(False)
        self.add.setToolTip(tr("A catalogue that anybody can serve as a plain JSON file"))
        self.forget.setToolTip(tr("Take the agreement back; a feed goes from this list"))
        row = QHBoxLayout()
        row.addWidget(self.add, 1)
        row.addWidget(self.forget)
        column.addWidget(self.side, 1)
        column.addLayout(row)
        return column

    def _middle(self) -> QWidget:
        self.stack = QStackedWidget()
        self.card = AgreeCard()
        results = QWidget()
        column = QVBoxLayout(results)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._search_rows())
        self.problem = QLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        column.addWidget(self.problem)
        self.shelf = CatalogueShelf(self.service.library, self.catalogues)
        self.grid = CatalogueGrid(self.shelf)
        self.grid.setAccessibleName(tr("Works"))
        self.grid.set_side(150)
        column.addWidget(self.grid, 1)
        foot = QHBoxLayout()
        self.count, self.credit = QLabel(), QLabel()
        for label in (self.count, self.credit):
            label.setObjectName("muted")
        self.more = QPushButton(tr("More"))
        self.more.setAutoDefault(False)
        foot.addWidget(self.count, 1)
        foot.addWidget(self.credit)
        foot.addWidget(self.more)
        column.addLayout(foot)
        self.stack.addWidget(self.card)
        self.stack.addWidget(results)
        return self.stack

    def _search_rows(self) -> QVBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.field = QLineEdit()
        self.field.setClearButtonEnabled(True)
        self.field.setMaxLength(200)
        self.field.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.setAccessibleName(tr("Search the catalogue"))
        self.kind, self.use = QComboBox(), QComboBox()
        self.kind.setAccessibleName(tr("Kind"))
        self.use.setAccessibleName(tr("Licences"))
        for key, label in USES.items():
            self.use.addItem(tr(label), key)
        self.go = QPushButton(tr("Search"))
        self.go.setProperty("primary", True)
        self.go.setAutoDefault(False)
        row.addWidget(self.field, 1)
        row.addWidget(self.go)
        filters = QHBoxLayout()
        filters.setSpacing(6)
        filters.addWidget(self.kind)
        filters.addWidget(self.use)
        filters.addStretch(1)
        rows = QVBoxLayout()
        rows.setSpacing(6)
        rows.addLayout(row)
        rows.addLayout(filters)
        return rows

    def _connect(self) -> None:
        self.side.currentItemChanged.connect(lambda *_: self._show_source())
        self.add.clicked.connect(lambda _on=False: self.ask_feed())
        self.forget.clicked.connect(lambda _on=False: self.forget_source())
        self.card.agreed.connect(self.agree)
        self.go.clicked.connect(lambda _on=False: self.search())
        self.field.returnPressed.connect(self.search)
        self.kind.activated.connect(lambda _index: self.search())
        self.use.activated.connect(lambda _index: self.search())
        self.more.clicked.connect(lambda _on=False: self.search(self._page + 1))
        self.grid.selected.connect(self._show_work)
        self.grid.opened.connect(lambda _key: self.ask_fetch())
        self.details.wanted.connect(self.ask_fetch)
        self.details.stopped.connect(lambda: self.work.stop(FETCH))
        self.details.hearing.connect(lambda on: self.hearing.begin(self.source) if on else self.hearing.end())
        self.work.progressed.connect(self._on_progress)
        find = QAction(self)
        find.setShortcut(QKeySequence.StandardKey.Find)
        find.triggered.connect(self.field.setFocus)
        self.addAction(find)

    # Catalogues

    @property
    def source(self) -> Source | None:
        page = self.side.page
        known = {source.key: source for source in self.catalogues.sources}
        return known.get(page.key) if page is not None else None

    def fill_sources(self, wanted: str = "") -> None:
        """The list at the left, with a mark at those that were agreed to."""
        pages = []
        for source in self.catalogues.sources:
            agreed = self.catalogues.is_agreed(source)
            kinds = ", ".join(tr(LABELS[kind]) for kind in source.kinds) if len(source.kinds) < len(LABELS) else ""
            note = kinds or source.hosts[0] if agreed else tr("not yet agreed to")
            pages.append(SidePage(source.key, source.title, note, agreed))
        self.side.fill(pages, wanted or (self.side.page.key if self.side.page else ""))

    def _show_source(self) -> None:
        source = self.source
        if source is None:
            return
        agreed = self.catalogues.is_agreed(source)
        self.work.stop(SEARCH)
        self.work.stop(DETAILS)
        self.forget.setEnabled(agreed or source.key not in ("polyhaven", "googlefonts", "openverse"))
        self.kind.clear()
        for kind in source.kinds:
            self.kind.addItem(tr(LABELS[kind]), kind)
        self.kind.setVisible(len(source.kinds) > 1)
        self.use.setVisible(source.key not in ("polyhaven", "googlefonts"))
        self.field.setPlaceholderText(tr("Search {source}", source=source.title))
        self.card.show_source(source)
        self.credit.setText(source.credit)
        self.stack.setCurrentIndex(1 if agreed else 0)
        self.details.setVisible(agreed)
        self._clear(tr("Type what you look for and press Return. Nothing is asked before."))

    def _clear(self, text: str) -> None:
        self.problem.hide()
        self.grid.empty_text = text
        source = self.source
        if source is not None:
            self.shelf.show_works(source, [])
        self.count.setText("")
        self.more.hide()
        self.hearing.end()
        self.details.show_work(None)

    def agree(self) -> None:
        source = self.source
        if source is not None:
            self.session.attempt(lambda: self.catalogues.agree(source))
            self.fill_sources()
            self._show_source()
            self.field.setFocus()

    def forget_source(self) -> None:
        source = self.source
        if source is not None:
            self.session.attempt(lambda: self.catalogues.remove_feed(source))
            self.fill_sources()
            self._show_source()

    def ask_feed(self) -> None:
        """An address that a person types is an address that they agree to ask."""
        label = tr("Address of the feed. Its server is asked at once.")
        address, agreed = QInputDialog.getText(self, tr("Add a feed"), label, text="https://")
        if agreed and address.strip():
            self.add_feed(address)

    def add_feed(self, address: str) -> None:
        self.problem.hide()

        def show(source: Source) -> None:
            self.fill_sources(source.key)
            self._show_source()

        title = tr("Add a feed")
        self.work.begin(
            SEARCH, title, lambda progress: self.catalogues.add_feed(address, progress), show, self._show_problem
        )

    # Searching

    def search(self, page: int = 1) -> None:
        source = self.source
        if source is None or not self.catalogues.is_agreed(source):
            return
        self.problem.hide()
        self.more.hide()
        if page == 1:
            self._clear(tr("Asking {source}...", source=source.title))
        words, kind, use = self.field.text(), self.kind.currentData(), self.use.currentData()
        if self.use.isHidden():
            use = "any"
        self.work.begin(
            SEARCH, tr("Search {source}", source=source.title),
            lambda progress: self.catalogues.search(source, words, kind, page, use, progress),
            lambda answer: self._show_page(source, answer, page), self._show_problem,
        )

    def _show_page(self, source: Source, answer: Page, page: int) -> None:
        self._page = page
        self.grid.empty_text = tr("Nothing fits this search.") if self.field.text().strip() else tr("Type words first.")
        self.shelf.show_works(source, list(answer.found), more=page > 1)
        shown, total = self.shelf.count(), answer.total
        self.count.setText(
            tr("{shown} of {all}", shown=shown, all=total) if total is not None and total > shown else
            tr_count("One work", "{count} works", count=shown) if shown else ""
        )  # fmt: skip
        self.more.setVisible(answer.has_more)

    def _show_problem(self, sentence: str) -> None:
        if sentence:
            self.problem.setText(sentence)
            self.problem.show()
        self.grid.empty_text = tr("Nothing is shown, because the catalogue could not be asked.") if sentence else ""
        self.grid.viewport().update()
        self.more.setVisible(bool(sentence) and self.shelf.count() > 0)

    # One work

    def _show_work(self) -> None:
        chosen = self.grid.selection()
        found = self.shelf.work(chosen[0]) if chosen else None
        source = self.source
        self.work.stop(DETAILS)
        if found is None or source is None or (found.variants and found.licence):
            self._show(found)
            return
        self._show(found, waiting=True)
        key = found.id
        self.work.begin(
            DETAILS, found.title, lambda progress: self.catalogues.details(source, key, progress), self._show,
            lambda sentence: self.details.show_end(sentence),
        )

    def _show(self, found: Found | None, waiting: bool = False) -> None:
        self.hearing.end()
        self.details.show_work(found, waiting)
        going = self.work.going.get(FETCH)
        if going is not None and found is not None and self._is_fetched(found):
            self.details.show_progress(going.share, going.text)
        else:
            self.details.running.hide()

    def _is_fetched(self, found: Found) -> bool:
        return self._fetching is not None and (self._fetching.id, self._fetching.page) == (found.id, found.page)

    # Fetching

    def ask_fetch(self) -> None:
        """Find out what it would mean, and ask."""
        from editor.workflows.catalogues.fetching import offer

        source, found, variant = self.source, self.details.found, self.details.variant()
        if source is None or found is None or variant is None or not self.details.fetch.isEnabled():
            return
        if FETCH in self.work.going:
            self.details.show_end(tr("One at a time: {title} is still coming.", title=self._fetching_title()))
            return
        self._fetching = found
        self.details.show_progress(-1.0, tr("Asking how large the files are..."))
        library = self.service.library
        self.work.begin(
            FETCH, found.title, lambda progress: offer(self.catalogues, library, source, found, variant, progress),
            self._ask, self._end,
        )

    def _fetching_title(self) -> str:
        return self._fetching.title if self._fetching is not None else ""

    def _ask(self, made: Offer) -> None:
        if not made.coming:  # nothing to agree to; the library still learns whose it is
            self._fetch(made)
            return
        dialog = FetchDialog(self, made)
        dialog.accepted.connect(partial(self._fetch, made))
        dialog.rejected.connect(partial(self._end, ""))
        dialog.finished.connect(lambda _code: dialog.deleteLater())
        dialog.open()

    def _fetch(self, made: Offer) -> None:
        from editor.workflows.catalogues.fetching import fetch

        library = self.service.library
        self.details.show_progress(0.0, "")
        self.work.begin(
            FETCH, tr("Fetch {title}", title=made.found.title),
            lambda progress: fetch(self.catalogues, library, made, progress), self._show_fetched, self._end,
        )

    def _show_fetched(self, result: Fetched) -> None:
        if not result.added:
            self._end(tr("It is in the library already."))
        else:
            count = len(result.added)
            self._end(tr_count("It is in the library now.", "{count} files are in the library now.", count=count))
        self.service.look()

    def _end(self, sentence: str) -> None:
        shown = self.details.found
        if shown is not None and self._is_fetched(shown):
            self.details.show_end(sentence)
        self._fetching = None

    def _on_progress(self, name: str, share: float, text: str) -> None:
        shown = self.details.found
        if name == FETCH and shown is not None and self._is_fetched(shown):
            self.details.show_progress(share, text)

    # Coming and going

    def open(self) -> None:
        """Show it beside the window, with the search field ready."""
        self.show()
        self.raise_()
        self.activateWindow()
        (self.field if self.stack.currentIndex() else self.card.button).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.field.hasFocus() and self.shelf.count():
            self.grid.setFocus()
            self.grid.choose(0)
            return
        super().keyPressEvent(event)

    def leave(self) -> None:
        """End what goes on, with the library."""
        for name in list(self.work.going):
            self.work.stop(name)
        self.shelf.close()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is being fetched goes on; what is only asked for does not."""
        self.work.stop(SEARCH)
        self.work.stop(DETAILS)
        self.hearing.end()
        super().closeEvent(event)
