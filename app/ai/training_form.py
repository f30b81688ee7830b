"""What a new training run needs: a recipe, a folder of pictures, how many steps and processors."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout

from app.widgets.number_field import NumberField
from editor.base.translation import tr
from ml.training.recipe import Recipe, read_recipe, shipped_recipes

if TYPE_CHECKING:
    from ml.training.tracking import Run, Tracking

RECIPES = Path(__file__).resolve().parents[2] / "resources" / "recipes"
PURPOSES = {
    "enlarge-x2": "Enlarge, 2 times", "enlarge-x4": "Enlarge, 4 times", "denoise": "Remove noise",
    "try-out": "Try out, in seconds",
}


class TrainingForm(QFrame):
    """`begin` gets the number of processors once the run stands in the file."""

    def __init__(self, tracking: Tracking, begin: Callable[[Run, int], object]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._tracking, self._begin = tracking, begin
        self.folder: Path | None = None
        self.recipes = shipped_recipes(RECIPES)
        self.recipe = QComboBox()
        for name in sorted(self.recipes, key=[*PURPOSES, *self.recipes].index):
            self.recipe.addItem(tr(PURPOSES.get(name, name)), name)
        self.choose = QPushButton(tr("Choose..."))
        self.choose.clicked.connect(lambda _on=False: self._ask_folder())
        self.shown = QLabel(tr("Choose a folder of pictures."))
        self.shown.setObjectName("muted")
        self.shown.setWordWrap(True)
        self.shown.setMinimumHeight(2 * QFontMetrics(self.shown.font()).lineSpacing() + 4)  # a grid gives it one line
        self.steps = NumberField(1.0, 1, 10_000_000, 0)
        cores = os.cpu_count() or 1
        self.threads = NumberField(float(max(1, cores - 1)), 1, cores, 0)
        self.start = QPushButton(tr("Start training"))
        self.start.setProperty("primary", True)
        self.start.setEnabled(False)
        self.start.clicked.connect(lambda _on=False: self._start())
        for button in (self.choose, self.start):
            button.setAutoDefault(False)  # Enter ends typing a number, and presses nothing
        self._lay_out()
        self.recipe.currentIndexChanged.connect(lambda _place: self._take_recipe())
        self._take_recipe()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(8)
        title = QLabel(tr("New training"))
        title.setStyleSheet("font-weight: 600")
        column.addWidget(title)
        grid = QGridLayout()
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        rows = (("Recipe", self.recipe), ("Pictures", self.choose), ("", self.shown),
                ("Training steps", self.steps), ("Processors", self.threads))
        for place, (label, widget) in enumerate(rows):
            if label:
                caption = QLabel(tr(label))
                caption.setBuddy(widget)
                widget.setAccessibleName(tr(label))
                grid.addWidget(caption, place, 0)
            grid.addWidget(widget, place, 1)
        column.addLayout(grid)
        column.addWidget(self.start)

    def _ask_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, tr("Choose a folder"), str(self.folder or Path.home()))
        if found:
            self.take_folder(Path(found))

    def take_folder(self, folder: Path) -> None:
        """Train on the pictures of this folder."""
        self.folder = folder
        metrics = QFontMetrics(self.shown.font())
        self.shown.setText(metrics.elidedText(str(folder), Qt.TextElideMode.ElideMiddle, 190))
        self.shown.setToolTip(str(folder))
        self.start.setEnabled(True)

    def _take_recipe(self) -> None:
        self.steps.set_value(self._read().steps.count)

    def _read(self) -> Recipe:
        return read_recipe(self.recipes[str(self.recipe.currentData())])

    def _start(self) -> None:
        if self.folder is None:
            return
        recipe = self._read()
        steps = msgspec.structs.replace(recipe.steps, count=round(self.steps.value()))
        made = self._tracking.create(msgspec.structs.replace(recipe, steps=steps), self.folder)
        self._begin(made, round(self.threads.value()))
