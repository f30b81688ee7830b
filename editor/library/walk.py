"""Which files lie below a folder. No link is followed, so that a circle of links comes to an end."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

DEEPEST = 60
PASSED_OVER = (".part", ".tmp", ".crdownload", "~", "-wal", "-shm", "-journal")
"""Ends of names that belong to files which somebody is still writing."""


def files_below(paths: Iterable[Path], check: Callable[[], object] = lambda: None) -> Iterator[Path]:
    """Every file among `paths` and below the folders among them, sorted folder by folder; hidden ones are left out."""
    for path in paths:
        if path.is_dir():
            yield from _below(path, 0, check)
        else:
            yield path


def _below(folder: Path, depth: int, check: Callable[[], object]) -> Iterator[Path]:
    check()
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST:
                yield from _below(Path(entry.path), depth + 1, check)
        elif entry.is_file(follow_symlinks=False) and not entry.name.endswith(PASSED_OVER):
            yield Path(entry.path)
