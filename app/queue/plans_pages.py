"""The pages of recurring work, watch folders, recipes, and of what was told."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFile
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.commandline.jobs_plans import queue_batch, read_recipe_file
from app.library.menus import agrees, shortened
from app.queue.dialogs import RecipeForm, WatchForm
from app.queue.place import known_recipes, recipes_folder
from app.queue.schedule_form import ScheduleForm
from app.queue.table import Row, Table
from app.queue.usual_rules import words_of
from editor.base.errors import ExpectedError
from editor.base.numbers import moment_text
from editor.base.translation import tr
from editor.workflows.queue.notes import last_note, notes_after, tell
from editor.workflows.queue.schedules import (
    NewSchedule,
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
    from app.queue.desk import Desk, Errand
    from editor.workflows.queue.store import QueueStore

Attempt = Callable[[Callable[[], Any]], Any]


class Page(QWidget):
    """A table, or a sentence while it is empty, and buttons below. `rows` is called on the desk's thread."""

    def __init__(self, desk: Desk, attempt: Attempt, table: Table, nothing: str) -> None:
        super().__init__()
        self.desk, self.attempt, self.table = desk, attempt, table
        self._is_looking = self._looks_again = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        self.empty = QLabel(nothing)
        self.empty.setObjectName("muted")
        self.empty.setWordWrap(True)
        self.empty.hide()
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
        """Look once, or once more after the look that is under way: that one may have been too early."""
        self._looks_again = self._is_looking
        if not self._is_looking:
            self._is_looking = True
            self.desk.look(self.rows).then(self._show).otherwise(self._end_look)

    def _show(self, rows: Sequence[Row]) -> None:
        self.empty.setVisible(not rows)
        self.table.show_rows(rows)
        self._end_look()

    def _end_look(self, _error: BaseException | None = None) -> None:
        """Of an error the window tells above its tabs."""
        self._is_looking = False
        if self._looks_again:
            self.refresh()

    def rows(self, store: QueueStore) -> Sequence[Row]:
        raise NotImplementedError

    def each(self, act: Callable[[QueueStore, int], Any]) -> None:
        keys = self.table.chosen_numbers()
        self.desk.act(lambda store: [act(store, key) for key in keys])

    def delete(self, act: Callable[[QueueStore, int], Any]) -> None:
        """What is chosen, when the person agrees to what stands there by name."""
        keys, names = self.table.chosen_numbers(), self.table.texts_of_chosen()
        if keys and may_delete(self, names):
            self.desk.act(lambda store: [act(store, key) for key in keys])


def may_delete(parent: QWidget, names: list[str]) -> bool:
    text = tr("{names} will be gone.", names=shortened([f"“{name}”" for name in names]))
    return agrees(parent, tr("Delete?"), text, tr("Delete"), tr("Keep"))


class SchedulePage(Page):
    def __init__(self, desk: Desk, attempt: Attempt) -> None:
        table = Table([tr("Name"), tr("Next"), tr("Rule"), tr("Does")], 3, tr("Recurring work"))
        super().__init__(desk, attempt, table, tr("Work that comes again, and reminders, stand here."))
        self._shown: dict[int, Schedule] = {}
        self.add(tr("Add..."), lambda: ScheduleForm(self, self._add).exec())
        self.add(tr("Change..."), self._change)
        self.add(tr("Pause or go on"), self._toggle)
        self.add(tr("Delete"), lambda: self.delete(unschedule))
        table.itemDoubleClicked.connect(lambda _item, _column: self.do(self._change))

    def rows(self, store: QueueStore) -> Sequence[Row]:
        found = schedules(store)
        self._shown = {one.id: one for one in found}
        return [_schedule_row(one) for one in found]

    def _add(self, new: NewSchedule) -> Errand:
        return self.desk.act(lambda store: schedule(store, new))

    def _change(self) -> None:
        for key in self.table.chosen_numbers()[:1]:
            if key in self._shown:
                ScheduleForm(
                    self, lambda new, key=key: self.desk.act(lambda store: change_schedule(store, key, new)),  # type: ignore[misc]
                    self._shown[key],
                ).exec()  # fmt: skip

    def _toggle(self) -> None:
        known = {key: one.paused for key, one in self._shown.items()}
        self.each(lambda store, key: pause_schedule(store, key, not known[key]))


