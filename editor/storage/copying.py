"""Whole copies of an open project: a consistent one while editing goes on, and a compacted one in its place.

A copy is written under another name, put on the disk, and only then renamed: the final name always holds a whole file.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.storage.connection import connect
from editor.storage.failures import explain
from editor.storage.store import Store

STEP_PAGES = 64
"""4 MiB between two words of progress."""


def no_progress(share: float) -> None:
    """The progress of callers that want none."""


def copy_to(store: Store, target: Path, progress: Callable[[float], object] = no_progress) -> None:
    """Write the project as it is at this moment to `target`, replacing a file there.

    A read transaction holds the moment, so that edits go on meanwhile. `progress` hears the share from 0 to 1 and may
    raise Cancelled: then nothing is left. Raises ExpectedError when the disk refuses.
    """
    target = target.resolve()
    if target == store.path:
        raise ExpectedError(tr("A copy cannot take the place of the project itself."), tr("Choose another name."))
    partial = _partial_name(target)
    try:
        with store.readers.lend() as source:
            _backup(source, partial, progress)
        flush_file(partial)
        os.replace(partial, target)
        flush_folder(target.parent)
    except sqlite3.Error as error:
        raise explain(error) from error
    except OSError as error:
        raise ExpectedError(
            tr("The copy could not be written: {reason}.", reason=error.strerror or str(error)),
            tr("Choose another folder."),
        ) from error
    finally:
        remove_database(partial)


def compact(store: Store) -> int:
    """Rewrite the file without its free space; returns the bytes won. The project stays open."""
    partial = _partial_name(store.path)

    def exchange() -> None:
        sizes.append(store.path.stat().st_size)
        try:
            connection = connect(store.path)
            try:
                connection.execute("VACUUM INTO ?", (str(partial),))
            finally:
                connection.close()
            flush_file(partial)
            os.replace(partial, store.path)
            flush_folder(store.path.parent)
        except sqlite3.Error as error:
            raise explain(error) from error
        finally:
            remove_database(partial)

    sizes: list[int] = []
    store.replace_file(exchange)
    return sizes[0] - store.path.stat().st_size


def flush_file(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system has a way to ask for that."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network folders refuse; the rename itself has happened
    finally:
        os.close(descriptor)


def remove_database(path: Path) -> None:
    """Remove a file of ours with what SQLite may have put beside it; never raises."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):  # a clean-up error must not hide the work's own
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _partial_name(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.partial")


def _backup(source: sqlite3.Connection, partial: Path, progress: Callable[[float], object]) -> None:
    source.execute("BEGIN")
    try:
        source.execute("SELECT count(*) FROM meta").fetchone()  # takes the moment

        def tell(status: int, remaining: int, total: int) -> None:
            progress(1.0 - remaining / max(total, 1))

        target = sqlite3.connect(partial, isolation_level=None)
        try:
            source.backup(target, pages=STEP_PAGES, progress=tell, sleep=0.0)
        finally:
            target.close()
    finally:
        source.execute("ROLLBACK")
