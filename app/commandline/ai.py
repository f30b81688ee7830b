"""`ai list`, `ai info`, `ai run`: the AI tools without a window, on projects and on plain pictures."""

from __future__ import annotations

import argparse
import json
import os
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commandline.ai_options import limits_text, options_of, options_told
from app.commandline.terminal import ProgressLine, complain, say, say_json
from app.farm.choice import add_farm_options
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.commandline.ai_order import Order
    from editor.document.project import Project
    from editor.workflows.ai.tool import Tool
    from ml.catalogue.store import InstalledModel, ModelStore

BUILT_IN = "built-in"
TOKEN_VARIABLE = "ATELIER_ORDER_TOKEN"


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
                         help="what to work on, by name or id; the topmost that has pixels without it")
    running.add_argument("--model", metavar="NAME", help=f"an installed model, or {BUILT_IN} for none")
    running.add_argument("--set", dest="settings", action="append", default=[], metavar="OPTION=VALUE")
    running.add_argument("--seed", type=int, default=0, metavar="N", help="what chance starts from")
    running.add_argument("--time", type=Fraction, default=Fraction(0), metavar="SECONDS", help="a moment of a film")
    running.add_argument("--json", action="store_true", help="what came out as JSON, a line for each source")
    add_farm_options(running)
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
        say_json(json.dumps(found, ensure_ascii=False, indent=2))
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
        say_json(json.dumps({**found, "options": options_told(tool)}, ensure_ascii=False, indent=2))
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


# Running


def run_it(arguments: argparse.Namespace) -> int:
    from app.commandline.ai_files import check_files, run_on_files
    from app.commandline.ai_order import SUFFIX, Order
    from ml.runtime.runtime import Runtime

    tool, store = find_tool(arguments.tool), store_here()
    options, model = options_of(tool, arguments.settings), model_of(tool, store, arguments.model)
    on_project = len(arguments.sources) == 1 and arguments.sources[0].suffix.lower() == SUFFIX
    if not on_project:
        check_files(tool, options, arguments)
    elif arguments.farm:
        raise ExpectedError(tr("A project is edited on this machine: a farm takes files."))
    with Runtime(notice=lambda sentence: complain(tr(sentence))) as runtime:
        order = Order(tool, options, model, runtime, store, arguments)
        if on_project:
            return run_on_project(order, arguments.sources[0])
        if arguments.farm:
            from app.commandline.ai_farm import run_on_farm

            return run_on_farm(order, arguments.sources)
        return run_on_files(order, arguments.sources)


def model_of(tool: Tool, store: ModelStore, name: str | None) -> InstalledModel | None:
    """The named model; without a name the built-in method, or the first model where there is none."""
    models = [model for task in tool.tasks for model in store.for_task(task)]
    if name is None or name == BUILT_IN:
        return None if tool.built_in or not models or name else models[0]
    found = next((model for model in models if model.name == name), None)
    if found is None:
        raise _no_model(tool, store, name, [model.name for model in models])
    return found


def _no_model(tool: Tool, store: ModelStore, name: str, usable: list[str]) -> ExpectedError:
    """Why a model cannot be used: its files, its task, or that there is none."""
    damaged = next((model for model in store.damaged() if model.name == name), None)
    if damaged is not None:
        remedy = tr("Damaged: {files}. Install it again.", files=", ".join(damaged.files))
        return ExpectedError(tr("{name} is damaged.", name=name), remedy)
    sentence = tr("{tool} can use no model named {name}.", tool=tool.name, name=name)
    if not usable:
        return ExpectedError(sentence, tr("No model for it is installed: `models list` shows what there is."))
    return ExpectedError(sentence, tr("It has: {names}.", names=", ".join(usable)))


def run_on_project(order: Order, path: Path) -> int:
    """Edit a document of a project, as one step that can be undone. An order of the queue gives the step its seed, by
    which a project that was changed already is known: after a crash the order is begun again."""
    from app.commandline.ai_order import perform, tell
    from app.commandline.names import document_named
    from editor.base.jobs import Progress
    from editor.storage import open_project

    token = os.environ.get(TOKEN_VARIABLE, "")
    with open_project(path) as opened:
        project = opened.project
        if token and any(entry.seed == token for entry in project.history):
            say(tr("{tool}: it was done already.", tool=tr(order.tool.label)))
            return 0
        document = document_named(project, order.arguments.document)
        selection = tuple(record_named(project, document, text) for text in order.arguments.layer)
        project.select(selection)
        with ProgressLine(tr(order.tool.label)) as line, project.transaction(order.tool.label, seed=token or None):
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
