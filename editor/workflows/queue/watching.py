"""Watch folders: a file that was dropped there, and is no longer written to, goes through a recipe as an order.

A game project can use such a folder as its intake: the results land in its folder of assets, a report beside them.
"""

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.walk import files_below
from editor.workflows.queue.notes import Desktop
from editor.workflows.queue.orders import Wish
from editor.workflows.queue.placing import away
from editor.workflows.queue.recipes import Recipe
from editor.workflows.queue.refusing import REFUSED, Watch, is_being_written, put_refused_aside
from editor.workflows.queue.store import QueueStore, add_order, cancel_orders

MOST_FILES = 100_000


def watches(store: QueueStore) -> list[Watch]:
    rows = store.rows("SELECT id, folder, recipe, output, paused FROM watch ORDER BY folder")
    return [msgspec.convert(row, Watch, strict=False) for row in rows]


def watch(store: QueueStore, folder: Path, recipe: Path, output: Path) -> int:
    """Watch a folder from now on; what lies in it already is taken as well. Raises ExpectedError when results would be
    dropped into the folder that is watched."""
    folder, recipe, output = folder.absolute(), recipe.absolute(), output.absolute()
    if not folder.is_dir():
        raise ExpectedError(tr("There is no folder {folder}.", folder=folder))
    real, results = folder.resolve(), output.resolve()
    if results.is_relative_to(real) or real.is_relative_to(results):
        raise ExpectedError(tr("Results cannot go where files are watched."), tr("Choose another folder for results."))
    circle = _circle(real, results, [one for one in watches(store) if Path(one.folder) != folder])
    if circle:
        raise ExpectedError(
            tr("Files would go round in a circle: {folders}.", folders=" → ".join(circle)),
            tr("Choose another folder for results."),
        )
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise away(output, error) from error
    statement = (
        "INSERT INTO watch (folder, recipe, output) VALUES (?, ?, ?) ON CONFLICT (folder) DO UPDATE SET"
        " recipe = excluded.recipe, output = excluded.output, paused = 0"
    )
    store.write(lambda connection: connection.execute(statement, (str(folder), str(recipe), str(output))))
    return int(str(store.rows("SELECT id FROM watch WHERE folder = ?", (str(folder),))[0][0]))


def _circle(start: Path, output: Path, others: list[Watch]) -> list[str]:
    """The way from a folder by the results of others back to it; [] when there is none."""
    ways, seen = [(output, [str(start), str(output)])], set[int]()
    while ways:
        place, way = ways.pop()
        if place.is_relative_to(start) or start.is_relative_to(place):
            return way
        for one in others:
            folder = Path(one.folder).resolve()
            if one.id not in seen and (place.is_relative_to(folder) or folder.is_relative_to(place)):
                seen.add(one.id)
                ways.append((Path(one.output).resolve(), [*way, one.output]))
    return []


def unwatch(store: QueueStore, key: int) -> None:
    if not store.write(lambda connection: connection.execute("DELETE FROM watch WHERE id = ?", (key,)).rowcount):
        raise ExpectedError(tr("There is no watch folder {number}.", number=key))


def pause_watch(store: QueueStore, key: int, paused: bool) -> None:
    statement = "UPDATE watch SET paused = ? WHERE id = ?"
    if not store.write(lambda connection: connection.execute(statement, (paused, key)).rowcount):
        raise ExpectedError(tr("There is no watch folder {number}.", number=key))


def look(
    store: QueueStore, read: Callable[[Path], Recipe], desktop: Desktop = lambda _title, _text: False,
    is_written: Callable[[Path], bool] = is_being_written,
) -> list[int]:  # fmt: skip
    """One look at all folders: files that did not change since the last look become orders, whose ids are returned;
    files that no recipe could do anything with are put aside.

    `read` reads a recipe; a folder whose recipe cannot be read, or whose disk is away, is left alone for now.
    """
    made: list[int] = []
    for one in watches(store):
        folder = Path(one.folder)
        if one.paused or not folder.is_dir() or not Path(one.output).is_dir():
            continue
        put_refused_aside(store, one, desktop)
        try:
            recipe = read(Path(one.recipe))
        except ExpectedError:
            continue
        made += _look_at(store, one, folder, recipe, is_written)
    return made


def trouble(one: Watch, read: Callable[[Path], Recipe]) -> str:
    """Why nothing happens with a folder at the moment; "" when all is well."""
    for folder in (one.folder, one.output):
        if not Path(folder).is_dir():
            return tr("There is no folder {folder}.", folder=folder)
    if not os.access(one.output, os.W_OK):
        return tr("Nothing can be written to {folder}: {reason}.", folder=one.output, reason=os.strerror(errno.EACCES))
    try:
        read(Path(one.recipe))
    except ExpectedError as error:
        return str(error)
    return ""


def _look_at(
    store: QueueStore, one: Watch, folder: Path, recipe: Recipe, is_written: Callable[[Path], bool]
) -> list[int]:
    seen = _files(folder, recipe)
    before = {
        str(row[0]): (int(str(row[1])), int(str(row[2])), bool(row[3]))
        for row in store.rows("SELECT path, size, modified, taken FROM watched WHERE watch = ?", (one.id,))
    }
    news = {path: facts for path, facts in seen.items() if before.get(path) != (*facts, True)}
    gone = [(one.id, path) for path in before.keys() - seen.keys()]
    if not news and not gone:
        return []
    settled = {
        path for path, facts in news.items() if before.get(path, ())[:2] == facts and not is_written(Path(path))
    }
    moment = store.clock()

    def action(connection: sqlite3.Connection) -> list[int]:
        connection.executemany("DELETE FROM watched WHERE watch = ? AND path = ?", gone)
        made = []
        for path, facts in news.items():
            if path in settled:
                made.append(_order(connection, one, path, facts, moment))
            else:
                connection.execute(NOTED, (one.id, path, *facts))
        return [key for key in made if key]

    return store.write(action)


NOTED = (
    "INSERT INTO watched (watch, path, size, modified) VALUES (?, ?, ?, ?) ON CONFLICT (watch, path) DO UPDATE"
    " SET size = excluded.size, modified = excluded.modified, taken = 0"
)


def _order(connection: sqlite3.Connection, one: Watch, path: str, facts: tuple[int, int], moment: float) -> int:
    """An order for a file that has settled, unless another program made it; its id, or 0. The order of what the file
    was before is of no use any more: it stops."""
    taken = connection.execute(
        "UPDATE watched SET taken = 1 WHERE watch = ? AND path = ? AND size = ? AND modified = ? AND NOT taken",
        (one.id, path, *facts),
    ).rowcount
    if not taken:
        return 0
    earlier = connection.execute(
        "SELECT job FROM watched WHERE watch = ? AND path = ? AND job IS NOT NULL", (one.id, path)
    ).fetchall()
    cancel_orders(connection, [int(row[0]) for row in earlier], moment)
    arguments = ("jobs", "apply", one.recipe, path, "--output", one.output, "--existing", "--from", one.folder)
    wish = Wish(arguments=arguments, folder=one.folder, label=Path(path).name, tell="never")
    key = add_order(connection, wish, moment)
    connection.execute("UPDATE watched SET job = ? WHERE watch = ? AND path = ?", (key, one.id, path))
    return key


def _files(folder: Path, recipe: Recipe) -> dict[str, tuple[int, int]]:
    """Size and time of every file that the recipe takes."""
    found: dict[str, tuple[int, int]] = {}
    refused = folder / REFUSED
    for path in files_below([folder]):
        if not recipe.takes(path) or path.is_relative_to(refused):
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
