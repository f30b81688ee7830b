"""Where assets are used: which document of which project shows them, which brand kit names them. Such a file is read
when it was saved, and what it says replaces what it said before."""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from editor.base.translation import tr
from editor.library.catalogue import Catalogue
from editor.library.kinds import kind_of

COLUMNS = "project, document, record, hash, label, needs"


class Use(msgspec.Struct, frozen=True, array_like=True):
    """`record` shows the asset with `hash`, in a document that is called `document`; `label` is the record's name. Of a
    brand kit, `document` is the kit's name. `needs`: there is no copy in what uses it, so the library must keep it."""

    document: str
    record: str
    hash: str
    label: str
    needs: bool = False


def name_of_user(path: Path, use: Use) -> str:
    """What uses an asset, as a person calls it."""
    return tr("Brand kit {name}", name=use.document) if kind_of(path) == "kit" else path.stem


def place_of_use(path: Path, use: Use) -> str:
    """The same with where in it: project, document, object."""
    parts = (name_of_user(path, use), "" if kind_of(path) == "kit" else use.document, use.label)
    return " · ".join(part for part in parts if part)


def note_uses(catalogue: Catalogue, project: Path, uses: Iterable[Use]) -> None:
    """All uses of one project, whatever was noted before."""
    path = str(project.absolute())
    rows = [(path, use.document, use.record, use.hash, use.label, int(use.needs)) for use in uses]

    def action(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM usage WHERE project = ?", (path,))
        connection.executemany("INSERT OR REPLACE INTO usage VALUES (?, ?, ?, ?, ?, ?)", rows)

    known = catalogue.rows(f"SELECT {COLUMNS} FROM usage WHERE project = ?", (path,))
    if sorted(map(tuple, known), key=repr) != sorted(rows, key=repr):
        catalogue.write(action)


def uses_of(catalogue: Catalogue, digest: str) -> list[tuple[Path, Use]]:
    """Projects that show an asset, by path; one that shows what its file was before it was edited shows it too."""
    question = (
        f"SELECT {COLUMNS} FROM usage WHERE hash = ?1 OR hash IN (SELECT past.hash"
        " FROM past JOIN asset ON asset.id = past.asset WHERE asset.hash = ?1"
        " AND NOT EXISTS (SELECT 1 FROM asset AS other WHERE other.hash = past.hash))"
        " ORDER BY project, document, label"
    )
    rows = catalogue.rows(question, (digest,))
    return [(Path(str(row[0])), msgspec.convert(row[1:], Use, strict=False)) for row in rows]


def stamp_of(project: Path) -> tuple[int, int]:
    """Size and time of a project's files, its write-ahead log included; (0, 0) when there is none."""
    size = modified = 0
    for name in (str(project), f"{project}-wal"):
        with suppress(OSError):
            status = os.stat(name)
            size, modified = size + status.st_size, max(modified, status.st_mtime_ns)
    return size, modified


def unread_projects(catalogue: Catalogue, projects: Iterable[Path]) -> list[Path]:
    """Those of `projects` and of all that were ever read which are not as they were then: a look at each file's facts,
    no more."""
    rows = catalogue.rows("SELECT path, size, modified FROM project")
    read = {str(row[0]): (int(str(row[1])), int(str(row[2]))) for row in rows}
    wanted = dict.fromkeys((*(str(path.absolute()) for path in projects), *read))
    return [Path(name) for name in wanted if stamp_of(Path(name)) != read.get(name, (0, 0))]


def note_read(catalogue: Catalogue, project: Path, stamp: tuple[int, int]) -> None:
    """Remember how a project's files were when it was read; one that is gone is forgotten."""
    path = str(project.absolute())

    def action(connection: sqlite3.Connection) -> None:
        if stamp == (0, 0):
            connection.execute("DELETE FROM project WHERE path = ?", (path,))
        else:
            connection.execute("INSERT OR REPLACE INTO project (path, size, modified) VALUES (?, ?, ?)", (path, *stamp))

    catalogue.write(action)


def known_projects(catalogue: Catalogue) -> list[Path]:
    return [Path(str(row[0])) for row in catalogue.rows("SELECT DISTINCT project FROM usage ORDER BY project")]
