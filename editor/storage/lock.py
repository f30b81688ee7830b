"""One writer a project: an operating-system lock on a small file beside it.

The lock ends with the process however it ends, which a PID file cannot promise. It is not taken on the project file
itself: closing any descriptor of that file would drop SQLite's own POSIX locks in this process.
"""

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class WriterLock:
    """Held by the one process (and the one opening in it) that writes a project."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path

    def release(self) -> None:
        """Give the lock up and remove its file. Safe to call twice; never raises."""
        if self._descriptor < 0:
            return
        try:
            if sys.platform != "win32":
                self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            if sys.platform == "win32":
                self._path.unlink(missing_ok=True)
        except OSError:
            pass  # a file that stays behind is empty, hidden and locks nobody
        self._descriptor = -1


def lock_path(project: Path) -> Path:
    """`.Name.atelier.lock` beside the project."""
    return project.with_name(f".{project.name}.lock")


def acquire(project: Path) -> WriterLock | None:
    """The lock, or None while someone else has it. Raises OSError where no lock file can be made."""
    path = lock_path(project)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if not _lock(descriptor):
            os.close(descriptor)
            return None
        # The owner before us may have removed the file between our open and our lock; then ours locks nothing.
        if _is_current(descriptor, path):
            return WriterLock(descriptor, path)
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _is_current(descriptor: int, path: Path) -> bool:
    try:
        return os.stat(path).st_ino == os.fstat(descriptor).st_ino
    except OSError:
        return False
