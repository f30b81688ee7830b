"""The number that chance starts from: typed, or thrown."""

from __future__ import annotations

import secrets

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.icons import icon
from app.widgets.number_field import NumberField
from editor.base.translation import tr

LARGEST = 2**31 - 1


class SeedField(QWidget):
    """The same seed gives the same result again."""

    changed = Signal()

    def __init__(self, value: int = 0) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        self.field = NumberField(float(value), 0, LARGEST, 0)
        self.field.setAccessibleName(tr("Seed"))
        self.dice = QToolButton()
        self.dice.setIcon(icon("dice", "muted"))
        self.dice.setToolTip(tr("Throw another seed"))
        self.dice.setAccessibleName(tr("Throw another seed"))
        row.addWidget(self.field, 1)
        row.addWidget(self.dice)
        self.field.committed.connect(lambda _value: self.changed.emit())
        self.dice.clicked.connect(lambda _on=False: self.throw())

    def value(self) -> int:
        return round(self.field.value())

    def throw(self) -> None:
        self.field.set_value(float(secrets.randbelow(1_000_000)))
        self.changed.emit()
