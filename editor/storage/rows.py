"""Rows and their checksums: how records, history entries and the project's state stand in their tables.

A CRC-32 finds every burst of up to 32 damaged bits and all but one in four thousand million of other damage. The state
row carries the number and the sum of all record checksums, so that rows which vanished with a page are noticed too.
"""

import re
import sqlite3
import zlib
from collections.abc import Iterable

import msgspec

from editor.document.history import HistoryEntry
from editor.model.record import Record, encode, kind_of, version_of
from editor.model.values import BLOB_PATTERN

RecordRow = tuple[str, str, int, int, str | None, str, int]

RECORD_COLUMNS = "id, kind, version, revision, CAST(data AS BLOB), checksum"
PUT_RECORD = (
    "INSERT INTO record (id, kind, version, revision, parent, data, checksum) VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, version = excluded.version, revision = excluded.revision, "
    "parent = excluded.parent, data = excluded.data, checksum = excluded.checksum"
)
DELETE_RECORD = "DELETE FROM record WHERE id = ?"
PUT_HISTORY = (
    "INSERT INTO history (id, parent, time, label, entry, checksum, change_checksum, change) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
PUT_META = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where the project stands: history head, selection, count of commits, and the sums over all record rows."""

    head: int = 0
    selection: tuple[str, ...] = ()
    revision: int = 0
    count: int = 0
    total: int = 0


_state_decoder = msgspec.json.Decoder(State)
_entry_decoder = msgspec.json.Decoder(HistoryEntry)


BLOB_NAMES = re.compile(BLOB_PATTERN.pattern.encode())


def blob_names(data: bytes) -> list[str]:
    """Every blob name that a text mentions, wherever it stands."""
    return [found.decode() for found in BLOB_NAMES.findall(data)] if b"blob:" in data else []


def record_checksum(key: str, kind: str, version: int, revision: int, data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(f"{key}\0{kind}\0{version}\0{revision}".encode()))


def record_row(item: Record, revision: int) -> RecordRow:
    """The columns of PUT_RECORD."""
    data = encode(item)
    kind, version = kind_of(item), version_of(item)
    checksum = record_checksum(item.id, kind, version, revision, data)
    return (item.id, kind, version, revision, item.parent, data.decode(), checksum)


def history_row(entry: HistoryEntry, change: bytes) -> tuple[object, ...]:
    """The columns of PUT_HISTORY."""
    text = msgspec.json.encode(entry)
    return (
        entry.id, entry.parent, entry.time, entry.label, text.decode(),
        entry_checksum(entry.id, entry.parent, text), zlib.crc32(change), change,
    )  # fmt: skip


def entry_checksum(key: int, parent: int, text: bytes) -> int:
    return zlib.crc32(text, zlib.crc32(f"{key}\0{parent}".encode()))


def read_entry(key: int, parent: int, text: bytes, checksum: int) -> HistoryEntry | None:
    """A history entry from its columns, None when they are damaged. The parent column counts: pruning changes it."""
    if entry_checksum(key, parent, text) != checksum:
        return None
    try:
        entry = _entry_decoder.decode(text)
    except (msgspec.MsgspecError, ValueError):
        return None
    if entry.id != key:
        return None
    return entry if entry.parent == parent else msgspec.structs.replace(entry, parent=parent)


def state_of(head: int, selection: tuple[str, ...], revision: int, checksums: Iterable[int]) -> State:
    sums = tuple(checksums)
    return State(head=head, selection=selection, revision=revision, count=len(sums), total=sum(sums))


def write_state(connection: sqlite3.Connection, state: State) -> None:
    text = msgspec.json.encode(state)
    connection.execute(PUT_META, ("state", f"{zlib.crc32(text):08x}{text.decode()}"))


def read_state(connection: sqlite3.Connection) -> State | None:
    """None when the row is missing or damaged."""
    found = connection.execute("SELECT value FROM meta WHERE key = 'state'").fetchone()
    return None if found is None else parse_state(found[0])


def parse_state(value: object) -> State | None:
    if not isinstance(value, str) or len(value) < 8:
        return None
    text = value[8:].encode()
    if f"{zlib.crc32(text):08x}" != value[:8]:
        return None
    try:
        return _state_decoder.decode(text)
    except (msgspec.MsgspecError, ValueError):
        return None
