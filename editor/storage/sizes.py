"""What the things in a project take, by the names that people gave them."""

from __future__ import annotations

import sqlite3
from pathlib import PurePath

from editor.storage.rows import blob_names


def sizes_inside(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Bytes in the file of every layer, picture and other thing with a name, the largest first.

    What has no name counts for what it lies in, such as a mask for its layer. Of what two things share each counts all.
    """
    sizes = dict(connection.execute("SELECT name, length(data) FROM blob").fetchall())
    named = (
        "SELECT id, json_extract(data, '$.name') FROM record WHERE kind <> 'raster.tile' "
        "AND json_type(data, '$.name') = 'text' AND json_extract(data, '$.name') <> ''"
    )
    names: dict[str, str] = dict(connection.execute(named).fetchall())
    parents: dict[str, str | None] = {}
    uses: dict[str, list[str]] = {}
    for key, parent, data in connection.execute("SELECT id, parent, CAST(data AS BLOB) FROM record"):
        parents[key] = parent
        if used := blob_names(data):
            uses[key] = used
    held: dict[str, set[str]] = {}
    for key, used in uses.items():
        above = _line_up(key, parents)
        held.setdefault(next((one for one in above if one in names), above[-1]), set()).update(used)
    found = [
        (_label(key, names, parents), sum(sizes.get(name, 0) for name in blobs)) for key, blobs in held.items()
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def sizes_outside(connection: sqlite3.Connection, beside: str) -> list[tuple[str, int]]:
    """Bytes of the media that the project uses from elsewhere than its folder `beside`, the largest first."""
    rows = connection.execute("SELECT name, path, size FROM media ORDER BY size DESC, name").fetchall()
    return [(str(name), int(size)) for name, path, size in rows if PurePath(path).parent != PurePath(beside)]


def _line_up(key: str, parents: dict[str, str | None]) -> list[str]:
    """A record and all that it lies in; a damaged project may lead in a circle."""
    line = [key]
    while (parent := parents.get(line[-1])) is not None and parent in parents and parent not in line:
        line.append(parent)
    return line


def _label(key: str, names: dict[str, str], parents: dict[str, str | None]) -> str:
    """The document's name and the thing's own."""
    line = _line_up(key, parents)
    return " / ".join(dict.fromkeys(names[one] for one in (line[-1], key) if one in names)) or key
