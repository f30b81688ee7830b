"""What can be asked of a project's records without walking them all: children in order, kinds, the owning document.

The index follows each Change; it holds no state of its own that a fresh build would not give.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, KeysView, Mapping

from editor.model.record import Record


class Index:
    """`records` is the project's own dictionary; the index only reads it."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = records
        self._children: defaultdict[str | None, dict[str, None]] = defaultdict(dict)
        self._sorted: dict[str | None, tuple[str, ...]] = {}
        self._kinds: defaultdict[type[Record], dict[str, None]] = defaultdict(dict)
        for item in records.values():
            self._add(item)

    def children(self, parent: str | None) -> tuple[str, ...]:
        """Ids of the children in order."""
        found = self._sorted.get(parent)
        if found is None:
            records = self._records
            found = tuple(sorted(self._children.get(parent, ()), key=lambda key: (records[key].order, key)))
            self._sorted[parent] = found
        return found

    def unsorted_children(self, parent: str | None) -> KeysView[str]:
        """Ids of the children in no order: for tiles by the thousand, whose order means nothing."""
        return self._children[parent].keys() if parent in self._children else {}.keys()

    def of_type(self, cls: type[Record]) -> Iterator[str]:
        """Ids of every record whose class is `cls` or one of its subclasses."""
        for kind, keys in self._kinds.items():
            if issubclass(kind, cls):
                yield from keys

    def ancestors(self, key: str) -> Iterator[str]:
        """The parent, its parent, and so on; ends at the root or at a missing record."""
        seen = {key}
        item = self._records.get(key)
        while item is not None and item.parent is not None and item.parent not in seen:
            yield item.parent
            seen.add(item.parent)
            item = self._records.get(item.parent)

    def root(self, key: str) -> str:
        """The document that owns a record (the record itself when it is one)."""
        return next(reversed([key, *self.ancestors(key)]))

    def subtree(self, key: str) -> Iterator[str]:
        """The record and everything below it, parents before children."""
        pending = [key]
        while pending:
            current = pending.pop()
            yield current
            pending.extend(reversed(self.children(current)))

    def replace(self, before: Record | None, after: Record | None) -> None:
        """Follow one record from one state to the next."""
        if (
            before is not None
            and after is not None
            and before.parent == after.parent
            and before.order == after.order
            and type(before) is type(after)
        ):
            return
        if before is not None:
            self._children[before.parent].pop(before.id, None)
            self._kinds[type(before)].pop(before.id, None)
            siblings = self._sorted.pop(before.parent, None)
            if siblings is not None and after is not None and after.parent == before.parent and before.id in siblings:
                place = siblings.index(before.id)
                self._sorted[before.parent] = siblings[:place] + siblings[place + 1 :]
        if after is not None:
            self._add(after)

    def _add(self, item: Record) -> None:
        self._children[item.parent][item.id] = None
        self._kinds[type(item)][item.id] = None
        self._sort_in(item)

    def _sort_in(self, item: Record) -> None:
        """Find the place among what is sorted: ten thousand in a row would else sort ten thousand times."""
        siblings = self._sorted.get(item.parent)
        if siblings is None:
            return
        records = self._records
        place = bisect_left(siblings, (item.order, item.id), key=lambda key: (records[key].order, key))
        self._sorted[item.parent] = (*siblings[:place], item.id, *siblings[place:])
