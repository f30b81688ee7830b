"""The documented views of a project file (views.sql), as rows with named columns."""

import sqlite3
from pathlib import Path
from typing import Any

from editor.storage.connection import connect
from editor.storage.failures import explain

VIEWS = ("documents", "owners", "layers", "fonts", "assets", "licences", "links")


def view_rows(path: Path, name: str) -> list[dict[str, Any]]:
    """Every row of a view. Raises KeyError for another name, ExpectedError when the file cannot be read.

    The connection is one of its own: views call JSON functions, which SQLite before 3.41 lets no view of an untrusted
    schema call. Nothing that could do harm is loaded into it.
    """
    from sqlite_utils import Database

    if name not in VIEWS:
        raise KeyError(name)
    connection = connect(path, read_only=True)
    try:
        connection.execute("PRAGMA trusted_schema = ON")
        return list(Database(connection).query(f"SELECT * FROM {name}"))
    except sqlite3.Error as error:
        raise explain(error) from error
    finally:
        connection.close()
