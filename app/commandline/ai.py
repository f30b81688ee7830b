"""`ai list`, `ai info`, `ai run`: the AI tools without a window, on projects and on plain pictures."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commandline.terminal import ProgressLine, complain, say
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.workflows.ai.tool import Outcome, Tool
    from ml.catalogue.store import InstalledModel, ModelStore
    from ml.runtime.runtime import Runtime

SUFFIX = ".atelier"
BUILT_IN = "built-in"


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(parser))
    listing = actions.add_parser("list", help="every tool, and which models it can use here")
    listing.add_argument("--json", action="store_true", help="as JSON")
    about = actions.add_parser("info", help="what a tool does, its options and models")
    about.add_argument("tool", metavar="TOOL")
    about.add_argument("--json", action="store_true", help="as JSON")
    running = actions.add_parser("run", help="run a tool on a document of a project, or on pictures")
    running.add_argument("tool", metavar="TOOL")
    running.add_argument("sources", nargs="+", type=Path, metavar="PROJECT|FILE",
                         help="one project, which is edited; or files, whose results go into --output")
    running.add_argument("--output", type=Path, metavar="FOLDER|FILE",
                         help="where the results of files go; for one file also the result's own name and format")
    running.add_argument("--document", metavar="D", help="which document of a project, by name or id")
    running.add_argument("--layer", action="append", default=[], metavar="L",
                         help="what to work on, by name or id; the top layer without it")
    running.add_argument("--model", metavar="NAME", help=f"an installed model, or {BUILT_IN} for none")
    running.add_argument("--set", dest="settings", action="append", default=[], metavar="OPTION=VALUE")
    running.add_argument("--seed", type=int, default=0, metavar="N", help="what chance starts from")
    running.add_argument("--time", type=Fraction, default=Fraction(0), metavar="SECONDS", help="a moment of a film")
    running.add_argument("--json", action="store_true", help="what came out as JSON, a line for each source")
    running.add_argument("--consent", action="store_true", help="you agree to what the tool asks; `info` shows it")


def run(arguments: argparse.Namespace) -> int:
    actions = {"list": list_tools, "info": info, "run": run_it}
    return actions[arguments.action](arguments)


def store_here() -> ModelStore:
    from app.ai.folder import folder_of_this_person
    from ml.catalogue.store import ModelStore

    return ModelStore(folder_of_this_person())


def find_tool(name: str) -> Tool:
    """Raises ExpectedError for a name that no tool has."""
    from editor.workflows.ai.tool import TOOLS, load_tools

    load_tools()
    if name not in TOOLS:
        raise ExpectedError(tr("There is no AI tool named {name}.", name=name), tr("`ai list` shows them."))
    return TOOLS[name]


# What there is


def list_tools(arguments: argparse.Namespace) -> int:
    from editor.workflows.ai.tool import TOOLS, load_tools

    load_tools()
    store = store_here()
    found = [facts(tool, store) for tool in TOOLS.values()]
    if arguments.json:
        say(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for item in found:
        ready = item["built_in"] or ", ".join(item["models"]) or tr("needs a model")
        say(f"{item['name']:24} {item['family'] or '*':7} {item['label']}  ({ready})")
    return 0


def facts(tool: Tool, store: ModelStore) -> dict[str, Any]:
    """Everything that `list --json` prints of a tool."""
    return {
        "name": tool.name, "label": tr(tool.label), "summary": tr(tool.summary), "family": tool.family,
        "built_in": tr(tool.built_in) if tool.built_in else "", "tasks": list(tool.tasks),
        "models": [model.name for task in tool.tasks for model in store.for_task(task)],
        "consent": tr(tool.consent) if tool.consent else "",
    }


def info(arguments: argparse.Namespace) -> int:
    tool = find_tool(arguments.tool)
    found = facts(tool, store_here())
    if arguments.json:
        say(json.dumps({**found, "options": options_told(tool)}, ensure_ascii=False, indent=2))
        return 0
    say(f"{tool.name}  {found['label']}")
    say(f"  {found['summary']}")
    for title in ("family", "built_in", "tasks", "models", "consent"):
        value = found[title]
        if value:
            say(f"  {title}: {', '.join(value) if isinstance(value, list) else value}")
    for option in options_told(tool):
        default = json.dumps(option["default"], ensure_ascii=False)
        say(f"    {option['name']}: {option['type']}{limits_text(option)} = {default}")
    return 0


def options_told(tool: Tool) -> list[dict[str, Any]]:
    """Name, type, bounds, choices and default of every option."""
    import msgspec

    from app.commandline.information import name_of
    from app.widgets.shapes import shape_of
    from editor.model.values import to_plain

    usual = msgspec.to_builtins(tool.options(), enc_hook=to_plain)
    told = []
    for field in msgspec.structs.fields(tool.options):
        shape = shape_of(field.type, field.name)
        kind = " | ".join(map(str, shape.choices)) if shape.kind == "choice" else name_of(field.type)
        found = {"name": field.name, "type": kind, "default": usual[field.name]}
        for bound, value in (("from", shape.minimum), ("to", shape.maximum)):
            if shape.kind in ("int", "float", "fraction") and isfinite(value):
                found[bound] = value
        told.append(found)
    return told


def limits_text(option: dict[str, Any]) -> str:
    """Bounds as one reads them.

    >>> limits_text({"from": 0.0, "to": 2.0}), limits_text({})
    (' (0 to 2)', '')
    """
    if "from" not in option or "to" not in option:
        return ""
    return f" ({option['from']:g} to {option['to']:g})"


# Running


@dataclass(frozen=True)
class Order:
    """What was asked for, checked."""

    tool: Tool
    options: Any
    model: InstalledModel | None
    runtime: Runtime
    store: ModelStore
    arguments: argparse.Namespace


def run_it(arguments: argparse.Namespace) -> int:
    from ml.runtime.runtime import Runtime

    tool, store = find_tool(arguments.tool), store_here()
    options, model = options_of(tool, arguments.settings), model_of(tool, store, arguments.model)
    with Runtime(notice=lambda sentence: complain(tr(sentence))) as runtime:
        order = Order(tool, options, model, runtime, store, arguments)
        if len(arguments.sources) == 1 and arguments.sources[0].suffix.lower() == SUFFIX:
            return run_on_project(order, arguments.sources[0])
        return run_on_files(order, arguments.sources)


def options_of(tool: Tool, pairs: list[str]) -> Any:
    """OPTION=VALUE as an instance of the tool's options. Raises ExpectedError."""
    import msgspec

    from app.commandline.values import parsed
    from editor.model.values import from_plain

    kinds = {field.name: field.type for field in msgspec.structs.fields(tool.options)}
    found = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise ExpectedError(tr("{text} is no parameter: write it as key=value.", text=pair))
        if name not in kinds:
            raise ExpectedError(tr("{tool} has no option {name}.", tool=tool.name, name=name),
                                tr("It has: {names}.", names=", ".join(kinds) or "-"))
        found[name] = parsed(text, kinds[name])
    try:
        return msgspec.convert(found, tool.options, strict=False, dec_hook=from_plain)
    except (msgspec.ValidationError, ValueError) as error:
        raise ExpectedError(tr("These options do not fit: {reason}", reason=str(error))) from error


