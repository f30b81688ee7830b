"""`doctor`: what is wrong with a project file, and a new file of what is whole."""

import argparse
from pathlib import Path

from app.commandline.terminal import ProgressLine, say
from editor.base.translation import tr


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT")
    parser.add_argument("--repair", type=Path, metavar="INTO", help="write what is whole into a new project file")


def run(arguments: argparse.Namespace) -> int:
    """0 for a healthy or a repaired file, 1 for an ill one."""
    from editor.storage.doctor import doctor

    found = doctor(arguments.project)
    for problem in found.problems:
        say(f"{problem.kind}: {problem.sentence}")
    say(f"{found.records} records, {found.blobs} blobs, {found.steps} steps")
    say(tr("The project is whole.") if found.healthy else tr("The project is damaged."))
    if arguments.repair is None:
        return 0 if found.healthy else 1
    from editor.storage.repair import repair

    with ProgressLine("repair") as progress:
        done = repair(arguments.project, arguments.repair, progress)
    for sentence in done.losses:
        say(f"lost: {sentence}")
    say(f"wrote {done.path}")
    return 0
