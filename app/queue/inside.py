"""What lies in a project's file: its parts, and the largest layers, pictures and media by name."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from editor.base.translation import language, tr
from editor.storage.sizes import sizes_inside, sizes_outside

SHOWN_THINGS = 5
LOCKED_SECONDS = 0.2


class Part(NamedTuple):
    """Something in a place, and its bytes; one of depth 2 lies in the part above it."""

    label: str
    size: int
    depth: int = 1


def parts_of_project(path: Path, shown: int = SHOWN_THINGS) -> tuple[Part, ...]:
    """What records, pixels and history take, with the largest things by name. Nothing for a file that is damaged,
    away or busy. Asked again of a file that has not changed it costs nothing."""
    try:
        stamps = tuple((one.stat().st_mtime_ns, one.stat().st_size) for one in (path, _log_of(path)) if one.exists())
        return _read(path, stamps, shown, language())
    except (OSError, sqlite3.Error):
        return ()


def _log_of(path: Path) -> Path:
    """Where SQLite keeps what is not yet in the file itself."""
    return path.with_name(path.name + "-wal")


@lru_cache(maxsize=64)
def _read(path: Path, _stamps: tuple[tuple[int, int], ...], shown: int, _language: str) -> tuple[Part, ...]:
    opened = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=LOCKED_SECONDS)
    try:
        things = [Part(name, size, 2) for name, size in sizes_inside(opened)[:shown] if size]
        outside = sizes_outside(opened, str(path.absolute().with_suffix(".media")))
        parts = [
            Part(tr("Pixels and meshes"), _total(opened, "SELECT total(length(data)) FROM blob")), *things,
            Part(tr("History"), _total(opened, "SELECT total(length(change) + length(entry)) FROM history")),
            Part(tr("Small pictures"), _total(opened, "SELECT total(length(data)) FROM thumbnail")),
        ]  # fmt: skip
        if outside:
            parts += [Part(tr("Media elsewhere, not counted"), sum(size for _, size in outside))]
            parts += [Part(name, size, 2) for name, size in outside[:shown]]
        return tuple(parts)
    finally:
        opened.close()


def _total(opened: sqlite3.Connection, question: str) -> int:
    return int(opened.execute(question).fetchone()[0])
