"""Formats as files: each document in the pixels of its format, paper at 300 dots an inch."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.registry import FORMATS, ExportOptions, export_document, load_formats
from editor.model.vector import VectorDocument
from editor.model.video import VideoDocument
from editor.workflows.templates.format_moments import telling_moment
from editor.workflows.templates.formats import PRINT_RESOLUTION, Made
from editor.workflows.templates.naming import FORBIDDEN

PAGED = ("pdf",)


@dataclass(frozen=True)
class Wish:
    """Where files go and of which kind; `time` the moment of films, None one that shows most."""

    folder: Path
    extension: str
    overwrite: bool = False
    time: Fraction | None = None


def write_formats(
    project: Project, made: Sequence[Made], wish: Wish, progress: Callable[[float], object] = lambda share: None
) -> Iterator[Path]:
    """Write one file for each format, or one for each page where the file holds one picture; each path is given when
    its file is whole. Files that are there stop it before anything is written. Raises ExpectedError."""
    load_formats()
    if not any(wish.extension in entry.extensions and entry.exporter for entry in FORMATS.values()):
        raise ExpectedError(tr("This studio writes no files of the kind {name}.", name=wish.extension))
    display = Display(project)
    try:
        files = [found for one in made for found in _files(display, one, wish)]
        _check_free([path for path, _, _ in files], wish)
        wish.folder.mkdir(parents=True, exist_ok=True)
        for number, (path, document, options) in enumerate(files):
            progress(number / len(files))
            export_document(display, document, path, options, lambda share: None)
            yield path
    finally:
        display.close()
    progress(1.0)


def _check_free(paths: Sequence[Path], wish: Wish) -> None:
    there = [path for path in paths if path.exists()]
    if not there or wish.overwrite:
        return
    remedy = tr("Nothing was written. Give --overwrite to let go of them, or another folder.")
    if len(there) == 1:
        raise ExpectedError(tr("{name} exists already.", name=str(there[0])), remedy)
    names = ", ".join(path.name for path in there[:5]) + (" …" if len(there) > 5 else "")
    raise ExpectedError(
        tr("{count} of {all} files exist already: {names}", count=len(there), all=len(paths), names=names), remedy
    )


def _files(display: Display, one: Made, wish: Wish) -> list[tuple[Path, str, ExportOptions]]:
    """The files of one format: path, document, and how it is drawn."""
    item = display.project.document_of(one.document)
    pages = display.parts(one.document) if isinstance(item, VectorDocument) else ()
    scale = PRINT_RESOLUTION / 96 if isinstance(item, VectorDocument) and one.format.unit == "mm" else 1.0
    time = wish.time
    if time is None and isinstance(item, VideoDocument):
        time = telling_moment(display.project, one.document)
    stem = re.sub(r"[\s,]+", "-", FORBIDDEN.sub("-", item.name).replace("–", "").strip())[:120] or one.format.key
    if wish.extension in PAGED or len(pages) < 2:
        return [(wish.folder / f"{stem}.{wish.extension}", one.document, ExportOptions(scale=scale, time=time))]
    return [
        (wish.folder / f"{stem}-{number}.{wish.extension}", one.document, ExportOptions(scale=scale, part=page))
        for number, page in enumerate(pages, 1)
    ]
