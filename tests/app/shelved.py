"""A library for tests of the window: what it looks at, it looks at in this process, which starts in no time."""

from __future__ import annotations

from pathlib import Path

from editor.library.library import Library
from editor.library.looks import keep_looks, not_looked_at
from editor.workflows.library.looking import VERSION, look_at


def make_library(place: Path, files: Path) -> None:
    """A library at `place` with thumbnails of all files in a folder."""
    library = Library(place)
    library.take_in([files])
    waiting = not_looked_at(library.catalogue, VERSION)
    looks = [(asset.id, look_at(library.file_of(asset), asset.kind)) for asset in waiting if asset.kind != "other"]
    keep_looks(library.catalogue, VERSION, looks)
    library.close()
