"""Connections to a project file: how they are set up, and a small pool of readers for other threads."""

import os
import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr

APPLICATION_ID = 0x41544C52  # "ATLR"
PAGE_SIZE = 65536
CACHE_KIBIBYTES = 32 * 1024
READER_CACHE_KIBIBYTES = 4 * 1024
BUSY_SECONDS = 10.0
LARGEST_VALUE = 1 << 30
LOG_LIMIT = 32 << 20
READERS = 6


def connect(path: Path, *, read_only: bool = False, immutable: bool = False) -> sqlite3.Connection:
    """Open an existing file. Raises sqlite3.Error when SQLite cannot.

    A reader of a file that may be written opens it for writing and refuses to write: SQLite lets only such a one
    remove the log's files when it is the last to leave. A file may come from a stranger: its schema may not call
    anything but harmless functions, and no value may be larger than a gibibyte.
    """
    mode = "ro" if immutable or not os.access(path, os.W_OK) else "rw"
    address = f"{path.absolute().as_uri()}?mode={mode}" + ("&immutable=1" if immutable else "")
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS, cached_statements=256
    )
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KIBIBYTES}")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def set_up_writer(connection: sqlite3.Connection, write_ahead: bool) -> None:
    """Choose the journal and durability of the writing connection.

    With a write-ahead log a commit waits for no disk: killing the program loses nothing, and `Checkpointer` brings the
    log to the platter within a second. `secure_delete` would write every freed page once more.
    """
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    connection.execute("PRAGMA secure_delete = OFF").fetchone()
    connection.execute(f"PRAGMA journal_size_limit = {LOG_LIMIT}").fetchone()
    if write_ahead:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0").fetchone()
    else:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        connection.execute("PRAGMA synchronous = FULL")


class ReaderPool:
    """Read-only connections lent to whichever thread asks: blobs are read while the writer writes."""

    def __init__(self, path: Path, immutable: bool = False) -> None:
        self._path = path
        self._immutable = immutable
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._open = 0
        self._lock = threading.Condition()
        self._closed = False
        self._paused = False

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """A connection for the length of a `with`. Raises ExpectedError once the project is closed."""
        connection = self._take()
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def close(self, for_good: bool = True) -> None:
        """Close every connection; waits for those that are lent. Not for good: who asks next waits for `reopen`."""
        with self._lock:
            self._closed, self._paused = for_good, not for_good
            self._lock.notify_all()
            count, self._open = self._open, 0
        for _ in range(count):
            self._idle.get().close()

    def reopen(self, path: Path) -> None:
        """Lend again after `close`, from the file that lies there now."""
        with self._lock:
            self._path, self._closed, self._paused = path, False, False
            self._lock.notify_all()

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            while self._paused:
                self._lock.wait()
            if self._closed:
                raise ExpectedError(tr("The project is closed."))
            grows = self._open < READERS
            if grows:
                connection = connect(self._path, read_only=True, immutable=self._immutable)
                self._open += 1
                return connection
        return self._idle.get(timeout=60)
