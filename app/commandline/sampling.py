"""`sample`: the sample project as a file, or everything in it rendered."""

import argparse
from pathlib import Path

from app.commandline.terminal import ProgressLine, complain, say
from editor.base.translation import tr


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument("path", nargs="?", type=Path, metavar="PATH", help="the project file to make")
    parser.add_argument("--render", type=Path, metavar="DIR", help="render every document of the sample into a folder")


def run(arguments: argparse.Namespace) -> int:
    from editor.workflows.sample.make import make_sample, render_sample

    if arguments.path is None and arguments.render is None:
        complain(tr("Give a project file to make, or --render with a folder."))
        return 2
    with ProgressLine("sample") as progress:
        if arguments.path is not None:
            made = make_sample(arguments.path, progress)
            progress.close()
            say(f"wrote {made}")
        if arguments.render is not None:
            for path in render_sample(arguments.render, progress):
                progress.close()
                print(f"wrote {path}", flush=True)
    return 0
