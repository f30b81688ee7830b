"""`repair`: a new project file with everything of a damaged one that can be proved whole, and a list of the rest."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.document.history import ROOT
from editor.document.journal import BlobDamaged
from editor.model.record import Record, encode, kind_of
from editor.storage.blobs import PUT_BLOB, unpack
from editor.storage.connection import connect
from editor.storage.copying import no_progress, remove_database
from editor.storage.lock import acquire
from editor.storage.opening import create_project
from editor.storage.recovered import (
    COLUMNS,
    Recovered,
    StoredStep,
    last_states,
    path_to,
    reaches_start,
    read_all,
    read_change,
    read_raw,
    refuse_unreadable,
)
from editor.storage.rows import (
    PUT_HISTORY,
    PUT_META,
    PUT_RECORD,
    blob_names,
    history_row,
    record_row,
    state_of,
    write_state,
)

BlobRow = tuple[str, int, int, bytes]


@dataclass
class RepairReport:
    """`losses` are sentences; `lost_blobs` the names that something still mentions but nothing holds."""

    path: Path
    records: int = 0
    blobs: int = 0
    steps: int = 0
    from_history: int = 0
    losses: list[str] = field(default_factory=list)
    lost_blobs: list[str] = field(default_factory=list)


def repair(path: Path | str, into: Path | str, progress: Callable[[float], object] = no_progress) -> RepairReport:
    """Write what is whole in `path` to the new file `into`. The damaged file is left as it is.

    Raises ExpectedError when `into` exists, when the project is open somewhere, or when nothing at all can be read.
    """
    path, into = Path(path).resolve(), Path(into).resolve()
    if into.exists():
        raise ExpectedError(tr("{name} exists already.", name=into.name), tr("Choose another name."))
    try:
        lock = acquire(path)
    except OSError:
        lock = None  # a folder that cannot be written: nobody else writes there either
    else:
        if lock is None:
            raise ExpectedError(tr("The project is open."), tr("Close it and try again."))
    try:
        with tempfile.TemporaryDirectory(prefix=".atelier-repair-", dir=into.parent) as folder:
            work = _copy_of(path, Path(folder))
            return _Repair(work, into, progress).run()
    except OSError as error:
        raise refuse_unreadable(path, error) from error
    finally:
        if lock is not None:
            lock.release()


def _copy_of(path: Path, folder: Path) -> Path:
    """A copy with its log brought in, so that the raw pages are the newest and the original stays as it is."""
    work = folder / "work.atelier"
    for suffix in ("", "-wal", "-journal"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copyfile(source, work.with_name(work.name + suffix))
    try:
        connection = connect(work)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.close()
    except sqlite3.Error:
        pass  # then the pages as they lie there must do
    return work


class _Repair:
    """One repair, step by step."""

    def __init__(self, work: Path, into: Path, progress: Callable[[float], object]) -> None:
        self._work = work
        self._into = into
        self._progress = progress
        self._report = RepairReport(into)

    def run(self) -> RepairReport:
        found = read_all(self._work)
        opened = create_project(self._into)
        try:
            store = opened.store
            store.write(lambda connection: self._write_blobs(connection, found))
            self._progress(0.6)
            if not found.records and not found.steps and not found.blob_names:
                raise ExpectedError(tr("Nothing in this file can be read as a project."))
            steps, head = self._whole_history(found)
            records = self._records(found, steps, head)
            if self._drop_orphans(records):  # steps that speak of what is gone would bring halves of it back
                self._report.losses.append(
                    tr_count(
                        "1 step of the history is lost.", "{count} steps of the history are lost.", count=len(steps)
                    )
                )
                steps, head = {}, ROOT
            self._progress(0.8)
            store.write(lambda connection: self._write_rows(connection, records, steps, head, found))
            self._tell_lost_blobs(records, steps, store.read(_stored_names))
        except BaseException:
            opened.close()
            remove_database(self._into)
            raise
        opened.close()
        self._progress(1.0)
        return self._report

    def _write_blobs(self, connection: sqlite3.Connection, found: Recovered) -> None:
        """By SQLite where it can, and from the raw pages; the rows of other tables come up on the way."""
        stored: set[str] = set()
        for row in chain(_sound_blobs(self._work, found), read_raw(self._work, found)):
            if row[0] not in stored:
                stored.add(row[0])
                connection.execute(PUT_BLOB, row)
        self._report.blobs = len(stored)

    def _whole_history(self, found: Recovered) -> tuple[dict[int, StoredStep], int]:
        """The steps that can be travelled, and the head. Behind a broken step the history begins anew."""
        head = self._head(found)
        line = path_to(found.steps, head)
        cut = ROOT
        for key in line:
            if found.steps[key].change is None:
                cut = key
        if cut == ROOT and line:
            cut = found.steps[line[0]].entry.parent  # ROOT when nothing is missing
        if head not in found.steps:
            cut = head
        steps: dict[int, StoredStep] = {}
        for key in sorted(found.steps):
            step = found.steps[key]
            parent = step.entry.parent
            if step.change is None or not (parent == cut or parent in steps):
                continue
            entry = msgspec.structs.replace(step.entry, parent=ROOT) if parent == cut else step.entry
            steps[key] = StoredStep(entry, step.change)
        lost = self._steps_there_were(found, head) - len(steps)
        if lost:
            self._report.losses.append(
                tr_count("1 step of the history is lost.", "{count} steps of the history are lost.", count=lost)
            )
        return steps, head if head in steps else ROOT

    def _head(self, found: Recovered) -> int:
        if found.state is not None:
            return found.state.head
        self._report.losses.append(
            tr("Where the project stood in its history is lost; the newest step that fits is taken.")
        )
        rows_lost = found.bad_rows > 0 or "record" in found.unreadable
        return next((key for key in sorted(found.steps, reverse=True) if _fits(found, key, rows_lost)), ROOT)

    @staticmethod
    def _steps_there_were(found: Recovered, head: int) -> int:
        """Steps are numbered without gaps unless the history was cut on purpose."""
        if any(row[0] == "history_cut" for row in found.others.get("meta", ())):
            return len(found.steps)
        return max([head, *found.steps])

    def _records(self, found: Recovered, steps: dict[int, StoredStep], head: int) -> dict[str, Record]:
        """The table's rows, corrected and completed by what the history says."""
        records = {key: stored.item for key, stored in found.records.items()}
        known = last_states(steps, head)
        for key, item in known.items():
            if item is None:
                records.pop(key, None)
            elif records.get(key) != item:
                records[key] = item
                self._report.from_history += 1
        if head != ROOT and reaches_start(steps, head) and self._begins_empty(found, steps):
            records = {key: item for key, item in records.items() if key in known}
        expected = found.state.count if found.state is not None else len(records)
        if expected > len(records):
            self._report.losses.append(
                tr_count("1 item is lost.", "{count} items are lost.", count=expected - len(records))
            )
        return records

    @staticmethod
    def _begins_empty(found: Recovered, steps: dict[int, StoredStep]) -> bool:
        """Whether the history tells everything from an empty project on: nothing was ever cut from it."""
        cut_before = any(row[0] == "history_cut" for row in found.others.get("meta", ()))
        return not cut_before and all(found.steps[key].entry.parent == step.entry.parent for key, step in steps.items())

    def _drop_orphans(self, records: dict[str, Record]) -> bool:
        """What stands below a lost item cannot be shown anywhere: it is named and left out. True when some did."""
        before = len(records)
        while True:
            lost = [item for item in records.values() if item.parent is not None and item.parent not in records]
            if not lost:
                return len(records) < before
            for item in lost:
                sentence = tr("The item {name} ({kind}) lost its place.", name=item.id, kind=kind_of(item))
                self._report.losses.append(sentence)
                del records[item.id]

    def _write_rows(
        self,
        connection: sqlite3.Connection,
        records: dict[str, Record],
        steps: dict[int, StoredStep],
        head: int,
        found: Recovered,
    ) -> None:
        revision = 1 + max((stored.revision for stored in found.records.values()), default=0)
        rows = [record_row(item, revision) for item in records.values()]
        connection.executemany(PUT_RECORD, rows)
        for step in steps.values():
            connection.execute(PUT_HISTORY, history_row(step.entry, step.change or b""))
        selection = found.state.selection if found.state is not None else ()
        write_state(connection, state_of(head, selection, revision, (row[6] for row in rows)))
        for table in ("version", "media", "job", "thumbnail"):
            for values in found.others.get(table, ()):
                if table != "version" or values[2] in steps:
                    marks = ", ".join("?" * len(values))
                    connection.execute(f"INSERT OR IGNORE INTO {table} ({COLUMNS[table]}) VALUES ({marks})", values)
        for values in found.others.get("meta", ()):
            connection.execute(PUT_META, values)
        self._report.records, self._report.steps = len(rows), len(steps)

    def _tell_lost_blobs(self, records: dict[str, Record], steps: dict[int, StoredStep], stored: set[str]) -> None:
        lost: set[str] = set()
        for item in records.values():
            missing = [name for name in blob_names(encode(item)) if name not in stored]
            if missing:
                lost.update(missing)
                sentence = tr("The item {name} ({kind}) misses its data.", name=item.id, kind=kind_of(item))
                self._report.losses.append(sentence)
        for step in steps.values():
            lost.update(name for name in _names_in(step) if name not in stored)
        self._report.lost_blobs = sorted(lost)


