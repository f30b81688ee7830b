"""Sizes and SHA-256 of files, and how a file of ours is written whole."""

import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sync.errors import SyncError
from sync.progress import SILENT, Progress

CHUNK = 1 << 20
Write = Callable[[bytes], object]


def pour(stream: IO[bytes], write: Write, progress: Progress, most: int = 1 << 62) -> tuple[int, str]:
    """Hand a stream's bytes on, no more than `most`; its size, which is larger if it holds more, and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    while data := stream.read(min(CHUNK, most - size + 1)):
        size += len(data)
        if size > most:
            break
        digest.update(data)
        write(data)
        progress.check()
    return size, digest.hexdigest()


def hash_file(path: Path, progress: Progress = SILENT) -> tuple[int, str]:
    """Size and SHA-256 of a file. Raises SyncError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return pour(file, len, progress)
    except OSError as error:
        raise SyncError("{path} cannot be read.", path=str(path)) from error


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Write to the path that is given: its file comes to this one once it is whole and on the disk, or not at all."""
    partial = path.with_name(f".{path.name[:80]}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield partial
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
