"""What SQLite reports, as sentences for the person.

`explain` is used wherever storage touches the disk: nothing above this floor ever sees a `sqlite3.Error`.
"""

import sqlite3

from editor.base.errors import ExpectedError
from editor.base.translation import tr


class DiskFull(ExpectedError):
    """No room for an edit: it was taken back, everything before it is safe."""


class ProjectDamaged(ExpectedError):
    """The file's own structure is broken where it was asked to read or write."""


def is_full(error: sqlite3.Error) -> bool:
    """Whether the disk (or a limit on the file's size) had no room for a write."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_WRITE


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken; a row that may not be written is a fault of whoever wrote it."""
    if isinstance(error, sqlite3.IntegrityError):
        return False
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or not isinstance(error, sqlite3.OperationalError)


def explain(error: sqlite3.Error) -> ExpectedError:
    """The sentence for an error of SQLite. The error itself stays reachable as the cause."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if is_full(error):
        return DiskFull(
            tr("The disk is full; the last edit was not stored and was taken back."),
            tr("Everything before it is safe. Free some space and go on."),
        )
    if is_damage(error):
        return ProjectDamaged(
            tr("The project file is damaged at this place."), tr("Close it and repair it into a new file with doctor.")
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ExpectedError(tr("Another program holds the project file."), tr("Close it there and try again."))
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return ExpectedError(tr("The project file cannot be written."), tr("Check its permissions, or save a copy."))
    return ExpectedError(
        tr("The project file could not be read or written: {reason}", reason=str(error)),
        tr("Check that its disk is connected, then try again."),
    )
