"""Which files lie below a folder. No link is followed, so that a circle of links comes to an end."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

DEEPEST = 60
TEXT = "utf-8"
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
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST and not entry.name.startswith("."):
                yield from _below(Path(entry.path), depth + 1, check)
        elif entry.is_file(follow_symlinks=False) and not is_passed_over(entry.name):
            yield Path(entry.path)


def real_path(path: Path) -> Path:
    """The one spelling of a place that the catalogue writes: no "..", no link on the way."""
    return Path(os.path.realpath(path))


def is_text(path: Path | str) -> bool:
    """Whether a name can be written down; on Linux one may be bytes of any kind."""
    try:
        str(path).encode(TEXT)
    except UnicodeEncodeError:
        return False
    return True


def shown(path: Path | str) -> str:
    """A name as it can be shown, whatever bytes it is made of."""
    return os.fsencode(path).decode(TEXT, "backslashreplace")


def is_passed_over(name: str) -> bool:
    """Whether a file of this name is hidden or half written."""
    return name.startswith(".") or name.endswith(PASSED_OVER)
