"""What is other in a folder than its pack says: an installed pack that somebody edited, an author's folder since it was
packed. What files were when they were read last is remembered, so that asking again costs no reading. No Qt here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from sync.errors import SyncError
from sync.packs.hashing import hash_file, whole
from sync.packs.manifest import PackFile
from sync.packs.sources import content_of
from sync.progress import SILENT, Progress

THREADS, BATCH = 4, 64
SETTLED = 2 * 10**9
"""Nanoseconds after which a file that is written again has another time on every disk."""
Known = tuple[int, int, int, int, str]
"""Size, two times, number on the disk, SHA-256."""


class Memory:
    """What files were when they were read last, in a file of ours. One whose size, times or place on the disk differ is
    read again, and so is one that was written a moment before it was read."""

    def __init__(self, path: Path) -> None:
        self._path, self._known = path, dict[str, Known]()
        with suppress(OSError, msgspec.MsgspecError):  # else everything is read
            self._known = msgspec.json.decode(path.read_bytes(), type=dict[str, Known])
        self._seen = dict[str, Known]()

    def hash_file(self, path: str, progress: Progress = SILENT) -> tuple[int, str]:
        """As `hash_file`."""
        try:
            found = os.stat(path)
        except OSError as error:
            raise SyncError("{path} cannot be read.", path=path) from error
        marks = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        known = self._known.get(path)
        if known is None or known[:4] != marks:
            size, digest = hash_file(Path(path), progress)
            known = (*marks, digest)
            if size != marks[0] or time.time_ns() - max(marks[1:3]) < SETTLED:
                return size, digest
        self._seen[path] = known
        return known[0], known[4]

    def keep(self) -> None:
        """For the next time: what was asked about since, and nothing else. On a full disk the next time reads again."""
        if self._seen == self._known:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with whole(self._path) as partial:
                partial.write_bytes(msgspec.json.encode(self._seen))


class Changes(NamedTuple):
    """Paths of files. A file that cannot be read is changed."""

    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def changes(files: Iterable[PackFile], folder: Path, memory: Memory, progress: Progress = SILENT) -> Changes:
    """By size and SHA-256; hidden files do not count. Raises Refused for links and devices, SyncError."""
    told = {file.path: (file.size, file.sha256) for file in files}
    there = dict(content_of(folder))

    def differs(path: str) -> bool:
        try:
            return memory.hash_file(there[path], progress) != told[path]
        except SyncError:
            return True

    both = sorted(told.keys() & there.keys())
    with ThreadPoolExecutor(THREADS) as pool:
        batches = [both[start : start + BATCH] for start in range(0, len(both), BATCH)]
        differing = pool.map(lambda batch: [path for path in batch if differs(path)], batches)
        changed = [path for found in differing for path in found]
    return Changes(tuple(changed), tuple(sorted(there.keys() - told.keys())), tuple(sorted(told.keys() - there.keys())))
