"""One file into another format: through the studio's own documents, so that a conversion looks as an export does.

A picture that becomes a picture takes a short way without a document: reading, colour, size and writing are the same
functions that import and export use.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.engine import Resources
from editor.formats.provenance.wishes import ALL, NoteWishes
from editor.formats.registry import (
    FORMATS,
    ExportOptions,
    ImportOptions,
    Progress,
    exporter_for,
    extension_of,
    format_of,
    no_progress,
)
from editor.formats.report import Report

PROJECT = "atelier"


@dataclass(frozen=True)
class ConvertOptions:
    """`page` counts from 1; `document` names one of several in a project. The rest is as in ExportOptions.

    `profile` "srgb" brings pictures to sRGB, "keep" leaves their colours and their profile alone.
    """

    width: int | None = None
    scale: float = 1.0
    quality: int = 92
    lossless: bool = False
    depth: str | None = None
    background: str | None = None
    profile: Literal["srgb", "keep"] = "srgb"
    document: str | None = None
    page: int | None = None
    time: Fraction | None = None
    fonts: tuple[Path, ...] = ()
    families: tuple[tuple[str, str], ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    notes: NoteWishes = ALL

    def export(self) -> ExportOptions:
        return ExportOptions(
            scale=self.scale, width=self.width, time=self.time, depth=self.depth, quality=self.quality,
            lossless=self.lossless, background=self.background, settings=self.settings,
            notes=self.notes,
        )

    def resources(self) -> Resources:
        return Resources(self.fonts, dict(self.families))


PLAIN = ConvertOptions()


def convert_file(
    source: Path, target: Path, options: ConvertOptions = PLAIN, progress: Progress = no_progress
) -> Report:
    """Write `source` in the format that the name of `target` says. Raises ExpectedError with one sentence."""
    if not source.is_file():
        raise ExpectedError(tr("There is no file {name}.", name=str(source)))
    if not target.parent.is_dir():
        raise ExpectedError(tr("There is no folder {name}.", name=str(target.parent)))
    if extension_of(source) == PROJECT:
        return _export_project(source, target, options, progress)
    if format_of(source).family == "raster" and exporter_for(target, "raster") is FORMATS["image"]:
        return _convert_picture(source, target, options)
    return _through_document(source, target, options, progress)


def _convert_picture(source: Path, target: Path, options: ConvertOptions) -> Report:
    from editor.formats.image import load, save

    image, report = load(source, options.profile)
    scale = options.width / image.width if options.width else options.scale
    if scale != 1.0:
        image = replace(image, pixels=_resized(image.pixels, scale))
    save(image, target, options.export(), report)
    if options.notes.beside:
        from editor.formats.provenance.beside import write_credits
        from editor.formats.provenance.xmp import works_in

        for sentence in write_credits(target, works_in((image.metadata.xmp or b"").decode("utf-8", "replace"))):
            report.noted(sentence)
    return report.report()


def _resized(straight: Any, scale: float) -> Any:
    """Straight pixels in another size; weighted by their alpha, so that hidden colours do not bleed in."""
    from editor.formats.image import resampled
    from render.kernels.convert import premultiply, unpremultiply

    if not scale > 0:
        raise ExpectedError(tr("The size must be larger than nothing."))
    return unpremultiply(resampled(premultiply(straight), scale))


def _export_project(source: Path, target: Path, options: ConvertOptions, progress: Progress) -> Report:
    from editor.storage import open_project

    with open_project(source, read_only=True) as opened:
        documents = opened.project.documents()
        chosen = [item for item in documents if options.document in (None, item.id, item.name)]
        if not chosen:
            raise ExpectedError(tr("The project has no such document."))
        return _export(opened.project, chosen[0].id, target, options, progress)


def _through_document(source: Path, target: Path, options: ConvertOptions, progress: Progress) -> Report:
    from editor.document.project import Project
    from editor.formats.registry import import_file

    project = Project.in_memory()
    imported = import_file(project, source, ImportOptions(profile=options.profile))
    written = _export(project, imported.documents[0], target, options, progress)
    return Report(
        converted=(*imported.report.converted, *written.converted), kept=(*imported.report.kept, *written.kept),
        dropped=(*imported.report.dropped, *written.dropped), noted=(*imported.report.noted, *written.noted),
    )


def _export(project: Any, document: str, target: Path, options: ConvertOptions, progress: Progress) -> Report:
    from editor.display.display import Display
    from editor.formats.registry import export_document

    display = Display(project, options.resources())
    try:
        part = part_at(display, document, options.page)
        return export_document(display, document, target, replace(options.export(), part=part), progress)
    finally:
        display.close()


def part_at(display: Any, document: str, page: int | None) -> str | None:
    """The id of a page by its number. Raises ExpectedError when there are fewer."""
    if page is None:
        return None
    parts: tuple[str, ...] = display.parts(document)
    if not 1 <= page <= len(parts):
        raise ExpectedError(tr("There is no page {number}: the document has {count}.", number=page, count=len(parts)))
    return parts[page - 1]
