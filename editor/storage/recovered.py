"""What can be got out of a project file, damaged or not: every row that proves itself, and what is known to be lost.

Three sources, the better first: SQLite's own reading; the raw pages; and the history, in which the last state of a
record stands once more.
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.change import Change, from_bytes
from editor.document.history import ROOT, HistoryEntry
from editor.document.journal import BlobDamaged
from editor.model.record import Record, decode
from editor.storage.blobs import unpack
from editor.storage.connection import PAGE_SIZE, connect
from editor.storage.rows import State, parse_state, read_entry, record_checksum
from editor.storage.salvage import RawRow, read_rows

CHUNK = 200


@dataclass(frozen=True)
class StoredRecord:
    """A record row that proved itself. `revision` tells the newer of two."""

    item: Record
    revision: int
    checksum: int


@dataclass(frozen=True)
class StoredStep:
    """A history row; `change` is None when its bytes are damaged."""

    entry: HistoryEntry
    change: bytes | None


@dataclass
class Recovered:
    """Blobs are not held: `blob` reads one when asked, `blob_names` lists those that are there."""

    records: dict[str, StoredRecord] = field(default_factory=dict)
    steps: dict[int, StoredStep] = field(default_factory=dict)
    state: State | None = None
    others: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    blob_names: set[str] = field(default_factory=set)
    bad_blobs: set[str] = field(default_factory=set)
    bad_rows: int = 0
    unreadable: set[str] = field(default_factory=set)

    def take_record(self, row: tuple[Any, ...]) -> bool:
        """A row (id, kind, version, revision, data, checksum); False when it does not prove itself."""
        key, kind, version, revision, data, checksum = row
        try:
            if record_checksum(key, kind, version, revision, data) != checksum:
                return False
            item = decode(kind, version, data)
        except (ValueError, TypeError, AttributeError, KeyError, msgspec.MsgspecError):
            return False
        known = self.records.get(key)
        if item.id == key and (known is None or known.revision < revision):
            self.records[key] = StoredRecord(item, revision, checksum)
        return True

    def take_step(self, key: Any, parent: Any, text: Any, checksum: Any, change: Any, change_checksum: Any) -> bool:
        try:
            entry = read_entry(key, parent, text, checksum)
        except TypeError:
            entry = None
        if entry is None:
            return False
        whole = isinstance(change, bytes) and zlib.crc32(change) == change_checksum
        known = self.steps.get(key)
        if known is None or (known.change is None and whole):
            self.steps[key] = StoredStep(entry, change if whole else None)
        return whole


def read_all(path: Path) -> Recovered:
    """Read a file that nobody writes. Only raises for files that cannot be read at all (OSError)."""
    found = Recovered()
    try:
        connection = connect(path, read_only=True)
    except sqlite3.Error:
        connection = None
        found.unreadable.update(TABLES)
    if connection is not None:
        try:
            for table, take in TABLES.items():
                _read_table(connection, table, partial(take, found), found)
        finally:
            connection.close()
    return found


def read_raw(path: Path, found: Recovered) -> Iterator[tuple[str, int, int, bytes]]:
    """Add what the raw pages hold to `found`; yields the blob rows met on the way."""
    for row in read_rows(path, PAGE_SIZE):
        blob = _take_raw(found, row)
        if blob is not None:
            yield blob


def _read_table(
    connection: sqlite3.Connection, table: str, take: Callable[[tuple[Any, ...]], bool], found: Recovered
) -> None:
    """All rows in order; where SQLite stumbles, the rows behind the gap are sought by their numbers."""
    question = f"SELECT rowid, {COLUMNS[table]} FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT {CHUNK}"
    last, stride = -1, 1
    while True:
        try:
            rows = connection.execute(question, (last,)).fetchall()
        except sqlite3.Error:
            found.unreadable.add(table)
            if stride > 1 << 40:
                return
            last, stride = last + stride, stride * 2
            continue
        if not rows:
            return
        stride = 1
        for rowid, *values in rows:
            if rowid <= last:  # a broken tree leads in circles; the raw pages give what stands behind
                found.unreadable.add(table)
                return
            last = rowid
            if not take(tuple(values)):
                found.bad_rows += 1


def _take_record(found: Recovered, row: tuple[Any, ...]) -> bool:
    return found.take_record(row)


def _take_step(found: Recovered, row: tuple[Any, ...]) -> bool:
    return found.take_step(*row)


def _take_blob_name(found: Recovered, row: tuple[Any, ...]) -> bool:
    if isinstance(row[0], str):
        found.blob_names.add(row[0])
    return True


def _take_meta(found: Recovered, row: tuple[Any, ...]) -> bool:
    if row[0] != "state":
        found.others.setdefault("meta", []).append(row)
        return True
    found.state = parse_state(row[1])
    return found.state is not None


def _take_other(table: str) -> Callable[[Recovered, tuple[Any, ...]], bool]:
    def take(found: Recovered, row: tuple[Any, ...]) -> bool:
        found.others.setdefault(table, []).append(row)
        return True

    return take


COLUMNS = {
    "record": "id, kind, version, revision, CAST(data AS BLOB), checksum",
    "history": "id, parent, CAST(entry AS BLOB), checksum, change, change_checksum",
    "meta": "key, value",
    "version": "id, name, entry, time",
    "media": "id, name, path, relative_path, size, quick_hash, full_hash, probe",
    "job": "id, kind, parameters, state, message, started, ended",
    "thumbnail": "key, fingerprint, data",
    "blob": "name",
}
TABLES: dict[str, Callable[[Recovered, tuple[Any, ...]], bool]] = {
    "record": _take_record,
    "history": _take_step,
    "meta": _take_meta,
    "blob": _take_blob_name,
    **{table: _take_other(table) for table in ("version", "media", "job", "thumbnail")},
}


def _take_raw(found: Recovered, row: RawRow) -> tuple[str, int, int, bytes] | None:
    """Which of our tables a raw row belongs to shows in the number and types of its values; checksums prove it."""
    values = row.values
    if len(values) == 7 and isinstance(values[0], str) and isinstance(values[5], str) and not row.stale:
        found.take_record((*values[:4], values[5].encode(), values[6]))
    elif len(values) == 8 and values[0] is None and isinstance(values[4], str) and not row.stale:
        _, parent, _, _, text, checksum, change_checksum, change = values
        found.take_step(row.rowid, parent, text.encode(), checksum, change, change_checksum)
    elif len(values) == 2 and values[0] == "state" and found.state is None and not row.stale:
        found.state = parse_state(values[1])
    elif len(values) == 4 and isinstance(values[0], str) and values[0].startswith("blob:"):
        try:
            unpack(*values)
        except BlobDamaged:
            return None
        found.blob_names.add(values[0])
        return values[0], values[1], values[2], values[3]
    return None


def path_to(steps: dict[int, StoredStep], head: int) -> list[int]:
    """The steps from the first to `head`, as far back as they are there."""
    line: list[int] = []
    while head in steps and head not in line:
        line.append(head)
        head = steps[head].entry.parent
    return line[::-1]


def last_states(steps: dict[int, StoredStep], head: int) -> dict[str, Record | None]:
    """How each record that the history tells of was after step `head`: the later step on the way decides.

    Only the unbroken end of the way counts: before a step that is lost anything may have happened, but what a later
    step wrote still stands as that step left it.
    """
    states: dict[str, Record | None] = {}
    for key in reversed(path_to(steps, head)):
        change = read_change(steps[key])
        if change is None:
            break
        for name, (_, after) in change.entries.items():
            states.setdefault(name, after)
    return states


def read_change(step: StoredStep) -> Change | None:
    if step.change is None:
        return None
    try:
        return from_bytes(step.change)
    except ValueError:
        return None


def reaches_start(steps: dict[int, StoredStep], head: int) -> bool:
    """Whether the way back from `head` is whole, so that the history alone says what exists."""
    line = path_to(steps, head)
    whole = all(steps[key].change is not None for key in line)
    return whole and (head == ROOT or (bool(line) and steps[line[0]].entry.parent == ROOT))


def refuse_unreadable(path: Path, error: OSError) -> ExpectedError:
    return ExpectedError(tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror or str(error)))
