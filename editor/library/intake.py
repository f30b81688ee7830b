"""Files become assets. The same bytes are one asset however often and wherever they lie; a file that moved is known
again by its hash, and one that was edited in place keeps its tags, rating and collections."""

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.library.asset import Credits, now
from editor.library.catalogue import Catalogue
from editor.library.content import ContentStore, NoRoom
from editor.library.kinds import extension_of, kind_of
from editor.library.tags import add_tags
from editor.library.walk import files_below
from editor.library.words import write_words
from editor.storage.media import full_hash

BATCH = 200


@dataclass
class Taken:
    """Ids of the assets that are new, that were there already, whose file has moved, whose file was edited; and the
    files that could not be read, with the reason."""

    added: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    problems: list[tuple[Path, str]] = field(default_factory=list)

    @property
    def assets(self) -> list[int]:
        """All of them, each once."""
        return list(dict.fromkeys((*self.added, *self.known, *self.moved, *self.edited)))


@dataclass(frozen=True)
class Seen:
    """A file as it lies there; `digest` is None when size and time are those of the last visit, and then `asset` is
    what it was and `back` whether it was away since."""

    path: Path
    size: int
    modified: int
    digest: str | None
    asset: int = 0
    back: bool = False


def take_in(
    catalogue: Catalogue,
    content: ContentStore,
    paths: Iterable[Path],
    *,
    copy: bool,
    known: Credits | None = None,
    progress: Progress | None = None,
) -> Taken:
    """Import files and everything below folders. `copy` keeps the bytes in the library; else the files stay where they
    are. A batch that is done stays when the work is stopped, which raises Cancelled, or ends at a full disk, which
    raises NoRoom."""
    progress = progress or Progress()
    taken, waiting = Taken(), list[Seen]()
    if copy:
        content.sweep()
    files = list(files_below(paths, progress.check))
    for number, path in enumerate(files):
        progress(number / len(files), path.name)
        try:
            seen = _look(catalogue, path.absolute(), copy)
            if copy and seen.digest is not None:
                content.put(seen.path, seen.digest, extension_of(path), progress.check)
            if seen.digest is None and not seen.back and not (known and known.tags):
                taken.known.append(seen.asset)
            else:
                waiting.append(seen)
        except NoRoom:
            _enter(catalogue, waiting, copy, known or Credits(), taken)
            raise
        except (OSError, ExpectedError) as error:
            taken.problems.append((path, getattr(error, "strerror", None) or str(error)))
        if len(waiting) >= BATCH:
            _enter(catalogue, waiting, copy, known or Credits(), taken)
            waiting = []
    if waiting:
        _enter(catalogue, waiting, copy, known or Credits(), taken)
    progress(1.0)
    return taken


def _look(catalogue: Catalogue, path: Path, copy: bool) -> Seen:
    status = os.stat(path)
    if not copy:
        same = catalogue.rows(
            "SELECT asset, missing FROM place WHERE path = ? AND size = ? AND modified = ?",
            (str(path), status.st_size, status.st_mtime_ns),
        )
        if same:
            asset, missing = int(str(same[0][0])), same[0][1] is not None
            return Seen(path, status.st_size, status.st_mtime_ns, None, asset, missing)
    if path.suffix == ".sqlite" and path.parent == catalogue.folder:
        raise ExpectedError(tr("The library does not take itself in."))
    return Seen(path, status.st_size, status.st_mtime_ns, full_hash(path))


def _enter(catalogue: Catalogue, batch: list[Seen], copy: bool, known: Credits, taken: Taken) -> None:
    def action(connection: sqlite3.Connection) -> None:
        keys = [_enter_one(connection, seen, copy, known, taken) for seen in batch]
        if known.tags:
            add_tags(connection, keys, known.tags)
        write_words(connection, keys)

    catalogue.write(action)


def _enter_one(connection: sqlite3.Connection, seen: Seen, copy: bool, known: Credits, taken: Taken) -> int:
    if seen.digest is None:
        connection.execute("UPDATE place SET missing = NULL WHERE path = ?", (str(seen.path),))
        taken.known.append(seen.asset)
        return seen.asset
    place = connection.execute("SELECT asset FROM place WHERE path = ?", (str(seen.path),)).fetchone()
    twin = connection.execute("SELECT id, stored FROM asset WHERE hash = ?", (seen.digest,)).fetchone()
    if twin is not None:
        key = int(twin[0])
        connection.execute("UPDATE asset SET trashed = NULL, stored = max(stored, ?) WHERE id = ?", (int(copy), key))
        (taken.moved if not copy and _left_its_place(connection, key, seen.path) else taken.known).append(key)
    elif place is not None and not copy and _is_all_of(connection, int(place[0])):
        key = int(place[0])
        connection.execute("INSERT OR REPLACE INTO past (hash, asset) SELECT hash, id FROM asset WHERE id = ?", (key,))
        connection.execute(
            "UPDATE asset SET hash = ?, size = ?, modified = ?, looked = 0, problem = '' WHERE id = ?",
            (seen.digest, seen.size, seen.modified / 1e9, key),
        )
        taken.edited.append(key)
    else:
        key = _insert(connection, seen, copy, known)
        taken.added.append(key)
    if not copy:
        connection.execute(
            "INSERT OR REPLACE INTO place (path, asset, size, modified, missing) VALUES (?, ?, ?, ?, NULL)",
            (str(seen.path), key, seen.size, seen.modified),
        )
    return key


def _insert(connection: sqlite3.Connection, seen: Seen, copy: bool, known: Credits) -> int:
    cursor = connection.execute(
        "INSERT INTO asset (hash, kind, extension, name, size, stored, added, modified, title, author, source, licence,"
        " notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            seen.digest, known.kind or kind_of(seen.path), extension_of(seen.path), seen.path.name, seen.size,
            int(copy), now(), seen.modified / 1e9, known.title, known.author, known.source, known.licence, known.notes,
        ),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def _left_its_place(connection: sqlite3.Connection, asset: int, now_at: Path) -> bool:
    """Forget the places of an asset where no file is any more; whether there were any. The asset is called as its file
    is now, unless a person gave it another name."""
    gone = [
        path for (path,) in connection.execute("SELECT path FROM place WHERE asset = ?", (asset,)).fetchall()
        if not os.path.isfile(path)
    ]  # fmt: skip
    connection.executemany("DELETE FROM place WHERE path = ?", [(path,) for path in gone])
    (name,) = connection.execute("SELECT name FROM asset WHERE id = ?", (asset,)).fetchone()
    if name in {Path(path).name for path in gone} and name != now_at.name:
        connection.execute("UPDATE asset SET name = ? WHERE id = ?", (now_at.name, asset))
        connection.execute(  # bytes in the library keep the extension that they lie under
            "UPDATE asset SET extension = ?, kind = ?, looked = 0 WHERE id = ? AND NOT stored AND extension <> ?",
            (extension_of(now_at), kind_of(now_at), asset, extension_of(now_at)),
        )
    return bool(gone)


def _is_all_of(connection: sqlite3.Connection, asset: int) -> bool:
    """Whether an asset is nowhere but at one place, so that the file there, edited, is still the same work."""
    row = connection.execute(
        "SELECT stored, (SELECT count(*) FROM place WHERE asset = asset.id) FROM asset WHERE id = ?", (asset,)
    ).fetchone()
    return row is not None and not row[0] and row[1] == 1
