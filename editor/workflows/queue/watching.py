"""Watch folders: a file that was dropped there, and is no longer written to, goes through a recipe as an order.

A game project can use such a folder as its intake: the results land in its folder of assets, a report beside them.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.walk import files_below
from editor.workflows.queue.orders import Wish
from editor.workflows.queue.recipes import Recipe
from editor.workflows.queue.store import QueueStore, add_order

MOST_FILES = 100_000


class Watch(msgspec.Struct, frozen=True, array_like=True):
    """`folder` is looked at with all below it; `recipe` is a file; results go to `output`."""

    id: int
    folder: str
    recipe: str
    output: str
    paused: bool


def watches(store: QueueStore) -> list[Watch]:
    rows = store.rows("SELECT id, folder, recipe, output, paused FROM watch ORDER BY folder")
    return [msgspec.convert(row, Watch, strict=False) for row in rows]


def watch(store: QueueStore, folder: Path, recipe: Path, output: Path) -> int:
    """Watch a folder from now on; what lies in it already is taken as well. Raises ExpectedError when results would be
    dropped into the folder that is watched."""
    folder, recipe, output = folder.absolute(), recipe.absolute(), output.absolute()
    if not folder.is_dir():
        raise ExpectedError(tr("There is no folder {folder}.", folder=folder))
    if output.resolve() == folder.resolve() or folder.resolve().is_relative_to(output.resolve()):
        raise ExpectedError(tr("Results cannot go where files are watched."), tr("Choose another folder for results."))
    statement = (
        "INSERT INTO watch (folder, recipe, output) VALUES (?, ?, ?) ON CONFLICT (folder) DO UPDATE SET"
        " recipe = excluded.recipe, output = excluded.output, paused = 0"
    )
    store.write(lambda connection: connection.execute(statement, (str(folder), str(recipe), str(output))))
    return int(str(store.rows("SELECT id FROM watch WHERE folder = ?", (str(folder),))[0][0]))


def unwatch(store: QueueStore, key: int) -> None:
    if not store.write(lambda connection: connection.execute("DELETE FROM watch WHERE id = ?", (key,)).rowcount):
        raise ExpectedError(tr("There is no watch folder {number}.", number=key))


def pause_watch(store: QueueStore, key: int, paused: bool) -> None:
    statement = "UPDATE watch SET paused = ? WHERE id = ?"
    if not store.write(lambda connection: connection.execute(statement, (paused, key)).rowcount):
        raise ExpectedError(tr("There is no watch folder {number}.", number=key))


def look(store: QueueStore, read: Callable[[Path], Recipe]) -> list[int]:
    """One look at all folders: files that did not change since the last look become orders, whose ids are returned.

    `read` reads a recipe; a folder whose recipe cannot be read, or whose disk is away, is left alone for now.
    """
    made: list[int] = []
    for one in watches(store):
        folder = Path(one.folder)
        if one.paused or not folder.is_dir():
            continue
        try:
            recipe = read(Path(one.recipe))
        except ExpectedError:
            continue
        made += _look_at(store, one, folder, recipe)
    return made


def _look_at(store: QueueStore, one: Watch, folder: Path, recipe: Recipe) -> list[int]:
    seen = _files(folder, Path(one.output), recipe)
    before = {
        str(row[0]): (int(str(row[1])), int(str(row[2])), bool(row[3]))
        for row in store.rows("SELECT path, size, modified, taken FROM watched WHERE watch = ?", (one.id,))
    }
    if seen == {path: row[:2] for path, row in before.items()} and all(row[2] for row in before.values()):
        return []
    moment = store.clock()

    def action(connection: sqlite3.Connection) -> list[int]:
        gone = [(one.id, path) for path in before.keys() - seen.keys()]
        connection.executemany("DELETE FROM watched WHERE watch = ? AND path = ?", gone)
        made = [_note(connection, one, path, facts, before.get(path), moment) for path, facts in seen.items()]
        return [key for key in made if key]

    return store.write(action)


def _note(
    connection: sqlite3.Connection, one: Watch, path: str, facts: tuple[int, int],
    before: tuple[int, int, bool] | None, moment: float,
) -> int:  # fmt: skip
    """Remember a file as it is now; make an order when it has settled. The order's id, or 0."""
    if before is None or before[:2] != facts:
        connection.execute(
            "INSERT INTO watched (watch, path, size, modified) VALUES (?, ?, ?, ?) ON CONFLICT (watch, path) DO UPDATE"
            " SET size = excluded.size, modified = excluded.modified, taken = 0",
            (one.id, path, *facts),
        )
        return 0
    taken = connection.execute(
        "UPDATE watched SET taken = 1 WHERE watch = ? AND path = ? AND NOT taken", (one.id, path)
    ).rowcount
    if not taken:
        return 0
    arguments = ("jobs", "apply", one.recipe, path, "--output", one.output)
    key = add_order(connection, Wish(arguments=arguments, folder=one.folder, label=Path(path).name), moment)
    connection.execute("UPDATE watched SET job = ? WHERE watch = ? AND path = ?", (key, one.id, path))
    return key


def _files(folder: Path, output: Path, recipe: Recipe) -> dict[str, tuple[int, int]]:
    """Size and time of every file that the recipe takes; results inside the folder are no new files."""
    found: dict[str, tuple[int, int]] = {}
    for path in files_below([folder]):
        if not recipe.takes(path) or path.is_relative_to(output):
            continue
        try:
            status = os.stat(path)
        except OSError:
            continue
        if status.st_size:
            found[str(path)] = (status.st_size, status.st_mtime_ns)
        if len(found) >= MOST_FILES:
            break
    return found
