"""What an order waits for, chosen from a list with ticks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.queue.dialogs import Form
from app.queue.orders_reading import STATE_TEXTS
from editor.base.translation import tr
from editor.workflows.queue.orders import Order

KEY = Qt.ItemDataRole.UserRole
SHOWN = 2000


class AfterForm(Form):
    """Gives the ids of the orders that must be done before the chosen ones; none lets them begin at any time."""

    def __init__(
        self, parent: QWidget, chosen: Sequence[Order], every: Sequence[Order], after: Mapping[int, Sequence[int]],
        take: Callable[[list[int]], object],
    ) -> None:  # fmt: skip
        super().__init__(parent, tr("Runs after"), tr("Save"), take, 480)
        names = ", ".join(one.label for one in chosen[:3]) + ("…" if len(chosen) > 3 else "")
        about = QLabel(tr("{names} begins when these are done. Without a tick it waits for nothing.", names=names))
        about.setObjectName("muted")
        about.setWordWrap(True)
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("Find a job"))
        self.words.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Jobs"))
        self.list.setMinimumHeight(220)
        ticked = set(after.get(chosen[0].id, ()))
        taken = {one.id for one in chosen}
        others = [one for one in every if one.id not in taken and (one.id in ticked or not one.has_ended)]
        for one in others[:SHOWN]:
            item = QListWidgetItem(f"#{one.id}  {one.label}  –  {tr(STATE_TEXTS[one.state])}", self.list)
            item.setData(KEY, one.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if one.id in ticked else Qt.CheckState.Unchecked)
        for widget in (about, self.words, self.list):
            self.form.addRow(widget)
        if not others:
            self.problem.setText(tr("No other job is open."))
            self.problem.show()
        self.list.itemActivated.connect(self._tick)
        self.words.textChanged.connect(self._filter)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _tick(self, item: QListWidgetItem) -> None:
        on = item.checkState() == Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for item in self._items():
            item.setHidden(not all(word in item.text().casefold() for word in words))

    def result_of(self) -> list[int]:
        return [int(item.data(KEY)) for item in self._items() if item.checkState() == Qt.CheckState.Checked]
