"""Watch folders: a file that was dropped there, and is no longer written to, goes through a recipe as an order.

A game project can use such a folder as its intake: the results land in its folder of assets, a report beside them.
"""

import errno
import os
import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.walk import files_below, is_text, shown
from editor.workflows.queue.notes import Desktop, tell_once
from editor.workflows.queue.orders import Wish
from editor.workflows.queue.placing import away
from editor.workflows.queue.recipes import Recipe
from editor.workflows.queue.refusing import REFUSED, Watch, is_being_written, put_refused_aside, refuse_names
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
    real, results, known = folder.resolve(), output.resolve(), watches(store)
    if results.is_relative_to(real) or real.is_relative_to(results):
        raise ExpectedError(tr("Results cannot go where files are watched."), tr("Choose another folder for results."))
    twin = next((one for one in known if Path(one.folder).resolve() == real and Path(one.folder) != folder), None)
    if twin is not None:
        raise ExpectedError(tr("{folder} is watched already, as {other}.", folder=folder, other=twin.folder))
    circle = _circle(real, results, [one for one in known if Path(one.folder) != folder])
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

    `read` reads a recipe; a folder whose recipe cannot be read, or whose disk is away, is left alone for now. What goes
    wrong with one folder is told, and keeps nobody from the others.
    """
    made: list[int] = []
    for one in watches(store):
        try:
            made += _look_at(store, one, read, desktop, is_written)
        except ExpectedError:
            raise  # the queue's own file: the same for all folders
        except Exception as error:  # noqa: BLE001 - whatever lies in a folder, the queue goes on
            title = tr("Watching {folder} goes wrong", folder=one.folder)
            tell_once(store, "failed", title, f"{type(error).__name__}: {shown(str(error))}", desktop)
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
    store: QueueStore, one: Watch, read: Callable[[Path], Recipe], desktop: Desktop,
    is_written: Callable[[Path], bool],
) -> list[int]:  # fmt: skip
    folder = Path(one.folder)
    if one.paused or not folder.is_dir() or not Path(one.output).is_dir():
        return []
    put_refused_aside(store, one, desktop)
    try:
        recipe = read(Path(one.recipe))
    except ExpectedError:
        return []
    seen, nameless = _files(folder, recipe)
    made = _note_and_order(store, one, seen, lambda path: is_written(nameless.get(path, Path(path))), nameless.keys())
    refuse_names(store, one, [nameless[path] for path in made.refused], desktop)
    return made.orders


class _Made(msgspec.Struct):
    orders: list[int] = msgspec.field(default_factory=list)
    refused: list[str] = msgspec.field(default_factory=list)


def _note_and_order(
    store: QueueStore, one: Watch, seen: dict[str, tuple[int, int]], is_written: Callable[[str], bool],
    nameless: Collection[str],
) -> _Made:  # fmt: skip
    """Orders for what has settled, except for what is `nameless`: that is refused, once."""
    before = {
        str(row[0]): (int(str(row[1])), int(str(row[2])), bool(row[3]))
        for row in store.rows("SELECT path, size, modified, taken FROM watched WHERE watch = ?", (one.id,))
    }
    news = {path: facts for path, facts in seen.items() if before.get(path) != (*facts, True)}
    gone = [(one.id, path) for path in before.keys() - seen.keys()]
    if not news and not gone:
        return _Made()
    settled = {path for path, facts in news.items() if before.get(path, ())[:2] == facts and not is_written(path)}
    moment = store.clock()

    def action(connection: sqlite3.Connection) -> _Made:
        connection.executemany("DELETE FROM watched WHERE watch = ? AND path = ?", gone)
        made = _Made()
        for path, facts in news.items():
            if path not in settled:
                connection.execute(NOTED, (one.id, path, *facts))
            elif not _take(connection, one, path, facts):
                continue  # another program did
            elif path in nameless:
                made.refused.append(path)
            else:
                made.orders.append(_order(connection, one, path, moment))
        return made

    return store.write(action)


NOTED = (
    "INSERT INTO watched (watch, path, size, modified) VALUES (?, ?, ?, ?) ON CONFLICT (watch, path) DO UPDATE"
    " SET size = excluded.size, modified = excluded.modified, taken = 0"
)


def _take(connection: sqlite3.Connection, one: Watch, path: str, facts: tuple[int, int]) -> bool:
    """Whether a file that has settled is ours to see to."""
    statement = "UPDATE watched SET taken = 1 WHERE watch = ? AND path = ? AND size = ? AND modified = ? AND NOT taken"
    return connection.execute(statement, (one.id, path, *facts)).rowcount > 0


def _order(connection: sqlite3.Connection, one: Watch, path: str, moment: float) -> int:
    """An order for a file; its id. The order of what the file was before is of no use any more: it stops."""
    earlier = connection.execute(
        "SELECT job FROM watched WHERE watch = ? AND path = ? AND job IS NOT NULL", (one.id, path)
    ).fetchall()
    cancel_orders(connection, [int(row[0]) for row in earlier], moment)
    arguments = ("jobs", "apply", one.recipe, path, "--output", one.output, "--existing", "--from", one.folder)
    wish = Wish(arguments=arguments, folder=one.folder, label=Path(path).name, tell="never")
    key = add_order(connection, wish, moment)
    connection.execute("UPDATE watched SET job = ? WHERE watch = ? AND path = ?", (key, one.id, path))
    return key


def _files(folder: Path, recipe: Recipe) -> tuple[dict[str, tuple[int, int]], dict[str, Path]]:
    """Size and time of every file that the recipe takes; and which of them have names that cannot be written down."""
    found, nameless = dict[str, tuple[int, int]](), dict[str, Path]()
    refused = folder / REFUSED
    for path in files_below([folder]):
        if not recipe.takes(path) or path.is_relative_to(refused):
            continue
        try:
            status = os.stat(path)
        except OSError:
            continue
        if status.st_size:
            name = str(path)
            if not is_text(name):
                name = shown(name)
                nameless[name] = path
            found[name] = (status.st_size, status.st_mtime_ns)
        if len(found) >= MOST_FILES:
            break
    return found, nameless
