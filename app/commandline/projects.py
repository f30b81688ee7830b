"""`new` and `import`: projects, and files into them."""

import argparse
import re
from pathlib import Path
from typing import Any

from app.commandline.names import document_named
from app.commandline.terminal import say
from editor.base.errors import ExpectedError
from editor.base.translation import tr

KINDS = ("raster", "vector", "video", "scene")
SUFFIX = ".atelier"


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a project file, Name.atelier")
    if verb == "new":
        parser.add_argument("--kind", choices=KINDS, help="make a first document of this kind")
        parser.add_argument("--size", type=size, default=None, metavar="WxH", help="its size, such as 1920x1080")
        parser.add_argument("--name", default="", help="its name")
        parser.add_argument("--depth", choices=("uint8", "uint16", "float16", "float32"), help="of a raster document")
    else:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="pictures, drawings, models, films")
        parser.add_argument("--into", metavar="DOCUMENT", help="add to this document instead of making a new one")
        parser.add_argument("--name", default="", help="a name for the new document")
        parser.add_argument("--profile", choices=("srgb", "keep"), default="srgb",
                            help="bring pictures to sRGB (the default) or keep their own colour profile")


def size(text: str) -> tuple[int, int]:
    """1920x1080 as numbers; argparse turns the error into a sentence."""
    found = re.fullmatch(r"(\d{1,6})[xX×](\d{1,6})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is no size: write it like 1920x1080")
    return int(found[1]), int(found[2])


def run(arguments: argparse.Namespace) -> int:
    return new(arguments) if arguments.verb == "new" else bring_in(arguments)


def new(arguments: argparse.Namespace) -> int:
    from editor.storage import create_project

    path: Path = arguments.project
    if path.suffix != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    if not arguments.kind and (arguments.size or arguments.name or arguments.depth):
        raise ExpectedError(tr("A size, a name or a depth needs a kind of document."), tr("Give --kind as well."))
    with create_project(path) as opened:
        if arguments.kind:
            try:
                say(first_document(opened.project, arguments))
            except ExpectedError:
                opened.close()
                path.unlink(missing_ok=True)
                raise
    say(f"wrote {path}")
    return 0


def first_document(project: Any, arguments: argparse.Namespace) -> str:
    """Run the family's own command; returns the new document's id."""
    from editor.commands.registry import find_command
    from editor.commands.registry import run as run_command

    command = find_command(f"{arguments.kind}.new_document")
    wanted: dict[str, Any] = {"name": arguments.name} if arguments.name else {}
    if arguments.size:
        wanted["width"], wanted["height"] = arguments.size
    if arguments.depth:
        wanted["depth"] = arguments.depth
    known = {item.name for item in command.parameters}
    if not set(wanted) <= known:
        unknown = ", ".join(sorted(set(wanted) - known))
        raise ExpectedError(tr("A new document of this kind has no {names}.", names=unknown))
    return str(run_command(project, command.name, **wanted))


def bring_in(arguments: argparse.Namespace) -> int:
    """Import files one after the other; one that fails is reported and the rest go on."""
    from app.commandline.terminal import complain
    from editor.formats.registry import ImportOptions, import_file
    from editor.storage import open_project

    failed = 0
    with open_project(arguments.project) as opened:
        into = document_named(opened.project, arguments.into) if arguments.into else None
        for path in arguments.files:
            options = ImportOptions(name=arguments.name, into=into, profile=arguments.profile)
            try:
                imported = import_file(opened.project, path, options)
            except ExpectedError as error:
                complain(str(error))
                failed += 1
                continue
            for document in imported.documents:
                say(f"{document} {path.name}")
            tell(imported.report)
    return 1 if failed else 0


def tell(report: Any) -> None:
    """The sentences of an import or export report, indented."""
    for title, sentences in (("converted", report.converted), ("kept", report.kept), ("dropped", report.dropped),
                             ("noted", report.noted)):
        for sentence in sentences:
            say(f"  {title}: {sentence}")
