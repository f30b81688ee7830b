"""What `library:` means in a form or a cell: this person's library, opened by the first that asks. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.library.folder import library_folder


@contextmanager
def assets() -> Iterator[Callable[[str], Path]]:
    """Gives a function from what follows `library:` to a file, which raises ExpectedError."""
    from editor.library.library import Library
    from editor.workflows.templates.saving import find_asset
    from editor.workflows.templates.values import no_library

    opened: list[Library] = []

    def find(reference: str) -> Path:
        folder = library_folder()
        if not folder.is_dir():
            return no_library(reference)
        if not opened:
            opened.append(Library(folder))
        return find_asset(opened[0])(reference)

    try:
        yield find
    finally:
        for library in opened:
            library.close()
