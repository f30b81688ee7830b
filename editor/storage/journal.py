"""The `Journal` of a project file: one edit is one SQLite transaction."""

import sqlite3
import zlib
from collections.abc import Iterable, Mapping

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.change import Change, from_bytes, to_bytes
from editor.document.history import HistoryEntry
from editor.storage.blobs import FileBlobs
from editor.storage.garbage import cut_history
from editor.storage.rows import (
    DELETE_RECORD,
    PUT_HISTORY,
    PUT_RECORD,
    RecordRow,
    State,
    blob_names,
    history_row,
    record_row,
    write_state,
)
from editor.storage.store import Store


class FileJournal:
    """`checksums` are those of the record rows as they stand in the file, taken over from loading."""

    def __init__(self, store: Store, blobs: FileBlobs, state: State, checksums: dict[str, int]) -> None:
        self._store = store
        self._blobs = blobs
        self._state = state
        self._checksums = checksums

    @property
    def state(self) -> State:
        return self._state

    def commit(self, entry: HistoryEntry, change: Change) -> None:
        rows, removed = self._rows(change)
        names = [name for row in rows for name in blob_names(row[5].encode())]
        for invocation in entry.invocations:
            names += blob_names(msgspec.json.encode(invocation))
        waiting = self._blobs.waiting(names)
        history = history_row(entry, to_bytes(change))
        self._write(rows, removed, State(head=entry.id, selection=entry.selection_after), waiting, history)
        self._blobs.stored(waiting)

    def move(self, change: Change, head: int, selection: tuple[str, ...]) -> None:
        rows, removed = self._rows(change)
        self._write(rows, removed, State(head=head, selection=selection), {}, None)

    def change_of(self, entry_id: int) -> Change:
        question = "SELECT change, change_checksum FROM history WHERE id = ?"
        row = self._store.read(lambda connection: connection.execute(question, (entry_id,)).fetchone())
        remedy = tr("Steps after it still work; doctor repairs the file into a new one.")
        if row is None or not isinstance(row[0], bytes) or zlib.crc32(row[0]) != row[1]:
            raise ExpectedError(tr("This step of the history is damaged and cannot be travelled."), remedy)
        try:
            return from_bytes(row[0])
        except ValueError as error:
            raise ExpectedError(tr("This step of the history is damaged and cannot be travelled."), remedy) from error

    def cut(self, entry: int, head: int) -> set[int]:
        """Forget the history up to `entry`; returns the ids that are gone. `head` is where the project then stands."""
        state = msgspec.structs.replace(self._state, head=head)

        def action(connection: sqlite3.Connection) -> set[int]:
            gone = set(cut_history(connection, entry))
            write_state(connection, state)
            return gone

        gone = self._store.write(action)
        self._state = state
        return gone

    def _rows(self, change: Change) -> tuple[list[RecordRow], list[str]]:
        revision = self._state.revision + 1
        rows = [record_row(after, revision) for _, after in change.entries.values() if after is not None]
        return rows, [key for key, (_, after) in change.entries.items() if after is None]

    def _write(
        self,
        rows: list[RecordRow],
        removed: list[str],
        place: State,
        waiting: Mapping[str, tuple[int, int, bytes] | None],
        history: tuple[object, ...] | None,
    ) -> None:
        state = self._next_state(rows, removed, place)

        def action(connection: sqlite3.Connection) -> None:
            self._blobs.insert(connection, dict(waiting))
            connection.executemany(PUT_RECORD, rows)
            connection.executemany(DELETE_RECORD, [(key,) for key in removed])
            if history is not None:
                connection.execute(PUT_HISTORY, history)
            write_state(connection, state)

        self._store.write(action)
        self._state = state
        for key in removed:
            self._checksums.pop(key, None)
        self._checksums.update((row[0], row[6]) for row in rows)

    def _next_state(self, rows: Iterable[RecordRow], removed: Iterable[str], place: State) -> State:
        """The sums after the edit, from those before it, without walking the other records."""
        count, total = self._state.count, self._state.total
        for key in (*(row[0] for row in rows), *removed):
            old = self._checksums.get(key)
            if old is not None:
                count, total = count - 1, total - old
        for row in rows:
            count, total = count + 1, total + row[6]
        revision = self._state.revision + 1
        return State(head=place.head, selection=place.selection, revision=revision, count=count, total=total)
