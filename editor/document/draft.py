"""The one open edit of a project: remembers how each touched record was, so that it can be taken back exactly."""

from editor.base.ids import IdSequence, new_seed
from editor.document.change import Change, between
from editor.document.history import Invocation
from editor.document.index import Index
from editor.model.record import Record


class Draft:
    """Writes to the project's records and index, and can roll both back to where it began.

    `accepting` is False between the updates of a gesture: a write that arrives then belongs to nobody.
    """

    def __init__(self, records: dict[str, Record], index: Index, label: str, selection: tuple[str, ...]) -> None:
        self.label = label
        self.ids = IdSequence(new_seed())
        self.selection = selection
        self.invocations: list[Invocation] = []
        self.accepting = True
        self._records = records
        self._index = index
        self._before: dict[str, Record | None] = {}

    def put(self, item: Record) -> None:
        old = self._records.get(item.id)
        if old is item:
            return
        self._before.setdefault(item.id, old)
        self._records[item.id] = item
        self._index.replace(old, item)

    def delete(self, key: str) -> None:
        """Remove a record and all below it."""
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

    def rollback(self) -> None:
        """Go back to the mark: records, index and the sequence of ids."""
        for key, old in self._before.items():
            current = self._records.get(key)
            if old is None:
                self._records.pop(key, None)
            else:
                self._records[key] = old
            self._index.replace(current, old)
        self._before.clear()
        self.invocations.clear()
        self.ids = IdSequence(self.ids.seed)
