"""`do`, `undo`, `redo`, `replay`: edits without a window."""

import argparse
import json
from pathlib import Path
from typing import Any

from app.commandline import values
from app.commandline.terminal import complain, say, say_json
from editor.base.translation import tr


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT")
    if verb == "do":
        parser.add_argument("command", metavar="COMMAND", help="such as raster.add_layer; `commands` lists them")
        parser.add_argument(
            "pairs", nargs="*", metavar="key=value",
            help="parameters: JSON, or text; a file's path where the command takes a blob, a document's name for an id",
        )
    elif verb == "replay":
        parser.add_argument("into", type=Path, metavar="INTO", help="the new project file")


def run(arguments: argparse.Namespace) -> int:
    verbs = {"do": do, "undo": step, "redo": step, "replay": replay}
    return verbs[arguments.verb](arguments)


def do(arguments: argparse.Namespace) -> int:
    """Run a command and print what it returns, as JSON."""
    import msgspec

    from editor.commands.registry import find_command
    from editor.commands.registry import run as run_command
    from editor.model.values import to_plain
    from editor.storage import open_project

    command = find_command(arguments.command)
    with open_project(arguments.project) as opened:
        found = values.parameters(opened.project, command, arguments.pairs)
        result: Any = run_command(opened.project, command.name, **found)
    if result is not None:
        say_json(json.dumps(msgspec.to_builtins(result, enc_hook=to_plain), ensure_ascii=False))
    return 0


def step(arguments: argparse.Namespace) -> int:
    """One step back or forth; 1 when there is none."""
    from editor.storage import open_project

    with open_project(arguments.project) as opened:
        label = opened.project.undo() if arguments.verb == "undo" else opened.project.redo()
    if label is None:
        complain(tr("There is nothing to undo.") if arguments.verb == "undo" else tr("There is nothing to redo."))
        return 1
    say(tr(label))
    return 0


def replay(arguments: argparse.Namespace) -> int:
    """Both hashes, and 1 when they differ."""
    from editor.commands.replay import replay as replay_project
    from editor.storage import open_project

    with open_project(arguments.project, read_only=True) as opened:
        replayed = replay_project(opened, arguments.into)
    say(f"source   {replayed.source_hash}")
    say(f"replayed {replayed.replayed_hash}")
    if replayed.source_hash != replayed.replayed_hash:
        complain(tr("The replayed project differs from its source."))
        return 1
    return 0
