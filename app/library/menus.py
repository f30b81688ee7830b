"""Menus of the library: what can be done with assets, and with collections, tags, kept searches and folders."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog, QMenu

from app.icons import icon
from app.library.sidebar import Place
from editor.base.translation import tr
from editor.library import collections as shelves
from editor.library.places import unfollow
from editor.library.tags import delete_tag, rename_tag, set_parents

if TYPE_CHECKING:
    from app.library.panel import LibraryPanel
    from editor.library.catalogue import Catalogue


class LibraryMenus:
    """`show_…` open a menu; each line asks for a name where it needs one."""

    def __init__(self, panel: LibraryPanel) -> None:
        self.panel = panel

    @property
    def catalogue(self) -> Catalogue:
        assert self.panel.service is not None
        return self.panel.service.library.catalogue

    # Assets

    def show_assets(self, at: QPoint) -> None:
        menu = self.assets_menu()
        menu.exec(at)
        menu.deleteLater()

    def assets_menu(self) -> QMenu:
        """For what is chosen in the grid."""
        panel, assets = self.panel, self.panel.grid.selection()
        menu = QMenu(panel)
        add = partial(self._add, menu)
        if panel.sidebar.place().kind == "trash":
            add(tr("Put back"), "undo", panel.put_back, bool(assets))
            add(tr("Delete for good"), "trash", panel.remove, bool(assets))
            return menu
        add(tr("Place in the document"), "import", lambda: panel.place(assets), bool(assets))
        add(tr("Place as a live link"), "link", lambda: panel.place(assets, linked=True), bool(assets))
        menu.addSeparator()
        add(tr("Show in the file manager"), "folder", lambda: self.show_file(assets[0]), len(assets) == 1)
        add(tr("Find what looks alike"), "search", lambda: self.find_alike(assets[0]), len(assets) == 1)
        self._add_collections(menu, assets)
        menu.addSeparator()
        for rating in range(6):
            label = "★" * rating if rating else tr("No stars")
            add(label, "", partial(panel.rate, rating), bool(assets))
        menu.addSeparator()
        add(tr("Move to the trash"), "trash", panel.remove, bool(assets))
        return menu

    def _add_collections(self, menu: QMenu, assets: list[int]) -> None:
        inner = menu.addMenu(icon("folder"), tr("Add to collection"))
        inner.setEnabled(bool(assets))
        for one in shelves.collections(self.catalogue):
            self._add(inner, one.name, "", partial(shelves.collect, self.catalogue, one.id, assets))
        if not inner.isEmpty():
            inner.addSeparator()
        self._add(inner, tr("New collection..."), "plus", lambda: self.new_collection(None, assets))
        place = self.panel.sidebar.place()
        if place.kind == "collection":
            label = tr("Take out of {name}", name=place.name)
            self._add(menu, label, "", lambda: shelves.take_out(self.catalogue, place.key, assets), bool(assets))

    def show_file(self, asset: int) -> None:
        assert self.panel.service is not None
        library = self.panel.service.library
        path: Path = library.file_of(library.asset(asset))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def find_alike(self, asset: int) -> None:
        """Show the pictures that look most like one, itself first."""
        import numpy as np

        from editor.workflows.library.alike import alike

        assert self.panel.service is not None
        found = alike(self.panel.service.library, asset)
        ids = np.array([asset, *(key for key, score in found if score > 0.45)], np.int64)
        self.panel.shelf.show_ids(ids)
        self.panel.count.setText(tr("{count} that look alike", count=len(ids) - 1))

    # Places

    def show_place(self, place: Place, at: QPoint) -> None:
        menu = self.place_menu(place)
        if not menu.isEmpty():
            menu.exec(at)
        menu.deleteLater()

    def place_menu(self, place: Place) -> QMenu:
        menu = QMenu(self.panel)
        add = partial(self._add, menu)
        if place.kind == "collection":
            add(tr("New collection inside..."), "plus", lambda: self.new_collection(place.key, []))
            add(tr("Rename..."), "", lambda: self._rename(place, self._rename_collection))
            add(tr("Delete collection"), "trash", lambda: shelves.delete_collection(self.catalogue, place.key))
        elif place.kind == "kept":
            add(tr("Rename..."), "", lambda: self._rename(place, self._rename_search))
            add(tr("Change search..."), "", lambda: self._change_search(place))
            add(tr("Delete search"), "trash", lambda: shelves.forget_search(self.catalogue, place.key))
        elif place.kind == "tag":
            add(tr("Rename..."), "", lambda: self._rename(place, self._rename_tag))
            add(tr("Put under other tags..."), "", lambda: self._set_parents(place))
            add(tr("Delete tag"), "trash", lambda: delete_tag(self.catalogue, place.name))
        elif place.kind == "folder":
            add(tr("Look through it now"), "", self._visit)
            add(tr("Follow no longer"), "trash", lambda: unfollow(self.catalogue, Path(place.name)))
        elif place.kind == "trash":
            add(tr("Empty the trash"), "trash", self._empty_trash)
        elif place.kind == "group" and place.name == "folders":
            add(tr("Follow a folder"), "plus", self.panel.ask_folder)
        elif place.kind in ("group", "none", "all"):
            add(tr("New collection..."), "plus", lambda: self.new_collection(None, []))
        return menu

    def new_collection(self, parent: int | None, assets: list[int]) -> None:
        name = self._ask(tr("New collection"), tr("Name"))
        if name:
            key = shelves.make_collection(self.catalogue, name, parent)
            if assets:
                shelves.collect(self.catalogue, key, assets)

    def keep_search(self, query: str) -> None:
        """Under a name that the person gives."""
        if not query:
            self.panel.session.say(tr("Type a search first; then it can be kept."))
            return
        name = self._ask(tr("Keep this search"), tr("Name"), query[:60])
        if name:
            self.panel.session.attempt(lambda: shelves.keep_search(self.catalogue, name, query))

    def _rename(self, place: Place, rename: Callable[[Place, str], object]) -> None:
        name = self._ask(tr("Rename"), tr("Name"), place.name)
        if name and name != place.name:
            rename(place, name)

    def _rename_collection(self, place: Place, name: str) -> None:
        shelves.rename_collection(self.catalogue, place.key, name)

    def _rename_search(self, place: Place, name: str) -> None:
        shelves.change_search(self.catalogue, place.key, name, place.query)

    def _rename_tag(self, place: Place, name: str) -> None:
        rename_tag(self.catalogue, place.name, name)

    def _change_search(self, place: Place) -> None:
        query = self._ask(place.name, tr("Search"), place.query)
        if query:
            shelves.change_search(self.catalogue, place.key, place.name, query)

    def _set_parents(self, place: Place) -> None:
        names = self._ask(tr("Put {tag} under", tag=place.name), tr("Tags, separated by commas"))
        if names is not None:
            set_parents(self.catalogue, place.name, [name.strip() for name in names.split(",") if name.strip()])

    def _visit(self) -> None:
        assert self.panel.service is not None
        self.panel.service.visit_folders()

    def _empty_trash(self) -> None:
        from editor.library.trash import empty_trash

        assert self.panel.service is not None
        empty_trash(self.catalogue, self.panel.service.library.content)

    # Lines

    def _ask(self, title: str, label: str, text: str = "") -> str | None:
        """None when it was given up."""
        found, agreed = QInputDialog.getText(self.panel, title, label, text=text)
        return found.strip() if agreed else None

    def _add(self, menu: QMenu, label: str, symbol: str, perform: Callable[[], Any], enabled: bool = True) -> None:
        action = menu.addAction(icon(symbol), label) if symbol else menu.addAction(label)
        action.setEnabled(enabled)
        action.triggered.connect(lambda _on=False: self.panel.session.attempt(perform))
