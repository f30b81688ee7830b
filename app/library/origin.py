"""What this person's library knows of files that come into a document. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.library.folder import library_folder
from editor.base.errors import ExpectedError

if TYPE_CHECKING:
    from editor.library.asset import Asset


@contextmanager
def known_assets() -> Iterator[Callable[[Path], Asset | None]]:
    """Gives a function that finds the asset of a file. Where no library can be read it finds nothing: that must not
    keep a picture from coming in."""
    folder = library_folder()
    if not folder.is_dir():
        yield lambda path: None
        return
    from editor.library.library import Library

    try:
        library = Library(folder)
    except ExpectedError:
        yield lambda path: None
        return
    try:
        yield library.at
    finally:
        library.close()
