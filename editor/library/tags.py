"""Tags, of which each may stand under several others: what is tagged "oak" is found by "tree" and by "wood"."""

import sqlite3
import unicodedata
from collections.abc import Iterable

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.catalogue import Catalogue
from editor.library.pieces import write_in_pieces
from editor.library.words import write_words

LONGEST = 80
BELOW = (
    "WITH RECURSIVE below(id) AS (SELECT ? UNION SELECT tag_parent.tag FROM tag_parent JOIN below"
    " ON tag_parent.parent = below.id) SELECT id FROM below"
)
"""A tag and all under it; UNION ends a circle, should there be one."""


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """`parents` are the ids of the tags above it, `count` how many assets carry it itself."""

    id: int
    name: str
    parents: tuple[int, ...] = ()
    count: int = 0


def tag_key(name: str) -> str:
    """By what two spellings are the same tag: no case, one form of accents, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def checked_name(name: str) -> str:
    """A tag's name without odd spaces. Raises ExpectedError for an empty or overlong one."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name or len(name) > LONGEST or any(unicodedata.category(letter).startswith("C") for letter in name):
        raise ExpectedError(tr("A tag has from 1 to {most} letters.", most=LONGEST))
    return name


def tags(catalogue: Catalogue) -> list[Tag]:
    """All tags by name."""
    found = catalogue.rows(
        "SELECT tag.id, tag.name, (SELECT count(*) FROM asset_tag JOIN asset ON asset.id = asset_tag.asset"
        " WHERE asset_tag.tag = tag.id AND asset.trashed IS NULL), (SELECT group_concat(parent) FROM tag_parent"
        " WHERE tag_parent.tag = tag.id) FROM tag ORDER BY tag.key"
    )
    return [
        Tag(
            id=int(str(key)),
            name=str(name),
            parents=tuple(int(part) for part in str(parents or "").split(",") if part),
            count=int(str(count)),
        )
        for key, name, count, parents in found
    ]


def tags_of(catalogue: Catalogue, asset: int) -> list[str]:
    question = "SELECT name FROM tag JOIN asset_tag ON tag.id = asset_tag.tag WHERE asset = ? ORDER BY tag.key"
    return [str(name) for (name,) in catalogue.rows(question, (asset,))]


def tag_assets(catalogue: Catalogue, assets: Iterable[int], names: Iterable[str]) -> None:
    """Give tags to assets; tags that do not exist are made."""
    keys, wanted = list(assets), list(names)

    def action(connection: sqlite3.Connection, some: list[int]) -> None:
        add_tags(connection, some, wanted)
        write_words(connection, some)

    write_in_pieces(catalogue, keys, action)


def untag_assets(catalogue: Catalogue, assets: Iterable[int], names: Iterable[str]) -> None:
    keys, wanted = list(assets), [tag_key(name) for name in names]

    def action(connection: sqlite3.Connection, some: list[int]) -> None:
        connection.executemany(
            "DELETE FROM asset_tag WHERE asset = ? AND tag = (SELECT id FROM tag WHERE key = ?)",
            [(asset, name) for asset in some for name in wanted],
        )
        write_words(connection, some)

    write_in_pieces(catalogue, keys, action)


def set_parents(catalogue: Catalogue, tag: str, parents: Iterable[str]) -> None:
    """Put a tag under others, and nowhere else. Raises ExpectedError when it would come to stand under itself."""
    names = list(parents)

    def action(connection: sqlite3.Connection) -> None:
        key = make_tag(connection, tag)
        connection.execute("DELETE FROM tag_parent WHERE tag = ?", (key,))
        below = {row[0] for row in connection.execute(BELOW, (key,))}
        for name in names:
            parent = make_tag(connection, name)
            if parent in below:
                raise ExpectedError(
                    tr("{tag} cannot stand under {parent}, which stands under it.", tag=tag, parent=name)
                )
            connection.execute("INSERT OR IGNORE INTO tag_parent (tag, parent) VALUES (?, ?)", (key, parent))

    catalogue.write(action)


def rename_tag(catalogue: Catalogue, tag: str, name: str) -> None:
    """Another name; if there is a tag of that name already, the two become one."""
    name = checked_name(name)

    def action(connection: sqlite3.Connection) -> None:
        key = _known(connection, tag)
        twin = connection.execute("SELECT id FROM tag WHERE key = ? AND id <> ?", (tag_key(name), key)).fetchone()
        if twin is not None:
            connection.execute(
                "INSERT OR IGNORE INTO asset_tag SELECT asset, ? FROM asset_tag WHERE tag = ?", (twin[0], key)
            )
            _merge_tree(connection, key, int(twin[0]))
            connection.execute("DELETE FROM tag WHERE id = ?", (key,))
            key = int(twin[0])
        connection.execute("UPDATE tag SET key = ?, name = ? WHERE id = ?", (tag_key(name), name, key))
        write_words(connection, _tagged(connection, key))

    catalogue.write(action)


def _merge_tree(connection: sqlite3.Connection, key: int, twin: int) -> None:
    """Let a tag stand under and over whatever another does, but for what would bring it under itself."""
    family = connection.execute(
        "SELECT tag, parent FROM tag_parent WHERE ?1 IN (tag, parent) ORDER BY tag, parent", (key,)
    ).fetchall()
    connection.execute("DELETE FROM tag_parent WHERE ?1 IN (tag, parent)", (key,))
    for below, above in family:
        below, above = (twin if one == key else one for one in (below, above))
        if above not in {row[0] for row in connection.execute(BELOW, (below,))}:
            connection.execute("INSERT OR IGNORE INTO tag_parent (tag, parent) VALUES (?, ?)", (below, above))


def delete_tag(catalogue: Catalogue, tag: str) -> None:
    """Take a tag away from everything. The assets stay."""

    def action(connection: sqlite3.Connection) -> None:
        key = _known(connection, tag)
        assets = _tagged(connection, key)
        connection.execute("DELETE FROM tag WHERE id = ?", (key,))
        write_words(connection, assets)

    catalogue.write(action)


def add_tags(connection: sqlite3.Connection, assets: Iterable[int], names: Iterable[str]) -> None:
    """Inside a transaction; the caller writes the words."""
    keys = [make_tag(connection, name) for name in names]
    connection.executemany(
        "INSERT OR IGNORE INTO asset_tag (asset, tag) VALUES (?, ?)", [(asset, key) for asset in assets for key in keys]
    )


def make_tag(connection: sqlite3.Connection, name: str) -> int:
    """The id of a tag, which is made when there is none of that name."""
    name = checked_name(name)
    connection.execute("INSERT OR IGNORE INTO tag (key, name) VALUES (?, ?)", (tag_key(name), name))
    return int(connection.execute("SELECT id FROM tag WHERE key = ?", (tag_key(name),)).fetchone()[0])


def _known(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT id FROM tag WHERE key = ?", (tag_key(name),)).fetchone()
    if row is None:
        raise ExpectedError(tr("There is no tag {name}.", name=name))
    return int(row[0])


def _tagged(connection: sqlite3.Connection, tag: int) -> list[int]:
    return [row[0] for row in connection.execute("SELECT asset FROM asset_tag WHERE tag = ?", (tag,))]