def _fits(found: Recovered, key: int, rows_lost: bool) -> bool:
    """Whether the records are as step `key` left those it wrote; where rows were lost, a missing one may be one."""
    change = read_change(found.steps[key])
    if change is None:
        return False
    for name, (_, after) in change.entries.items():
        stored = found.records.get(name)
        if stored is None and after is not None and rows_lost:
            continue
        if (None if stored is None else stored.item) != after:
            return False
    return True


def _names_in(step: StoredStep) -> Iterator[str]:
    change = read_change(step)
    for before, after in change.entries.values() if change is not None else ():
        for side in (before, after):
            if side is not None:
                yield from blob_names(encode(side))


def _stored_names(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM blob")}


def _sound_blobs(work: Path, found: Recovered) -> Iterator[BlobRow]:
    """Blob rows that SQLite can read by number and that match their names."""
    try:
        connection = connect(work, read_only=True)
    except sqlite3.Error:
        return
    try:
        for name in sorted(found.blob_names):
            row: tuple[Any, ...] | None
            try:
                row = connection.execute("SELECT codec, size, data FROM blob WHERE name = ?", (name,)).fetchone()
                if row is not None:
                    unpack(name, *row)
                    yield (name, *row)
            except (sqlite3.Error, BlobDamaged):
                found.bad_blobs.add(name)
    finally:
        connection.close()
