"""The one open edit of a project: remembers how each touched record was, so that it can be taken back exactly."""

from collections.abc import Iterator
from contextlib import contextmanager

from editor.base.ids import IdSequence, new_seed
from editor.document.change import Change, between
from editor.document.history import Invocation
from editor.document.index import Index
from editor.model.record import Record


class Draft:
    """Writes to the project's records and index, and can roll both back to where it began.

    `accepting` is False between the updates of a gesture: a write that arrives then belongs to nobody. `collects` is
    True in a transaction that only groups commands.
    """

    def __init__(self, records: dict[str, Record], index: Index, label: str, selection: tuple[str, ...]) -> None:
        self.label = label
        self.ids = IdSequence(new_seed())
        self.selection = selection
        self.invocations: list[Invocation] = []
        self.accepting = True
        self.collects = False
        self._direct = False
        self._records = records
        self._index = index
        self._before: dict[str, Record | None] = {}

    @contextmanager
    def joined(self, invocation: Invocation | None) -> Iterator[None]:
        """A transaction inside this one: its command is noted when this one only groups commands."""
        collects, self.collects = self.collects, False
        if collects and invocation is not None:
            self.invocations.append(invocation)
        elif collects:
            self.collects = True
        try:
            yield
        finally:
            self.collects = collects

    def replayable(self) -> tuple[Invocation, ...]:
        """The commands that give this change; none when something was also written past them."""
        return () if self._direct else tuple(self.invocations)

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Writes that are taken back alone when they raise: records, commands and ids are as before them."""
        outer, self._before = self._before, {}
        invocations, direct, count = list(self.invocations), self._direct, self.ids.count
        try:
            yield
        except BaseException:
            self._go_back()
            self.invocations, self._direct, self.ids.count = invocations, direct, count
            raise
        finally:
            self._before = {**self._before, **outer}

    def put(self, item: Record) -> None:
        self._direct |= self.collects
        old = self._records.get(item.id)
        if old is item:
            return
        self._before.setdefault(item.id, old)
        self._records[item.id] = item
        self._index.replace(old, item)

    def delete(self, key: str) -> None:
        """Remove a record and all below it."""
        self._direct |= self.collects
        for doomed in list(self._index.subtree(key)):
            old = self._records.pop(doomed, None)
            if old is not None:
                self._before.setdefault(doomed, old)
                self._index.replace(old, None)

    def change(self) -> Change:
        return between(self._before, self._records)

    def touched(self) -> dict[str, Record | None]:
        """The present state of every record that the draft wrote to."""
        return {key: self._records.get(key) for key in self._before}

    def original(self, key: str) -> Record | None:
        """How a record was when the draft was opened."""
        return self._before[key] if key in self._before else self._records.get(key)

    def take_back_in(self, records: dict[str, Record]) -> None:
        """Make a copy of the records what it was when the draft was opened."""
        for key, old in self._before.items():
            if old is None:
                records.pop(key, None)
            else:
                records[key] = old

    def rollback(self) -> None:
        """Go back to the mark: records, index and the sequence of ids."""
        self._go_back()
        self.invocations.clear()
        self._direct = False
        self.ids = IdSequence(self.ids.seed)

    def _go_back(self) -> None:
        for key, old in self._before.items():
            current = self._records.get(key)
            if old is None:
                self._records.pop(key, None)
            else:
                self._records[key] = old
            self._index.replace(current, old)
        self._before.clear()
