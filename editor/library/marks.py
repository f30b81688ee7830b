"""Files about which something was heard, each until it has been quiet for a while and nobody writes to it any more."""

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SETTLE = 0.4
"""Seconds without an event after which a file counts as whole."""
PATIENCE = 30.0
"""Seconds that a file may stay quiet while somebody holds it open for writing; then it is taken as it is."""


@dataclass(frozen=True)
class Due:
    """What has settled: files that changed, came or went, and folders of which all may be new."""

    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.folders)


@dataclass
class Marks:
    """Marked by any thread, taken by one. `clock` counts seconds."""

    settle: float = SETTLE
    patience: float = PATIENCE
    clock: Callable[[], float] = time.monotonic
    _files: dict[Path, float] = field(default_factory=dict)
    _folders: dict[Path, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __bool__(self) -> bool:
        with self._lock:
            return bool(self._files or self._folders)

    def file(self, path: Path) -> None:
        with self._lock:
            self._files[path] = self.clock()

    def folder(self, path: Path) -> None:
        with self._lock:
            self._folders[path] = self.clock()

    def take(self, most: int = sys.maxsize) -> Due:
        """What is due now, no more than `most` files; it is marked no longer."""
        with self._lock:
            now = self.clock()
            folders = [path for path, moment in self._folders.items() if now - moment >= self.settle]
            quiet = [(path, moment) for path, moment in self._files.items() if now - moment >= self.settle][:most]
        files = [path for path, moment in quiet if now - moment >= self.patience or not is_being_written(path)]
        with self._lock:
            before = dict(quiet)
            files = [path for path in files if self._files.get(path) == before[path]]
            for path in files:
                del self._files[path]
            for path in folders:
                self._folders.pop(path, None)
        return Due(tuple(files), tuple(folders))

    def put_back(self, due: Due) -> None:
        """What could not be worked on is due again after a while."""
        for path in due.files:
            self.file(path)
        for path in due.folders:
            self.folder(path)


def is_being_written(path: Path) -> bool:
    """Whether a file is still empty, or open for writing in any program; where the system does not say, it is not.

    Linux grants a lease for reading only while nobody writes.
    """
    try:
        if not path.stat().st_size:
            return True
        if sys.platform != "linux":
            return False
        import fcntl

        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:  # another person's file, or a file system without leases
        return False
    finally:
        os.close(handle)
    return False
