"""`farm`: work spread over processes and machines: workers, what they do, films drawn by many."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.ai.folder import data_folder
from app.commandline.terminal import ProgressLine, say
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    pass

PORT = 8786
GIGABYTES_KEPT = 20


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(parser))
    scheduler = actions.add_parser("scheduler", help="the one who hands out work; workers and films name its address")
    scheduler.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 lets others in: for networks you trust"
    )
    scheduler.add_argument("--port", type=int, default=PORT)
    worker = actions.add_parser("worker", help="work for a scheduler until Ctrl+C")
    worker.add_argument("address", metavar="tcp://HOST:PORT")
    worker.add_argument("--processes", type=int, default=max(1, (os.cpu_count() or 2) // 2), metavar="N")
    status = actions.add_parser("status", help="the workers of a scheduler and what they do")
    status.add_argument("address", metavar="tcp://HOST:PORT")
    render = actions.add_parser("render", help="write a film whose frames are drawn by the farm")
    render.add_argument("project", type=Path)
    render.add_argument("target", type=Path)
    render.add_argument("--document", metavar="D", help="which timeline, by name or id")
    render.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="without it, processes on this machine work")
    render.add_argument("--workers", type=int, default=os.cpu_count() or 2, metavar="N")
    render.add_argument("--width", type=int, default=0)
    render.add_argument("--height", type=int, default=0)


def run(arguments: argparse.Namespace) -> int:
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise ExpectedError(
            tr("The farm needs Dask, and it is not installed."), tr("Install Atelier with its extra “farm”.")
        ) from error
    actions = {"scheduler": scheduler, "worker": worker, "status": status, "render": render}
    return actions[arguments.action](arguments) or 0


def cache_folder() -> Path:
    return Path(os.environ.get("ATELIER_FARM", "") or data_folder(os.environ) / "atelier" / "farm")


def scheduler(arguments: argparse.Namespace) -> int:
    return _dask(["dask", "scheduler", "--host", arguments.host, "--port", str(arguments.port), "--no-dashboard"])


def worker(arguments: argparse.Namespace) -> int:
    folder = cache_folder() / "worker"
    folder.mkdir(parents=True, exist_ok=True)
    return _dask([
        "dask", "worker", arguments.address, "--nworkers", str(arguments.processes), "--nthreads", "1",
        "--no-dashboard", "--local-directory", str(folder), "--death-timeout", "60",
    ])  # fmt: skip


def _dask(call: list[str]) -> int:
    """Dask's own command line, in this process, so that Ctrl+C reaches it."""
    from dask.__main__ import main as dask_main

    sys.argv = call
    root = str(Path(__file__).resolve().parents[2])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        dask_main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def status(arguments: argparse.Namespace) -> None:
    from editor.workflows.farm.cluster import Farm

    with Farm(arguments.address) as farm:
        for address, facts in sorted(farm.workers().items()):
            say(_line(address, facts))


def _line(address: str, facts: dict[str, Any]) -> str:
    metrics = facts.get("metrics", {})
    doing = metrics.get("task_counts", {})
    count = doing.get("executing", 0) if isinstance(doing, dict) else 0
    return tr(
        "{address}  {memory} MB, {busy} at work, processor {share} %", address=address,
        memory=int(metrics.get("memory", 0)) >> 20, busy=count, share=round(float(metrics.get("cpu", 0))),
    )  # fmt: skip


def render(arguments: argparse.Namespace) -> None:
    from app.commandline.names import document_named
    from editor.formats.movie import MovieOptions
    from editor.storage import open_project
    from editor.workflows.farm.cache import ResultCache
    from editor.workflows.farm.cluster import Farm
    from editor.workflows.farm.film import render_film

    with open_project(arguments.project, read_only=True) as opened:
        document = document_named(opened.project, arguments.document)
    cache = ResultCache(cache_folder() / "results")
    began = time.monotonic()
    options = MovieOptions(width=arguments.width, height=arguments.height)
    scratch = cache_folder() / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with (
        Farm(arguments.scheduler, arguments.workers, cache, scratch) as farm,
        ProgressLine(arguments.target.name) as line,
    ):
        render_film(farm, arguments.project, document, arguments.target, options, line)
    cache.shrink(GIGABYTES_KEPT << 30)
    say(tr("wrote {path} in {seconds} s", path=arguments.target, seconds=round(time.monotonic() - began, 1)))
