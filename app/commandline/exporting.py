"""`export` and `convert`: documents and files as other formats, one or thousands."""

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commandline.export_notes import add_note_options, notes_of
from app.commandline.projects import tell
from app.commandline.terminal import ProgressLine, complain, say
from app.farm.choice import add_farm_options
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from editor.workflows.batch import Outcome, Task
    from editor.workflows.convert import ConvertOptions

DEPTHS = ("uint8", "uint16", "float16", "float32")


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    if verb == "export":
        parser.add_argument("source", type=Path, metavar="PROJECT")
        parser.add_argument("target", type=Path, metavar="OUT", help="the extension says the format")
        add_farm_options(parser)
    else:
        parser.add_argument("source", type=Path, metavar="IN")
        parser.add_argument("target", type=Path, metavar="OUT")
        batch = parser.add_argument_group("batch")
        batch.add_argument("--batch", action="store_true", help="IN and OUT are folders; every file in IN is converted")
        batch.add_argument("--to", metavar="EXT", help="the format to write, such as png")
        batch.add_argument("--from", dest="only", action="append", default=[], metavar="EXT", help="only these files")
        batch.add_argument("--keep-extension", action="store_true", help="write a.psd as a.psd.png instead of a.png")
        batch.add_argument("--seconds", type=float, default=120.0, help="the longest that one file may take")
        batch.add_argument("--workers", type=int, default=0, help="how many files at once")
        add_farm_options(parser, workers=False)
    add_options(parser)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--document", metavar="D", help="which document of a project, by name or id")
    parser.add_argument("--page", type=int, metavar="N", help="which page, counted from 1")
    parser.add_argument("--time", type=Fraction, metavar="SECONDS", help="which moment of a film")
    parser.add_argument("--width", type=int, metavar="N", help="in pixels; the height follows")
    parser.add_argument("--scale", type=float, default=1.0, help="pixels for each unit of the document")
    parser.add_argument("--quality", type=int, default=92, help="1 to 100, for JPEG and the like")
    parser.add_argument("--lossless", action="store_true", help="where the format can")
    parser.add_argument("--depth", choices=DEPTHS, help="instead of the picture's own")
    parser.add_argument("--background", metavar="#RRGGBB", help="put a colour behind what is transparent")
    parser.add_argument("--profile", choices=("srgb", "keep"), default="srgb",
                        help="bring the colours of pictures to sRGB, or keep them")
    parser.add_argument("--fonts", type=Path, action="append", default=[], metavar="DIR", help="use only these fonts")
    parser.add_argument("--family", action="append", default=[], metavar="serif=NAME",
                        help="the font that a generic family stands for")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="KEY=VALUE",
                        help="a setting of one format, such as quality=20 for MP4")
    add_note_options(parser)


def run(arguments: argparse.Namespace) -> int:
    from editor.workflows.convert import convert_file

    options = options_of(arguments)
    if getattr(arguments, "batch", False):
        return batch(arguments, options)
    if arguments.verb == "convert" and arguments.to:
        raise ExpectedError(tr("--to belongs to --batch: the name of the new file says its format."))
    if arguments.verb == "convert" and arguments.farm:
        raise ExpectedError(tr("A farm converts many files: a folder, with --batch."))
    with ProgressLine(arguments.target.name) as progress:
        if arguments.verb == "export" and arguments.farm:
            report = export_at_farm(arguments, options, progress)
        elif arguments.verb == "export":
            report = export(arguments, options, progress)
        else:
            report = convert_file(arguments.source, arguments.target, options, progress)
    say(f"wrote {arguments.target}")
    tell(report)
    return 0


def options_of(arguments: argparse.Namespace) -> "ConvertOptions":
    """Raises ExpectedError for wishes that make no sense."""
    from editor.workflows.convert import ConvertOptions

    if arguments.width is not None and arguments.width < 1 or not arguments.scale > 0:
        raise ExpectedError(tr("The size must be larger than nothing."))
    if not 1 <= arguments.quality <= 100:
        raise ExpectedError(tr("The quality must lie between 1 and 100."))
    for folder in arguments.fonts:
        if not folder.exists():
            raise ExpectedError(tr("There is no folder {name}.", name=str(folder)))
    return ConvertOptions(
        width=arguments.width, scale=arguments.scale, quality=arguments.quality, lossless=arguments.lossless,
        depth=arguments.depth, background=arguments.background, profile=arguments.profile,
        document=arguments.document, page=arguments.page, time=arguments.time, fonts=tuple(arguments.fonts),
        families=tuple(pair(text) for text in arguments.family), settings=settings_of(arguments.settings),
        notes=notes_of(arguments),
    )


def pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise ExpectedError(tr("{text} is no parameter: write it as key=value.", text=text))
    return name, value


def settings_of(pairs: list[str]) -> dict[str, Any]:
    """KEY=VALUE with numbers as numbers, a fraction such as 30000/1001 included."""
    found: dict[str, Any] = {}
    for text in pairs:
        name, value = pair(text)
        try:
            number = Fraction(value)
            found[name] = int(number) if number.denominator == 1 else number
        except (ValueError, ZeroDivisionError):
            found[name] = value
    return found


def export(arguments: argparse.Namespace, options: "ConvertOptions", progress: Any) -> Any:
    """A document of a project, by name or id."""
    from dataclasses import replace

    from app.commandline.names import document_named
    from app.library.known_works import with_known_works
    from editor.display.display import Display
    from editor.formats.registry import export_document
    from editor.storage import open_project
    from editor.workflows.convert import part_at

    with open_project(arguments.source, read_only=True) as opened:
        document = document_named(opened.project, arguments.document)
        display = Display(opened.project, options.resources())
        chosen = replace(options.export(), part=part_at(display, document, arguments.page))
        chosen = with_known_works(chosen, opened.project, opened.media.rows())
        try:
            return export_document(display, document, arguments.target, chosen, progress)
        finally:
            display.close()


def export_at_farm(arguments: argparse.Namespace, options: "ConvertOptions", progress: Any) -> Any:
    """A film whose frames are drawn by workers."""
    from app.commandline.names import document_named
    from app.farm.choice import choice_of
    from app.farm.films import export_film_at
    from app.library.known_works import with_known_works
    from editor.storage import open_project

    with open_project(arguments.source, read_only=True) as opened:
        document = document_named(opened.project, arguments.document)
        chosen = with_known_works(options.export(), opened.project, opened.media.rows())
    return export_film_at(choice_of(arguments), arguments.source, document, arguments.target, chosen, progress)


def batch(arguments: argparse.Namespace, options: "ConvertOptions") -> int:
    """Convert a folder; 1 when any file failed."""
    from editor.workflows.batch import find_tasks

    if arguments.farm and (options.notes.beside or options.notes.sidecar):
        raise ExpectedError(tr("A farm gives back the files alone, without others beside them."),
                            tr("Leave --credits-file and --sidecar out, or --farm."))  # fmt: skip
    if not arguments.to:
        raise ExpectedError(tr("A batch needs a format to write."), tr("Give it with --to, such as --to png."))
    only = tuple(text.lower().removeprefix(".") for text in arguments.only)
    to = arguments.to.lower().removeprefix(".")
    tasks = find_tasks(arguments.source, arguments.target, to, only, arguments.keep_extension)
    everything = find_tasks(arguments.source, arguments.target, to, only, keep_extension=True)
    left = len(everything) - len(tasks)
    if left:
        complain(
            tr_count(
                "1 file is .{suffix} already and shares a name with another: left alone. "
                "--keep-extension converts it too.",
                "{count} files are .{suffix} already and share a name with another: left alone. "
                "--keep-extension converts them too.",
                count=left,
                suffix=to,
            )
        )
    failed = done = 0
    with ProgressLine(str(arguments.target)) as progress:
        for outcome in outcomes(arguments, tasks, options):
            done += 1
            if outcome.failure:
                failed += 1
                progress.close()
                source = outcome.task.source
                complain(f"{source}: {outcome.failure.removeprefix(f'{source.name}: ')}")
            progress(done / len(tasks), outcome.task.source.name)
    say(tr("Files written: {done} of {all}, failed: {failed}.", done=done - failed, all=len(tasks), failed=failed))
    return 1 if failed else 0


def outcomes(arguments: argparse.Namespace, tasks: "list[Task]", options: "ConvertOptions") -> "Iterator[Outcome]":
    """In processes of this call, or at a farm."""
    if not arguments.farm:
        from editor.workflows.batch import convert_all
        from editor.workflows.children import WORKERS

        workers = arguments.workers if arguments.workers > 0 else WORKERS
        yield from convert_all(tasks, options, workers, arguments.seconds)
        return
    from app.farm.choice import choice_of, workplace
    from editor.workflows.farm.converting import convert_at

    with workplace(choice_of(arguments)) as place:
        yield from convert_at(place, tasks, options, arguments.seconds)
