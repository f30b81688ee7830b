"""From the registry's one signature to what each family's importer and exporter takes."""

import gzip
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.provenance.credits import credits_of
from editor.formats.provenance.shown import scope_of
from editor.formats.registry import ExportOptions, Imported, ImportOptions, Progress
from editor.formats.report import Report
from editor.model.values import from_plain, to_plain
from editor.model.video import MediaFacts, Track, VideoDocument

if TYPE_CHECKING:
    from editor.formats.movie import MovieOptions

LARGEST_DRAWING = 256 << 20


def import_drawing(project: Project, path: Path, options: ImportOptions) -> Imported:
    """An SVG, packed or not, as a new vector document."""
    from editor.formats.svg import import_svg

    document, found = import_svg(project, _text_of(path), name=options.name or path.stem, folder=path.parent)
    return Imported(
        (document,), Report(_counted(found.converted), _counted(found.kept), _counted(found.dropped))
    )


def export_drawing(display: Display, document: str, path: Path, options: ExportOptions, progress: Progress) -> Report:
    """One page as SVG, packed when the name ends in svgz."""
    from editor.formats.svg.writing import write_svg

    scope = scope_of(display.project, document, "svg", options)
    told = credits_of(display.project, document, scope, options.notes)
    data, found = write_svg(display, document, options.part, told)
    save_bytes(path, gzip.compress(data, mtime=0) if path.suffix.lower() == ".svgz" else data)
    progress(1.0)
    noted = tuple(told.sentences()) if told is not None else ()
    return Report(_counted(found.converted), _counted(found.kept), _counted(found.dropped), noted)


def export_pdf(display: Display, document: str, path: Path, options: ExportOptions, progress: Progress) -> Report:
    """All pages, or the one asked for, as PDF; the setting `dpi` is for what becomes pixels."""
    from editor.formats.pdf import export_pdf as write

    dpi = {"dpi": float(options.settings["dpi"])} if "dpi" in options.settings else {}
    data, report = write(
        display, document, part=options.part, time=options.time, progress=progress, notes=options.notes, **dpi
    )
    save_bytes(path, data)
    return report


def _counted(names: dict[str, int]) -> tuple[str, ...]:
    return tuple(name if count == 1 else f"{name} (×{count})" for name, count in names.items())


def _text_of(path: Path) -> bytes:
    """The bytes of a drawing, unpacked within bounds."""
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                data = file.read(LARGEST_DRAWING + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ExpectedError(tr("{name} cannot be opened.", name=path.name)) from error
    if len(data) > LARGEST_DRAWING:
        raise ExpectedError(tr("{name} is too large to import.", name=path.name))
    return data


def save_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises ExpectedError."""
    draft = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=path.name, reason=error.strerror or str(error))
        ) from error


def import_scene(project: Project, path: Path, options: ImportOptions) -> Imported:
    """A model file into a new scene, or into `options.into`; one entry in the history."""
    from editor.formats.mesh import import_model

    if options.into is not None:
        x, y, z = options.at if len(options.at) == 3 else (0.0, 0.0, 0.0)
        _, report = import_model(project, options.into, path, translation=(x, y, z))
        return Imported((options.into,), report)
    with project.transaction(tr("Import model")):
        document: str = run(project, "scene.new_document", name=options.name or path.stem)
        _, report = import_model(project, document, path)
    return Imported((document,), report)


def import_media(project: Project, path: Path, options: ImportOptions) -> Imported:
    """A film or a sound into the bin of `options.into`, or as the first clip of a new timeline like it."""
    from editor.formats.movie import facts_of_file

    if project.media is None:
        raise ExpectedError(tr("Films and sounds stay in their own files: save the project first."))
    if not path.is_file():
        raise ExpectedError(tr("{name} cannot be opened.", name=path.name))
    facts, report = facts_of_file(path, project.media.add(path))
    if options.into is not None:
        timeline = project.find(options.into, VideoDocument)
        run(project, "video.import_media", document=timeline.id, facts=facts)
        return Imported((timeline.id,), report)
    with project.transaction(tr("Import film")):
        document = _timeline_like(project, facts, options.name or path.stem)
        item: str = run(project, "video.import_media", document=document, facts=facts)
        wanted = "video" if facts.has_video or facts.still else "audio"
        track = next(track for track in project.children(document, Track) if track.media == wanted)
        run(project, "video.add_clip", track=track.id, item=item, start=0)
    return Imported((document,), report)


def _timeline_like(project: Project, facts: MediaFacts, name: str) -> str:
    """A timeline with the size and the rate of a film; the usual ones for a sound."""
    parameters: dict[str, object] = {"name": name}
    if 2 <= facts.width <= 16384 and 2 <= facts.height <= 16384:
        parameters |= {"width": facts.width, "height": facts.height}
    if 1 <= facts.rate <= 1000 and facts.rate.denominator <= 100_000:
        parameters["rate"] = facts.rate
    document: str = run(project, "video.new_document", **parameters)
    return document


def export_film(display: Display, document: str, path: Path, options: ExportOptions, progress: Progress) -> Report:
    """A timeline as MP4 (H.264, AAC)."""
    from editor.formats.movie import plan_export

    wishes = film_options(display.project.find(document, VideoDocument), options)
    return plan_export(display.project, document, path, wishes, display.resources, options.notes).run(progress)


def film_options(timeline: VideoDocument, options: ExportOptions) -> "MovieOptions":
    """What an export wishes, for a film. Raises ExpectedError for a setting that is unknown or does not fit."""
    width, height = timeline.width, timeline.height
    scale = options.width / width if options.width else options.scale
    wishes = dict(options.settings)
    if scale != 1.0:
        wishes |= {"width": _even(width * scale), "height": _even(height * scale)}
    return _movie_options(wishes)


def _movie_options(wishes: dict[str, Any]) -> "MovieOptions":
    """The settings of a film, checked. Raises ExpectedError for one that is unknown or does not fit."""
    from editor.formats.movie import MovieOptions

    known = MovieOptions.__dataclass_fields__
    for name, value in wishes.items():
        if name not in known:
            raise ExpectedError(
                tr("A film has no setting {name}. It has: {names}.", name=name, names=", ".join(known))
            )
        try:
            plain = msgspec.to_builtins({name: value}, enc_hook=to_plain)
            msgspec.convert(plain, MovieOptions, strict=False, dec_hook=from_plain)
        except (msgspec.ValidationError, ValueError, ZeroDivisionError) as error:
            raise ExpectedError(
                tr("The setting {name} of a film cannot be {value}.", name=name, value=str(value))
            ) from error
    plain = msgspec.to_builtins(wishes, enc_hook=to_plain)
    return msgspec.convert(plain, MovieOptions, strict=False, dec_hook=from_plain)


def export_scene(display: Display, document: str, path: Path, options: ExportOptions, progress: Progress) -> Report:
    """A scene as GLB, with everything that came in kept."""
    from editor.formats.gltf.writing import export_glb

    report = export_glb(display.project, document, path, options.notes)
    progress(1.0)
    return report


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))
