"""`info`, `commands`, `history`: what is there, for people or as JSON."""

import argparse
import inspect
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commandline.terminal import say, say_json
from editor.base.numbers import number_text, size_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.commands.registry import Command
    from editor.document.project import Project
    from editor.model.record import DocumentRecord
    from editor.storage import OpenProject


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    if verb != "commands":
        parser.add_argument("project", type=Path, metavar="PROJECT")
    else:
        parser.add_argument("family", nargs="?", help="only this family: project, raster, vector, video, scene")
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    return {"info": info, "commands": commands, "history": history}[arguments.verb](arguments)


# info


def info(arguments: argparse.Namespace) -> int:
    from editor.storage import open_project

    with open_project(arguments.project, read_only=True) as opened:
        found = facts(opened)
    if arguments.json:
        say_json(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    say(f"{found['path']}  {found['hash']}")
    for item in found["documents"]:
        width, height = item["size"]
        say(f"  {item['id']}  {item['kind']:18} {number_text(width)} x {number_text(height)}  {item['name']}")
    steps = found["history"]
    say(f"  {steps['length']} steps, {steps['branches']} branches, at step {steps['head']}")
    say("  " + ", ".join(f"{kind} {size_text(count)}" for kind, count in found["storage"].items()))
    for sentence in found["losses"]:
        say(f"  lost: {sentence}")
    return 0


def facts(opened: "OpenProject") -> dict[str, Any]:
    """Everything that `info --json` prints."""
    project = opened.project
    return {
        "path": str(opened.path),
        "hash": project.content_hash(),
        "documents": [
            {"id": item.id, "name": item.name, "kind": type(item).kind, "size": size_of(project, item)}
            for item in project.documents()
        ],
        "records": len(project.records),
        "history": {
            "length": len(project.history), "branches": project.history.branch_count(), "head": project.history.head
        },
        "storage": opened.size_by_kind(),
        "losses": list(opened.losses),
    }


def size_of(project: "Project", item: "DocumentRecord") -> list[float]:
    """Width and height in the document's units; of the first page where it has pages."""
    places = [item, *project.children(item.id)]
    sized = (place for place in places if hasattr(place, "width") and hasattr(place, "height"))
    found: Any = next(sized, None)
    return [0, 0] if found is None else [found.width, found.height]


# commands


def commands(arguments: argparse.Namespace) -> int:
    from editor.commands.registry import COMMANDS, load_commands

    load_commands()
    chosen = [item for _, item in sorted(COMMANDS.items()) if arguments.family in (None, item.family)]
    if arguments.json:
        say_json(json.dumps([described(item) for item in chosen], ensure_ascii=False, indent=2))
        return 0
    for item in chosen:
        say(f"{item.name}  {tr(item.summary)}")
        for parameter in described(item)["parameters"]:
            default = "" if parameter["required"] else f" = {json.dumps(parameter['default'], ensure_ascii=False)}"
            say(f"    {parameter['name']}: {parameter['type']}{default}")
    return 0


def described(item: "Command") -> dict[str, Any]:
    """A command as plain data."""
    import msgspec

    from editor.model.values import to_plain

    return {
        "name": item.name,
        "label": item.label,
        "family": item.family,
        "summary": item.summary,
        "parameters": [
            {
                "name": parameter.name,
                "type": name_of(parameter.type),
                "required": parameter.required,
                "default": None if parameter.required else msgspec.to_builtins(
                    parameter.default, enc_hook=to_plain, str_keys=True
                ),
            }
            for parameter in item.parameters
        ],
    }


def name_of(kind: Any) -> str:
    """A type as a person reads it: what a reference refers to instead of how it is spelled, limits left out."""
    from app.commandline.values import options_of, reference_of

    if len(options_of(kind)) > 1:
        return " | ".join(name_of(option) for option in options_of(kind))
    reference = reference_of(kind)
    if reference is not None:
        return reference
    if kind is type(None):
        return "null"
    if hasattr(kind, "__metadata__"):
        return name_of(kind.__origin__)
    text = inspect.formatannotation(kind)
    arguments = getattr(kind, "__args__", ())
    if arguments and text.startswith(("tuple", "list", "dict")):
        inner = ", ".join("..." if item is Ellipsis else name_of(item) for item in arguments)
        return f"{text.partition('[')[0]}[{inner}]"
    return text.removeprefix("typing.").rpartition(".")[2] if "[" not in text else text.removeprefix("typing.")


# history


def history(arguments: argparse.Namespace) -> int:
    from editor.storage import open_project

    with open_project(arguments.project, read_only=True) as opened:
        entries = opened.project.history
        line = set(entries.path(entries.head))
        found: list[dict[str, Any]] = [
            {
                "id": entry.id, "parent": entry.parent, "label": entry.label,
                "time": datetime.fromtimestamp(entry.time).astimezone().isoformat(timespec="seconds"),
                "commands": [item.command for item in entry.invocations],
                "current": entry.id == entries.head, "in_line": entry.id in line,
            }
            for entry in entries
        ]
    if arguments.json:
        say_json(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for item in found:
        mark = "→" if item["current"] else "│" if item["in_line"] else " "
        commands_run = ", ".join(item["commands"])
        say(f"{mark} {item['id']:5} ← {item['parent']:<5} {item['time']}  {item['label']}  {commands_run}".rstrip())
    return 0
