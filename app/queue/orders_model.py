"""The orders as a table of Qt, filtered and in the order in which they will be done."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate

from app.queue.orders_reading import LANE_TEXTS, STATE_TEXTS
from app.theme import color
from editor.base.numbers import moment_text, number_text, percent_text, size_text
from editor.base.translation import tr
from editor.workflows.queue.estimates import seconds_left
from editor.workflows.queue.orders import Order

if TYPE_CHECKING:
    from editor.workflows.queue.states import State

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-atelier-order"
INKS: dict[State, str] = {
    "queued": "text", "waiting": "muted", "running": "accent", "paused": "warning", "done": "muted",
    "failed": "error", "cancelled": "faint",
}  # fmt: skip
COLUMNS = ("Job", "State", "Progress", "Time left", "Used", "Read and written", "Message", "Lane")
NAME, STATE, PROGRESS, LEFT, USED, DISK, MESSAGE, LANE = range(len(COLUMNS))
MOVABLE: tuple[State, ...] = ("queued", "waiting", "paused")
MOST_STEPS = 200
"""So many rows come, go or move one by one; more are shown anew."""
END = 0
"""Stands for no order: behind all that wait."""
ORDER = Qt.ItemDataRole.UserRole
SHOWN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole, ORDER)
USUAL = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
DRAGGED = USUAL | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled
NOWHERE = USUAL | Qt.ItemFlag.ItemIsDropEnabled


class OrdersModel(QAbstractTableModel):
    """`show` gives it orders, sorted; `moved` says that rows were dropped before another, by their ids, or at END."""

    moved = Signal(list, int)

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[Order] = []
        self.usual: Mapping[str, float] = {}
        self.after: Mapping[int, Sequence[int]] = {}

    def show(self, ordered: list[Order], usual: Mapping[str, float], after: Mapping[int, Sequence[int]]) -> bool:
        """Only what differs is changed. Whether rows came, went or moved."""
        self.usual, self.after = usual, after
        steps = steps_between([one.id for one in self.orders], [one.id for one in ordered], MOST_STEPS)
        if steps is None:
            self.beginResetModel()
            self.orders = ordered
            self.endResetModel()
            return True
        known = {one.id: one for one in ordered}
        for row, key in steps:
            if key:
                self.beginInsertRows(QModelIndex(), row, row)
                self.orders.insert(row, known[key])
                self.endInsertRows()
            else:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self.orders[row]
                self.endRemoveRows()
        before, self.orders = self.orders, ordered
        changed = [row for row, one in enumerate(ordered) if one is not before[row] and one != before[row]]
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(COLUMNS) - 1))
        return bool(steps)

    def replace(self, fresh: Mapping[int, Order]) -> None:
        """Orders that went on since, in their rows."""
        for row, one in enumerate(self.orders):
            if one.id in fresh and fresh[one.id] != one:
                self.orders[row] = fresh[one.id]
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.orders)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in SHOWN:
            return None
        one = self.orders[index.row()]
        if role == ORDER:
            return one
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(one, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return one.message if index.column() == MESSAGE else " ".join(one.arguments)
        if role == Qt.ItemDataRole.ForegroundRole:
            is_error = one.state == "failed" and index.column() == MESSAGE
            return color(INKS[one.state] if index.column() == STATE or is_error else "text")
        return None

    def _text(self, one: Order, column: int) -> str:
        if column == NAME:
            return one.label
        if column == STATE:
            return tr(STATE_TEXTS[one.state])
        if column == LEFT:
            left = seconds_left(one, self.usual, time.time())
            return "" if left is None else duration_text(left)
        if column == USED:
            seconds = number_text(one.cpu_seconds, 1, keep_zeros=True)
            return f"{seconds} s · {size_text(one.peak_bytes)}" if one.cpu_seconds else ""
        if column == DISK:
            some = one.read_bytes or one.written_bytes
            return f"{size_text(one.read_bytes)} / {size_text(one.written_bytes)}" if some else ""
        if column == LANE:
            return tr(LANE_TEXTS.get(one.lane, one.lane))
        return self._message(one) if column == MESSAGE else ""

    def _message(self, one: Order) -> str:
        if one.state == "waiting":
            if others := self.after.get(one.id, ()):
                return tr("After {numbers}", numbers=", ".join(f"#{key}" for key in others))
            if one.not_before > time.time():
                when = moment_text(one.not_before, seconds=True)
                return "  ".join(filter(None, (tr("Not before {when}", when=when), one.message)))
        return one.message

    # Dragging: a row dropped before another begins before it

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return NOWHERE
        return DRAGGED if self.orders[index.row()].state in MOVABLE else USUAL

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        keys = sorted({index.row() for index in indexes})
        data.setData(MIME, " ".join(str(self.orders[row].id) for row in keys).encode())
        return data

    def _before(self, row: int, moved: set[int]) -> int:
        """The order that stands at a row and waits, or the next that does; END where none is left."""
        if row < 0:
            return END
        waiting = (one for one in self.orders[row:] if one.state in MOVABLE and one.id not in moved)
        return next((one.id for one in waiting), END)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        target = parent.row() if parent.isValid() else row
        keys = [int(text) for text in bytes(data.data(MIME).data()).decode().split()]
        if keys:
            self.moved.emit(keys, self._before(target, set(keys)))
        return False  # rows are moved by reading the queue again


def steps_between(before: list[int], after: list[int], most: int) -> list[tuple[int, int]] | None:
    """How one list becomes the other: (row, key) puts one in, (row, 0) takes one out; None when more are needed.

    >>> steps_between([1, 2, 3], [2, 3, 1, 4], 10)
    [(0, 0), (2, 1), (3, 4)]
    """
    if before == after:
        return []
    staying, wanted = set(after), after
    steps = [(row, 0) for row in range(len(before) - 1, -1, -1) if before[row] not in staying]
    if len(steps) > most:
        return None
    now, row = [key for key in before if key in staying], 0
    there = set(now)
    while row < len(wanted):
        key = wanted[row]
        if row < len(now) and now[row] == key:
            row += 1
            continue
        if len(steps) > most:
            return None
        if row + 1 < len(now) and now[row + 1] == key:  # the one in its place belongs further down
            there.discard(now.pop(row))
            steps.append((row, 0))
            continue
        if key in there:
            place = now.index(key, row)
            del now[place]
            steps.append((place, 0))
        now.insert(row, key)
        there.add(key)
        steps.append((row, key))
        row += 1
    return [*steps, *((row, 0) for row in range(len(now) - 1, len(wanted) - 1, -1))]


def duration_text(seconds: float) -> str:
    """
    >>> duration_text(5), duration_text(125), duration_text(7300)
    ('5 s', '2 min', '2 h 2 min')
    """
    if seconds < 60:
        return f"{max(0, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


class ProgressDelegate(QStyledItemDelegate):
    """A thin bar for what runs; nothing for the rest."""

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        super().paint(painter, option, index)
        one = index.data(ORDER)
        if one.state != "running" and not (one.state == "paused" and one.share):
            return
        area: QRect = option.rect.adjusted(6, 0, -40, 0)
        bar = QRect(area.left(), area.center().y() - 2, max(10, area.width()), 5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = color("text")  # not the colour of borders, which the chosen row has
        track.setAlphaF(0.22)
        painter.setBrush(track)
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(color("accent" if one.state == "running" else "warning"))
        painter.drawRoundedRect(QRect(bar.left(), bar.top(), round(bar.width() * one.share), 5), 2, 2)
        painter.setPen(color("text"))
        text = option.rect.adjusted(0, 0, -6, 0)
        said = percent_text(one.share)
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)
        painter.restore()
