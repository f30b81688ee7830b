"""A table beside the form: its rows one after the other, and what is wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.frame import Frame
from app.icons import icon
from app.widgets.number_field import NumberField
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from editor.workflows.templates.check import Checked, Filler, Problem
    from editor.workflows.templates.table import Table


class TableBar(QFrame):
    """`moved` says that another row is shown; `closed` that the table is put away."""

    moved = Signal()
    closed = Signal()
    problems_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panelHeader")
        self.table: Table | None = None
        self.checked: Checked | None = None
        self.problems: list[Problem] = []
        self.place = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 6)
        column.setSpacing(4)
        first, second = QHBoxLayout(), QHBoxLayout()
        self.name = QLabel()
        self.name.setObjectName("sectionTitle")
        self.close_ = _button("close", tr("Put the table away"))
        first.addWidget(self.name, 1)
        first.addWidget(self.close_)
        self.before, self.after = _button("chevron-left", tr("Previous row")), _button("chevron-right", tr("Next row"))
        self.number = NumberField(1, 1, 1_000_000, 0)
        self.number.setFixedWidth(64)
        self.number.setAccessibleName(tr("Row"))
        self.count = QLabel()
        self.count.setObjectName("muted")
        self.wrong = QPushButton()
        self.wrong.setIcon(icon("warning", "warning"))
        self.wrong.setFlat(True)
        second.setSpacing(4)
        for widget in (self.before, self.number, self.after, self.count):
            second.addWidget(widget)
        second.addStretch(1)
        second.addWidget(self.wrong)
        column.addLayout(first)
        column.addLayout(second)
        self.close_.clicked.connect(lambda: self.closed.emit())
        self.before.clicked.connect(lambda: self.go(self.place - 1))
        self.after.clicked.connect(lambda: self.go(self.place + 1))
        self.number.committed.connect(lambda value: self.go_to_row(round(value)))
        self.wrong.clicked.connect(lambda: self.problems_wanted.emit())
        self.hide()

    def show_table(self, table: Table, checked: Checked, problems: list[Problem]) -> None:
        self.table, self.checked, self.problems = table, checked, problems
        metrics = QFontMetrics(self.name.font())
        self.name.setText(metrics.elidedText(table.path.name, Qt.TextElideMode.ElideMiddle, 220))
        self.name.setToolTip(str(table.path))
        last = checked.fillers[-1].number if checked.fillers else 0
        self.number.maximum = float(last)
        self.count.setText(tr("of {count}", count=last))
        self.wrong.setVisible(bool(problems))
        self.wrong.setText(tr_count("1 problem", "{count} problems", count=len(problems)))
        self.show()
        self.go(0)

    def put_away(self) -> None:
        self.table, self.checked, self.problems = None, None, []
        self.hide()

    @property
    def filler(self) -> Filler | None:
        """The row that is shown."""
        fillers = self.checked.fillers if self.checked is not None else ()
        return fillers[self.place] if self.place < len(fillers) else None

    def go(self, place: int) -> None:
        """Show a row, counted from 0."""
        fillers = self.checked.fillers if self.checked is not None else ()
        if not fillers:
            return
        self.place = max(0, min(place, len(fillers) - 1))
        self.number.set_value(float(fillers[self.place].number))
        self.before.setEnabled(self.place > 0)
        self.after.setEnabled(self.place + 1 < len(fillers))
        self.moved.emit()

    def go_to_row(self, number: int) -> None:
        """Show the row with a number as the spreadsheet counts them, or the next one that is not empty."""
        fillers = self.checked.fillers if self.checked is not None else ()
        self.go(next((place for place, one in enumerate(fillers) if one.number >= number), len(fillers) - 1))

    def wrong_here(self) -> list[Problem]:
        """What is wrong in the row that is shown."""
        filler = self.filler
        return [one for one in self.problems if filler is not None and one.row == filler.number]


class ProblemList(Frame):
    """All problems of a table; a double click shows the row."""

    row_wanted = Signal(int)

    def __init__(self, parent: QWidget, name: str, problems: list[Problem]) -> None:
        super().__init__(parent, tr("What is wrong in {name}", name=name), 620)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels([tr("Row"), tr("Column"), tr("Problem")])
        for problem in sorted(problems, key=lambda one: one.row):
            item = QTreeWidgetItem([str(problem.row or ""), problem.column, problem.sentence])
            item.setToolTip(2, problem.sentence)
            item.setData(0, Qt.ItemDataRole.UserRole, problem.row)
            self.list.addTopLevelItem(item)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setMinimumHeight(260)
        self.list.itemDoubleClicked.connect(
            lambda item, _column: self.row_wanted.emit(int(item.data(0, Qt.ItemDataRole.UserRole)))
        )
        self.body.addWidget(self.list, 1)
        self.add_button(tr("Close"), self.accept, primary=True)


def _button(symbol: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(symbol))
    button.setToolTip(text)
    button.setAccessibleName(text)
    button.setAutoRaise(True)
    return button
