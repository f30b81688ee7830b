"""Sets of files in the library's own folder: files that name one another stay together there, under their own names."""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from editor.library.catalogue import Catalogue
from editor.library.places import assets_below
from editor.library.walk import real_path

SETS = "fetched"
DEPTH = 3
"""Folders down to one set: its catalogue, its work, its content."""


def sets_of(connection: sqlite3.Connection, folder: Path, assets: Iterable[int]) -> Iterator[Path]:
    """The folders of sets in a library's folder in which assets lie."""
    root = real_path(folder) / SETS
    for key in assets:
        for (text,) in connection.execute("SELECT path FROM place WHERE asset = ?", (key,)).fetchall():
            path = Path(text)
            if path.is_relative_to(root) and len(path.relative_to(root).parts) > DEPTH:
                yield root.joinpath(*path.relative_to(root).parts[:DEPTH])


def remove_sets(catalogue: Catalogue, sets: Iterable[Path]) -> None:
    """Those of which no asset is left, with what is empty above them."""
    for folder in sets:
        if folder.is_dir() and not assets_below(catalogue, folder):
            shutil.rmtree(folder, ignore_errors=True)
            for above in list(folder.parents)[: DEPTH - 1]:
                with suppress(OSError):
                    above.rmdir()
