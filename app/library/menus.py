"""Menus of the library: what can be done with assets, and with collections, tags, kept searches and folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QWidget

from app.dialogs.frame import Frame
from app.icons import icon
from app.library.opening import why_not_placed
from app.library.sidebar import Place
from editor.base.translation import tr, tr_count
from editor.formats.brush.reading import can_read
from editor.library import collections as shelves
from editor.library.places import unfollow
from editor.library.tags import delete_tag, rename_tag, set_parents, tags
from editor.library.usage import name_of_user

if TYPE_CHECKING:
    from app.library.panel import LibraryPanel
    from editor.library.catalogue import Catalogue
    from editor.library.library import Library
    from editor.library.trash import Needed
    from editor.library.undoing_places import Table


MOST_NAMED, LOOKED_AT = 5, 30
IN_COLLECTIONS: tuple[Table, ...] = ("collection", "collection_item")
IN_TAGS: tuple[Table, ...] = ("tag", "tag_parent", "asset_tag")


class ConfirmDialog(Frame):
    """Says what will be gone; Return and Escape keep everything."""

    def __init__(self, parent: QWidget, title: str, text: str, verb: str, keep: str = "") -> None:
        super().__init__(parent, title)
        label = QLabel(text)
        label.setWordWrap(True)
        self.body.addWidget(label)
        self.agree = self.add_button(verb, self.accept)
        self.keep = self.add_button(keep or tr("Cancel"), self.reject, primary=True)


class NameDialog(Frame):
    """Asks for one line."""

    def __init__(self, parent: QWidget, title: str, label: str, text: str) -> None:
        super().__init__(parent, title, 380)
        caption = QLabel(label)
        caption.setObjectName("muted")
        self.field = QLineEdit(text)
        self.field.setAccessibleName(label)
        self.field.selectAll()
        self.body.addWidget(caption)
        self.body.addWidget(self.field)
        self.add_cancel()
        self.add_button(tr("OK"), self.accept, primary=True)
        self.field.setFocus()

    def textValue(self) -> str:
        return self.field.text()


def shortened(names: list[str]) -> str:
    """The first few of many."""
    shown = ", ".join(names[:MOST_NAMED])
    return tr("{names} and {count} more", names=shown, count=len(names) - MOST_NAMED) if names[MOST_NAMED:] else shown


def agrees(parent: QWidget, title: str, text: str, verb: str, keep: str = "") -> bool:
    dialog = ConfirmDialog(parent, title, text, verb, keep)
    agreed = dialog.exec() == ConfirmDialog.DialogCode.Accepted
    dialog.deleteLater()
    return agreed


def _sentence_of(needed: list[Needed]) -> str:
    """What stays in the trash, and because of what."""
    users = dict.fromkeys(name_of_user(path, use) for item in needed for path, use in item.uses)
    return tr(
        "{names} stays in the trash, because this needs it: {users}.",
        names=shortened([item.asset.name for item in needed]), users=shortened(list(users)),
    )  # fmt: skip


class LibraryMenus:
    """`show_…` open a menu; each line asks for a name where it needs one."""

    def __init__(self, panel: LibraryPanel) -> None:
        self.panel = panel

    @property
    def library(self) -> Library:
        assert self.panel.service is not None
        return self.panel.service.library

    @property
    def catalogue(self) -> Catalogue:
        return self.library.catalogue

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
        one = panel.library.asset(assets[0]) if len(assets) == 1 else None
        if panel.sidebar.place().kind == "trash":
            add(tr("Put back"), "undo", panel.put_back, bool(assets))
            add(tr("Delete for good"), "trash", panel.remove, bool(assets))
            return menu
        usual = panel.opening.label_of(one) if one is not None else ""
        if one is not None and usual != tr("Place in the document"):
            add(usual, "check", partial(panel.opening.open, one.id))
        self._add_placing(menu, assets)
        if one is not None and one.kind == "image" and can_read(one.extension):
            add(tr("Paint with it as a brush tip"), "brush", partial(panel.opening.paint_with, one.id))
        menu.addSeparator()
        add(tr("Show in the file manager"), "folder", lambda: self.show_file(assets[0]), len(assets) == 1)
        add(tr("Find what looks alike"), "search", lambda: panel.finding.look_like_asset(assets[0]), one is not None)
        if any(panel.links.assets.get(key) == "outdated" for key in assets):
            add(tr("Update linked assets"), "link", lambda: panel.links.update(self._records_of(assets)))
        if one is not None and not panel.details.find_file.isHidden():
            add(tr("Find the file..."), "search", lambda: panel.ask_place(one.id))
        self._add_collections(menu, assets)
        menu.addSeparator()
        for rating in range(6):
            label = "★" * rating if rating else tr("No stars")
            add(label, "", partial(panel.rate, rating), bool(assets))
        menu.addSeparator()
        add(tr("Move to the trash"), "trash", panel.remove, bool(assets))
        return menu

    def _add_placing(self, menu: QMenu, assets: list[int]) -> None:
        """What cannot come into a document says why."""
        library = self.panel.library
        few = [library.asset(key) for key in assets[:LOOKED_AT]]
        for linked, label, symbol in (
            (False, tr("Place in the document"), "import"), (True, tr("Place as a live link"), "link"),
        ):  # fmt: skip
            reasons = [why_not_placed(asset, linked) for asset in few]
            works = bool(reasons) and not all(reasons)
            self._add(menu, label, symbol, partial(self.panel.place, assets, linked), works)
            if reasons and not works:
                menu.actions()[-1].setToolTip(reasons[0])
                menu.setToolTipsVisible(True)

    def _records_of(self, assets: list[int]) -> tuple[str, ...]:
        """What of the open project follows these assets."""
        from editor.workflows.library.links import outdated

        project, library = self.panel.session.required_project(), self.panel.library
        return tuple(note.parent or "" for note, asset in outdated(project, library) if asset.id in assets)

    def _add_collections(self, menu: QMenu, assets: list[int]) -> None:
        inner = menu.addMenu(icon("folder"), tr("Add to collection"))
        inner.setEnabled(bool(assets))
        change = partial(self.panel.change, tr("Add to collection"), assets)
        for one in shelves.collections(self.catalogue):
            self._add(inner, one.name, "", partial(change, partial(shelves.collect, self.catalogue, one.id, assets)))
        if not inner.isEmpty():
            inner.addSeparator()
        self._add(inner, tr("New collection..."), "plus", lambda: self.new_collection(None, assets))
        place = self.panel.sidebar.place()
        if place.kind == "collection":
            label = tr("Take out of {name}", name=place.name)
            take_out = partial(shelves.take_out, self.catalogue, place.key, assets)
            self._add(menu, label, "", partial(self.panel.change, label, assets, take_out), bool(assets))

    # The header

    def add_menu(self) -> QMenu:
        """Ways of bringing assets in; each more of them is one line here."""
        menu = QMenu(self.panel)
        self._add(menu, tr("Import files..."), "import", self.panel.ask_files)
        self._add(menu, tr("Follow a folder..."), "folder", self.panel.ask_folder)
        self._add(menu, tr("Free catalogues"), "globe", self.panel.show_catalogues)
        return menu

    def more_menu(self) -> QMenu:
        panel = self.panel
        menu = QMenu(panel)
        links = menu.addAction(icon("link"), tr("Drag as live links"))
        links.setCheckable(True)
        links.toggled.connect(lambda on: setattr(panel.grid, "drags_links", on))
        links.setToolTip(tr("Or hold Alt while you drag"))
        menu.setToolTipsVisible(True)
        self._add(menu, tr("Update linked assets"), "link", lambda: panel.links.update())
        menu.addSeparator()
        self._add(menu, tr("Undo in the library"), "undo", lambda: panel.go_back(False))
        self._add(menu, tr("Redo in the library"), "redo", lambda: panel.go_back(True))
        return menu

    def delete_for_good(self, assets: list[int]) -> None:
        """Asks before what cannot be taken back. What a brand kit or a project needs is named, and stays."""
        from editor.workflows.library.origins import what_must_stay

        needed = what_must_stay(self.library, assets)
        rest = sorted(set(assets) - {item.asset.id for item in needed})
        staying = _sentence_of(needed) if needed else ""
        text = tr_count(
            "1 asset is forgotten, with its tags, stars and notes. A copy that the library keeps is deleted from the"
            " disk; files that lie elsewhere stay where they are. This cannot be undone.",
            "{count} assets are forgotten, with their tags, stars and notes. Copies that the library keeps are"
            " deleted from the disk; files that lie elsewhere stay where they are. This cannot be undone.",
            count=len(rest),
        )
        if not rest:
            self.panel.session.say(staying, tr("Take it out there first, or put another one in its place."))
        elif agrees(
            self.panel, tr("Delete for good"), f"{text}\n\n{staying}" if staying else text, tr("Delete for good")
        ):
            self.panel.delete_for_good(rest)

    def show_file(self, asset: int) -> None:
        assert self.panel.service is not None
        library = self.panel.service.library
        path: Path = library.file_of(library.asset(asset))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

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
            add(tr("Delete collection"), "trash", lambda: self._delete_collection(place))
        elif place.kind == "kept":
            add(tr("Rename..."), "", lambda: self._rename(place, self._rename_search))
            add(tr("Change search..."), "", lambda: self._change_search(place))
            add(tr("Delete search"), "trash", lambda: self._forget_search(place))
        elif place.kind == "tag":
            add(tr("Rename..."), "", lambda: self._rename(place, self._rename_tag))
            add(tr("Put under other tags..."), "", lambda: self._set_parents(place))
            add(tr("Delete tag"), "trash", lambda: self._delete_tag(place))
        elif place.kind == "folder":
            add(tr("Look through it now"), "", self._visit)
            add(tr("Follow no longer"), "trash", lambda: self._unfollow(place))
        elif place.kind == "trash":
            add(tr("Empty the trash"), "trash", self._empty_trash)
        elif place.kind == "group" and place.name == "folders":
            add(tr("Follow a folder"), "plus", self.panel.ask_folder)
        elif place.kind in ("group", "none", "all"):
            add(tr("New collection..."), "plus", lambda: self.new_collection(None, []))
        return menu

    def add_to(self, group: str) -> None:
        """One more of a group on the left."""
        {
            "collections": lambda: self.new_collection(None, []),
            "searches": lambda: self.keep_search(self.panel.query()),
            "folders": self.panel.ask_folder,
        }[group]()

    def new_collection(self, parent: int | None, assets: list[int]) -> None:
        name = self._ask(tr("New collection"), tr("Name"))
        if name:
            self._change(tr("New collection"), IN_COLLECTIONS, lambda: self._make_collection(name, parent, assets))

    def _make_collection(self, name: str, parent: int | None, assets: list[int]) -> None:
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
            self._change(
                tr("Keep this search"), ("smart_folder",), lambda: shelves.keep_search(self.catalogue, name, query)
            )

    def _rename(self, place: Place, rename: Callable[[Place, str], object]) -> None:
        name = self._ask(tr("Rename"), tr("Name"), place.name)
        if name and name != place.name:
            rename(place, name)

    def _change(self, label: str, tables: Sequence[Table], change: Callable[[], object]) -> None:
        self.panel.change_places(label, tables, change)

    def _rename_collection(self, place: Place, name: str) -> None:
        self._change(
            tr("Rename"), ("collection",), lambda: shelves.rename_collection(self.catalogue, place.key, name)
        )

    def _rename_search(self, place: Place, name: str) -> None:
        self._change(
            tr("Rename"), ("smart_folder",),
            lambda: shelves.change_search(self.catalogue, place.key, name, place.query),
        )  # fmt: skip

    def _rename_tag(self, place: Place, name: str) -> None:
        self._change(tr("Rename"), IN_TAGS, lambda: rename_tag(self.catalogue, place.name, name))

    def _change_search(self, place: Place) -> None:
        query = self._ask(place.name, tr("Search"), place.query)
        if query:
            self._change(
                tr("Change search..."), ("smart_folder",),
                lambda: shelves.change_search(self.catalogue, place.key, place.name, query),
            )  # fmt: skip

    def _forget_search(self, place: Place) -> None:
        self._change(
            tr("Delete search"), ("smart_folder",), lambda: shelves.forget_search(self.catalogue, place.key)
        )
        self._tell_way_back()

    def _unfollow(self, place: Place) -> None:
        self._change(tr("Follow no longer"), ("folder",), lambda: unfollow(self.catalogue, Path(place.name)))
        self._tell_way_back()

    def _tell_way_back(self) -> None:
        self.panel.session.hint.emit(tr("Ctrl+Z in the library takes it back."))

    def _set_parents(self, place: Place) -> None:
        """Begins with the tags above it, so that one more can be written behind them."""
        known = {tag.id: tag for tag in tags(self.catalogue)}
        above = known[place.key].parents if place.key in known else ()
        before = ", ".join(sorted(known[key].name for key in above if key in known))
        names = self._ask(tr("Put {tag} under", tag=place.name), tr("Tags, separated by commas"), before)
        if names is not None and names != before:
            wanted = [name.strip() for name in names.split(",") if name.strip()]
            self._change(
                tr("Put under other tags..."), ("tag", "tag_parent"),
                lambda: set_parents(self.catalogue, place.name, wanted),
            )  # fmt: skip

    def _visit(self) -> None:
        assert self.panel.service is not None
        self.panel.service.visit_folders()

    def _delete_collection(self, place: Place) -> None:
        text = tr("The collection {name} and those inside it are forgotten. The assets in them stay.", name=place.name)
        if agrees(self.panel, tr("Delete collection"), text, tr("Delete collection")):
            self._change(
                tr("Delete collection"), IN_COLLECTIONS, lambda: shelves.delete_collection(self.catalogue, place.key)
            )

    def _delete_tag(self, place: Place) -> None:
        text = tr("The tag {name} is taken from everything that carries it. The assets stay.", name=place.name)
        if agrees(self.panel, tr("Delete tag"), text, tr("Delete tag")):
            self._change(tr("Delete tag"), IN_TAGS, lambda: delete_tag(self.catalogue, place.name))

    def _empty_trash(self) -> None:
        from editor.library.trash import in_trash

        assets = in_trash(self.catalogue)
        if assets:
            self.delete_for_good(assets)

    # Lines

    def _ask(self, title: str, label: str, text: str = "") -> str | None:
        """None when it was given up."""
        dialog = NameDialog(self.panel, title, label, text)
        agreed = dialog.exec() == NameDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.textValue().strip() if agreed else None

    def _add(self, menu: QMenu, label: str, symbol: str, perform: Callable[[], Any], enabled: bool = True) -> None:
        action = menu.addAction(icon(symbol), label) if symbol else menu.addAction(label)
        action.setEnabled(enabled)
        action.triggered.connect(lambda _on=False: self.panel.session.attempt(perform))
