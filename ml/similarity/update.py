"""Bring an index up to what lies in a folder: only what is new or changed is read, one file after the other."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.similarity.fingerprint import fingerprint
from ml.similarity.index import Entry, PictureIndex
from ml.similarity.looks import looks_of

BATCH = 32
PIECE = 1 << 20
DEEPEST = 40
"""Folders in folders, so that a circle of links comes to an end."""


@dataclass(frozen=True)
class Sample:
    """A picture as whoever reads it gives it: a small copy (h, w, 3) uint8 sRGB, its real size, a thumbnail file."""

    pixels: NDArray[np.uint8]
    width: int
    height: int
    keywords: str = ""
    thumbnail: bytes = b""


Read = Callable[[Path], Sample]
"""Raises ModelError or OSError for what is no picture."""


@dataclass
class Summary:
    """How many files were `read`, `same` as before, only `moved`, `gone`; `unreadable` with their reasons."""

    read: int = 0
    same: int = 0
    moved: int = 0
    gone: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)


def update(
    index: PictureIndex, folder: Path, suffixes: frozenset[str], read: Read, progress: Progress = SILENT
) -> Summary:
    """Every file with one of the suffixes under `folder`, and none that is no longer there. What one batch has
    entered stays when the work is stopped."""
    if not folder.is_dir():
        raise ModelError("There is no folder {folder}.", folder=folder)
    summary, waiting = Summary(), list[Entry]()
    known, problems = index.known(prefix_of(folder)), index.unreadable()
    files = []
    for path in files_under(folder, suffixes):
        files.append(path)
        progress.check()
    for number, path in enumerate(files):
        progress(number / len(files), path.name)
        place = str(path)
        try:
            status = path.stat()
            if known.pop(place, None) == (status.st_size, status.st_mtime):
                if place in problems:
                    summary.unreadable[place] = problems[place]
                else:
                    summary.same += 1
                continue
            waiting.append(_look(index, path, status, read, summary))
        except OSError as error:
            summary.unreadable[place] = error.strerror or str(error)
        if len(waiting) >= BATCH:
            index.put(waiting)
            waiting.clear()
    index.put(waiting)
    summary.gone = index.drop(known)
    progress(1.0)
    return summary


def _look(index: PictureIndex, path: Path, status: os.stat_result, read: Read, summary: Summary) -> Entry:
    place, digest = str(path), digest_of(path)
    entry = Entry(place, status.st_size, status.st_mtime, digest)
    twin = index.with_digest(digest)
    if twin is not None:
        summary.moved += 1
        return replace(twin, place=place, size=status.st_size, changed=status.st_mtime)
    try:
        sample = read(path)
    except ModelError as error:
        summary.unreadable[place] = str(error)
        return replace(entry, problem=str(error))
    summary.read += 1
    return entry_of(sample, entry)


def entry_of(sample: Sample, entry: Entry) -> Entry:
    """The entry with everything that a sample tells."""
    return replace(
        entry, width=sample.width, height=sample.height, fingerprint=fingerprint(sample.pixels),
        keywords=sample.keywords, looks=" ".join(looks_of(sample.pixels, sample.width, sample.height)),
        thumbnail=sample.thumbnail,
    )


def prefix_of(folder: Path) -> str:
    """With what the places of a folder's pictures begin."""
    return os.path.join(str(folder), "")


def files_under(folder: Path, suffixes: frozenset[str], depth: int = 0) -> Iterator[Path]:
    """Sorted; hidden files and folders, and those that may not be read, are left out."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if depth < DEEPEST and not entry.is_symlink():
                yield from files_under(Path(entry.path), suffixes, depth + 1)
        elif Path(entry.name).suffix.lower() in suffixes:
            yield Path(entry.path)


def digest_of(path: Path) -> bytes:
    """16 bytes that two files share only when they are the same."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.digest()
