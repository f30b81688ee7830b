"""Where to look: everything, kinds, collections, kept searches, tags, followed folders, the trash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from app.icons import icon
from app.library.cells import KIND_ICONS
from app.library.dragging import assets_of, is_of
from editor.base.translation import tr
from editor.library.collections import Collection, collections, smart_folders
from editor.library.kinds import KINDS, LABELS
from editor.library.library import Library
from editor.library.places import followed
from editor.library.search.language import quoted
from editor.library.tags import Tag, tags


@dataclass(frozen=True)
class Place:
    """What a line stands for: a search, or a collection by its id, or the trash."""

    kind: str
    query: str = ""
    key: int = 0
    name: str = ""


ALL = Place("all")
TRASH = Place("trash")
PLACE = Qt.ItemDataRole.UserRole
MORE = {"collections": "New collection...", "searches": "Keep this search", "folders": "Follow a folder..."}
"""Groups that can be added to, with what the plus behind their name does."""
COUNTED = "SELECT kind, count(*) FROM asset WHERE trashed IS NULL GROUP BY kind"


class Sidebar(QTreeWidget):
    """`chosen` with a Place. `dropped` with a collection, a tag or the trash, and the ids of
    the assets that were dropped on it. `more_wanted` with a
    group that shall have one more."""

    chosen = Signal(object)
    dropped = Signal(object, object)
    menu_wanted = Signal(object, QPoint)
    more_wanted = Signal(str)

    def __init__(self, library: Library) -> None:
        super().__init__()
        self.library = library
        self._open: dict[str, bool] = {"kinds": True, "collections": True}
        self.setObjectName("librarySide")
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setColumnCount(2)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, self.header().ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, self.header().ResizeMode.ResizeToContents)
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Places in the library"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.currentItemChanged.connect(self._choose)
        self.itemClicked.connect(self._click)
        self.itemExpanded.connect(lambda item: self._note_open(item, True))
        self.itemCollapsed.connect(lambda item: self._note_open(item, False))
        self.fill()

    def place(self) -> Place:
        item = self.currentItem()
        found = item.data(0, PLACE) if item is not None else None
        return found if isinstance(found, Place) else ALL

    def fill(self) -> None:
        """Show what there is now, on the same place if it is still there."""
        before, scroll = self.place(), self.verticalScrollBar().value()
        self.blockSignals(True)
        self.clear()
        counts = {str(kind): int(str(count)) for kind, count in self.library.catalogue.rows(COUNTED)}
        self._line(self, ALL, tr("All assets"), "layers", sum(counts.values()))
        self._add_kinds(counts)
        self._add_collections()
        self._add_searches()
        self._add_tags()
        self._add_folders()
        self._add_checks()
        trashed = self.library.catalogue.rows("SELECT count(*) FROM asset WHERE trashed IS NOT NULL")[0][0]
        self._line(self, TRASH, tr("Trash"), "trash", int(str(trashed)))
        self._go_to(before)
        self.verticalScrollBar().setValue(scroll)
        self.blockSignals(False)
        if self.place() != before:
            self.chosen.emit(self.place())

    def show_place(self, place: Place) -> None:
        self._go_to(place)

    # Filling

    def _line(
        self, parent: QTreeWidget | QTreeWidgetItem, place: Place, text: str, symbol: str, count: int | None = None
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [text, str(count) if count is not None else ""])
        item.setData(0, PLACE, place)
        item.setToolTip(0, place.query or text)
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(1, self.palette().placeholderText())
        if symbol:
            item.setIcon(0, icon(symbol, "muted"))
        return item

    def _group(self, name: str, text: str) -> QTreeWidgetItem:
        item = self._line(self, Place("group", name=name), text, "")
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDropEnabled)
        if name in MORE:
            item.setIcon(1, icon("plus", "muted"))
            item.setToolTip(1, tr(MORE[name]))
        item.setForeground(0, self.palette().placeholderText())
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        return item

    def _finish(self, group: QTreeWidgetItem, name: str) -> None:
        group.setExpanded(self._open.get(name, False))

    def _add_kinds(self, counts: dict[str, int]) -> None:
        group = self._group("kinds", tr("Kinds"))
        for kind in KINDS:
            if counts.get(kind):
                self._line(group, Place("search", f"kind:{kind}"), tr(LABELS[kind]), KIND_ICONS[kind], counts[kind])
        self._finish(group, "kinds")

    def _add_collections(self) -> None:
        group = self._group("collections", tr("Collections"))
        known: dict[int | None, list[Collection]] = {}
        for collection in collections(self.library.catalogue):
            known.setdefault(collection.parent, []).append(collection)

        def add(parent: QTreeWidgetItem, key: int | None) -> None:
            for one in known.get(key, []):
                place = Place("collection", key=one.id, name=one.name)
                item = self._line(parent, place, one.name, "folder", one.count)
                add(item, one.id)
                self._open_again(item, place)

        add(group, None)
        self._finish(group, "collections")

    def _add_searches(self) -> None:
        group = self._group("searches", tr("Kept searches"))
        for folder in smart_folders(self.library.catalogue):
            self._line(group, Place("kept", folder.query, folder.id, folder.name), folder.name, "search")
        self._finish(group, "searches")

    def _add_tags(self) -> None:
        """A tag under several others stands under each; under itself never."""
        group = self._group("tags", tr("Tags"))
        known = tags(self.library.catalogue)
        below: dict[int | None, list[Tag]] = {}
        for tag in known:
            for parent in tag.parents or (None,):
                below.setdefault(parent, []).append(tag)

        def add(parent: QTreeWidgetItem, key: int | None, above: frozenset[int]) -> None:
            for tag in below.get(key, []):
                if tag.id not in above:
                    place = Place("tag", f"tag:{quoted(tag.name)}", tag.id, tag.name)
                    item = self._line(parent, place, tag.name, "marker", tag.count)
                    add(item, tag.id, above | {tag.id})
                    self._open_again(item, place)
                    if item.childCount() and not tag.count:
                        item.setText(1, "")

        add(group, None, frozenset())
        self._finish(group, "tags")

    def _add_folders(self) -> None:
        group = self._group("folders", tr("Followed folders"))
        for folder in followed(self.library.catalogue):
            self._line(group, Place("folder", name=str(folder)), Path(folder).name or str(folder), "folder")
        self._finish(group, "folders")

    def _add_checks(self) -> None:
        """What a tidy library looks at now and then."""
        group = self._group("check", tr("Look after"))
        for place, text, symbol in (
            (Place("check", "is:missing"), tr("File is missing"), "warning"),
            (Place("check", "is:broken"), tr("Cannot be read"), "error"),
            (Place("duplicates"), tr("Lies in several places"), "duplicate"),
            (Place("copies"), tr("Changed copies"), "image"),
            (Place("check", "is:untagged"), tr("Without tags"), "marker"),
            (Place("check", "is:unlicensed"), tr("Without a licence"), "info"),
            (Place("check", "is:unused"), tr("Used by no project"), "link"),
        ):  # fmt: skip
            self._line(group, place, text, symbol)
        self._finish(group, "check")

    # Choosing

    def _choose(self, item: QTreeWidgetItem | None, _before: object) -> None:
        if item is not None and self.place().kind != "group":
            self.chosen.emit(self.place())

    def _click(self, item: QTreeWidgetItem, column: int) -> None:
        """The plus of a group, or its name, which opens it."""
        place = item.data(0, PLACE)
        if isinstance(place, Place) and place.kind == "group":
            if column == 1 and place.name in MORE:
                self.more_wanted.emit(place.name)
            else:
                item.setExpanded(not item.isExpanded())

    def _note_open(self, item: QTreeWidgetItem, is_open: bool) -> None:
        place = item.data(0, PLACE)
        if isinstance(place, Place):
            self._open[place.name if place.kind == "group" else f"{place.kind} {place.key}"] = is_open

    def _open_again(self, item: QTreeWidgetItem, place: Place) -> None:
        """A line with others below it is as open as it was left."""
        item.setExpanded(item.childCount() > 0 and self._open.get(f"{place.kind} {place.key}", True))

    def _go_to(self, place: Place) -> None:
        found = self._item(lambda one: one == place) or self._item(lambda one: one.kind == "all")
        if found is not None:
            self.setCurrentItem(found)

    def _item(self, fits: Callable[[Place], bool]) -> QTreeWidgetItem | None:
        waiting = [self.topLevelItem(index) for index in range(self.topLevelItemCount())]
        while waiting:
            item = waiting.pop(0)
            if item is None:
                continue
            if fits(item.data(0, PLACE)):
                return item
            waiting += [item.child(index) for index in range(item.childCount())]
        return None

    def _ask_menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        found = item.data(0, PLACE) if item is not None else Place("none")
        self.menu_wanted.emit(found, self.viewport().mapToGlobal(place))

    # Assets dropped on a line

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if assets_of(self.library, event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        target = self._target(event.position().toPoint())
        event.setAccepted(is_of(self.library, event.mimeData()) and target is not None)

    def dropEvent(self, event: QDropEvent) -> None:
        target, assets = self._target(event.position().toPoint()), assets_of(self.library, event.mimeData())
        if target is not None and assets:
            event.acceptProposedAction()
            self.dropped.emit(target, assets)

    def _target(self, at: QPoint) -> Place | None:
        item = self.itemAt(at)
        place = item.data(0, PLACE) if item is not None else None
        return place if isinstance(place, Place) and place.kind in ("collection", "tag", "trash") else None
