"""A plain text file as a page, for the tools that read texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.report import Report

if TYPE_CHECKING:
    from editor.document.project import Project

LARGEST = 16 << 20
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def document_of_text(project: Project, path: Path) -> tuple[str, Report]:
    """A new document whose page holds the text, and how its letters were read. Raises ExpectedError."""
    from editor.commands.registry import run
    from editor.model.vector import Page

    text, report = text_of_file(path)
    if not text.strip():
        raise ExpectedError(tr("There is no text to read."))
    document: str = run(project, "vector.new_document", name=path.stem)
    page = project.children(document, Page)[0]
    run(project, "vector.add_text", parent=page.id, text=text, width=page.width, name=path.name)
    return document, report


def text_of_file(path: Path) -> tuple[str, Report]:
    """UTF-8, UTF-16 with its mark, or else Windows-1252, which is said. Raises ExpectedError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be opened.", name=path.name)) from error
    if len(data) > LARGEST:
        raise ExpectedError(tr("{name} is too large to import.", name=path.name))
    try:
        if data.startswith(UTF_16):
            return data.decode("utf-16"), Report()
        if b"\0" in data:
            raise ExpectedError(tr("{name} is no text.", name=path.name))
        return data.decode("utf-8-sig"), Report()
    except UnicodeDecodeError:
        said = tr("The text is not UTF-8: its letters were read as Windows-1252.")
        return data.decode("cp1252", "replace"), Report(converted=(said,))
