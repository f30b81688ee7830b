"""`sheet`: pictures, layers or frames on one sprite sheet, with a description for games."""

import argparse
from pathlib import Path

from app.commandline.projects import tell
from app.commandline.terminal import ProgressLine, say
from editor.base.errors import ExpectedError
from editor.base.translation import tr


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument("target", type=Path, metavar="OUT", help="the picture; .json and .tres (Godot) come beside it")
    parser.add_argument(
        "sources", type=Path, nargs="+", metavar="IN", help="pictures, projects (their layers or frames), films"
    )
    parser.add_argument("--padding", type=int, default=2, metavar="N", help="empty pixels around each; 2 usually")
    parser.add_argument("--no-trim", action="store_true", help="keep transparent edges")
    parser.add_argument("--power-of-two", action="store_true", help="make both sides powers of two")
    parser.add_argument("--longest", type=int, default=4096, metavar="N", help="no side longer than this")
    parser.add_argument("--overwrite", action="store_true", help="let go of files that are there already")
    parser.add_argument("--rate", type=float, metavar="N", help="frames a second of films, and of Godot's animation")


def run(arguments: argparse.Namespace) -> int:
    from editor.base.jobs import Progress
    from editor.workflows.sprites.sheet import LARGEST, SheetOptions, make_sheet

    if not 1 <= arguments.longest <= LARGEST or not 0 <= arguments.padding <= 256:
        raise ExpectedError(tr("A sheet has 1 to {most} pixels a side, and 0 to 256 around a picture.", most=LARGEST))
    if arguments.rate is not None and not 0.01 <= arguments.rate <= 1000:
        raise ExpectedError(tr("Frames a second are a number from 0.01 to 1000."))
    if not arguments.target.parent.is_dir():
        raise ExpectedError(tr("There is no folder {name}.", name=str(arguments.target.parent)))
    options = SheetOptions(
        padding=arguments.padding, trim=not arguments.no_trim, power_of_two=arguments.power_of_two,
        longest=arguments.longest, rate=arguments.rate, overwrite=arguments.overwrite,
    )  # fmt: skip
    with ProgressLine(arguments.target.name) as line:
        report = make_sheet(arguments.sources, arguments.target, options, Progress(line))
    say(f"wrote {arguments.target}")
    tell(report)
    return 0
