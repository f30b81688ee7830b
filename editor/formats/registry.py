"""Which file formats come in and go out, and the two doors: `import_file` and `export_document`.

A format is registered with the *names* of its functions ("module:function"), so that listing formats imports no codec
and no family. The built-in ones stand in `builtin.py` and use this registry as any other would.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from editor.base.errors import ExpectedError
from editor.base.registry import Registry
from editor.base.translation import tr
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.provenance.wishes import ALL, NoteWishes
from editor.formats.report import Report
from editor.model.record import DocumentRecord

Progress = Callable[[float], object]


def no_progress(share: float) -> None:
    """Takes a share from 0 to 1 and tells nobody."""


@dataclass(frozen=True)
class ImportOptions:
    """`profile` says whether pictures are brought to the working space (sRGB) or keep their own.

    `into` is a document to add to, for the formats that can; without it a new document is made. `at` is where the
    middle of what comes in belongs there: (x, y) in an image, (x, y, z) in a scene; empty leaves it to the format.
    """

    name: str = ""
    into: str | None = None
    profile: Literal["srgb", "keep"] = "srgb"
    at: tuple[float, ...] = ()


@dataclass(frozen=True)
class Imported:
    """The documents that were made or added to, and what became of the file's content."""

    documents: tuple[str, ...]
    report: Report = field(default_factory=Report)


@dataclass(frozen=True)
class ExportOptions:
    """Size by `width` in pixels or by `scale`; `part` a page or camera, `time` a moment; the rest where it applies.

    `background` is a colour like #ffffff put behind what is transparent; without it transparency stays where the
    format holds it. `settings` are further wishes of one format, by name; `notes` what the file says of its origin.
    """

    scale: float = 1.0
    width: int | None = None
    part: str | None = None
    time: Fraction | None = None
    depth: str | None = None
    quality: int = 92
    lossless: bool = False
    background: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    notes: NoteWishes = ALL


Importer = Callable[[Project, Path, ImportOptions], Imported]
Exporter = Callable[[Display, str, Path, ExportOptions, Progress], Report]


@dataclass(frozen=True)
class FileFormat:
    """`importer` and `exporter` are "module:function", empty where the format goes one way only.

    `families` are the document families that `exporter` takes; `family` is what an import makes.
    """

    name: str
    label: str
    extensions: tuple[str, ...]
    family: str = ""
    importer: str = ""
    exporter: str = ""
    families: tuple[str, ...] = ()


FORMATS: Registry[FileFormat] = Registry("File format")


def register(entry: FileFormat) -> FileFormat:
    return FORMATS.add(entry.name, entry)


def load_formats() -> None:
    """Make `FORMATS` complete."""
    import_module("editor.formats.builtin")


def extension_of(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")


def format_of(path: Path) -> FileFormat:
    """The format that takes a file, by its name or else by its content. Raises ExpectedError when there is none."""
    return importer_for(path) or _by_content(path)


def importer_for(path: Path) -> FileFormat | None:
    """The format that takes a file of this name, or None."""
    load_formats()
    extension = extension_of(path)
    return next((entry for entry in FORMATS.values() if entry.importer and extension in entry.extensions), None)


def exporter_for(path: Path, family: str) -> FileFormat | None:
    """The format that writes a document of a family under this name, or None."""
    load_formats()
    extension = extension_of(path)
    fitting = (entry for entry in FORMATS.values() if entry.exporter and extension in entry.extensions)
    return next((entry for entry in fitting if family in entry.families), None)


def importable_extensions() -> tuple[str, ...]:
    load_formats()
    return tuple(extension for entry in FORMATS.values() if entry.importer for extension in entry.extensions)


def exportable_extensions(family: str) -> tuple[str, ...]:
    """What a document of a family can be written as."""
    load_formats()
    fitting = (entry for entry in FORMATS.values() if entry.exporter and family in entry.families)
    return tuple(extension for entry in fitting for extension in entry.extensions)


def usual_extensions(family: str) -> tuple[str, ...]:
    """The short list for a sentence: what people mostly write."""
    rare = {
        "apng", "jpeg", "jpe", "jfif", "tiff", "avifs", "heif", "hif", "rgbe", "psb", "pdd", "dib", "vda", "icb", "vst",
        "pgm", "pbm", "pnm", "pam", "j2k", "j2c", "jpx", "jpf", "jpc",
    }  # fmt: skip
    return tuple(extension for extension in exportable_extensions(family) if extension not in rare)


def import_file(project: Project, path: Path, options: ImportOptions | None = None) -> Imported:
    """Bring a file into a project. Raises ExpectedError with one sentence for what cannot be read."""
    entry = format_of(path)
    importer: Importer = _function(entry.importer)
    return importer(project, path, options or ImportOptions())


def export_document(
    display: Display, document: str, path: Path, options: ExportOptions | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Write a document as the format that the path's extension names. Raises ExpectedError."""
    family = display.project.find(document, DocumentRecord).family
    entry = exporter_for(path, family)
    if entry is None:
        raise ExpectedError(
            tr("A document of this kind cannot be written as {suffix}.", suffix=path.suffix or path.name),
            tr("Possible are: {extensions}.", extensions=", ".join(usual_extensions(family))),
        )
    if not path.parent.is_dir():
        raise ExpectedError(tr("There is no folder {name}.", name=str(path.parent)))
    exporter: Exporter = _function(entry.exporter)
    options = options or ExportOptions()
    report = exporter(display, document, path, options, progress)
    if not options.notes.beside:
        return report
    from editor.formats.provenance.beside import write_credits_of
    from editor.formats.provenance.shown import scope_of

    scope = scope_of(display.project, document, entry.name, options)
    return write_credits_of(display.project, document, scope, path, options.notes, report)


def _by_content(path: Path) -> FileFormat:
    """A picture under a strange name is still a picture; anything else is refused."""
    from render.image_io.formats import sniff

    try:
        with path.open("rb") as file:
            found = sniff(file.read(256), path.name)
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be opened.", name=path.name)) from error
    if found is None:
        raise ExpectedError(tr("{name} is of a kind that cannot be imported.", name=path.name))
    return FORMATS["image"]


def _function(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)
