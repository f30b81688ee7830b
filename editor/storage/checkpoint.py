"""The thread that brings commits to the platter and the log back into the file, so that no edit waits for a disk.

A commit writes to the log without waiting. Within half a second this thread asks the system to put the log on the
disk; when the log has grown, or the person pauses, it moves the log's pages into the file on a connection of its own.
"""

import os
import sqlite3
import threading
from pathlib import Path

from editor.storage.connection import connect
from editor.storage.reserve import Reserve

SYNC_SECONDS = 0.4
IDLE_SECONDS = 5.0
LOG_BYTES = 32 << 20


class Checkpointer:
    """Started with a project that has a write-ahead log; `stop` ends and joins the thread."""

    def __init__(self, path: Path, reserve: Reserve | None = None) -> None:
        self._path = path
        self._log = path.with_name(path.name + "-wal")
        self._reserve = reserve
        self._committed = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def note_commit(self) -> None:
        """Say that the log has something new. The thread starts with the first commit."""
        self._committed.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="checkpoint", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._committed.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        pending = False
        while not self._stopping.is_set():
            if not self._committed.wait(timeout=IDLE_SECONDS if pending else None):
                connection = self._move(connection)
                pending = False
                continue
            self._stopping.wait(SYNC_SECONDS)
            self._committed.clear()
            if self._stopping.is_set():
                break
            pending = True
            if self._sync() > LOG_BYTES:
                connection = self._move(connection)
        if connection is not None:
            connection.close()

    def _sync(self) -> int:
        """Put the log on the disk; returns its size in bytes. SQLite keeps its locks elsewhere, so opening is safe."""
        try:
            with open(self._log, "rb+") as log:
                os.fsync(log.fileno())
                return os.fstat(log.fileno()).st_size
        except OSError:
            return 0

    def _move(self, connection: sqlite3.Connection | None) -> sqlite3.Connection | None:
        """Checkpoint without making the writer wait. What fails now is tried again later, at the latest on closing."""
        try:
            connection = connection or connect(self._path)
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error:
            pass
        if self._reserve is not None:
            self._reserve.hold()
        return connection
