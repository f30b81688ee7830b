"""The records of a document as a tree for Qt: rows are made when looked at, so large documents open at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.panels.tree_rules import icon_of, is_hidden_from_tree, is_reversed, label_of, visible_state

if TYPE_CHECKING:
    from app.session import Session
    from editor.document.change import Change
    from editor.model.record import Record

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-atelier-records"
RECORD, ICON, SHOWN, LOCKED = (Qt.ItemDataRole.UserRole + number for number in range(1, 5))
NO_INDEX = QModelIndex()


@dataclass(eq=False)
class Row:
    """`children` None: nobody has looked yet."""

    key: str
    parent: Row | None
    children: list[Row] | None = field(default=None)


class TreeModel(QAbstractItemModel):
    """`moved` asks to put records under a parent, after a sibling of the project's own order (None: first)."""

    moved = Signal(tuple, str, object)
    renamed = Signal(str, str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.root = Row("", None, [])
        self._rows: dict[str, Row] = {}

    # Building

    def show_document(self, document: str) -> None:
        self.beginResetModel()
        self.root = Row(document, None, None if document else [])
        self._rows = {document: self.root}
        self.endResetModel()

    def follow(self, change: Change) -> bool:
        """Take in a change; True when the tree itself is another one (and was made anew)."""
        project = self.session.project
        if project is None:
            return False
        for before, after in change.entries.values():
            present = after or before
            if present is None or is_hidden_from_tree(present):
                continue
            moved = before is None or after is None or (before.parent, before.order) != (after.parent, after.order)
            if moved and (present.parent in self._rows or (before is not None and before.parent in self._rows)):
                self.show_document(self.root.key)
                return True
        for key in change.entries:
            row = self._rows.get(key)
            if row is not None and row is not self.root:
                index = self.index_of(key)
                self.dataChanged.emit(index, index)
        return False

    def record(self, index: Index) -> Record | None:
        row = index.internalPointer() if index.isValid() else None
        project = self.session.project
        return project.get(row.key) if isinstance(row, Row) and project is not None else None

    def _row(self, index: Index) -> Row:
        row = index.internalPointer() if index.isValid() else None
        return row if isinstance(row, Row) else self.root

    def _children(self, row: Row) -> list[Row]:
        if row.children is None:
            project = self.session.project
            records: list[Record] = project.children(row.key) if project is not None and row.key else []
            shown = [item for item in records if not is_hidden_from_tree(item)]
            if is_reversed(self.session.family):
                shown.reverse()
            row.children = [Row(item.id, row) for item in shown]
            for child in row.children:
                self._rows[child.key] = child
        return row.children

    def index_of(self, key: str) -> QModelIndex:
        """The place of a record; its ancestors are looked at on the way."""
        project = self.session.project
        if project is None or project.get(key) is None:
            return NO_INDEX
        for ancestor in reversed(list(project.index.ancestors(key))):
            row = self._rows.get(ancestor)
            if row is not None:
                self._children(row)
        row = self._rows.get(key)
        if row is None or row.parent is None:
            return NO_INDEX
        return self.createIndex(self._children(row.parent).index(row), 0, row)

    # What Qt asks

    def index(self, row: int, column: int, parent: Index = NO_INDEX) -> QModelIndex:
        children = self._children(self._row(parent))
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else NO_INDEX

    def parent(self, index: Index = NO_INDEX) -> Any:
        row = self._row(index)
        above = row.parent
        if row is self.root or above is None or above is self.root or above.parent is None:
            return NO_INDEX
        return self.createIndex(self._children(above.parent).index(above), 0, above)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return len(self._children(self._row(parent)))

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 1

    def hasChildren(self, parent: Index = NO_INDEX) -> bool:
        return self.rowCount(parent) > 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.record(index)
        if item is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.AccessibleTextRole):
            return label_of(item)
        answers: dict[int, Any] = {
            RECORD: lambda: item, ICON: lambda: icon_of(item), SHOWN: lambda: visible_state(item),
            LOCKED: lambda: getattr(item, "locked", None), Qt.ItemDataRole.ToolTipRole: lambda: label_of(item),
        }  # fmt: skip
        return answers[role]() if role in answers else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        item = self.record(index)
        if item is None or role != Qt.ItemDataRole.EditRole:
            return False
        self.renamed.emit(item.id, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        drop = Qt.ItemFlag.ItemIsDropEnabled
        if not index.isValid():
            return drop
        item = self.record(index)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled | drop
        return flags | Qt.ItemFlag.ItemIsEditable if hasattr(item, "name") else flags

    # Dragging

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        data = QMimeData()
        data.setData(MIME, QByteArray("\n".join(self._row(index).key for index in indexes).encode()))
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        if not data.hasFormat(MIME):
            return False
        keys = tuple(bytes(data.data(MIME).data()).decode().split("\n"))
        target = self._row(parent)
        children = [child.key for child in self._children(target)]
        if row < 0:  # upon a row: into it, on top
            row = 0 if is_reversed(self.session.family) else len(children)
        after = self._sibling_before(children, row, keys)
        self.moved.emit(keys, target.key, after)
        return False  # the model follows the project; Qt must not remove rows itself

    def _sibling_before(self, children: list[str], row: int, moving: tuple[str, ...]) -> str | None:
        """The sibling that comes right before the gap in the project's own order."""
        if is_reversed(self.session.family):
            below = [key for key in children[row:] if key not in moving]
            return below[0] if below else None
        above = [key for key in children[:row] if key not in moving]
        return above[-1] if above else None
