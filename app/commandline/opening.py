"""`open`: the window. The only verb that imports Qt."""

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="projects or files to open")


def run(arguments: argparse.Namespace) -> int:
    from app.window import start

    return int(start([str(path) for path in arguments.paths]) or 0)
