"""What was seen when a file was looked at, kept in the catalogue: thumbnail, facts, colours, fingerprint."""

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from editor.library.asset import COLUMNS, Asset, asset_from
from editor.library.catalogue import Catalogue
from editor.library.colors import LeadingColor, cell_of
from editor.library.words import write_words


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a file looks like. `thumbnail` is a WebP file, b"" for what cannot be shown; `width` and `height` in pixels
    or points, None where there are none; `hashes` and `vector` are those of ml.similarity.fingerprint, as bytes of
    little-endian uint64 and float16; `problem` says why the file could not be read, "" when it could. `author`,
    `licence` and `source` are what the file says of itself."""

    thumbnail: bytes = b""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    colors: tuple[LeadingColor, ...] = ()
    hashes: bytes = b""
    vector: bytes = b""
    problem: str = ""
    author: str = ""
    licence: str = ""
    source: str = ""


def not_looked_at(catalogue: Catalogue, version: int) -> list[Asset]:
    """Living assets that no look of this version has seen, the newest first."""
    question = f"SELECT {COLUMNS} FROM asset WHERE looked < ? AND trashed IS NULL ORDER BY added DESC, id DESC"
    return [asset_from(row) for row in catalogue.rows(question, (version,))]


def keep_looks(catalogue: Catalogue, version: int, looks: Iterable[tuple[int, Look]]) -> None:
    """Write what assets look like; an asset that went away meanwhile is passed over."""
    rows = list(looks)

    def action(connection: sqlite3.Connection) -> None:
        for key, look in rows:
            _keep(connection, version, key, look)

    if rows:
        catalogue.write(action)


def _keep(connection: sqlite3.Connection, version: int, key: int, look: Look) -> None:
    changed = connection.execute(
        "UPDATE asset SET width = ?, height = ?, seconds = ?, looked = ?, problem = ? WHERE id = ?",
        (look.width, look.height, look.seconds, version, look.problem, key),
    ).rowcount
    if not changed:
        return
    _keep_origin(connection, key, look)
    connection.execute("DELETE FROM color WHERE asset = ?", (key,))
    connection.executemany(
        "INSERT OR REPLACE INTO color (cell, asset, lightness, a, b, share) VALUES (?, ?, ?, ?, ?, ?)",
        [(cell_of(color.lab), key, *color.lab, color.share) for color in look.colors],
    )
    connection.execute(
        "INSERT OR REPLACE INTO look (asset, thumbnail, hashes, vector) VALUES (?, ?, ?, ?)",
        (key, look.thumbnail, look.hashes, look.vector),
    )


def _keep_origin(connection: sqlite3.Connection, key: int, look: Look) -> None:
    """Whose a file says it is, where nobody else has said anything of that: one who knows goes before a file."""
    if not (look.author or look.licence or look.source):
        return
    changed = connection.execute(
        "UPDATE asset SET author = ?, licence = ?, source = ?"
        " WHERE id = ? AND author = '' AND licence = '' AND source = ''",
        (look.author, look.licence, look.source, key),
    ).rowcount
    if changed:
        write_words(connection, [key])


def thumbnails_of(catalogue: Catalogue, assets: Sequence[int]) -> dict[int, bytes]:
    """WebP files of those of the assets that have one."""
    marks = ",".join("?" * len(assets))
    question = f"SELECT asset, thumbnail FROM look WHERE asset IN ({marks}) AND thumbnail <> x''"
    rows = catalogue.read(lambda connection: connection.execute(question, tuple(assets)).fetchall())
    return {row[0]: row[1] for row in rows}


def colors_of(catalogue: Catalogue, asset: int) -> list[LeadingColor]:
    """The largest first."""
    question = "SELECT lightness, a, b, share FROM color WHERE asset = ? ORDER BY share DESC"
    rows = catalogue.read(lambda connection: connection.execute(question, (asset,)).fetchall())
    return [LeadingColor((row[0], row[1], row[2]), row[3]) for row in rows]


def fingerprints(catalogue: Catalogue) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.float32]]:
    """Ids (n,), hashes (n, views) and vectors (n, length) of all living assets that have a fingerprint."""
    question = (
        "SELECT asset, hashes, vector FROM look JOIN asset ON asset.id = look.asset"
        " WHERE trashed IS NULL AND length(vector) > 0"
    )
    rows = catalogue.read(lambda connection: connection.execute(question).fetchall())
    ids = np.array([row[0] for row in rows], np.int64)
    hashes = np.frombuffer(b"".join(row[1] for row in rows), "<u8").astype(np.uint64)
    vectors = np.frombuffer(b"".join(row[2] for row in rows), "<f2").astype(np.float32)
    count = max(len(rows), 1)
    return ids, hashes.reshape(len(rows), len(hashes) // count), vectors.reshape(len(rows), len(vectors) // count)
