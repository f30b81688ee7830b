"""A damaged catalogue made anew: what can still be read of it, and every content that the library keeps.

The damaged file is moved aside, never deleted; files of the person are not touched.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.library.asset import now
from editor.library.catalogue import FILE_NAME, Catalogue
from editor.library.content import PARTIAL, ContentStore
from editor.library.kinds import extension_of, kind_of
from editor.library.words import write_words
from editor.storage.media import full_hash

TABLES = (
    "asset", "place", "past", "folder", "tag", "tag_parent", "asset_tag", "collection", "collection_item",
    "smart_folder", "usage", "project", "color", "look", "let_go",
)  # fmt: skip
"""What is carried over, those first that others name. The word index is written anew."""


@dataclass
class Repaired:
    """`rows` read from the damaged file by table, `found` contents that it did not know any more, `damaged` contents
    whose bytes are not those of their name, and where the damaged file lies now."""

    rows: dict[str, int] = field(default_factory=dict)
    found: int = 0
    damaged: list[Path] = field(default_factory=list)
    aside: Path | None = None


def repair(folder: Path, store: str, progress: Progress | None = None) -> Repaired:
    """Make the catalogue of a library anew. `store` is the name of the folder of contents.

    Raises ExpectedError when another program has the library open, or when the folder cannot be written.
    """
    progress, done = progress or Progress(), Repaired()
    with suppress(FileNotFoundError):
        done.aside = _move_aside(folder)
    catalogue = Catalogue(folder)
    try:
        if done.aside is not None:
            done.rows = _carry_over(done.aside, catalogue, progress.part(0.0, 0.4))
        _take_contents(catalogue, ContentStore(folder / store), done, progress.part(0.4, 1.0))
    finally:
        catalogue.close()
    return done


def _move_aside(folder: Path) -> Path:
    """The catalogue and its log under another name, unless somebody works with it."""
    path = folder / FILE_NAME
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path, timeout=0.5)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise ExpectedError(
                    tr("Another program holds the library."), tr("Close it there and try again.")
                ) from error
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"library.damaged-{stamp}.sqlite")
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).replace(aside.with_name(aside.name + ending))
    path.replace(aside)
    return aside


def _carry_over(damaged: Path, catalogue: Catalogue, progress: Progress) -> dict[str, int]:
    """Every row that can be read and fits; what hangs on a lost asset is lost with it."""
    rows: dict[str, int] = {}
    with closing(sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True)) as source:
        source.execute("PRAGMA cell_size_check = ON")
        for number, table in enumerate(TABLES):
            progress(number / len(TABLES), table)
            names = _columns(source, table)
            into, found = f"{table} ({', '.join(names)})", list(_readable(source, table, names))
            rows[table] = catalogue.write(lambda c, t=into, f=found: _insert(c, t, f))  # type: ignore[misc]
    keys = [int(str(row[0])) for row in catalogue.rows("SELECT id FROM asset")]
    catalogue.write(lambda connection: write_words(connection, keys))
    return rows


def _columns(source: sqlite3.Connection, table: str) -> list[str]:
    """Of an older file these are fewer; none of one that is not there."""
    with suppress(sqlite3.Error):
        return [str(row[1]) for row in source.execute(f"PRAGMA table_info({table})")]
    return []


def _readable(source: sqlite3.Connection, table: str, names: list[str]) -> Iterator[tuple[object, ...]]:
    """Rows from the front as far as it goes, then from the end: damage is mostly one page in the middle."""
    seen: set[tuple[object, ...]] = set()
    for order in ("", " ORDER BY rowid DESC"):
        if not names:
            return
        try:
            for row in source.execute(f"SELECT {', '.join(names)} FROM {table}{order}"):
                if row not in seen:
                    seen.add(row)
                    yield row
            return
        except (sqlite3.Error, OverflowError):
            continue


def _insert(connection: sqlite3.Connection, into: str, rows: list[tuple[object, ...]]) -> int:
    kept = 0
    for row in rows:
        marks = ",".join("?" * len(row))
        with suppress(sqlite3.IntegrityError, sqlite3.OperationalError):
            kept += connection.execute(f"INSERT OR IGNORE INTO {into} VALUES ({marks})", row).rowcount
    return kept


def _take_contents(catalogue: Catalogue, content: ContentStore, done: Repaired, progress: Progress) -> None:
    """Contents that no row names become assets again, under the name of their hash."""
    known = {str(row[0]) for row in catalogue.rows("SELECT hash FROM asset WHERE stored")}
    files = sorted(path for path in content.root.glob("??/*") if not path.name.endswith(PARTIAL))
    fresh: list[tuple[str, Path]] = []
    for number, path in enumerate(files):
        progress(number / len(files), path.name)
        digest = path.name.partition(".")[0]
        if digest in known:
            continue
        if full_hash(path) == digest:
            fresh.append((digest, path))
        else:
            done.damaged.append(path)

    def action(connection: sqlite3.Connection) -> None:
        keys = []
        for digest, path in fresh:
            status = path.stat()
            connection.execute(
                "INSERT INTO asset (hash, kind, extension, name, size, stored, added, modified)"
                " VALUES (?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (hash) DO UPDATE SET stored = 1",
                (digest, kind_of(path), extension_of(path), path.name, status.st_size, now(), status.st_mtime),
            )
            keys.append(int(connection.execute("SELECT id FROM asset WHERE hash = ?", (digest,)).fetchone()[0]))
        write_words(connection, keys)

    catalogue.write(action)
    done.found = len(fresh)
