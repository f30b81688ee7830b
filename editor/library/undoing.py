"""Steps of the catalogue that can be taken back: what some assets were before, and what they became.

A step holds values, never code; what others changed meanwhile in other fields stays as it is.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from editor.library.catalogue import Catalogue
from editor.library.edits import EDITABLE, UNSEARCHED
from editor.library.pieces import write_in_pieces
from editor.library.undoing_places import PlacesStep, Table, places_step
from editor.library.words import write_words

FIELDS = (*EDITABLE, "trashed")
MOST, MOST_ROWS = 50, 200_000
"""Steps that are kept, and assets in all of them together."""
AMONG = "(SELECT value FROM json_each(?))"
Rows = dict[int, tuple[object, ...]]


@dataclass(frozen=True)
class State:
    """Fields, tags and collections of some assets at one moment: `collected` has collection, asset and its place in
    the collection's order. `born` tells an asset from a later one that got the number of one deleted for good."""

    fields: Rows
    tags: frozenset[tuple[int, int]]
    collected: frozenset[tuple[int, int, int]]
    born: dict[int, float]


@dataclass(frozen=True)
class Step:
    """`label` is translated."""

    label: str
    before: State
    after: State

    @property
    def size(self) -> int:
        return len(self.before.fields)

    def turn(self, catalogue: Catalogue, back: bool) -> None:
        """Take it back, or do it again."""
        old, new = (self.after, self.before) if back else (self.before, self.after)
        lost, won = old.tags - new.tags, new.tags - old.tags
        searched = {asset for asset, _ in lost | won} | _other_words(old, new)

        def turn(connection: sqlite3.Connection, some: list[int]) -> None:
            keys = _alive(connection, new, some)
            _turn_fields(connection, old, new, keys)
            _turn_tags(connection, [one for one in lost if one[0] in keys], [one for one in won if one[0] in keys])
            write_words(connection, keys & searched)

        write_in_pieces(catalogue, new.fields, turn)
        if old.collected != new.collected:
            catalogue.write(lambda connection: _put_in_order(connection, old, new))


