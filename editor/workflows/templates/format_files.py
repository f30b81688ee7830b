"""Formats as files: each document in the pixels of its format, paper at 300 dots an inch."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.registry import FORMATS, ExportOptions, export_document, load_formats
from editor.model.vector import VectorDocument
from editor.workflows.templates.formats import PRINT_RESOLUTION, Made
from editor.workflows.templates.naming import FORBIDDEN

PAGED = ("pdf",)


def write_formats(
    project: Project, made: Sequence[Made], folder: Path, extension: str,
    progress: Callable[[float], object] = lambda share: None,
) -> Iterator[Path]:
    """Write one file for each format, or one for each page where the file holds one picture; each path is given when
    its file is whole. Nothing that is there is overwritten. Raises ExpectedError."""
    load_formats()
    if not any(extension in entry.extensions and entry.exporter for entry in FORMATS.values()):
        raise ExpectedError(tr("This studio writes no files of the kind {name}.", name=extension))
    folder.mkdir(parents=True, exist_ok=True)
    display = Display(project)
    try:
        for number, one in enumerate(made):
            progress(number / len(made))
            yield from _write(display, one, folder, extension)
    finally:
        display.close()
    progress(1.0)


def _write(display: Display, one: Made, folder: Path, extension: str) -> Iterator[Path]:
    item = display.project.document_of(one.document)
    pages = display.parts(one.document) if isinstance(item, VectorDocument) else ()
    scale = PRINT_RESOLUTION / 96 if isinstance(item, VectorDocument) and one.format.unit == "mm" else 1.0
    stem = re.sub(r"[\s,]+", "-", FORBIDDEN.sub("-", item.name).replace("–", "").strip())[:120] or one.format.key
    if extension in PAGED or len(pages) < 2:
        yield _written(display, one.document, folder / f"{stem}.{extension}", ExportOptions(scale=scale))
        return
    for number, page in enumerate(pages, 1):
        options = ExportOptions(scale=scale, part=page)
        yield _written(display, one.document, folder / f"{stem}-{number}.{extension}", options)


def _written(display: Display, document: str, path: Path, options: ExportOptions) -> Path:
    if path.exists():
        raise ExpectedError(tr("{name} exists already.", name=str(path)))
    export_document(display, document, path, options, lambda share: None)
    return path
