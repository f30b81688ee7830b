"""What no record and no step of the history needs any more, and how much each part of a project takes.

Blobs are found by their names in the text of records and history: anything that looks like a name counts, so a blob
that a newer version refers to in a way of its own is kept as well.
"""

import sqlite3
from collections.abc import Collection, Iterator

from editor.document.change import unpack
from editor.storage.rows import PUT_META, blob_names, entry_checksum
from editor.storage.store import Store


def referenced_blobs(connection: sqlite3.Connection) -> set[str]:
    """Every name that a record, a command's parameters or a stored change mentions."""
    found: set[str] = set()
    for text in _texts(connection):
        found.update(blob_names(text))
    return found


def _texts(connection: sqlite3.Connection) -> Iterator[bytes]:
    for (data,) in connection.execute("SELECT CAST(data AS BLOB) FROM record"):
        yield data
    for entry, change in connection.execute("SELECT CAST(entry AS BLOB), change FROM history"):
        yield entry
        yield unpack(change)


def collect_garbage(store: Store, spared: Collection[str] = ()) -> int:
    """Delete the blobs that nothing names, but for `spared`; returns how many.

    The space is used again, or won by `compact`.
    """

    def action(connection: sqlite3.Connection) -> int:
        kept = referenced_blobs(connection)
        names = [row[0] for row in connection.execute("SELECT name FROM blob")]
        doomed = [(name,) for name in names if name not in kept and name not in spared]
        connection.executemany("DELETE FROM blob WHERE name = ?", doomed)
        return len(doomed)

    return store.write(action)


def cut_history(connection: sqlite3.Connection, cut: int) -> list[int]:
    """Forget entry `cut` and all that does not come after it: its state becomes the start. Returns what is gone.

    The caller sees to it that the head is `cut` or comes after it.
    """
    parents = dict(connection.execute("SELECT id, parent FROM history").fetchall())
    children: dict[int, list[int]] = {}
    for key, parent in parents.items():
        children.setdefault(parent, []).append(key)
    kept: set[int] = set()
    pending = list(children.get(cut, ()))
    while pending:
        key = pending.pop()
        kept.add(key)
        pending.extend(children.get(key, ()))
    gone = sorted(set(parents) - kept)
    connection.executemany("DELETE FROM history WHERE id = ?", [(key,) for key in gone])
    connection.executemany("DELETE FROM version WHERE entry = ?", [(key,) for key in gone if key != cut])
    connection.execute("UPDATE version SET entry = 0 WHERE entry = ?", (cut,))
    for key in children.get(cut, ()):
        (text,) = connection.execute("SELECT CAST(entry AS BLOB) FROM history WHERE id = ?", (key,)).fetchone()
        statement = "UPDATE history SET parent = 0, checksum = ? WHERE id = ?"
        connection.execute(statement, (entry_checksum(key, 0, text), key))
    connection.execute(PUT_META, ("history_cut", "1"))
    return gone


def history_cut_for(connection: sqlite3.Connection, path: list[int], keep_bytes: int) -> int | None:
    """The entry to cut at so that at most `keep_bytes` of changes stay, or None when all may stay.

    `path` leads from the first entry to the head. The oldest go first; the head itself is never passed.
    """
    sizes = dict(connection.execute("SELECT id, length(change) + length(entry) FROM history").fetchall())
    total = sum(sizes.values())
    cut = None
    for key in path:
        if total <= keep_bytes:
            break
        total -= sizes.get(key, 0)
        cut = key
    return cut


def size_by_kind(store: Store) -> dict[str, int]:
    """Bytes of the file by what they hold: records, blobs, history, thumbnails, and what is free."""
    questions = {
        "records": "SELECT coalesce(sum(length(data)), 0) FROM record",
        "blobs": "SELECT coalesce(sum(length(data)), 0) FROM blob",
        "history": "SELECT coalesce(sum(length(change) + length(entry)), 0) FROM history",
        "thumbnails": "SELECT coalesce(sum(length(data)), 0) FROM thumbnail",
        "free": "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size",
        "file": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    }
    return store.read(lambda c: {name: int(c.execute(text).fetchone()[0]) for name, text in questions.items()})
