"""Taking assets away, in two steps: to the trash, from where they come back whole, and out of it for good."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from editor.library.asset import now
from editor.library.catalogue import Catalogue
from editor.library.content import ContentStore
from editor.library.sets import remove_sets, sets_of


def to_trash(catalogue: Catalogue, assets: Iterable[int]) -> None:
    """Out of sight; tags, collections and bytes stay."""
    rows = [(now(), key) for key in assets]
    catalogue.write(lambda c: c.executemany("UPDATE asset SET trashed = ? WHERE id = ? AND trashed IS NULL", rows))


def restore(catalogue: Catalogue, assets: Iterable[int]) -> None:
    rows = [(key,) for key in assets]
    catalogue.write(lambda c: c.executemany("UPDATE asset SET trashed = NULL WHERE id = ?", rows))


def in_trash(catalogue: Catalogue) -> list[int]:
    """Ids, the last thrown away first."""
    return [int(str(row[0])) for row in catalogue.rows(
        "SELECT id FROM asset WHERE trashed IS NOT NULL ORDER BY trashed DESC, id DESC"
    )]  # fmt: skip


def empty_trash(catalogue: Catalogue, content: ContentStore, assets: Iterable[int] | None = None) -> int:
    """Forget what is in the trash (or those of `assets` that are in it) and the library's own bytes of it.

    Files that stay where they are are never touched, but for sets in the library's own folder; a visit of a followed
    folder passes them over from now on. How many assets it were.
    """
    wanted = None if assets is None else set(assets)

    def action(connection: sqlite3.Connection) -> list[str]:
        rows = connection.execute("SELECT id, hash FROM asset WHERE trashed IS NOT NULL").fetchall()
        gone = [row for row in rows if wanted is None or row[0] in wanted]
        keys = [(row[0],) for row in gone]
        connection.executemany(
            "INSERT OR REPLACE INTO let_go (path, hash, size, modified) SELECT path, hash, place.size, place.modified"
            " FROM place JOIN asset ON asset.id = place.asset WHERE asset.id = ?",
            keys,
        )
        sets.update(sets_of(connection, catalogue.folder, (key for (key,) in keys)))
        connection.executemany("DELETE FROM words WHERE rowid = ?", keys)
        connection.executemany("DELETE FROM asset WHERE id = ?", keys)
        return [row[1] for row in gone]

    sets: set[Path] = set()
    forgotten = catalogue.write(action)
    catalogue.write(lambda connection: _remove_bytes(connection, content, forgotten))
    remove_sets(catalogue, sets)
    return len(forgotten)


def _remove_bytes(connection: sqlite3.Connection, content: ContentStore, digests: Iterable[str]) -> None:
    """Inside a transaction, so that nobody enters an asset meanwhile; one that came in again keeps its bytes."""
    for digest in digests:
        if connection.execute("SELECT 1 FROM asset WHERE hash = ?", (digest,)).fetchone() is None:
            content.remove(digest)
