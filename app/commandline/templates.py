"""`template`: slots of a project, filled from the command line or from a table, and templates in the library."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.commandline import template_formats
from app.commandline.actions import actions_of
from app.commandline.exporting import add_options, options_of, pair
from app.commandline.names import document_named
from app.commandline.terminal import ProgressLine, complain, say, say_json
from app.templates.assets import assets
from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from editor.document.project import Project
    from editor.workflows.templates.check import Checked, Filler
    from editor.workflows.templates.fields import Field
    from editor.workflows.templates.fill import Value
    from editor.workflows.templates.rows import Wish

TEXTS = {
    "slots": "what a template wants to be filled with", "fill": "fill it, once or for every row of a table",
    "check": "say everything that is wrong in a table, and write nothing", "save": "put a project into the library",
    "new": "make a project from a template",
}  # fmt: skip


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    actions, subs = actions_of(parser, TEXTS)
    for name, sub in subs.items():
        sub.add_argument("template", type=Path, metavar="TEMPLATE", help="a project with slots")
        if name in ("fill", "check"):
            _configure_filling(sub)
    template_formats.configure(actions.add_parser)
    subs["slots"].add_argument("--json", action="store_true")
    check = subs["check"]
    check.add_argument("table", type=Path, metavar="TABLE", help="CSV, its first row names the slots")
    check.add_argument("--document", metavar="D", help="which document of a project, by name or id")
    check.add_argument("--name", default="", metavar="PATTERN", help=argparse.SUPPRESS)
    _configure_output(subs["fill"])
    subs["save"].add_argument("--title", default="", help="what it is called there; the file's name without it")
    subs["save"].add_argument("--tag", action="append", default=[])
    subs["new"].add_argument("project", type=Path, metavar="PROJECT", help="the new project file")


def _configure_filling(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--rows", default="", metavar="FROM-TO", help="only these rows of the table, such as 2-20,31")
    sub.add_argument("--ignore-unknown", action="store_true", help="columns that are no slots are meant for others")


def _configure_output(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("pairs", nargs="*", metavar="SLOT=VALUE", help="texts, #colours, yes or no, files, library:NAME")
    sub.add_argument("--csv", type=Path, metavar="TABLE", help="fill it once for every row")
    sub.add_argument("--out", type=Path, metavar="FILE", help="write the filled document; without it, fill the project")
    sub.add_argument("--to", type=Path, metavar="FOLDER", help="where the files of the rows go")
    sub.add_argument("--name", default="{row}.pdf", metavar="PATTERN", help="such as {name}-{row}.pdf")
    sub.add_argument("--overwrite", action="store_true", help="let go of files that are there already")
    add_options(sub)


def run(arguments: argparse.Namespace) -> int:
    return ACTIONS[arguments.action](arguments) or 0


def slots(arguments: argparse.Namespace) -> None:
    from editor.storage import open_project
    from editor.workflows.templates.fields import fields_of, meant, present
    from editor.workflows.templates.values import written

    with open_project(arguments.template, read_only=True) as opened:
        every = fields_of(opened.project)
        needed = meant(every)
        found = [
            {
                "name": field.name, "takes": field.takes, "hint": field.hint,
                "required": field.required and (field in needed or not field.is_word),
                "role": field.role, "longest": field.longest, "places": len(field.targets),
                "now": written(present(opened.project, field)),
            }
            for field in every
        ]  # fmt: skip
    if arguments.json:
        say_json(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found:
        star = "*" if one["required"] else " "
        more = "  ".join(str(one[key]).replace("\n", " ")[:60] for key in ("now", "hint") if one[key])
        say(f"{star} {one['name']:<24}  {one['takes']:<8}  {more}".rstrip())
    if not found:
        say(tr("This project has no slots."))


def fill(arguments: argparse.Namespace) -> int:
    if arguments.csv is not None:
        if arguments.pairs or arguments.out is not None:
            raise ExpectedError(tr("A table fills the slots: give no values and no --out beside --csv."))
        return _fill_rows(arguments)
    if arguments.to is not None or arguments.rows:
        raise ExpectedError(tr("--to and --rows belong to --csv."))
    return _fill_once(arguments)


def _fill_once(arguments: argparse.Namespace) -> int:
    """Into a file, or as an edit of the project itself, which undo takes back."""
    from editor.storage import open_project
    from editor.workflows.templates.fields import fields_of
    from editor.workflows.templates.fill import fill as fill_slots
    from editor.workflows.templates.fill import require_words
    from editor.workflows.templates.scratch import scratch_of

    options = options_of(arguments)
    with open_project(arguments.template, read_only=arguments.out is not None) as opened:
        with assets() as find_asset:
            values = _values(fields_of(opened.project), arguments.pairs, find_asset)
        if arguments.out is not None:
            require_words(opened.project, _fields(opened.project, arguments.document), values, always=True)
        project = scratch_of(opened.project) if arguments.out is not None else opened.project
        filled = fill_slots(project, values, resources=options.resources())
        for notice in filled.notices:
            complain(notice)
        if arguments.out is not None:
            _export(project, arguments, filled.places)
        else:
            say(tr_count("1 place filled.", "{count} places filled.", count=filled.places))
    return 0


def _fields(project: Project, named: str | None) -> list[Field]:
    """What has to be filled for one document, or for all."""
    from editor.workflows.templates.fields import fields_of, fields_within

    return fields_within(project, (document_named(project, named),)) if named else fields_of(project)


def _export(project: Project, arguments: argparse.Namespace, places: int) -> None:
    from dataclasses import replace

    from app.commandline.projects import tell
    from editor.display.display import Display
    from editor.formats.registry import export_document
    from editor.workflows.convert import part_at
    from editor.workflows.templates.rows import chief_documents

    options = options_of(arguments)
    chief = chief_documents(project)
    alone = chief[0] if arguments.document is None and len(chief) == 1 else None
    document = alone or document_named(project, arguments.document)
    if arguments.out.exists() and not arguments.overwrite:
        raise ExpectedError(tr("{name} exists already.", name=str(arguments.out)), tr("Give --overwrite as well."))
    display = Display(project, options.resources())
    try:
        chosen = replace(options.export(), part=part_at(display, document, arguments.page))
        with ProgressLine(arguments.out.name) as line:
            report = export_document(display, document, arguments.out, chosen, line)
    finally:
        display.close()
    say(tr_count("1 place filled.", "{count} places filled.", count=places) + f" {arguments.out}")
    tell(report)


def _values(fields: list[Field], pairs: list[str], find_asset: Callable[[str], Path]) -> dict[str, Value]:
    """All that is wrong with SLOT=VALUE at once."""
    from editor.workflows.templates.fields import folded
    from editor.workflows.templates.values import nearest, read_value

    known, wrong, values = {folded(field.name): field for field in fields}, [], dict[str, "Value"]()
    for text in pairs:
        name, value = pair(text) if not text.endswith("=") else (text[:-1], "")
        field = known.get(folded(name))
        if field is None:
            meant = nearest(name, [one.name for one in fields])
            more = " " + tr("Perhaps {name} is meant.", name=meant) if meant else ""
            wrong.append(tr("The template has no slot {name}.", name=name) + more)
            continue
        try:
            found = read_value(field, value, Path.cwd(), find_asset)
        except ExpectedError as error:
            wrong.append(f"{field.name}: {error}")
            continue
        if found is not None:
            values[field.name] = found
    if wrong:
        raise ExpectedError(" ".join(wrong))
    return values


# Tables


def check(arguments: argparse.Namespace) -> int:
    from editor.storage import open_project

    with open_project(arguments.template, read_only=True) as opened:
        fillers, wrong = _checked(opened.project, arguments, arguments.table)
    if not wrong:
        count = len(fillers)
        say(tr_count("1 row is in order.", "{count} rows are in order.", count=count))
    return 1 if wrong else 0


def _fill_rows(arguments: argparse.Namespace) -> int:
    from editor.storage import open_project
    from editor.workflows.templates.rows import Wish, chief_documents, make_folder

    if arguments.to is None:
        raise ExpectedError(tr("Say where the files of the rows go, with --to FOLDER."))
    with open_project(arguments.template, read_only=True) as opened:
        fillers, wrong = _checked(opened.project, arguments, arguments.csv)
        if wrong:
            complain(tr("Nothing was written."))
            return 1
        make_folder(arguments.to)
        named = arguments.document
        documents = (document_named(opened.project, named),) if named else chief_documents(opened.project)
        wish = Wish(arguments.to, arguments.name, documents, arguments.overwrite, options_of(arguments))
        return _make(opened.project, fillers, wish)


def _make(project: Project, fillers: tuple[Filler, ...], wish: Wish) -> int:
    from editor.workflows.templates.rows import make_rows, tasks_of

    tasks = tasks_of(project, fillers, wish)
    failed = skipped = done = 0
    with ProgressLine(wish.pattern) as line:
        for made in make_rows(project, tasks, wish, Progress(line)):
            for sentence in filter(None, (made.failure, *made.notices)):
                line.close()
                complain(tr("Row {number}: {sentence}", number=made.task.filler.number, sentence=sentence))
            failed += bool(made.failure)
            skipped += made.skipped
            done += not made.failure
    if skipped:
        say(tr_count("1 row was written before.", "{count} rows were written before.", count=skipped))
    say(tr("Rows written: {done} of {all}, failed: {failed}.", done=done, all=len(tasks), failed=failed))
    return 1 if failed else 0


def _checked(project: Project, arguments: argparse.Namespace, path: Path) -> tuple[tuple[Filler, ...], bool]:
    """The rows, and whether anything is wrong with them, which is said."""
    from editor.workflows.templates.check import check_table, lost_places, unknown_columns
    from editor.workflows.templates.fields import fields_of, folded
    from editor.workflows.templates.naming import check_pattern, columns_in
    from editor.workflows.templates.table import read_table

    fields, every, table = _fields(project, arguments.document), fields_of(project), read_table(path)
    if not every:
        raise ExpectedError(tr("This project has no slots."))
    if arguments.name:
        check_pattern(arguments.name, list(table.headings))
    beside = frozenset((*columns_in(arguments.name), *(folded(field.name) for field in every)))
    with assets() as find_asset:
        found: Checked = check_table(fields, table, find_asset, known_beside=beside)
    wanted = _wanted(arguments.rows, max((row.number for row in table.rows), default=1))
    problems = [one for one in found.problems if one.row <= 1 or wanted is None or one.row in wanted]
    problems += lost_places(project, fields, found)
    if not arguments.ignore_unknown:
        problems += unknown_columns(found, fields)
    for problem in sorted(problems, key=lambda one: one.row):
        complain(str(problem))
    for notice in found.notices:
        complain(notice)
    fillers = tuple(one for one in found.fillers if wanted is None or one.number in wanted)
    if not fillers and not problems:
        raise ExpectedError(tr("None of these rows is in the table."))
    return fillers, bool(problems)


def _wanted(text: str, most: int) -> set[int] | None:
    """2-20,31 as numbers, none above `most`. Raises ExpectedError."""
    if not text:
        return None
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()):
            raise ExpectedError(tr("{text} names no rows: write it like 2-20,31.", text=text))
        found.update(range(int(first), min(int(last or first), most) + 1))
    return found


# The library


def save(arguments: argparse.Namespace) -> None:
    from app.library.folder import library_folder
    from editor.library.library import Library
    from editor.storage import open_project
    from editor.workflows.library.updating import look_at_new
    from editor.workflows.templates.saving import save_template

    library = Library(library_folder())
    try:
        with open_project(arguments.template, read_only=True) as opened:
            asset = save_template(opened, library, arguments.title, tuple(arguments.tag))
        with ProgressLine(tr("Looking")) as line:
            look_at_new(library, Progress(line))
        say(f"{asset.id}  {asset.label}")
    finally:
        library.close()


def new(arguments: argparse.Namespace) -> None:
    from app.commandline.projects import SUFFIX
    from editor.workflows.templates.saving import new_from_template

    target: Path = arguments.project
    target = target if target.suffix == SUFFIX else target.with_name(target.name + SUFFIX)
    named = None if arguments.template.exists() else template_formats.new_built_in(str(arguments.template), target)
    say(f"wrote {named or new_from_template(arguments.template, target)}")


ACTIONS: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "slots": slots, "fill": fill, "check": check, "save": save, "new": new,
    **template_formats.ACTIONS,
}  # fmt: skip
