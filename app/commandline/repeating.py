"""`repeat` and `texture`: two verbs that are mostly written in recipes."""

import argparse
from pathlib import Path

from app.commandline.projects import tell
from app.commandline.terminal import say
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    if verb == "repeat":
        parser.add_argument("project", type=Path, metavar="PROJECT", help="with one document, which gets the steps")
        parser.add_argument("steps", metavar="JSON", help="steps, as the window writes them into a recipe")
        return
    parser.add_argument("source", type=Path, metavar="IN")
    parser.add_argument("target", type=Path, metavar="OUT")
    parser.add_argument("--power-of-two", choices=("nearest", "up", "down"), help="make both sides powers of two")
    parser.add_argument("--longest", type=int, metavar="N", help="no side longer than this")
    parser.add_argument("--normal-map", type=float, metavar="STRENGTH", help="read brightness as height")
    parser.add_argument("--green-down", action="store_true", help="the normal map as DirectX has it, not OpenGL")


def run(arguments: argparse.Namespace) -> int:
    return repeat(arguments) if arguments.verb == "repeat" else texture(arguments)


def repeat(arguments: argparse.Namespace) -> int:
    from editor.storage import open_project
    from editor.workflows.queue.edits import repeat as do_again

    with open_project(arguments.project) as opened:
        count = do_again(opened.project, arguments.steps)
    say(tr_count("1 step was done again.", "{count} steps were done again.", count=count))
    return 0


def texture(arguments: argparse.Namespace) -> int:
    from editor.workflows.queue.textures import TextureOptions, make_texture

    if arguments.longest is not None and arguments.longest < 1:
        raise ExpectedError(tr("The size must be larger than nothing."))
    options = TextureOptions(
        power_of_two=arguments.power_of_two, longest=arguments.longest, normal_map=arguments.normal_map,
        green_down=arguments.green_down,
    )  # fmt: skip
    report = make_texture(arguments.source, arguments.target, options)
    say(f"wrote {arguments.target}")
    tell(report)
    return 0
