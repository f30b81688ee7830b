"""`template formats` and `built-in`: a document in many sizes at once, and the templates that come with it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from app.commandline.names import document_named
from app.commandline.terminal import ProgressLine, complain, say
from app.library.folder import library_folder
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.document.project import Project
    from editor.workflows.templates.formats import Made

OWN = "formats.json"


def configure(add: Callable[..., argparse.ArgumentParser]) -> None:
    sub = add("formats", help="lay a document out anew in many sizes; without --to, list the sizes")
    sub.add_argument("template", type=Path, nargs="?", metavar="PROJECT")
    sub.add_argument("--to", default="", metavar="NAMES", help="such as instagram-story,a4,1200x800, or a set")
    sub.add_argument("--document", metavar="D", help="which document, by name or id")
    sub.add_argument("--export", default="", metavar="EXT", help="write files such as png or pdf; the project stays")
    sub.add_argument("--out", type=Path, default=Path(), metavar="FOLDER", help="where those files go")
    sub.add_argument("--overwrite", action="store_true", help="let go of files that are there already")
    sub.add_argument("--time", type=Fraction, metavar="SECONDS",
                     help="which moment of a film; without it, one that shows most of it")
    sub.add_argument("--save-set", default="", metavar="NAME", help="keep these formats as a set of one's own")
    add("built-in", help="the templates that come with the studio; `template new KEY PROJECT` makes one")


def own_formats() -> Path:
    """Where a person's own formats and sets lie."""
    return library_folder() / OWN


def formats(arguments: argparse.Namespace) -> int:
    from editor.storage import open_project
    from editor.workflows.templates.format_sizes import formats_named, read_own, with_set, write_own
    from editor.workflows.templates.formats import make_formats

    own = read_own(own_formats())
    chosen = formats_named(arguments.to.split(","), own)
    if arguments.save_set:
        write_own(own_formats(), with_set(own, arguments.save_set, chosen))
        say(tr("The set {name} is kept.", name=arguments.save_set))
    if arguments.template is None:
        return 0 if arguments.save_set else _list()
    with open_project(arguments.template, read_only=bool(arguments.export)) as opened:
        project = opened.project.snapshot(read_only=False) if arguments.export else opened.project
        document = document_named(project, arguments.document)
        with ProgressLine(tr("Formats")) as line:
            made = make_formats(project, document, chosen, line)
        for one in made:
            say(f"{project.document_of(one.document).name}  {one.format.size_text}")
            if one.left_out:
                complain(tr("Too much for {format}, so hidden: {names}", format=one.format.key,
                            names=", ".join(one.left_out)))
        if arguments.export:
            _export(project, made, arguments)
    return 0


def _export(project: Project, made: list[Made], arguments: argparse.Namespace) -> None:
    """One file for each format, or for each of its pages where the file holds one picture."""
    from editor.workflows.templates.format_files import Wish, write_formats

    wish = Wish(arguments.out, arguments.export.removeprefix("."), arguments.overwrite, arguments.time)
    with ProgressLine(wish.extension) as line:
        for path in write_formats(project, made, wish, line):
            say(f"wrote {path}")


def _list() -> int:
    from editor.workflows.templates.format_sizes import FORMATS, SETS, read_own

    own = read_own(own_formats())
    for item in (*FORMATS.values(), *own.formats):
        say(f"{item.key:<20}  {item.size_text:<14}  {tr(item.label)}")
    for chosen in (*SETS, *own.sets):
        say(f"{tr(chosen.name)}: {', '.join(chosen.formats)}")
    return 0


def built_in(_: argparse.Namespace) -> int:
    from editor.workflows.templates.built_in import built_in_templates

    for item in built_in_templates():
        say(f"{item.key:<20}  {item.script.editor:<7}  {item.name}: {item.summary}")
    return 0


def new_built_in(key: str, target: Path) -> Path | None:
    """A project from a template of the studio; None when there is none of that name."""
    from editor.storage import create_project
    from editor.workflows.templates.built_in import built_in_templates, make

    found = next((item for item in built_in_templates() if item.key == key), None)
    if found is None:
        return None
    with closing(create_project(target)) as opened:
        make(opened.project, found)
        return Path(opened.path)


ACTIONS: dict[str, Callable[[argparse.Namespace], int | None]] = {"formats": formats, "built-in": built_in}
