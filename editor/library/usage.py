"""Where assets are used: which document of which project shows them. A project is read when it was saved, and what it
says replaces what it said before."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from editor.library.catalogue import Catalogue


class Use(msgspec.Struct, frozen=True, array_like=True):
    """`record` shows the asset with `hash`, in a document that is called `document`; `label` is the record's name."""

    document: str
    record: str
    hash: str
    label: str


def note_uses(catalogue: Catalogue, project: Path, uses: Iterable[Use]) -> None:
    """All uses of one project, whatever was noted before."""
    path = str(project.absolute())
    rows = [(path, use.document, use.record, use.hash, use.label) for use in uses]

    def action(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM usage WHERE project = ?", (path,))
        connection.executemany("INSERT OR REPLACE INTO usage VALUES (?, ?, ?, ?, ?)", rows)

    known = catalogue.rows("SELECT project, document, record, hash, label FROM usage WHERE project = ?", (path,))
    if sorted(map(tuple, known), key=repr) != sorted(rows, key=repr):
        catalogue.write(action)


def uses_of(catalogue: Catalogue, digest: str) -> list[tuple[Path, Use]]:
    """Projects that show an asset, by path."""
    question = (
        "SELECT project, document, record, hash, label FROM usage WHERE hash = ? ORDER BY project, document, label"
    )
    return [(Path(str(row[0])), msgspec.convert(row[1:], Use)) for row in catalogue.rows(question, (digest,))]


def known_projects(catalogue: Catalogue) -> list[Path]:
    return [Path(str(row[0])) for row in catalogue.rows("SELECT DISTINCT project FROM usage ORDER BY project")]
