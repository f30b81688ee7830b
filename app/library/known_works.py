"""What this person's library knows of the works in a project, for exports that name them. No Qt here."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from app.library.folder import library_folder
from editor.base.errors import ExpectedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from editor.document.project import Project
    from editor.formats.registry import ExportOptions
    from editor.storage.media import MediaRow


def with_known_works(options: ExportOptions, project: Project, media: Iterable[MediaRow] = ()) -> ExportOptions:
    """The same options; a library that is away or cannot be read leaves what was noted when the works came in."""
    notes, folder = options.notes, library_folder()
    if not (notes.credits or notes.beside) or not folder.is_dir():
        return options
    from editor.library.library import Library
    from editor.workflows.library.crediting import known_works

    with suppress(ExpectedError):
        library = Library(folder)
        try:
            return replace(options, notes=notes.knowing(known_works(project, library, media)))
        finally:
            library.close()
    return options
