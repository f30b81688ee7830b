"""What comes in from the library is noted with its author, source and licence. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.library.folder import library_folder
from editor.base.errors import ExpectedError

if TYPE_CHECKING:
    from editor.document.project import Project
    from editor.library.asset import Asset

Note = Callable[[tuple[str, ...]], None]


@contextmanager
def noting_origin(project: Project, path: Path, linked: bool) -> Iterator[Note]:
    """Gives a function that writes beside records from which asset they came, in one step with what else is done here.

    A file that the library does not know leaves no note.
    """
    asset = asset_at(path)
    if asset is None:
        yield lambda records: None
        return
    from editor.workflows.library.origins import note_origins

    with project.transaction("Bring in"):
        yield lambda records: note_origins(project, records, asset, linked)


def asset_at(path: Path) -> Asset | None:
    """What this person's library knows about a file; None also when there is no library that can be read."""
    folder = library_folder()
    if not folder.is_dir():
        return None
    from editor.library.library import Library

    try:
        library = Library(folder)
        try:
            return library.at(path)
        finally:
            library.close()
    except ExpectedError:  # a library that cannot be opened must not keep a picture from coming in
        return None
