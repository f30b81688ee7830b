"""The history tree: one entry a transaction, branches kept. It says where the project stands; it undoes nothing."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

ROOT = 0


class Invocation(msgspec.Struct, frozen=True):
    """A command as it was run: its name and its parameters as plain data."""

    command: str
    parameters: dict[str, Any]


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One committed transaction. `seed` gave its ids, `invocations` replay it, the selections frame it.

    `language` is what the person spoke: "Layer 3" and "Calque 3" come from the same command.
    """

    id: int
    parent: int
    label: str
    time: float
    seed: str = ""
    invocations: tuple[Invocation, ...] = ()
    selection_before: tuple[str, ...] = ()
    selection_after: tuple[str, ...] = ()
    language: str = ""


class History:
    """Entries by id, the head (where the project stands), and for each entry the child that redo goes to."""

    def __init__(self, entries: Iterable[HistoryEntry] = (), head: int = ROOT) -> None:
        self._entries: dict[int, HistoryEntry] = {}
        self.next_id = ROOT + 1
        self._children: dict[int, list[int]] = {ROOT: []}
        self._last_visited: dict[int, int] = {}
        for entry in sorted(entries, key=lambda item: item.id):
            self._entries[entry.id] = entry
            self._children.setdefault(entry.id, [])
            self._children.setdefault(entry.parent, []).append(entry.id)
            self._last_visited[entry.parent] = entry.id
            self.next_id = entry.id + 1
        self.head = ROOT
        self.move(head if head in self._entries else ROOT)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[HistoryEntry]:
        return iter(self._entries.values())

    def __contains__(self, entry_id: int) -> bool:
        return entry_id == ROOT or entry_id in self._entries

    def __getitem__(self, entry_id: int) -> HistoryEntry:
        return self._entries[entry_id]

    def append(self, entry: HistoryEntry) -> None:
        """Add a child of the head and stand on it. The way to the head leads to the head already."""
        self._entries[entry.id] = entry
        self.next_id = max(self.next_id, entry.id + 1)
        self._children[entry.id] = []
        self._children.setdefault(entry.parent, []).append(entry.id)
        self._last_visited[entry.parent] = entry.id
        self.head = entry.id

    def move(self, entry_id: int) -> None:
        """Stand on an entry; redo will come back along the way that leads there."""
        self.head = entry_id
        for child in self.path(entry_id):
            self._last_visited[self._entries[child].parent] = child

    def parent_of_head(self) -> int | None:
        return None if self.head not in self._entries else self._entries[self.head].parent

    def redo_target(self) -> int | None:
        return self._last_visited.get(self.head)

    def children(self, entry_id: int) -> tuple[int, ...]:
        return tuple(self._children.get(entry_id, ()))

    def path(self, entry_id: int) -> list[int]:
        """Entries from the first after the start to `entry_id`."""
        steps: list[int] = []
        while entry_id in self._entries:
            steps.append(entry_id)
            entry_id = self._entries[entry_id].parent
        return steps[::-1]

    def route(self, target: int) -> tuple[list[int], list[int]]:
        """The entries to undo and then those to redo, in order, to get from the head to `target`."""
        here, there = self.path(self.head), self.path(target)
        shared = 0
        while shared < min(len(here), len(there)) and here[shared] == there[shared]:
            shared += 1
        return here[shared:][::-1], there[shared:]

    def visible(self) -> list[int]:
        """The line that a history list shows: the path to the head and on along redo."""
        line = self.path(self.head)
        following = self._last_visited.get(self.head)
        while following is not None:
            line.append(following)
            following = self._last_visited.get(following)
        return line

    def branch_count(self) -> int:
        """How many tips the tree has."""
        return sum(1 for entry_id in self._entries if not self._children[entry_id])
