"""A plain table that keeps its selection and its place while its rows are written again and again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

Key = int | str
Row = tuple[Key, Sequence[str]]
"""What tells the row from all others, however they are ordered, and the texts of the columns."""
KEY = Qt.ItemDataRole.UserRole


class Table(QTreeWidget):
    """`columns` are headings; the one named by `stretch` takes what width is left."""

    def __init__(self, columns: Sequence[str], stretch: int, name: str) -> None:
        super().__init__()
        self.setHeaderLabels(list(columns))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAccessibleName(name)
        header = self.header()
        header.setStretchLastSection(False)
        for index in range(len(columns)):
            mode = QHeaderView.ResizeMode.Stretch if index == stretch else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(index, mode)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Change texts in place; only rows that are new or gone are made or removed."""
        if [key for key, _ in rows] != self.keys():
            chosen, at = set(self.chosen()), self.verticalScrollBar().value()
            self.clear()
            for key, _ in rows:
                item = QTreeWidgetItem(self)
                item.setData(0, KEY, key)
                item.setSelected(key in chosen)
            self.verticalScrollBar().setValue(at)
        for index, (_, texts) in enumerate(rows):
            shown = self.topLevelItem(index)
            for column, text in enumerate(texts):
                if shown is not None and shown.text(column) != text:
                    shown.setText(column, text)
                    shown.setToolTip(column, text)

    def keys(self) -> list[Key]:
        items = (self.topLevelItem(index) for index in range(self.topLevelItemCount()))
        return [item.data(0, KEY) for item in items if item is not None]

    def chosen(self) -> list[Key]:
        return [item.data(0, KEY) for item in self.selectedItems()]

    def chosen_numbers(self) -> list[int]:
        """Of rows whose keys are numbers."""
        return [key for key in self.chosen() if isinstance(key, int)]

    def texts_of_chosen(self) -> list[str]:
        """What stands first in the chosen rows."""
        return [item.text(0) for item in self.selectedItems()]
