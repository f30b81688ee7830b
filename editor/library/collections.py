"""Collections, one in another, with an order of their own; and searches that are kept as folders."""

import sqlite3
from collections.abc import Iterable

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.catalogue import Catalogue
from editor.library.search.check import check_search


class Collection(msgspec.Struct, frozen=True, array_like=True):
    """`parent` is the id of the collection around it; `count` is without those inside."""

    id: int
    name: str
    parent: int | None
    count: int


class SmartFolder(msgspec.Struct, frozen=True, array_like=True):
    id: int
    name: str
    query: str


def collections(catalogue: Catalogue) -> list[Collection]:
    rows = catalogue.rows(
        "SELECT id, name, parent, (SELECT count(*) FROM collection_item JOIN asset ON asset.id = collection_item.asset"
        " WHERE collection_item.collection = collection.id AND asset.trashed IS NULL) FROM collection"
        " ORDER BY name COLLATE NOCASE, id"
    )
    return [msgspec.convert(row, Collection) for row in rows]


def make_collection(catalogue: Catalogue, name: str, parent: int | None = None) -> int:
    name = _checked(name)
    statement = "INSERT INTO collection (name, parent) VALUES (?, ?)"
    return int(catalogue.write(lambda c: c.execute(statement, (name, parent)).lastrowid) or 0)


def rename_collection(catalogue: Catalogue, key: int, name: str) -> None:
    name = _checked(name)
    catalogue.write(lambda c: c.execute("UPDATE collection SET name = ? WHERE id = ?", (name, key)))


def move_collection(catalogue: Catalogue, key: int, parent: int | None) -> None:
    """Into another one, or to the top. Raises ExpectedError when that one lies inside it."""

    def action(connection: sqlite3.Connection) -> None:
        above = parent
        while above is not None:
            if above == key:
                raise ExpectedError(tr("A collection cannot lie inside itself."))
            row = connection.execute("SELECT parent FROM collection WHERE id = ?", (above,)).fetchone()
            above = row[0] if row else None
        connection.execute("UPDATE collection SET parent = ? WHERE id = ?", (parent, key))

    catalogue.write(action)


def delete_collection(catalogue: Catalogue, key: int) -> None:
    """The collection and those inside it; the assets stay."""
    catalogue.write(lambda c: c.execute("DELETE FROM collection WHERE id = ?", (key,)))


def collect(catalogue: Catalogue, key: int, assets: Iterable[int], before: int | None = None) -> None:
    """Put assets into a collection, or to another place in it: before one of its assets, or at the end."""
    wanted = list(dict.fromkeys(assets))

    def action(connection: sqlite3.Connection) -> None:
        order = _order(connection, key)
        rest = [asset for asset in order if asset not in set(wanted)]
        at = rest.index(before) if before in rest else len(rest)
        order = [*rest[:at], *wanted, *rest[at:]]
        connection.executemany(
            "INSERT INTO collection_item (collection, asset, rank) VALUES (?, ?, ?)"
            " ON CONFLICT (collection, asset) DO UPDATE SET rank = excluded.rank",
            [(key, asset, rank) for rank, asset in enumerate(order)],
        )

    catalogue.write(action)


def take_out(catalogue: Catalogue, key: int, assets: Iterable[int]) -> None:
    statement = "DELETE FROM collection_item WHERE collection = ? AND asset = ?"
    pairs = [(key, asset) for asset in assets]
    catalogue.write(lambda c: c.executemany(statement, pairs))


def collected(catalogue: Catalogue, key: int) -> list[int]:
    """Ids in the collection's own order."""
    return catalogue.read(lambda connection: _order(connection, key))


def smart_folders(catalogue: Catalogue) -> list[SmartFolder]:
    rows = catalogue.rows("SELECT id, name, query FROM smart_folder ORDER BY name COLLATE NOCASE, id")
    return [msgspec.convert(row, SmartFolder) for row in rows]


def keep_search(catalogue: Catalogue, name: str, query: str) -> int:
    """Keep a search under a name. Raises ExpectedError for one that means nothing."""
    check_search(query)
    name = _checked(name)
    statement = "INSERT INTO smart_folder (name, query) VALUES (?, ?)"
    return int(catalogue.write(lambda c: c.execute(statement, (name, query)).lastrowid) or 0)


def change_search(catalogue: Catalogue, key: int, name: str, query: str) -> None:
    check_search(query)
    name = _checked(name)
    catalogue.write(lambda c: c.execute("UPDATE smart_folder SET name = ?, query = ? WHERE id = ?", (name, query, key)))


def forget_search(catalogue: Catalogue, key: int) -> None:
    catalogue.write(lambda c: c.execute("DELETE FROM smart_folder WHERE id = ?", (key,)))


def _order(connection: sqlite3.Connection, key: int) -> list[int]:
    question = "SELECT asset FROM collection_item WHERE collection = ? ORDER BY rank, asset"
    return [row[0] for row in connection.execute(question, (key,))]


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise ExpectedError(tr("A name has from 1 to {most} letters.", most=120))
    return name
