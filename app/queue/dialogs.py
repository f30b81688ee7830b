"""The forms of the queue: what they share, watch folders, recipes."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.commandline.jobs_plans import read_recipe_file
from app.dialogs.frame import Frame
from app.queue.desk import Errand
from app.queue.path_fields import FolderField, words_in
from app.queue.place import known_recipes, recipes_folder
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.recipes import SUFFIX, Recipe, check_recipe, write_recipe


class Form(Frame):
    """Rows of fields; a sentence below says what is wrong. `take` is called when the person agrees; where it gives an
    errand the form stays until that is done."""

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
        if not self.agree_button.isEnabled():
            return
        try:
            answer = self.take(self.result_of())
        except ExpectedError as error:
            self._show_problem(error)
            return
        if isinstance(answer, Errand):
            self.agree_button.setEnabled(False)
            answer.then(lambda _result: super(Form, self).accept()).otherwise(self._show_problem)
        else:
            super().accept()

    def _show_problem(self, error: BaseException) -> None:
        self.agree_button.setEnabled(True)
        self.problem.setText(str(error))
        self.problem.show()


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
        from app.commandline.recipe_calls import check_steps, recipe_verbs

        name = self.name.text().strip()
        stem = "".join(sign for sign in name if sign not in '/\\:*?"<>|').strip(" .")
        if not stem:
            raise ExpectedError(tr("A recipe needs a name."))
        lines = [line for line in self.steps.toPlainText().splitlines() if line.strip()]
        recipe = Recipe(
            name=name, about=self.about.text().strip(), files=tuple(self.files.text().replace(",", " ").split()),
            steps=tuple(tuple(words_in(line)) for line in lines),
        )  # fmt: skip
        check_recipe(recipe, recipe_verbs())
        check_steps(recipe)
        path = self.place or recipes_folder() / f"{stem}{SUFFIX}"
        if self.place is None and path.exists():
            raise ExpectedError(tr("There is a recipe {name} already.", name=name))
        write_recipe(path, recipe)
        return path


EXAMPLE = "convert {input} {output}/{stem}.webp --width 1600"
