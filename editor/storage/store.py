"""The open file behind a project: one writing connection, a pool of readers, and the atomic step they share.

`Store.write` is the only way in which this package changes a project file.
"""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.storage.checkpoint import Checkpointer
from editor.storage.connection import ReaderPool, connect, set_up_writer
from editor.storage.failures import explain, is_full
from editor.storage.reserve import Reserve

T = TypeVar("T")


class Store:
    """`writable` False: only readers, and `write` refuses. `write_ahead` False: a rollback journal (see place.py)."""

    def __init__(self, path: Path, *, writable: bool, write_ahead: bool = True, immutable: bool = False) -> None:
        self.path = path
        self.writable = writable
        self.write_ahead = write_ahead
        self.lock = threading.RLock()
        self.readers = ReaderPool(path, immutable)
        self.reserve = Reserve(path) if writable else None
        self._connection: sqlite3.Connection | None = None
        self._checkpointer: Checkpointer | None = None
        if writable:
            self._begin()

    def write(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Run `action` as one SQLite transaction: all of it is stored, or nothing and the error is raised.

        On a full disk the reserve is given up and the action tried once more. Raises ExpectedError for what the disk
        or the file is to blame for.
        """
        with self.lock:
            connection = self._connection
            if connection is None:
                raise ExpectedError(tr("The project is closed.") if self.writable else tr("This is read-only."))
            try:
                try:
                    result = self._attempt(connection, action)
                except sqlite3.Error as error:
                    if not (is_full(error) and self.reserve is not None and self.reserve.give_up()):
                        raise
                    result = self._attempt(connection, action)
            except sqlite3.Error as error:
                raise explain(error) from error
            if self._checkpointer is not None:
                self._checkpointer.note_commit()
            return result

    def read(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Run `action` on a reader. Raises ExpectedError for what the disk or the file is to blame for."""
        try:
            with self.readers.lend() as connection:
                return action(connection)
        except sqlite3.Error as error:
            raise explain(error) from error

    def checkpoint(self) -> bool:
        """Bring the whole log into the file and to the disk now. False when it could not be finished."""
        with self.lock:
            connection = self._connection
            if connection is None or not self.write_ahead:
                return True
            try:
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.Error:
                return False
            return not busy

    def close(self) -> None:
        """Checkpoint and let go of the file; no -wal and no -shm stay unless the disk refuses. Never raises."""
        with self.lock:
            self._end()
            if self.reserve is not None:
                self.reserve.remove()

    def replace_file(self, exchange: Callable[[], None]) -> None:
        """Close the file, let `exchange` put another in its place, and go on with what lies there then."""
        with self.lock:
            self._end(for_good=False)
            try:
                exchange()
            finally:
                self.readers.reopen(self.path)
                self._begin()

    @property
    def connection(self) -> sqlite3.Connection:
        """The writing connection, for use under `lock`."""
        if self._connection is None:
            raise ExpectedError(tr("The project is closed."))
        return self._connection

    def _begin(self) -> None:
        try:
            self._connection = connect(self.path)
            set_up_writer(self._connection, self.write_ahead)
        except sqlite3.Error as error:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            raise explain(error) from error
        self._remove_cold_journal()
        if self.write_ahead:
            self._checkpointer = Checkpointer(self.path, self.reserve)

    def _end(self, for_good: bool = True) -> None:
        if self._checkpointer is not None:
            self._checkpointer.stop()
            self._checkpointer = None
        self.readers.close(for_good)
        if self._connection is None:
            return
        if not self.checkpoint() and self.reserve is not None and self.reserve.give_up():
            self.checkpoint()
        with suppress(sqlite3.Error):  # what was committed stands in the log, which the next opening reads
            self._connection.close()
        self._connection = None

    def _remove_cold_journal(self) -> None:
        """Take away a rollback journal that a kill left before anything stood in it.

        SQLite has just read the file, so a journal that had to be rolled back is rolled back and gone; one whose first
        byte is missing or zero means nothing, and SQLite would leave it there for ever.
        """
        journal = self.path.with_name(self.path.name + "-journal")
        with suppress(OSError):  # no journal, mostly
            with open(journal, "rb") as file:
                is_cold = file.read(1) in (b"", b"\0")
            if is_cold:
                journal.unlink()

    @staticmethod
    def _attempt(connection: sqlite3.Connection, action: Callable[[sqlite3.Connection], T]) -> T:
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = action(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result
