"""The documents of the project as tabs, with a menu of all of them and a page switch for those that have pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QMenu, QTabBar, QToolButton

from app.icons import icon
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session

DRAG_WAIT_MS = 120


class DocumentTabs(QFrame):
    """Dragging a tab reorders the documents; the menu at the right lists all of them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("documentBar")
        self.session = session
        self._filling = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(2)
        self.bar = QTabBar()
        self.bar.setObjectName("documentTabs")
        self.bar.setMovable(True)
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideRight)
        self.bar.setIconSize(QSize(16, 16))
        self.bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        row.addWidget(self.bar, 1)
        self.add_button = self._button("plus", tr("New document in this project"), self._show_new)
        self.page_back = self._button("chevron-left", tr("Previous page"), partial(self._step_page, -1))
        self.page_label = QLabel()
        self.page_label.setObjectName("muted")
        self.page_forward = self._button("chevron-right", tr("Next page"), partial(self._step_page, 1))
        self.all_button = self._button("chevron-down", tr("All documents of this project"), self._show_all)
        for widget in (self.add_button, self.page_back, self.page_label, self.page_forward, self.all_button):
            row.addWidget(widget)
        self.bar.currentChanged.connect(self._choose)
        self.bar.tabMoved.connect(self._moved)
        self.bar.tabBarDoubleClicked.connect(self._rename)
        self.bar.customContextMenuRequested.connect(self._context_menu)
        session.documents_changed.connect(self.refresh)
        session.document_activated.connect(lambda _key: self.refresh())
        session.part_changed.connect(self._show_pages)
        session.project_opened.connect(self.refresh)
        session.changed.connect(lambda _event: QTimer.singleShot(0, self._show_pages))
        self.refresh()

    def _button(self, picture: str, text: str, act: object) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture, "muted"))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _on=False: act())  # type: ignore[operator]
        return button

    def refresh(self) -> None:
        """Show the documents as they are now."""
        project = self.session.project
        documents = project.documents() if project is not None else []
        self._filling = True
        while self.bar.count() > len(documents):
            self.bar.removeTab(self.bar.count() - 1)
        while self.bar.count() < len(documents):
            self.bar.addTab("")
        for place, document in enumerate(documents):
            self.bar.setTabText(place, document.name or tr("Untitled"))
            self.bar.setTabIcon(place, icon(document.family, "muted"))
            self.bar.setTabData(place, document.id)
            self.bar.setTabToolTip(place, document.name)
            if document.id == self.session.document:
                self.bar.setCurrentIndex(place)
        self._filling = False
        self._show_pages()

    def step(self, direction: int) -> None:
        if self.bar.count():
            self.bar.setCurrentIndex((self.bar.currentIndex() + direction) % self.bar.count())

    def _choose(self, place: int) -> None:
        key = self.bar.tabData(place) if place >= 0 else None
        if not self._filling and isinstance(key, str) and key != self.session.document:
            self.session.activate(key)

    def _moved(self, _from: int, to: int) -> None:
        """A dragged tab becomes the order of the documents when the drag is over."""
        if not self._filling:
            QTimer.singleShot(0, self, self._store_order)

    def _store_order(self) -> None:
        if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            QTimer.singleShot(DRAG_WAIT_MS, self, self._store_order)
            return
        project = self.session.project
        keys = tuple(str(self.bar.tabData(place)) for place in range(self.bar.count()))
        if project is not None and keys != tuple(item.id for item in project.documents()):
            self.session.run("project.order_documents", documents=keys)

    def _rename(self, place: int) -> None:
        if place >= 0:
            self._act("edit.rename_document")

    def _act(self, name: str) -> None:
        window = self.window()
        bindings = getattr(window, "bindings", None)
        if bindings is not None:
            bindings.actions[name].trigger()

    def _show_new(self) -> None:
        self._act("file.new")

    def _context_menu(self, place: QPoint) -> None:
        index = self.bar.tabAt(place)
        if index < 0:
            return
        self.bar.setCurrentIndex(index)
        bindings = getattr(self.window(), "bindings", None)
        menu = QMenu(self)
        for name in ("edit.rename_document", "file.export", "edit.delete_document"):
            menu.addAction(bindings.actions[name])  # type: ignore[union-attr]
        menu.exec(self.bar.mapToGlobal(place))

    def _show_all(self) -> None:
        menu = QMenu(self)
        project = self.session.project
        for document in project.documents() if project is not None else []:
            made = menu.addAction(icon(document.family, "muted"), document.name)
            made.setCheckable(True)
            made.setChecked(document.id == self.session.document)
            made.triggered.connect(lambda _on=False, key=document.id: self.session.activate(key))
        menu.exec(self.all_button.mapToGlobal(QPoint(0, self.all_button.height())))

    # Pages

    def _pages(self) -> tuple[str, ...]:
        session = self.session
        if session.family != "vector" or session.display is None:
            return ()
        return session.display.parts(session.document)

    def _show_pages(self) -> None:
        pages = self._pages()
        for widget in (self.page_back, self.page_label, self.page_forward):
            widget.setVisible(len(pages) > 1)
        if pages:
            present = self.session.part if self.session.part in pages else pages[0]
            self.page_label.setText(tr("Page {number} of {count}", number=pages.index(present) + 1, count=len(pages)))

    def _step_page(self, direction: int) -> None:
        pages = self._pages()
        if pages:
            present = self.session.part if self.session.part in pages else pages[0]
            self.session.show_part(pages[(pages.index(present) + direction) % len(pages)])
