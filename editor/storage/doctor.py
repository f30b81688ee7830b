"""`doctor`: everything that can be wrong with a project file, said in sentences; nothing is changed."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.document.history import ROOT
from editor.document.index import Index
from editor.document.invariants import find_cycle
from editor.document.journal import BlobDamaged
from editor.model.record import DocumentRecord, Record, encode, kind_of
from editor.storage.blobs import unpack
from editor.storage.connection import APPLICATION_ID, connect
from editor.storage.recovered import Recovered, read_all
from editor.storage.rows import blob_names

ProblemKind = Literal["file", "record", "blob", "history", "tree", "media"]
SHOWN_LINES = 20


@dataclass(frozen=True)
class Problem:
    """`subject` names the row (an id, a blob, a path) where there is one."""

    kind: ProblemKind
    subject: str
    sentence: str


@dataclass
class Report:
    """`problems` is empty for a healthy file. Missing media are told but do not make a file ill."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    records: int = 0
    blobs: int = 0
    steps: int = 0

    @property
    def healthy(self) -> bool:
        return all(problem.kind == "media" for problem in self.problems)

    def add(self, kind: ProblemKind, subject: str, sentence: str) -> None:
        self.problems.append(Problem(kind, subject, sentence))


def doctor(path: Path | str) -> Report:
    """Examine a file: SQLite's own check, checksums of every row and blob, tree, links, history, media files.

    Raises ExpectedError when there is no such file or it is no project at all.
    """
    path = Path(path).resolve()
    if not path.is_file():
        raise ExpectedError(tr("There is no project file {name}.", name=str(path)))
    report = Report(path)
    if not _check_file(path, report):
        return report
    found = read_all(path)
    _check_rows(found, report)
    _check_blobs(path, found, report)
    _check_tree({key: stored.item for key, stored in found.records.items()}, report)
    _check_history(found, report)
    _check_media(path, found, report)
    return report


def _check_file(path: Path, report: Report) -> bool:
    """SQLite's integrity check; False when it cannot open the file at all."""
    try:
        connection = connect(path, read_only=True)
        try:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise ExpectedError(tr("{name} is no Atelier project.", name=path.name))
            lines = [row[0] for row in connection.execute(f"PRAGMA integrity_check({SHOWN_LINES})")]
        finally:
            connection.close()
    except sqlite3.Error as error:
        report.add("file", "", tr("The file cannot be opened as it is: {reason}.", reason=str(error)))
        return False
    for line in lines:
        if line != "ok":
            report.add("file", "", tr("The file's structure is broken: {reason}.", reason=" ".join(str(line).split())))
    return True


def _check_rows(found: Recovered, report: Report) -> None:
    report.records, report.steps = len(found.records), len(found.steps)
    for table in sorted(found.unreadable):
        report.add("file", table, tr("The table {name} can be read in parts only.", name=table))
    if found.bad_rows:
        report.add(
            "record",
            "",
            tr_count(
                "1 row does not match its checksum.", "{count} rows do not match their checksums.", count=found.bad_rows
            ),
        )
    if found.state is None:
        report.add("history", "", tr("Where the project stands in its history cannot be read."))
    elif (found.state.count, found.state.total) != (
        len(found.records),
        sum(stored.checksum for stored in found.records.values()),
    ):
        missing = found.state.count - len(found.records)
        report.add(
            "record",
            "",
            tr_count("1 item is missing or damaged.", "{count} items are missing or damaged.", count=max(missing, 1)),
        )


def _check_blobs(path: Path, found: Recovered, report: Report) -> None:
    report.blobs = len(found.blob_names)
    try:
        connection = connect(path, read_only=True)
    except sqlite3.Error:
        return
    try:
        for name in sorted(found.blob_names):
            try:
                row = connection.execute("SELECT codec, size, data FROM blob WHERE name = ?", (name,)).fetchone()
                if row is None:
                    raise BlobDamaged(name)
                unpack(name, *row)
            except (BlobDamaged, sqlite3.Error):
                found.bad_blobs.add(name)
                report.add("blob", name, tr("The stored data {name} are damaged.", name=name))
    finally:
        connection.close()
    for key, stored in found.records.items():
        if any(name not in found.blob_names for name in blob_names(encode(stored.item))):
            sentence = tr("The item {name} ({kind}) misses its data.", name=key, kind=kind_of(stored.item))
            report.add("blob", key, sentence)


def _check_tree(records: dict[str, Record], report: Report) -> None:
    """Parents exist, nothing stands inside itself, roots are documents, links do not go in circles."""
    index = Index(records)
    reached = {key for root in index.children(None) for key in index.subtree(root)}
    for key, item in records.items():
        if item.parent is not None and item.parent not in records:
            report.add("tree", key, tr("The item {name} ({kind}) lost its place.", name=key, kind=kind_of(item)))
    for key in records.keys() - reached:
        parent = records[key].parent
        if parent in records and key in index.ancestors(parent or ""):
            report.add("tree", key, tr("The item {name} stands inside itself.", name=key))
    for root in index.children(None):
        if isinstance(records[root], DocumentRecord) and find_cycle(root, records, index) is not None:
            report.add("tree", root, tr("The document {name} stands inside itself.", name=root))


def _check_history(found: Recovered, report: Report) -> None:
    for key, step in found.steps.items():
        if step.change is None:
            report.add("history", str(key), tr("Step {number} of the history is damaged.", number=key))
        if step.entry.parent != ROOT and step.entry.parent not in found.steps:
            report.add("history", str(key), tr("The step before step {number} is missing.", number=key))
    if found.state is not None and found.state.head != ROOT and found.state.head not in found.steps:
        report.add("history", "", tr("The step of the history at which the project stands is missing."))


def _check_media(path: Path, found: Recovered, report: Report) -> None:
    for key, name, absolute, relative, *_ in found.others.get("media", ()):
        places = (Path(absolute), path.parent / (relative or "?"), path.with_suffix(".media") / name)
        if not any(place.is_file() for place in places):
            report.add("media", key, tr("The media file {name} is not where it was.", name=name))