def model_of(tool: Tool, store: ModelStore, name: str | None) -> InstalledModel | None:
    """The named model; without a name the built-in method, or the first model where there is none."""
    models = [model for task in tool.tasks for model in store.for_task(task)]
    if name is None or name == BUILT_IN:
        return None if tool.built_in or not models or name else models[0]
    found = next((model for model in models if model.name == name), None)
    if found is None:
        known = ", ".join(model.name for model in models) or "-"
        raise ExpectedError(tr("{tool} can use no model named {name}.", tool=tool.name, name=name),
                            tr("It has: {names}.", names=known))
    return found


def perform(order: Order, project: Project, document: str, selection: tuple[str, ...], progress: Progress) -> Outcome:
    from editor.workflows.ai.run import run_tool
    from editor.workflows.ai.tool import Request

    arguments, tool = order.arguments, order.tool
    if tool.family and project.document_of(document).family != tool.family:
        raise ExpectedError(tr("{tool} does not work on a document of this kind.", tool=tr(tool.label)))
    request = Request(
        project=project, document=document, selection=selection, options=order.options, runtime=order.runtime,
        store=order.store, model=order.model, time=arguments.time, seed=arguments.seed,
        consent=tool.consent if arguments.consent else "",
    )
    return run_tool(tool, request, progress)


