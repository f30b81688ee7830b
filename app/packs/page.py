"""What the pages of packs share: a table that says what stands in it when it is empty, and a row of buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.queue.table import Row, Table
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.packs.window import PacksWindow

MARGIN = 12


class Page(QWidget):
    """`packs` is the window it stands in."""

    def __init__(self, packs: PacksWindow) -> None:
        super().__init__()
        self.packs = packs
        self.rows: list[QWidget] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, MARGIN, 0, 0)
        self.column.setSpacing(10)

    def attempt(self, act: Callable[[], object]) -> None:
        """Do something small; what goes wrong is said at the foot."""
        from app.packs.place import told
        from editor.base.errors import ExpectedError

        try:
            with told():
                act()
        except ExpectedError as error:
            self.packs.say(str(error))

    def button(self, text: str, act: Callable[[], object], primary: bool = False) -> QPushButton:
        made = QPushButton(text)
        made.setAutoDefault(False)
        made.setProperty("primary", primary)
        made.clicked.connect(lambda _on=False: self.attempt(act))
        return made

    def row(self, *buttons: QWidget, stretch_after: int | None = None) -> QWidget:
        """Buttons side by side; what comes after so many of them stands at the right. They rest while the window is
        busy."""
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.rows.append(held)
        for number, each in enumerate(buttons):
            if number == stretch_after:
                row.addStretch(1)
            row.addWidget(each)
        if stretch_after is None:
            row.addStretch(1)
        return held


class Listing(QStackedWidget):
    """A table with one chosen row, or a sentence where there is nothing to show."""

    def __init__(self, columns: Sequence[str], stretch: int, name: str, empty: str) -> None:
        super().__init__()
        self.table = Table(columns, stretch, name)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.empty = QLabel(empty)
        self.empty.setObjectName("emptyState")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.addWidget(self.table)
        self.addWidget(self.empty)

    def show_rows(self, rows: Sequence[Row]) -> None:
        self.table.show_rows(rows)
        self.setCurrentWidget(self.table if rows else self.empty)
        if rows and not self.table.chosen_numbers():
            first = self.table.topLevelItem(0)
            assert first is not None
            first.setSelected(True)

    def chosen(self) -> int | None:
        found = self.table.chosen_numbers()
        return found[0] if found else None


def size_shown(size: int) -> str:
    return tr("{size} MB", size=f"{size / 1e6:.1f}")