def _schedule_row(one: Schedule) -> Row:
    following = next_run(one, time.time())
    when = moment_text(following) if following else tr("Paused")
    return one.id, (one.name, when, words_of(one.rule, one.zone), " ".join(one.arguments) or tr("Reminder"))


class WatchPage(Page):
    def __init__(self, desk: Desk, attempt: Attempt) -> None:
        table = Table([tr("Folder"), tr("Recipe"), tr("Results"), tr("State")], 2, tr("Watch folders"))
        nothing = tr("A file that is dropped into a watched folder goes through a recipe.")
        super().__init__(desk, attempt, table, nothing)
        self._paused: dict[int, bool] = {}
        self.add(tr("Add..."), lambda: WatchForm(self, self._add).exec())
        self.add(tr("Pause or go on"), self._toggle)
        self.add(tr("Delete"), lambda: self.delete(unwatch))

    def rows(self, store: QueueStore) -> Sequence[Row]:
        found = watches(store)
        self._paused = {one.id: one.paused for one in found}
        return [
            (one.id, (one.folder, Path(one.recipe).stem, one.output,
                      tr("Paused") if one.paused else trouble(one, read_recipe_file) or tr("Watched")))
            for one in found
        ]  # fmt: skip

    def _add(self, given: tuple[Path, Path, Path]) -> Errand:
        return self.desk.act(lambda store: watch(store, *given))

    def _toggle(self) -> None:
        known = dict(self._paused)
        self.each(lambda store, key: pause_watch(store, key, not known[key]))


class RecipesPage(Page):
    """Rows are known by their files: others may make recipes at any moment."""

    def __init__(self, desk: Desk, attempt: Attempt) -> None:
        table = Table([tr("Name"), tr("Files"), tr("About")], 2, tr("Recipes"))
        super().__init__(desk, attempt, table, tr("A recipe says what happens to a file."))
        self.add(tr("New..."), lambda: RecipeForm(self, lambda path: path).exec())
        self.add(tr("Edit..."), self._edit)
        self.add(tr("Run on files..."), self._run_on_files)
        self.add(tr("Run on a folder..."), self._run_on_folder)
        self.add(tr("Delete"), self._delete)
        table.itemDoubleClicked.connect(lambda _item, _column: self.do(self._edit))

    def rows(self, store: QueueStore) -> Sequence[Row]:
        return [(str(path), _recipe_row(path)) for path in known_recipes().values()]

    def _path(self) -> Path:
        chosen = self.table.chosen()
        if not chosen:
            raise ExpectedError(tr("Choose a recipe first."))
        return Path(str(chosen[0]))

    def _edit(self) -> None:
        path = self._path()
        RecipeForm(self, lambda saved: saved, read_recipe_file(path), place=path).exec()

    def _delete(self) -> None:
        """Into the trash of the system where there is one."""
        self._path()
        paths = [Path(str(key)) for key in self.table.chosen()]
        if any(path.parent != recipes_folder() for path in paths):
            raise ExpectedError(tr("This recipe comes with the program."))
        if may_delete(self, self.table.texts_of_chosen()):
            for path in paths:
                if not QFile.moveToTrash(str(path)):
                    path.unlink(missing_ok=True)

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
            self.desk.act(lambda store: _queue_and_tell(store, recipe, files, Path(output)))


def _queue_and_tell(store: QueueStore, recipe: Path, files: list[Path], output: Path) -> None:
    """Files that cannot be queued stand among the messages."""
    left = list[str]()
    queue_batch(store, recipe, files, output, left.append)
    if left:
        tell(store, "aside", tr("Left out"), "\n".join(left), lambda _title, _text: False)


def _recipe_row(path: Path) -> Sequence[str]:
    try:
        recipe = read_recipe_file(path)
    except ExpectedError as error:
        return path.stem, "", str(error)
    return tr(recipe.name), " ".join(recipe.files) or tr("all files"), tr(recipe.about)


class NotesPage(Page):
    """The newest first."""

    def __init__(self, desk: Desk, attempt: Attempt) -> None:
        table = Table([tr("When"), tr("What"), tr("More")], 2, tr("Messages"))
        super().__init__(desk, attempt, table, tr("Reminders, failures and what was missed stand here."))

    def rows(self, store: QueueStore) -> Sequence[Row]:
        found = notes_after(store, last_note(store) - 200)
        return [
            (one.id, (moment_text(one.time), one.title,
                      one.text.replace("\n", "  ·  ")))
            for one in reversed(found)
        ]  # fmt: skip