class Steps:
    """What was done in one window, to be undone and done again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._done: list[Step | PlacesStep] = []
        self._undone: list[Step | PlacesStep] = []

    def do(self, label: str, assets: Iterable[int], change: Callable[[], object]) -> None:
        """Run a change of these assets as a step; one that changes nothing is none. What it raises passes on."""
        keys = json.dumps([int(key) for key in assets])
        before = self._state(keys)
        try:
            change()
        finally:  # a change of very many is written piece by piece: what was done before it failed can be undone
            self._note(label, before, self._state(keys))

    def _note(self, label: str, before: State, after: State) -> None:
        if before != after:
            self._keep(Step(label, before, after))

    def do_places(self, label: str, tables: Sequence[Table], change: Callable[[], object]) -> None:
        """The same for a change of collections, kept searches, tags and followed folders, by the tables it writes."""
        step = places_step(self.catalogue, label, tables, change)
        if step is not None:
            self._keep(step)

    def _keep(self, step: Step | PlacesStep) -> None:
        self._done = [*self._done[-MOST + 1 :], step]
        while len(self._done) > 1 and sum(one.size for one in self._done) > MOST_ROWS:
            del self._done[0]
        self._undone = []

    def next_size(self, back: bool) -> int:
        """How many assets or rows the next step back, or forward, is about."""
        steps = self._done if back else self._undone
        return steps[-1].size if steps else 0

    def undo(self) -> str:
        """The label of what was taken back; "" when there is nothing."""
        return self._go(self._done, self._undone, back=True)

    def redo(self) -> str:
        return self._go(self._undone, self._done, back=False)

    def _go(self, source: list[Step | PlacesStep], target: list[Step | PlacesStep], back: bool) -> str:
        if not source:
            return ""
        step = source[-1]
        step.turn(self.catalogue, back)
        target.append(source.pop())
        return step.label

    def _state(self, keys: str) -> State:
        def read(connection: sqlite3.Connection) -> State:
            names = ", ".join(FIELDS)
            rows = connection.execute(f"SELECT id, added, {names} FROM asset WHERE id IN {AMONG}", (keys,)).fetchall()
            fields = {row[0]: row[2:] for row in rows}
            tags = connection.execute(f"SELECT asset, tag FROM asset_tag WHERE asset IN {AMONG}", (keys,))
            collected = connection.execute(
                "SELECT collection, asset, place FROM (SELECT collection, asset, row_number() OVER"
                " (PARTITION BY collection ORDER BY rank, asset) - 1 AS place FROM collection_item WHERE collection IN"
                f" (SELECT collection FROM collection_item WHERE asset IN {AMONG})) WHERE asset IN {AMONG}",
                (keys, keys),
            )
            return State(fields, frozenset(tags), frozenset(collected), {row[0]: row[1] for row in rows})

        return self.catalogue.read(read)


def _other_words(old: State, new: State) -> set[int]:
    """Assets of which a search looks through other words than before."""
    places = [place for place, name in enumerate(EDITABLE) if name not in UNSEARCHED]
    pairs = ((key, old.fields.get(key), values) for key, values in new.fields.items())
    return {key for key, before, after in pairs if before is None or any(before[at] != after[at] for at in places)}


def _turn_fields(connection: sqlite3.Connection, old: State, new: State, keys: set[int]) -> None:
    """Some assets from one state to another."""
    for place, name in enumerate(FIELDS):
        changed = [
            (new.fields[key][place], key) for key in keys
            if key in old.fields and old.fields[key][place] != new.fields[key][place]
        ]  # fmt: skip
        connection.executemany(f"UPDATE asset SET {name} = ? WHERE id = ?", changed)


def _turn_tags(connection: sqlite3.Connection, lost: Iterable[tuple[int, int]], won: Iterable[tuple[int, int]]) -> None:
    """Tags that are no more are left out."""
    connection.executemany("DELETE FROM asset_tag WHERE asset = ? AND tag = ?", lost)
    connection.executemany("INSERT OR IGNORE INTO asset_tag (asset, tag) SELECT ?, id FROM tag WHERE id = ?", won)


def _alive(connection: sqlite3.Connection, state: State, keys: Iterable[int]) -> set[int]:
    """Those that were not deleted for good meanwhile."""
    rows = connection.execute(f"SELECT id, added FROM asset WHERE id IN {AMONG}", (json.dumps(list(keys)),))
    return {key for key, added in rows if state.born.get(key) == added}


def _put_in_order(connection: sqlite3.Connection, old: State, new: State) -> None:
    """Collections as they were. Each asset comes to its own place in the order again, the rest keeps theirs.

    Also those that have the same place in both: what others do around them may have moved them.
    """
    both = old.collected | new.collected
    alive = _alive(connection, new, {asset for _, asset, _ in both})
    for key in {collection for collection, _, _ in old.collected ^ new.collected}:
        if connection.execute("SELECT 1 FROM collection WHERE id = ?", (key,)).fetchone() is None:
            continue
        away = {asset for collection, asset, _ in both if collection == key}
        question = "SELECT asset FROM collection_item WHERE collection = ? ORDER BY rank, asset"
        order = [row[0] for row in connection.execute(question, (key,)) if row[0] not in away]
        wanted = [(place, asset) for collection, asset, place in new.collected if collection == key and asset in away]
        for place, asset in sorted(wanted):
            if asset in alive:
                order.insert(place, asset)
        connection.execute("DELETE FROM collection_item WHERE collection = ?", (key,))
        connection.executemany(
            "INSERT INTO collection_item (collection, asset, rank) VALUES (?, ?, ?)",
            [(key, asset, rank) for rank, asset in enumerate(order)],
        )
