"""What the pages of packs share: a table that says what stands in it when it is empty, and a row of buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ai.missing import size_text
from app.queue.table import Row, Table
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.packs.window import PacksWindow

MARGIN = 12
LONGEST_CELL, WIDEST_CELL, MOST_LINES = 120, 240, 5


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
        self.table.header().setMaximumSectionSize(WIDEST_CELL)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.empty = QLabel(empty)
        self.empty.setObjectName("emptyState")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.addWidget(self.table)
        self.addWidget(self.empty)

    def show_rows(self, rows: Sequence[Row]) -> None:
        self.table.show_rows([(key, [shown_line(text) for text in texts]) for key, texts in rows])
        self.setCurrentWidget(self.table if rows else self.empty)
        if rows and not self.table.chosen_numbers():
            first = self.table.topLevelItem(0)
            assert first is not None
            first.setSelected(True)

    def chosen(self) -> int | None:
        found = self.table.chosen_numbers()
        return found[0] if found else None


class About(QPlainTextEdit):
    """What an author says, as long as it may be: it wraps anywhere, and is scrolled where it is longer than a few
    lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("muted")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Description"))
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)
        self.setText("")

    def setText(self, text: str) -> None:
        self.setPlainText(text)
        self.setVisible(bool(text))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        lines = min(max(round(self.document().size().height()), 1), MOST_LINES)
        around = self.height() - self.viewport().height()  # what the theme draws about the text
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + around + 2)


def shown_line(text: str) -> str:
    """A stranger's line for a table.

    >>> shown_line("a" * 200)[-3:], shown_line("one\\ntwo")
    ('aa…', 'one two')
    """
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CELL else f"{line[: LONGEST_CELL - 1]}…"


def size_shown(size: int) -> str:
    """
    >>> size_shown(0), size_shown(1200), size_shown(2_500_000)
    ('0 kB', '1 kB', '2.5 MB')
    """
    return size_text(size) if size else tr("{number} kB", number=0)


def agrees_to_key(parent: QWidget, name: str) -> bool:
    """Whether a person takes what another author's key signed."""
    return _agrees(
        parent, tr("{name} is signed by somebody else than the version that you have.", name=name),
        tr("Ask its author whether the key changed before you take it."), tr("Take it all the same"), tr("Leave it"),
    )  # fmt: skip


def agrees_to_add(parent: QWidget, name: str) -> bool:
    """Whether a person adds a version to somebody else's."""
    return _agrees(
        parent, tr("The versions of {name} in the bucket are signed by somebody else.", name=name),
        tr("Give your pack another name, unless you make it together."), tr("Publish all the same"), tr("Leave it"),
    )  # fmt: skip


def _agrees(parent: QWidget, question: str, advice: str, yes: str, no: str) -> bool:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setText(question)
    box.setInformativeText(advice)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(no, QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is agree
