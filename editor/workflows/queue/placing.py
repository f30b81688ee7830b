"""Results put where they belong: all names stay, nothing is overwritten that a person made or changed.

A result replaces what was made from the same file before, as long as nobody has touched that since. Everything else
that lies there stays, and the result gets another name. What is looked at and what is done about it is one transaction,
so that two results that are ready at once do not take the same place.
"""

import errno
import filecmp
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.store import QueueStore

STAGE = ".atelier-stage-"
OLD_STAGE = 86_400.0
TRIAL = 1 << 16
Took = Literal["moved", "same"]


class OutputAway(ExpectedError):
    """The place for results cannot be written to now; nothing is said about the file that was worked on."""


class Placed(msgspec.Struct, frozen=True):
    """Names below the folder, those that were the same already, and sentences about those that got another name."""

    results: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@contextmanager
def stage_in(output: Path, target: Path) -> Iterator[Path]:
    """A hidden folder on the disk of the results, for the time of the work. Raises OutputAway."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        forget_old_stages(output)
        stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=output))
    except OSError as error:
        raise away(output, error) from error
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


class FileRefused(ExpectedError):
    """The disk of the results takes no file of this name or size: to try again changes nothing."""


FAULTS_OF_FILES = frozenset((errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.EFBIG))
"""EINVAL is what disks of other systems say to a letter that they do not know in names, EFBIG to too large a file."""


def away(output: Path, error: OSError) -> ExpectedError:
    """What an error of writing means: OutputAway, or FileRefused where the file is at fault."""
    kind = FileRefused if error.errno in FAULTS_OF_FILES else OutputAway
    reason = error.strerror or str(error)
    return kind(tr("Nothing can be written to {folder}: {reason}.", folder=str(output), reason=reason))


def check_name(path: Path) -> None:
    """Raise FileRefused when the disk takes no file of this name."""
    try:
        os.lstat(path)
    except OSError as error:
        if error.errno in FAULTS_OF_FILES:
            raise away(path.parent, error) from error


def check_stage(output: Path, stage: Path) -> None:
    """Raise OutputAway when nothing can be written there any more: then a failure says nothing about the file."""
    trial = stage / ".atelier-trial"
    try:
        trial.write_bytes(bytes(TRIAL))
        trial.unlink()
    except OSError as error:
        raise away(output, error) from error


def forget_old_stages(output: Path) -> None:
    """What a process left that was killed in the middle."""
    for stage in output.glob(f"{STAGE}*"):
        with suppress(OSError):
            if time.time() - stage.stat().st_mtime > OLD_STAGE:
                shutil.rmtree(stage, ignore_errors=True)


def put_in_place(store: QueueStore, source: Path, stage: Path, output: Path, below: Path = Path()) -> Placed:
    """Move everything from `stage` to `below` in `output`. Raises OutputAway, and ExpectedError for a link that leads
    out of the folder."""
    results, unchanged, notes = list[str](), list[str](), list[str]()
    target = output / below
    try:
        for made in sorted(path for path in stage.rglob("*") if path.is_file() and not path.is_symlink()):
            wanted = target / made.relative_to(stage)
            _check_inside(wanted.parent, output)
            wanted.parent.mkdir(parents=True, exist_ok=True)
            place, took = _take(store, source, made, wanted)
            if place != wanted:
                notes.append(
                    tr("{name} is from another file; this one is {other}.", name=wanted.name, other=place.name)
                )
            name = place.relative_to(target).as_posix()
            results.append(name)
            unchanged += [name] if took == "same" else []
    except OSError as error:
        raise away(output, error) from error
    return Placed(tuple(results), tuple(unchanged), tuple(notes))


def _check_inside(folder: Path, output: Path) -> None:
    if not folder.resolve().is_relative_to(output.resolve()):
        raise ExpectedError(tr("{folder} leads out of the folder for results.", folder=str(folder)))


def _take(store: QueueStore, source: Path, made: Path, wanted: Path) -> tuple[Path, Took]:
    """The wanted path when it is free or this file's own, else one with the file's kind or a number in its name."""
    fresh = digest_of(made)
    for place in _names(wanted, source.suffix.lower().removeprefix(".")):
        took = store.write(
            lambda connection, place=place: _publish(connection, str(source), made, fresh, place)  # type: ignore[misc]
        )
        if took is not None:
            return place, took
    raise AssertionError("names do not end")


def _publish(connection: sqlite3.Connection, source: str, made: Path, fresh: str, place: Path) -> Took | None:
    """Inside a transaction. None when something else lies there."""
    row = connection.execute("SELECT source, digests FROM made WHERE target = ?", (str(place),)).fetchone()
    before = ""
    if place.is_file() and not place.is_symlink():
        before = digest_of(place)
        if row is None or row[0] != source or before not in str(row[1]).split():
            return None
    elif place.exists() or place.is_symlink():
        return None
    # Both, for this process may end between the two: what was there is ours as well.
    connection.execute("INSERT OR REPLACE INTO made VALUES (?, ?, ?)", (str(place), source, f"{before} {fresh}"))
    if before == fresh and filecmp.cmp(made, place, shallow=False):
        return "same"
    os.replace(made, place)
    return "moved"


def digest_of(path: Path) -> str:
    with open(path, "rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _names(wanted: Path, kind: str) -> Iterator[Path]:
    yield wanted
    yield wanted.with_name(f"{wanted.stem}-{kind}{wanted.suffix}")
    number = 2
    while True:
        yield wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
