"""Films of the export dialog and of `export --farm`: drawn where the person chose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.farm.choice import Choice, workplace
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from editor.formats.registry import ExportOptions
    from editor.formats.report import Report

FILM = ".mp4"


def is_film(path: Path) -> bool:
    return path.suffix.lower() == FILM


def export_film_at(
    choice: Choice, project: Path, document: str, path: Path, options: ExportOptions,
    progress: Callable[[float], object], check: Callable[[], object] = lambda: None,
) -> Report:  # fmt: skip
    """Write a timeline as a film. Raises ExpectedError for what is no film."""
    from editor.formats.doors import film_options
    from editor.formats.provenance.beside import write_credits_of
    from editor.formats.provenance.shown import scope_of
    from editor.model.video import VideoDocument
    from editor.storage import open_project
    from editor.workflows.farm.film import render_film

    with open_project(project, read_only=True) as opened:
        timeline = opened.project.get(document)
    if not isinstance(timeline, VideoDocument) or not is_film(path):
        raise ExpectedError(
            tr("A farm draws films: timelines as MP4."),
            tr("Use farm trace for 3D scenes, and convert --batch for files."),
        )
    with workplace(choice) as place:
        wishes = film_options(timeline, options)
        report = render_film(place, project, document, path, wishes, progress, check, options.notes)
    if not options.notes.beside:
        return report
    with open_project(project, read_only=True) as opened:
        scope = scope_of(opened.project, document, "film", options)
        return write_credits_of(opened.project, document, scope, path, options.notes, report)
