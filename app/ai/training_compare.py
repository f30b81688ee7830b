"""A trained model beside what is the default now: a line to drag over held-out pictures, and the figures of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ai.compare import CompareView
from editor.base.numbers import number_text
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ml.training.compare import Compared

DETAIL = (180, 330)
"""Rows and columns of a picture that are shown."""
NEAR = 0.02
"""Decibels that nobody sees."""


class ComparisonPane(QWidget):
    """`show_comparison` fills it; the table chooses the picture, the boxes what stands on which side of the line."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Compared] = []
        self.view = CompareView()
        self.left, self.right = QComboBox(), QComboBox()
        self.left.setAccessibleName(tr("Left of the line"))
        self.right.setAccessibleName(tr("Right of the line"))
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.table = QTableWidget()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setFixedHeight(150)
        self.table.setAccessibleName(tr("Figures of each picture"))
        self._lay_out()
        self.table.currentCellChanged.connect(lambda *_: self._show_picture())
        for box in (self.left, self.right):
            box.currentIndexChanged.connect(lambda _place: self._show_picture())
        self.view.tell(tr("Export a model to compare it."), busy=False)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.left, 1)
        row.addStretch(1)
        row.addWidget(self.right, 1)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        column.addWidget(self.summary)
        column.addWidget(self.table)

    def clear(self) -> None:
        self.found = []
        self.table.setRowCount(0)
        self.summary.clear()
        self.view.before = self.view.after = None
        self.view.tell(tr("Export a model to compare it."), busy=False)

    def show_comparison(self, found: list[Compared]) -> None:
        """The new model right of the line, the default (or else the plain way) left of it."""
        self.found = found
        names = list(found[0].results)
        for box in (self.left, self.right):
            box.blockSignals(True)
            box.clear()
            for name in (*names, "truth"):
                box.addItem(name_of(name), name)
        self.left.setCurrentIndex(0 if len(names) < 3 else 2)
        self.right.setCurrentIndex(1)
        for box in (self.left, self.right):
            box.blockSignals(False)
        self._fill_table(names)
        self._summarise(names)
        self.table.setCurrentCell(0, 0)
        self._show_picture()

    def _fill_table(self, names: list[str]) -> None:
        self.table.setColumnCount(1 + 2 * len(names))
        heads = [tr("Picture")]
        for name in names:
            heads += [f"{name_of(name)}\ndB", "SSIM"]
        self.table.setHorizontalHeaderLabels(heads)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setRowCount(len(self.found))
        for row, item in enumerate(self.found):
            cells = [item.picture]
            for name in names:
                one = item.results[name]
                cells += [number_text(one.psnr, 2, keep_zeros=True), number_text(one.ssim, 4, keep_zeros=True)]
            best = max(item.results[name].psnr for name in names)
            for place, text in enumerate(cells):
                cell = QTableWidgetItem(text)
                if place:
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    font = cell.font()
                    font.setBold(place % 2 == 1 and item.results[names[place // 2]].psnr == best)
                    cell.setFont(font)
                self.table.setItem(row, place, cell)

    def _summarise(self, names: list[str]) -> None:
        means = {name: float(np.mean([item.results[name].psnr for item in self.found])) for name in names}
        new = names[1]
        other = names[2] if len(names) > 2 else names[0]
        gain = means[new] - means[other]
        facts = {"new": new, "other": name_of(other), "gain": number_text(abs(gain), 2, keep_zeros=True)}
        facts["pictures"] = tr_count("1 picture", "{count} pictures", count=len(self.found))
        if abs(gain) < NEAR:
            text = tr("{new} and {other} are alike on {pictures}.", **facts)
        elif gain > 0:
            text = tr("{new} is {gain} dB better than {other} on {pictures}.", **facts)
        else:
            text = tr("{new} is {gain} dB worse than {other} on {pictures}.", **facts)
        self.summary.setText(text)

    def _show_picture(self) -> None:
        row = max(0, self.table.currentRow())
        if row >= len(self.found):
            return
        item = self.found[row]
        self.view.show_before(_rgba(self._side(item, self.left)))
        self.view.show_after(_rgba(self._side(item, self.right)))

    def _side(self, item: Compared, box: QComboBox) -> NDArray[np.float32]:
        name = str(box.currentData())
        return detail(item.truth if name == "truth" else item.results[name].made)


def detail(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The middle of a picture, small enough that single pixels can be told apart."""
    height, width = picture.shape[:2]
    down, across = min(DETAIL[0], height), min(DETAIL[1], width)
    top, left = (height - down) // 2, (width - across) // 2
    return picture[top : top + down, left : left + across]


def name_of(name: str) -> str:
    """A model's name, or what stands for the plain way and the truth."""
    return {"": tr("Plain way"), "truth": tr("Original")}.get(name, name)


def _rgba(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([rgb, np.ones((*rgb.shape[:2], 1), np.float32)], axis=2)
