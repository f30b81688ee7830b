"""Taking assets away, in two steps: to the trash, from where they come back whole, and out of it for good.

What a brand kit names, or a project plays from the library's own bytes, does not go for good: it stays in the trash
until it is taken out there.
"""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from editor.library.asset import COLUMNS, Asset, asset_from, now
from editor.library.catalogue import Catalogue
from editor.library.content import ContentStore
from editor.library.places import file_of
from editor.library.sets import remove_sets, sets_of
from editor.library.usage import Use, uses_of
from editor.library.walk import real_path


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


class Needed(NamedTuple):
    """An asset in the trash, and what would lose it."""

    asset: Asset
    uses: tuple[tuple[Path, Use], ...]


def needed_in_trash(catalogue: Catalogue, content: ContentStore, assets: Iterable[int] | None = None) -> list[Needed]:
    """Of what is in the trash (or those of `assets` that are in it) what has to stay, as far as uses are noted. A kit
    that goes at the same time needs nothing any more."""
    going = _trashed(catalogue, assets)
    return _needed(catalogue, going, _kits_among(catalogue, content, going))


def _trashed(catalogue: Catalogue, assets: Iterable[int] | None) -> list[Asset]:
    wanted = None if assets is None else set(assets)
    rows = catalogue.rows(f"SELECT {COLUMNS} FROM asset WHERE trashed IS NOT NULL")
    return [asset_from(row) for row in rows if wanted is None or row[0] in wanted]


def _kits_among(catalogue: Catalogue, content: ContentStore, assets: list[Asset]) -> set[str]:
    """The files of brand kits among assets, as their uses are noted."""
    kits = (file_of(catalogue, content, asset) for asset in assets if asset.kind == "kit")
    return {str(real_path(path)) for path in kits if path is not None}


def _needed(catalogue: Catalogue, going: list[Asset], ends: set[str]) -> list[Needed]:
    question = "SELECT hash, project FROM usage WHERE needs AND hash IN (SELECT value FROM json_each(?))"
    rows = catalogue.rows(question, (json.dumps([asset.hash for asset in going]),))
    held = {str(digest) for digest, user in rows if str(user) not in ends}
    return [
        Needed(asset, tuple(one for one in uses_of(catalogue, asset.hash) if one[1].needs and str(one[0]) not in ends))
        for asset in going if asset.hash in held
    ]  # fmt: skip


def empty_trash(catalogue: Catalogue, content: ContentStore, assets: Iterable[int] | None = None) -> int:
    """Forget what is in the trash (or those of `assets` that are in it) and the library's own bytes of it.

    Files that stay where they are are never touched, but for sets in the library's own folder; a visit of a followed
    folder passes them over from now on. What is needed (`needed_in_trash`) stays. How many assets went.
    """
    going = _trashed(catalogue, assets)
    ends = _kits_among(catalogue, content, going)
    kept = {needed.asset.id for needed in _needed(catalogue, going, ends)}
    wanted = {asset.id for asset in going} - kept

    def action(connection: sqlite3.Connection) -> list[str]:
        rows = connection.execute("SELECT id, hash FROM asset WHERE trashed IS NOT NULL").fetchall()
        gone = [row for row in rows if row[0] in wanted]
        keys = [(row[0],) for row in gone]
        connection.executemany(
            "INSERT OR REPLACE INTO let_go (path, hash, size, modified) SELECT path, hash, place.size, place.modified"
            " FROM place JOIN asset ON asset.id = place.asset WHERE asset.id = ?",
            keys,
        )
        sets.update(sets_of(connection, catalogue.folder, (key for (key,) in keys)))
        connection.executemany("DELETE FROM usage WHERE project = ?", [(path,) for path in ends])
        connection.executemany("DELETE FROM project WHERE path = ?", [(path,) for path in ends])
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
