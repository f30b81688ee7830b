"""The file format's version, and the steps from older ones. (Kinds of records have versions of their own.)

`user_version` is 1000 x major + minor. A newer minor version only adds what this program leaves alone; a newer major
one is refused. Before the first step a copy of the file is kept beside it.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.storage.connection import APPLICATION_ID, connect

if TYPE_CHECKING:
    from sqlite_utils import Database

FIRST_VERSION = 1000
FORMAT_VERSION = 1000
MAJOR = 1000

STEPS: "dict[int, Callable[[Database], None]]" = {}
"""`STEPS[n]` takes a file of version n to the next version there is a step for, or to FORMAT_VERSION."""


def check_version(path: Path) -> int:
    """The format version of a file. Raises ExpectedError for a stranger's file and for a newer major version."""
    connection = connect(path, read_only=True)
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.OperationalError:
        # A read-only medium with a log that cannot be shared; reading it as unchanging answers the same question.
        connection.close()
        connection = connect(path, read_only=True, immutable=True)
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()
    if application != APPLICATION_ID:
        raise ExpectedError(tr("{name} is no Atelier project.", name=path.name))
    if version < FIRST_VERSION:
        raise ExpectedError(
            tr("{name} is damaged and cannot be opened.", name=path.name),
            tr("Doctor saves what it can into a new file."),
        )
    if version // MAJOR > FORMAT_VERSION // MAJOR:
        raise ExpectedError(
            tr("{name} was made by a newer Atelier, which stores projects in another way.", name=path.name),
            tr("Update Atelier to open it."),
        )
    return version


def upgrade(path: Path) -> str:
    """Bring an older file to FORMAT_VERSION in one transaction, after keeping a copy. Returns what to tell."""
    from sqlite_utils import Database

    connection = connect(path)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        kept = _keep_copy(connection, path, version)
        database = Database(connection)
        connection.execute("BEGIN IMMEDIATE")
        for number in sorted(STEPS):
            if number >= version:
                STEPS[number](database)
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.close()
    return tr("The project was brought up to date; the old one is kept as {name}.", name=kept.name)


def _keep_copy(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    kept = path.with_name(f"{path.stem} (version {version}){path.suffix}")
    number = 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.stem} (version {version}, {number}){path.suffix}")
    with sqlite3.connect(kept) as target:
        connection.backup(target)
    target.close()
    return kept
