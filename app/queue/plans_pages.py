"""The pages of recurring work, watch folders, recipes, and of what was told."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.commandline.jobs_plans import queue_batch, read_recipe_file
from app.queue.dialogs import RecipeForm, ScheduleForm, WatchForm
from app.queue.place import known_recipes, recipes_folder
from app.queue.table import Table
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.notes import last_note, notes_after
from editor.workflows.queue.rules import is_once
from editor.workflows.queue.schedules import (
    Schedule,
    change_schedule,
    next_run,
    pause_schedule,
    schedule,
    schedules,
    unschedule,
)
from editor.workflows.queue.watching import pause_watch, trouble, unwatch, watch, watches

if TYPE_CHECKING:
    from editor.workflows.queue.store import QueueStore

Attempt = Callable[[Callable[[], Any]], Any]


class Page(QWidget):
    """A table, or a sentence while it is empty, and buttons below."""

    def __init__(self, store: QueueStore, attempt: Attempt, table: Table, nothing: str) -> None:
        super().__init__()
        self.store, self.attempt, self.table = store, attempt, table
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        self.empty = QLabel(nothing)
        self.empty.setObjectName("muted")
        self.empty.setWordWrap(True)
        column.addWidget(self.empty)
        column.addWidget(table, 1)
        self.row = QHBoxLayout()
        self.row.addStretch(1)
        column.addLayout(self.row)

    def add(self, text: str, act: Callable[[], Any]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _on=False: self.do(act))
        self.row.insertWidget(self.row.count() - 1, button)
        return button

    def do(self, act: Callable[[], Any]) -> None:
        self.attempt(act)
        self.refresh()

    def refresh(self) -> None:
        rows = self.rows()
        self.empty.setVisible(not rows)
        self.table.show_rows(rows)

    def rows(self) -> Sequence[tuple[int, Sequence[str]]]:
        raise NotImplementedError

    def each(self, act: Callable[[int], Any]) -> None:
        for key in self.table.chosen():
            act(key)


class SchedulePage(Page):
    def __init__(self, store: QueueStore, attempt: Attempt) -> None:
        table = Table([tr("Name"), tr("Next"), tr("Rule"), tr("Does")], 3, tr("Recurring work"))
        super().__init__(store, attempt, table, tr("Work that comes again, and reminders, stand here."))
        self.add(tr("Add..."), lambda: ScheduleForm(self, lambda new: schedule(self.store, new)).exec())
        self.add(tr("Change..."), self._change)
        self.add(tr("Pause or go on"), self._toggle)
        self.add(tr("Delete"), lambda: self.each(lambda key: unschedule(self.store, key)))
        table.itemDoubleClicked.connect(lambda _item, _column: self.do(self._change))

    def rows(self) -> Sequence[tuple[int, Sequence[str]]]:
        return [_schedule_row(one) for one in schedules(self.store)]

    def _change(self) -> None:
        for one in schedules(self.store):
            if one.id in self.table.chosen()[:1]:
                ScheduleForm(self, lambda new, one=one: change_schedule(self.store, one.id, new), one).exec()  # type: ignore[misc]

    def _toggle(self) -> None:
        known = {one.id: one.paused for one in schedules(self.store)}
        self.each(lambda key: pause_schedule(self.store, key, not known[key]))


def _schedule_row(one: Schedule) -> tuple[int, Sequence[str]]:
    following = next_run(one, time.time())
    when = f"{datetime.fromtimestamp(following).astimezone():%Y-%m-%d %H:%M}" if following else tr("Paused")
    rule = tr("Once") if is_once(one.rule) else one.rule
    return one.id, (one.name, when, rule, " ".join(one.arguments) or tr("Reminder"))


class WatchPage(Page):
    def __init__(self, store: QueueStore, attempt: Attempt) -> None:
        table = Table([tr("Folder"), tr("Recipe"), tr("Results"), tr("State")], 2, tr("Watch folders"))
        nothing = tr("A file that is dropped into a watched folder goes through a recipe.")
        super().__init__(store, attempt, table, nothing)
        self.add(tr("Add..."), lambda: WatchForm(self, lambda given: watch(self.store, *given)).exec())
        self.add(tr("Pause or go on"), self._toggle)
        self.add(tr("Delete"), lambda: self.each(lambda key: unwatch(self.store, key)))

    def rows(self) -> Sequence[tuple[int, Sequence[str]]]:
        return [
            (one.id, (one.folder, Path(one.recipe).stem, one.output,
                      tr("Paused") if one.paused else trouble(one, read_recipe_file) or tr("Watched")))
            for one in watches(self.store)
        ]  # fmt: skip

    def _toggle(self) -> None:
        known = {one.id: one.paused for one in watches(self.store)}
        self.each(lambda key: pause_watch(self.store, key, not known[key]))


class RecipesPage(Page):
    def __init__(self, store: QueueStore, attempt: Attempt) -> None:
        table = Table([tr("Name"), tr("Files"), tr("About")], 2, tr("Recipes"))
        super().__init__(store, attempt, table, tr("A recipe says what happens to a file."))
        self._paths: list[Path] = []
        self.add(tr("New..."), lambda: RecipeForm(self, lambda path: path).exec())
        self.add(tr("Edit..."), self._edit)
        self.add(tr("Run on files..."), self._run_on_files)
        self.add(tr("Run on a folder..."), self._run_on_folder)
        self.add(tr("Delete"), self._delete)
        table.itemDoubleClicked.connect(lambda _item, _column: self.do(self._edit))

    def rows(self) -> Sequence[tuple[int, Sequence[str]]]:
        self._paths = list(known_recipes().values())
        return [(index, _recipe_row(path)) for index, path in enumerate(self._paths)]

    def _path(self) -> Path:
        chosen = self.table.chosen()
        if not chosen:
            raise ExpectedError(tr("Choose a recipe first."))
        return self._paths[chosen[0]]

    def _edit(self) -> None:
        path = self._path()
        RecipeForm(self, lambda saved: saved, read_recipe_file(path), place=path).exec()

    def _delete(self) -> None:
        path = self._path()
        if path.parent != recipes_folder():
            raise ExpectedError(tr("This recipe comes with the program."))
        path.unlink()

    def _run_on_files(self) -> None:
        path = self._path()
        names, _ = QFileDialog.getOpenFileNames(self, tr("Run on files..."))
        self._queue(path, [Path(name) for name in names])

    def _run_on_folder(self) -> None:
        path = self._path()
        folder = QFileDialog.getExistingDirectory(self, tr("Run on a folder..."))
        self._queue(path, [Path(folder)] if folder else [])

    def _queue(self, recipe: Path, files: list[Path]) -> None:
        output = QFileDialog.getExistingDirectory(self, tr("Where do results go?")) if files else ""
        if output:
            queue_batch(self.store, recipe, files, Path(output))


def _recipe_row(path: Path) -> Sequence[str]:
    try:
        recipe = read_recipe_file(path)
    except ExpectedError as error:
        return path.stem, "", str(error)
    return tr(recipe.name), " ".join(recipe.files) or tr("all files"), tr(recipe.about)


class NotesPage(Page):
    """The newest first."""

    def __init__(self, store: QueueStore, attempt: Attempt) -> None:
        table = Table([tr("When"), tr("What"), tr("More")], 2, tr("Messages"))
        super().__init__(store, attempt, table, tr("Reminders, failures and what was missed stand here."))

    def rows(self) -> Sequence[tuple[int, Sequence[str]]]:
        found = notes_after(self.store, last_note(self.store) - 200)
        return [
            (one.id, (f"{datetime.fromtimestamp(one.time).astimezone():%Y-%m-%d %H:%M}", one.title,
                      one.text.replace("\n", "  ·  ")))
            for one in reversed(found)
        ]  # fmt: skip