def run_on_project(order: Order, path: Path) -> int:
    """Edit a document of a project, as one step that can be undone."""
    from app.commandline.names import document_named
    from editor.base.jobs import Progress
    from editor.storage import open_project

    with open_project(path) as opened:
        project = opened.project
        document = document_named(project, order.arguments.document)
        selection = tuple(record_named(project, document, text) for text in order.arguments.layer)
        project.select(selection)
        with ProgressLine(tr(order.tool.label)) as line:
            outcome = perform(order, project, document, selection, Progress(line))
    tell(order, path, outcome, None)
    return 0


def record_named(project: Project, document: str, text: str) -> str:
    """The id behind an id or a name of something in a document. Raises ExpectedError when it is not clear."""
    if project.get(text) is not None and project.index.root(text) == document:
        return text
    found = [key for key in project.index.subtree(document) if getattr(project.get(key), "name", None) == text]
    if len(found) != 1:
        raise ExpectedError(tr("There is no single item named {name} in this document.", name=text))
    return found[0]


def tell(order: Order, source: Path, outcome: Outcome, written: Path | None) -> None:
    """What came out of one source, for people or as a line of JSON."""
    if order.arguments.json:
        found = {"source": str(source), "written": str(written) if written is not None else None,
                 "sentence": outcome.sentence, "rows": [list(row) for row in outcome.rows]}
        say(json.dumps(found, ensure_ascii=False))
        return
    if written is not None:
        say(f"wrote {written}")
    elif source.suffix.lower() != SUFFIX:
        say(f"{source.name}:")
    if outcome.sentence:
        say(outcome.sentence)
    for name, value in outcome.rows:
        say(f"{name}: {value}")


def run_on_files(order: Order, paths: list[Path]) -> int:
    """Each file through a project of its own; one that fails is said and the rest go on."""
    from editor.base.jobs import Progress

    taken: set[str] = set()
    failed = 0
    with ProgressLine(tr(order.tool.label)) as line:
        progress = Progress(line)
        for place, path in enumerate(paths):
            part = progress.part(place / len(paths), (place + 1) / len(paths))
            try:
                outcome, written = run_on_file(order, path, free_name(path, taken), part)
            except ExpectedError as error:
                failed += 1
                line.close()
                complain(f"{path.name}: {str(error).removeprefix(f'{path.name}: ')}")
                continue
            line.close()
            tell(order, path, outcome, written)
    return 1 if failed else 0


def free_name(path: Path, taken: set[str]) -> str:
    """The name of a result that no other result of this run has: a.jpg and a.png both give an a."""
    name, number = path.stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{path.stem} {number}"
    taken.add(name.casefold())
    return name


def run_on_file(order: Order, path: Path, name: str, progress: Progress) -> tuple[Outcome, Path | None]:
    """The outcome and the picture that was written; None where the tool only found out something."""
    from editor.document.project import Project
    from editor.formats.registry import import_file

    project = Project.in_memory()
    document = import_file(project, path).documents[0]
    progress(0.05)
    before = project.history.head
    outcome = perform(order, project, document, project.selection, progress.part(0.05, 0.9))
    if project.history.head == before:
        return outcome, None
    made = next((project.index.root(key) for key in outcome.chosen if project.get(key) is not None), document)
    return outcome, write(project, made, target_of(order, name), progress)


def target_of(order: Order, name: str) -> Path:
    """Where a result goes: the named file for a single source, else a PNG in the named folder."""
    output: Path | None = order.arguments.output
    if output is None:
        raise ExpectedError(tr("The results of files need a folder."), tr("Name it with --output."))
    is_file = bool(output.suffix) and not output.is_dir() and len(order.arguments.sources) == 1
    return output if is_file else output / f"{name}.png"


def write(project: Project, document: str, path: Path, progress: Progress) -> Path:
    """A document as a file with its provenance. Raises ExpectedError."""
    from editor.display.display import Display
    from editor.formats.registry import export_document

    if project.document_of(document).family != "raster":
        raise ExpectedError(
            tr("What this tool makes needs a project to stand in."), tr("Import the file into a project first.")
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExpectedError(tr("There is no folder {name}.", name=str(path.parent))) from error
    display = Display(project)
    try:
        export_document(display, document, path)
    finally:
        display.close()
    progress(1.0)
    return path
