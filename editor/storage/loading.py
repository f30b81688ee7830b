"""From a file to records and history: what is whole is taken, what is damaged is named."""

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec

from editor.base.translation import tr, tr_count
from editor.document.history import ROOT, HistoryEntry
from editor.model.record import Record, decode
from editor.storage.rows import RECORD_COLUMNS, State, read_entry, read_state, record_checksum, state_of


@dataclass
class Loaded:
    """`losses` are sentences; anything in it means that the file is damaged."""

    records: dict[str, Record] = field(default_factory=dict)
    checksums: dict[str, int] = field(default_factory=dict)
    entries: list[HistoryEntry] = field(default_factory=list)
    state: State = State()
    losses: list[str] = field(default_factory=list)


def load(connection: sqlite3.Connection) -> Loaded:
    """Everything of one moment. Never raises for damage; sqlite3.Error of other kinds passes."""
    loaded = Loaded()
    with _one_moment(connection), _without_collector():
        _load_records(connection, loaded)
        _load_history(connection, loaded)
        _load_state(connection, loaded)
    return loaded


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep a writer in another program from showing us half before and half after its edit."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def _without_collector() -> Iterator[None]:
    """Twenty thousand new objects would start the garbage collector again and again, to find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _load_records(connection: sqlite3.Connection, loaded: Loaded) -> None:
    records, checksums = loaded.records, loaded.checksums
    try:
        for key, kind, version, revision, data, checksum in connection.execute(f"SELECT {RECORD_COLUMNS} FROM record"):
            try:
                if record_checksum(key, kind, version, revision, data) != checksum:
                    raise ValueError
                records[key] = decode(kind, version, data)
                checksums[key] = checksum
            except (ValueError, TypeError, KeyError, AttributeError, msgspec.MsgspecError):
                loaded.losses.append(tr("The item {name} ({kind}) is damaged.", name=str(key), kind=str(kind)))
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        loaded.losses.append(tr("A part of the list of items cannot be read."))


def _load_history(connection: sqlite3.Connection, loaded: Loaded) -> None:
    question = "SELECT id, parent, CAST(entry AS BLOB), checksum FROM history ORDER BY id"
    lost = 0
    try:
        for row in connection.execute(question):
            try:
                entry = read_entry(*row)
            except TypeError:
                entry = None
            if entry is None:
                lost += 1
            else:
                loaded.entries.append(entry)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        loaded.losses.append(tr("A part of the history cannot be read."))
    known = {ROOT, *(entry.id for entry in loaded.entries)}
    lost += sum(1 for entry in loaded.entries if entry.parent not in known)
    if lost:
        loaded.losses.append(
            tr_count("1 step of the history is damaged.", "{count} steps of the history are damaged.", count=lost)
        )


def _load_state(connection: sqlite3.Connection, loaded: Loaded) -> None:
    try:
        state = read_state(connection)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        state = None
    newest = max((entry.id for entry in loaded.entries), default=ROOT)
    if state is None:
        loaded.losses.append(tr("Where the project stands in its history cannot be read; the newest step is taken."))
        loaded.state = state_of(newest, (), newest, loaded.checksums.values())
        return
    loaded.state = state
    if state.count > len(loaded.checksums):
        missing = state.count - len(loaded.checksums)
        loaded.losses.append(
            tr_count("1 item is missing or damaged.", "{count} items are missing or damaged.", count=missing)
        )
    elif state.count < len(loaded.checksums) or state.total != sum(loaded.checksums.values()):
        loaded.losses.append(tr("Some items are older than they should be."))
    if state.head != ROOT and state.head not in {entry.id for entry in loaded.entries}:
        loaded.losses.append(tr("The step of the history at which the project stands is missing."))
