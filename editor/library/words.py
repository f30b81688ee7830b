"""The text that a search looks through: one row per asset, written again whenever something of it changed."""

import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path

CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
MANY = 500


def name_words(name: str) -> str:
    """A file's name with what is inside its words: "SunsetBeach01.jpg" is found by beach as well.

    >>> name_words("SunsetBeach01.jpg")
    'SunsetBeach01 Sunset Beach 01 jpg'
    """
    path = Path(name)
    stem, extension = path.stem, path.suffix.removeprefix(".")
    parts = CAMEL.sub(" ", stem)
    return " ".join(part for part in (stem, parts if parts != stem else "", extension) if part)


def write_words(connection: sqlite3.Connection, assets: Iterable[int]) -> None:
    """Bring the rows of these assets up to date; inside a transaction."""
    keys = list(dict.fromkeys(assets))
    for start in range(0, len(keys), MANY):
        some = keys[start : start + MANY]
        marks = ",".join("?" * len(some))
        found = connection.execute(
            "SELECT id, name, title, notes, author, source, coalesce((SELECT group_concat(tag.name, ' ') FROM asset_tag"
            " JOIN tag ON tag.id = asset_tag.tag WHERE asset_tag.asset = asset.id), '')"
            f" FROM asset WHERE id IN ({marks})",
            some,
        ).fetchall()
        connection.execute(f"DELETE FROM words WHERE rowid IN ({marks})", some)
        connection.executemany(
            "INSERT INTO words (rowid, name, title, notes, author, source, tags) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(row[0], name_words(row[1]), *row[2:]) for row in found],
        )
