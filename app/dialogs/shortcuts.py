"""Every action with its key, in one table; double click or Return changes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
)

from app.dialogs.command_palette import FAMILIES, domain
from app.dialogs.frame import Frame
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow

NAME = Qt.ItemDataRole.UserRole + 1


class ShortcutsDialog(Frame):
    """A key that another action has is taken from it, and the line below says so."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, tr("Shortcuts"), 620)
        self.bindings = window.bindings
        self.resize(640, 600)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search by name or key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.filter)
        self.table = QTreeWidget()
        self.table.setColumnCount(3)
        self.table.setHeaderLabels([tr("Action"), tr("Where"), tr("Key")])
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setColumnWidth(0, 300)
        self.table.setColumnWidth(1, 110)
        self.table.currentItemChanged.connect(lambda *_: self._show_key())
        row = QHBoxLayout()
        self.key = QKeySequenceEdit()
        self.key.setMaximumSequenceLength(1)
        self.key.setAccessibleName(tr("New key"))
        row.addWidget(QLabel(tr("Key")))
        row.addWidget(self.key, 1)
        for text, act in ((tr("Set"), self.set_key), (tr("Remove"), self.remove_key), (tr("Default"), self.reset_key)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, act=act: act())
            row.addWidget(button)
        self.note = QLabel(" ")
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        self.body.addWidget(self.search)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.note)
        self.add_button(tr("Close"), self.accept, primary=False)
        self._fill()

    def _fill(self) -> None:
        actions = self.bindings.actions.items()
        for name, made in sorted(actions, key=lambda pair: (self._where(pair[0]), pair[1].text())):
            key = QKeySequence(self.bindings.shortcut(name)).toString()
            item = QTreeWidgetItem([made.text().removesuffix("..."), self._where(name), key])
            item.setData(0, NAME, name)
            self.table.addTopLevelItem(item)

    def _where(self, name: str) -> str:
        return tr(FAMILIES.get(domain(name), "Project"))

    def filter(self, text: str) -> None:
        """Show only what has the text in its name or key."""
        wanted = text.casefold()
        for item in self._items():
            item.setHidden(wanted not in f"{item.text(0)} {item.text(2)}".casefold())

    def _items(self) -> list[QTreeWidgetItem]:
        found = [self.table.topLevelItem(place) for place in range(self.table.topLevelItemCount())]
        return [item for item in found if item is not None]

    def _current(self) -> str:
        item = self.table.currentItem()
        return str(item.data(0, NAME)) if item is not None else ""

    def _show_key(self) -> None:
        present = self.bindings.shortcut(self._current()) if self._current() else ""
        self.key.setKeySequence(QKeySequence(present))

    def choose(self, name: str) -> None:
        """Select the row of an action."""
        for item in self._items():
            if item.data(0, NAME) == name:
                self.table.setCurrentItem(item)

    def set_key(self) -> None:
        self._store(self.key.keySequence().toString())

    def remove_key(self) -> None:
        self._store("")

    def reset_key(self) -> None:
        self._store(None)

    def _store(self, key: str | None) -> None:
        name = self._current()
        if not name:
            self.note.setText(tr("Choose an action first."))
            return
        self.note.setText(" ")
        for other in self._sharers(name, key) if key else ():
            self.bindings.set_shortcut(other, "")
            taken = self.bindings.actions[other].text().removesuffix("...")
            self.note.setText(tr("{key} was taken from {action}.", key=key, action=taken))
        self.bindings.set_shortcut(name, key)
        for item in self._items():
            item.setText(2, QKeySequence(self.bindings.shortcut(str(item.data(0, NAME)))).toString())
        self._show_key()

    def _sharers(self, name: str, key: str) -> list[str]:
        """Actions with this key that are in use at the same time: commands of another family are not."""
        family = domain(name.removeprefix("tool:"))
        common = {"file", "edit", "view", "help", "project", "ai"}
        return [
            other for other in self.bindings.actions
            if other != name and QKeySequence(self.bindings.shortcut(other)) == QKeySequence(key)
            and ({family, domain(other.removeprefix("tool:"))} & common
                 or family == domain(other.removeprefix("tool:")))
        ]  # fmt: skip
