"""What a change of places (collections, kept searches, tags and what they stand under, followed folders) did to the
rows of some tables, so that it can be taken back: only those rows, whatever others changed beside them."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from editor.library.catalogue import Catalogue
from editor.library.words import write_words

Table = Literal["folder", "smart_folder", "collection", "collection_item", "tag", "tag_parent", "asset_tag"]
Row = tuple[object, ...]
COLUMNS: dict[Table, tuple[str, ...]] = {
    "folder": ("path", "added"),
    "smart_folder": ("id", "name", "query"),
    "collection": ("id", "name", "parent"),
    "collection_item": ("collection", "asset", "rank"),
    "tag": ("id", "key", "name"),
    "tag_parent": ("tag", "parent"),
    "asset_tag": ("asset", "tag"),
}
"""What others refer to stands before those that do."""
KEYS: dict[Table, int] = {"collection_item": 2, "tag_parent": 2, "asset_tag": 2}
"""How many of the columns name a row, where it is not the first alone."""
NEEDED: dict[Table, str] = {
    "collection_item": " AND EXISTS (SELECT 1 FROM asset WHERE id = :asset)"
    " AND EXISTS (SELECT 1 FROM collection WHERE id = :collection)",
    "tag_parent": " AND EXISTS (SELECT 1 FROM tag WHERE id = :tag) AND EXISTS (SELECT 1 FROM tag WHERE id = :parent)",
    "asset_tag": " AND EXISTS (SELECT 1 FROM asset WHERE id = :asset) AND EXISTS (SELECT 1 FROM tag WHERE id = :tag)",
    "collection": " AND (:parent IS NULL OR EXISTS (SELECT 1 FROM collection WHERE id = :parent))",
    "tag": " AND NOT EXISTS (SELECT 1 FROM tag WHERE key = :key AND id <> :id)",
}
"""What must still be there for a row to come back."""


@dataclass(frozen=True)
class PlacesStep:
    """`label` is translated. Rows by table that were there before and not after, and the other way round."""

    label: str
    gone: dict[Table, list[Row]]
    come: dict[Table, list[Row]]

    @property
    def size(self) -> int:
        return sum(len(rows) for side in (self.gone, self.come) for rows in side.values())

    def turn(self, catalogue: Catalogue, back: bool) -> None:
        """Take it back, or do it again."""
        old, new = (self.come, self.gone) if back else (self.gone, self.come)
        catalogue.write(lambda connection: _turn(connection, old, new))


def places_step(
    catalogue: Catalogue, label: str, tables: Sequence[Table], change: Callable[[], object]
) -> PlacesStep | None:
    """Run a change of these tables as a step; None when nothing is other than before. What it raises passes on."""
    before = _rows(catalogue, tables)
    change()
    after = _rows(catalogue, tables)
    gone = {name: sorted(before[name] - after[name], key=repr) for name in COLUMNS if name in before}
    come = {name: sorted(after[name] - before[name], key=repr) for name in COLUMNS if name in before}
    step = PlacesStep(label, gone, come)
    return step if step.size else None


def _rows(catalogue: Catalogue, tables: Sequence[Table]) -> dict[Table, set[Row]]:
    def read(connection: sqlite3.Connection) -> dict[Table, set[Row]]:
        return {name: set(connection.execute(f"SELECT {', '.join(COLUMNS[name])} FROM {name}")) for name in tables}

    return catalogue.read(read)


def _turn(connection: sqlite3.Connection, old: dict[Table, list[Row]], new: dict[Table, list[Row]]) -> None:
    """Rows of `old` that are not in `new` under the same name go, those of `new` come."""
    for table in reversed(COLUMNS):
        count = KEYS.get(table, 1)
        stay = {row[:count] for row in new.get(table, [])}
        doomed = [row[:count] for row in old.get(table, []) if row[:count] not in stay]
        where = " AND ".join(f"{name} = ?" for name in COLUMNS[table][:count])
        connection.executemany(f"DELETE FROM {table} WHERE {where}", doomed)
    for table, names in COLUMNS.items():
        rows = _parents_first(new.get(table, [])) if table == "collection" else new.get(table, [])
        connection.executemany(_coming(table), [dict(zip(names, row, strict=True)) for row in rows])
    tags = {row[0] for side in (old, new) for row in side.get("tag", [])}
    assets = {row[0] for side in (old, new) for row in side.get("asset_tag", [])}
    for tag in tags:
        assets.update(row[0] for row in connection.execute("SELECT asset FROM asset_tag WHERE tag = ?", (tag,)))
    write_words(connection, sorted(int(str(key)) for key in assets))


def _coming(table: Table) -> str:
    names, count = COLUMNS[table], KEYS.get(table, 1)
    sets = ", ".join(f"{name} = excluded.{name}" for name in names[count:])
    conflict = f"({', '.join(names[:count])}) DO " + (f"UPDATE SET {sets}" if sets else "NOTHING")
    values = ", ".join(f":{name}" for name in names)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} WHERE 1{NEEDED.get(table, '')}"
        f" ON CONFLICT {conflict}"
    )


def _parents_first(rows: list[Row]) -> list[Row]:
    """Collections before those inside them."""
    known = {row[0]: row for row in rows}

    def depth(row: Row) -> int:
        count, seen = 0, {row[0]}
        while row[2] in known and row[2] not in seen:
            row, count = known[row[2]], count + 1
            seen.add(row[0])
        return count

    return sorted(rows, key=depth)
