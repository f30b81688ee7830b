"""Steps of the catalogue that can be taken back: what some assets were before, and what they became.

A step holds values, never code; what others changed meanwhile in other fields stays as it is.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from editor.library.catalogue import Catalogue
from editor.library.edits import EDITABLE
from editor.library.words import write_words

FIELDS = (*EDITABLE, "trashed")
MOST, MOST_ROWS = 50, 200_000
"""Steps that are kept, and assets in all of them together."""
AMONG = "(SELECT value FROM json_each(?))"
Rows = dict[int, tuple[object, ...]]


@dataclass(frozen=True)
class State:
    """Fields, tags and collections of some assets at one moment."""

    fields: Rows
    tags: frozenset[tuple[int, int]]
    collected: frozenset[tuple[int, int, int]]


@dataclass(frozen=True)
class Step:
    """`label` is translated."""

    label: str
    before: State
    after: State


class Steps:
    """What was done in one window, to be undone and done again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def do(self, label: str, assets: Iterable[int], change: Callable[[], object]) -> None:
        """Run a change of these assets as a step; one that changes nothing is none. What it raises passes on."""
        keys = json.dumps([int(key) for key in assets])
        before = self._state(keys)
        change()
        after = self._state(keys)
        if before != after:
            self._done = [*self._done[-MOST + 1 :], Step(label, before, after)]
            while len(self._done) > 1 and sum(len(step.before.fields) for step in self._done) > MOST_ROWS:
                del self._done[0]
            self._undone = []

    def undo(self) -> str:
        """The label of what was taken back; "" when there is nothing."""
        return self._go(self._done, self._undone, back=True)

    def redo(self) -> str:
        return self._go(self._undone, self._done, back=False)

    def _go(self, source: list[Step], target: list[Step], back: bool) -> str:
        if not source:
            return ""
        step = source.pop()
        old, new = (step.after, step.before) if back else (step.before, step.after)
        self.catalogue.write(lambda connection: _turn(connection, old, new))
        target.append(step)
        return step.label

    def _state(self, keys: str) -> State:
        def read(connection: sqlite3.Connection) -> State:
            names = ", ".join(FIELDS)
            rows = connection.execute(f"SELECT id, {names} FROM asset WHERE id IN {AMONG}", (keys,))
            fields = {row[0]: row[1:] for row in rows}
            tags = connection.execute(f"SELECT asset, tag FROM asset_tag WHERE asset IN {AMONG}", (keys,))
            collected = connection.execute(
                f"SELECT collection, asset, rank FROM collection_item WHERE asset IN {AMONG}", (keys,)
            )
            return State(fields, frozenset(tags), frozenset(collected))

        return self.catalogue.read(read)


def _turn(connection: sqlite3.Connection, old: State, new: State) -> None:
    """From one state to another; tags and collections that are no more are left out."""
    for place, name in enumerate(FIELDS):
        changed = [
            (values[place], key) for key, values in new.fields.items() if key in old.fields
            and old.fields[key][place] != values[place]
        ]  # fmt: skip
        connection.executemany(f"UPDATE asset SET {name} = ? WHERE id = ?", changed)
    connection.executemany("DELETE FROM asset_tag WHERE asset = ? AND tag = ?", list(old.tags - new.tags))
    connection.executemany(
        "INSERT OR IGNORE INTO asset_tag (asset, tag) SELECT ?, id FROM tag WHERE id = ?", list(new.tags - old.tags)
    )
    gone = [(collection, asset) for collection, asset, _ in old.collected - new.collected]
    connection.executemany("DELETE FROM collection_item WHERE collection = ? AND asset = ?", gone)
    connection.executemany(
        "INSERT OR REPLACE INTO collection_item (collection, asset, rank) SELECT id, ?2, ?3 FROM collection"
        " WHERE id = ?1",
        list(new.collected - old.collected),
    )
    write_words(connection, new.fields)
