"""The forms of the queue: recurring work and reminders, watch folders, recipes."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTime
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTimeEdit,
    QWidget,
)

from app.commandline.jobs import checked_call
from app.commandline.jobs_plans import read_recipe_file
from app.dialogs.frame import Frame
from app.queue.place import known_recipes, recipes_folder
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.moments import moment_from
from editor.workflows.queue.recipes import SUFFIX, Recipe, check_recipe, write_recipe
from editor.workflows.queue.rules import check_rule, is_once, once_at, zone_here
from editor.workflows.queue.schedules import NewSchedule, Schedule

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CODES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ONCE, DAILY, WORKDAYS, WEEKLY, MONTHLY, OTHER = range(6)
WAYS = ("Once", "Every day", "Monday to Friday", "Every week", "Every month", "Another rule")


class Form(Frame):
    """Rows of fields; a sentence below says what is wrong. `take` is called when the person agrees."""

    def __init__(
        self, parent: QWidget, title: str, agree: str, take: Callable[[Any], object], width: int = 520
    ) -> None:
        super().__init__(parent, title, width)
        self.take = take
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(10)
        self.problem = QLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.body.addLayout(self.form)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        self.add_cancel()
        self.agree_button = self.add_button(agree, self.accept, primary=True)

    def result_of(self) -> Any:
        """What the fields say. Raises ExpectedError."""
        raise NotImplementedError

    def accept(self) -> None:
        try:
            self.take(self.result_of())
        except ExpectedError as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        super().accept()


class ScheduleForm(Form):
    """When, and what: a reminder, or a call of the program. A moment may be written as people do."""

    def __init__(self, parent: QWidget, take: Callable[[NewSchedule], object], old: Schedule | None = None) -> None:
        super().__init__(parent, tr("Recurring work"), tr("Save"), take)
        self.name = QLineEdit(old.name if old is not None else "")
        self.name.setPlaceholderText(tr("Send the proofs"))
        self.way = QComboBox()
        for text in WAYS:
            self.way.addItem(tr(text))
        self.moment = QLineEdit()
        self.moment.setPlaceholderText(tr("Friday 17:00, tomorrow 9:00, in 20 minutes"))
        self.day = QComboBox()
        for text in DAYS:
            self.day.addItem(tr(text))
        self.time = QTimeEdit(QTime(9, 0))
        self.time.setDisplayFormat("HH:mm")
        self.rule = QLineEdit()
        self.rule.setPlaceholderText("0 6 * * mon-fri")
        self.call = QLineEdit(shlex.join(old.arguments) if old is not None else "")
        self.call.setPlaceholderText(tr("library refresh (nothing makes it a reminder)"))
        self.catch_up = QCheckBox(tr("Make up for runs that were missed, once"))
        self.catch_up.setChecked(old.catch_up if old is not None else True)
        for label, field in (
            (tr("Name"), self.name), (tr("When"), self.way), (tr("Moment"), self.moment), (tr("Day"), self.day),
            (tr("Time"), self.time), (tr("Rule"), self.rule), (tr("Does"), self.call), ("", self.catch_up),
        ):  # fmt: skip
            self.form.addRow(label, field)
        if old is not None and not is_once(old.rule):
            self.way.setCurrentIndex(OTHER)
            self.rule.setText(old.rule)
        self.way.currentIndexChanged.connect(lambda _index: self._show_way())
        self._show_way()

    def _show_way(self) -> None:
        way = self.way.currentIndex()
        self.form.setRowVisible(self.moment, way == ONCE)
        self.form.setRowVisible(self.day, way == WEEKLY)
        self.form.setRowVisible(self.time, way in (DAILY, WORKDAYS, WEEKLY, MONTHLY))
        self.form.setRowVisible(self.rule, way == OTHER)
        self.form.setRowVisible(self.catch_up, way != ONCE)

    def _rule(self) -> str:
        way, time = self.way.currentIndex(), self.time.time()
        if way == ONCE:
            return once_at(moment_from(self.moment.text(), datetime.now()))  # noqa: DTZ005 - the clock on the wall
        if way == OTHER:
            return self.rule.text().strip()
        day = {DAILY: "* * *", WORKDAYS: "* * mon-fri", WEEKLY: f"* * {CODES[self.day.currentIndex()]}"}
        return f"{time.minute()} {time.hour()} {day.get(way, '1 * *')}"

    def result_of(self) -> NewSchedule:
        if not self.name.text().strip():
            raise ExpectedError(tr("Recurring work needs a name."))
        rule = self._rule()
        check_rule(rule, zone_here())
        call = checked_call(_words(self.call.text())) if self.call.text().strip() else ()
        return NewSchedule(
            name=self.name.text().strip()[:200], rule=rule, arguments=call, folder=str(Path.home()),
            catch_up=self.catch_up.isChecked(),
        )  # fmt: skip


class FolderField(QWidget):
    """A path with a button that looks for one."""

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self.title, self.text = title, QLineEdit(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        button = QPushButton(tr("Choose..."))
        button.setAutoDefault(False)
        button.clicked.connect(self._choose)
        row.addWidget(self.text, 1)
        row.addWidget(button)

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.title, self.text.text())
        if chosen:
            self.text.setText(chosen)

    def path(self) -> Path:
        text = self.text.text().strip()
        if not text:
            raise ExpectedError(self.title)
        return Path(text).expanduser()


class RecipeBox(QComboBox):
    """The recipes by their names, with a sentence for each as its tip."""

    def __init__(self, chosen: str = "") -> None:
        super().__init__()
        for path in known_recipes().values():
            try:
                recipe = read_recipe_file(path)
            except ExpectedError:
                continue
            self.addItem(tr(recipe.name), str(path))
            self.setItemData(self.count() - 1, tr(recipe.about), 3)
        self.setCurrentIndex(max(0, self.findData(chosen)))

    def path(self) -> Path:
        if self.currentIndex() < 0:
            raise ExpectedError(tr("Make a recipe first."))
        return Path(str(self.currentData()))


class WatchForm(Form):
    """Gives (folder, recipe, output)."""

    def __init__(self, parent: QWidget, take: Callable[[tuple[Path, Path, Path]], object]) -> None:
        super().__init__(parent, tr("Watch folder"), tr("Watch"), take)
        self.folder = FolderField(tr("Which folder shall be watched?"))
        self.recipe = RecipeBox()
        self.output = FolderField(tr("Where do results go?"))
        self.form.addRow(tr("Folder"), self.folder)
        self.form.addRow(tr("Recipe"), self.recipe)
        self.form.addRow(tr("Results"), self.output)
        note = QLabel(tr("Files that the recipe cannot use are put into the folder “_refused”, with the reason."))
        note.setObjectName("muted")
        note.setWordWrap(True)
        self.form.addRow("", note)

    def result_of(self) -> tuple[Path, Path, Path]:
        return self.folder.path(), self.recipe.path(), self.output.path()


class RecipeForm(Form):
    """A recipe as fields: one call a line. Saves into the person's own folder and gives its path."""

    def __init__(
        self, parent: QWidget, take: Callable[[Path], object], recipe: Recipe | None = None, left_out: str = "",
        place: Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent, tr("Recipe"), tr("Save"), take, 680)
        self.place = place if place is not None and place.parent == recipes_folder() else None
        self.name = QLineEdit(tr(recipe.name) if recipe is not None else "")
        self.about = QLineEdit(tr(recipe.about) if recipe is not None else "")
        self.files = QLineEdit(" ".join(recipe.files) if recipe is not None else "png jpg")
        self.files.setPlaceholderText(tr("all files"))
        self.steps = QPlainTextEdit()
        self.steps.setMinimumHeight(150)
        self.steps.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        lines = [shlex.join(step) for step in recipe.steps] if recipe is not None else [EXAMPLE]
        self.steps.setPlainText("\n".join(lines))
        for label, field in (
            (tr("Name"), self.name), (tr("About"), self.about), (tr("Files"), self.files), (tr("Steps"), self.steps),
        ):  # fmt: skip
            self.form.addRow(label, field)
        text = tr("A call of the program on each line. {input} is the file, {stem} its name, {output} the folder for "
                  "results, {work} a folder for what comes between.")  # fmt: skip
        note = QLabel("\n".join(filter(None, (text, left_out))))
        note.setObjectName("muted")
        note.setWordWrap(True)
        self.form.addRow("", note)

    def result_of(self) -> Path:
        from app.commandline.main import VERBS

        name = self.name.text().strip()
        stem = "".join(sign for sign in name if sign not in '/\\:*?"<>|').strip(" .")
        if not stem:
            raise ExpectedError(tr("A recipe needs a name."))
        lines = [line for line in self.steps.toPlainText().splitlines() if line.strip()]
        recipe = Recipe(
            name=name, about=self.about.text().strip(), files=tuple(self.files.text().replace(",", " ").split()),
            steps=tuple(tuple(_words(line)) for line in lines),
        )  # fmt: skip
        check_recipe(recipe, frozenset(VERBS) - {"open", "jobs"})
        path = self.place or recipes_folder() / f"{stem}{SUFFIX}"
        if self.place is None and path.exists():
            raise ExpectedError(tr("There is a recipe {name} already.", name=name))
        write_recipe(path, recipe)
        return path


EXAMPLE = "convert {input} {output}/{stem}.webp --width 1600"


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ExpectedError(tr("A quotation mark is missing in: {text}", text=text)) from error
