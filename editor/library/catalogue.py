"""The catalogue's file: opening it, one transaction at a time for writing, readers for every other thread.

It may be open in the window and on the command line at once: SQLite's write-ahead log lets both in.
"""

import sqlite3
import threading
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from editor.base.errors import ExpectedError
from editor.base.signal import Signal
from editor.base.translation import tr
from editor.storage.connection import ReaderPool, connect
from editor.storage.failures import is_damage, is_full
from editor.storage.opening import statements
from editor.storage.place import place_of

T = TypeVar("T")
APPLICATION_ID = 0x41544C4C  # "ATLL"
VERSION = 4
FILE_NAME = "library.sqlite"
UPGRADES = {
    2: (
        "CREATE TABLE project (path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL)",
        "DROP INDEX asset_width",
        "CREATE INDEX asset_width ON asset (width, height)",
    ),
    3: (
        "CREATE TABLE IF NOT EXISTS let_go (path TEXT PRIMARY KEY, hash TEXT NOT NULL, size INTEGER NOT NULL,"
        " modified INTEGER NOT NULL)",
        "CREATE INDEX IF NOT EXISTS let_go_hash ON let_go (hash)",
        "CREATE INDEX IF NOT EXISTS past_of ON past (asset)",
        "CREATE INDEX IF NOT EXISTS place_state ON place (missing, asset)",
        "DROP INDEX IF EXISTS place_missing",
        "CREATE INDEX IF NOT EXISTS asset_stored ON asset (stored) WHERE stored",
    ),
    4: (
        "ALTER TABLE usage ADD COLUMN needs INTEGER NOT NULL DEFAULT 0",
        "UPDATE project SET size = -1",  # so that all are read again, for what they need
    ),
}
"""By the version that the statements lead to."""


class Catalogue:
    """`folder` holds the catalogue's file and the store of bytes; it is made when it is not there.

    `changed` is emitted after every write of this program, on the thread that wrote; of those of other programs where
    somebody calls `notice` now and then. Raises ExpectedError when the
    folder or the file cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE_NAME
        self.changed: Signal[int] = Signal()
        self._lock = threading.RLock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _prepare(self.path)
            self._writer = connect(self.path)
        except OSError as error:
            raise ExpectedError(
                tr("The library in {folder} cannot be made: {reason}.", folder=folder, reason=error.strerror or error)
            ) from error
        except sqlite3.Error as error:
            raise explain(error) from error
        self._writer.execute("PRAGMA foreign_keys = ON")
        self._writer.execute("PRAGMA synchronous = NORMAL")
        self._readers = ReaderPool(self.path)
        self._edits = 0
        self._observer = connect(self.path, read_only=True)
        self._observing = threading.Lock()
        self._told = self.generation()

    def write(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Run `action` as one transaction: all of it is stored, or nothing and the error is raised."""
        with self._lock:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    result = action(self._writer)
                    self._writer.execute("COMMIT")
                except BaseException:
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise explain(error) from error
            self._edits += 1
            edits = self._edits
            self._told = self.generation()
        self.changed.emit(edits)
        return result

    def read(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Run `action` on a reader, on any thread."""
        try:
            with self._readers.lend() as connection:
                return action(connection)
        except sqlite3.Error as error:
            raise explain(error) from error

    def rows(self, question: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """All rows of a question."""
        return self.read(lambda connection: connection.execute(question, values).fetchall())

    def generation(self) -> int:
        """Another value whenever the catalogue may hold something else, whoever wrote it. It waits for no writer."""
        try:
            with self._observing:
                return int(self._observer.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error as error:
            raise explain(error) from error

    def notice(self) -> bool:
        """Emit `changed` when another program wrote since it was emitted last. Cheap enough to ask every second."""
        now = self.generation()
        if now == self._told:
            return False
        self._told = now
        self.changed.emit(self._edits)
        return True

    def close(self) -> None:
        self._readers.close()
        with self._observing:
            self._observer.close()
        with self._lock:
            self._writer.close()


def explain(error: sqlite3.Error) -> ExpectedError:
    """The sentence for what SQLite said about the catalogue."""
    if is_full(error):
        return ExpectedError(tr("The disk is full; the library was not changed."), tr("Free some space and try again."))
    if is_damage(error) and not isinstance(error, sqlite3.ProgrammingError):
        return ExpectedError(
            tr("The library's file is damaged: {reason}", reason=error),
            tr("Your files are safe. Repair it on the command line: library repair."),
        )
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ExpectedError(tr("Another program holds the library."), tr("Close it there and try again."))
    return ExpectedError(tr("The library could not be read or written: {reason}", reason=error))


def _prepare(path: Path) -> None:
    """Make the tables in a new file; refuse a stranger's."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=20)
    try:
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not empty and (connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID):
            raise ExpectedError(tr("{name} is no library of Atelier.", name=path.name))
        if version > VERSION:
            raise ExpectedError(
                tr("This library was made by a newer Atelier."), tr("Update Atelier, or choose another folder.")
            )
        if empty:
            for statement in statements(files("editor.library").joinpath("schema.sql").read_text(encoding="utf-8")):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        else:
            for later in range(version + 1, VERSION + 1):
                for statement in UPGRADES[later]:
                    connection.execute(statement)
        if version < VERSION:
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
        mode = "WAL" if place_of(path.parent) == "local" else "DELETE"
        connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()
    finally:
        connection.close()
