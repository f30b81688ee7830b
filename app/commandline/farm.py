"""`farm`: work spread over processes and machines: workers, what they do, and what they are given to do."""

from __future__ import annotations

import argparse
import json
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.commandline.terminal import ProgressLine, complain, say, say_json
from app.farm.choice import add_connection_options, add_farm_options, choice_of, results, workplace
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count

PORT = 8786
ADDRESS = "tls://HOST:PORT"


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(parser))
    _configure_machines(actions)
    render = actions.add_parser("render", help="write a film whose frames are drawn by the farm")
    _add_project(render)
    render.add_argument("--width", type=int, default=0)
    render.add_argument("--height", type=int, default=0)
    trace = actions.add_parser("trace", help="write a final picture of a 3D scene, or an animation, by path tracing")
    _add_project(trace)
    trace.add_argument("--camera", metavar="C", help="which camera, by name or id; the scene's own without it")
    trace.add_argument("--width", type=int, default=0, metavar="N", help="in pixels; the height follows")
    trace.add_argument("--samples", type=int, default=64, metavar="N", help="paths of light for each pixel")
    trace.add_argument("--seed", type=int, default=0, metavar="N", help="what chance starts from")
    trace.add_argument("--tile", type=int, default=128, metavar="N", help="the side of a piece of work, in pixels")
    trace.add_argument("--start", type=Fraction, default=Fraction(0), metavar="SECONDS")
    trace.add_argument("--end", type=Fraction, metavar="SECONDS", help="with --rate: an animation")
    trace.add_argument("--rate", type=Fraction, metavar="N", help="pictures a second")
    trace.add_argument("--alone", action="store_true", help="in this process, without workers")
    apply = actions.add_parser("apply", help="do a recipe for many files")
    apply.add_argument("recipe", help="a file, or the name of one that `jobs recipes` lists")
    apply.add_argument("files", type=Path, nargs="+", metavar="FILE|FOLDER")
    apply.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    add_farm_options(apply)


def _configure_machines(actions: Any) -> None:
    scheduler = actions.add_parser("scheduler", help="the one who hands out work; workers and clients name its address")
    scheduler.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 lets other machines in: give --keys, too"
    )
    scheduler.add_argument("--port", type=int, default=PORT)
    add_connection_options(scheduler)
    worker = actions.add_parser("worker", help="work for a scheduler until Ctrl+C")
    worker.add_argument("address", metavar=ADDRESS)
    worker.add_argument("--processes", type=int, default=0, metavar="N",
                        help="one for each core without it, as far as memory goes; cores left over become threads")
    worker.add_argument("--memory", default="auto", metavar="SIZE", help="what each process may use, such as 4GB")
    worker.add_argument("--keep", type=int, default=20, metavar="GB", help="the room for files that were sent")
    add_connection_options(worker)
    status = actions.add_parser("status", help="the workers of a scheduler and what they do")
    status.add_argument("address", nargs="?", metavar=ADDRESS, help="without it, the one that the window chose")
    status.add_argument("--json", action="store_true", help="as JSON")
    add_connection_options(status)
    keys = actions.add_parser("keys", help="make the keys of an encrypted farm")
    keys.add_argument("folder", type=Path)
    keys.add_argument("--host", action="append", default=[], metavar="NAME", help="a name or address of a machine")


def _add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--document", metavar="D", help="which document of the project, by name or id")
    add_farm_options(parser)


def run(arguments: argparse.Namespace) -> int:
    from app.commandline import farm_machines

    actions = {
        "scheduler": farm_machines.scheduler, "worker": farm_machines.worker, "keys": farm_machines.keys,
        "status": status, "render": render, "trace": trace, "apply": apply,
    }  # fmt: skip
    return actions[arguments.action](arguments) or 0


def status(arguments: argparse.Namespace) -> None:
    """Workers with their load, and what this machine keeps."""
    from app.farm.choice import load_choice
    from editor.workflows.farm.looking import look

    kept = load_choice()
    address = arguments.address or (kept.address if kept.kind == "address" else "")
    if not address:
        raise ExpectedError(tr("Which farm?"), tr("Name its scheduler: farm status {address}", address=ADDRESS))
    keys = arguments.keys or (Path(kept.keys) if kept.keys else None)
    found = look(address, keys, arguments.unencrypted or (address == kept.address and kept.unencrypted))
    cache = results()
    if arguments.json:
        import msgspec

        told = {**msgspec.to_builtins(found), "results": cache.size(), "results_folder": str(cache.root)}
        say_json(json.dumps(told, ensure_ascii=False, indent=1))
        return
    from app.farm.telling import told_as_table

    for line in told_as_table(found, cache.size()):
        say(line)


def render(arguments: argparse.Namespace) -> None:
    from editor.formats.movie import MovieOptions
    from editor.workflows.farm.film import render_film

    began, document = time.monotonic(), _document(arguments)
    options = MovieOptions(width=arguments.width, height=arguments.height)
    with workplace(choice_of(arguments)) as place, ProgressLine(arguments.target.name) as line:
        render_film(place, arguments.project, document, arguments.target, options, line)
    _wrote(arguments.target, began)


def trace(arguments: argparse.Namespace) -> None:
    from app.farm.choice import Choice
    from editor.workflows.farm.tracing import TraceOptions
    from editor.workflows.farm.tracing import trace as write

    began, document = time.monotonic(), _document(arguments)
    options = TraceOptions(
        camera=_camera(arguments, document), width=arguments.width, samples=arguments.samples, seed=arguments.seed,
        tile=arguments.tile, start=arguments.start, end=arguments.end, rate=arguments.rate,
    )  # fmt: skip
    choice = Choice() if arguments.alone else choice_of(arguments)
    with workplace(choice) as place, ProgressLine(arguments.target.name) as line:
        for path in write(place, arguments.project, document, arguments.target, options, line):
            written = path
    _wrote(written, began)


def apply(arguments: argparse.Namespace) -> int:
    """1 when any file failed."""
    from app.commandline.jobs_plans import files_for, read_recipe_file, recipe_path
    from app.farm.calls import apply_recipe
    from app.queue.place import queue_path
    from editor.workflows.queue.store import QueueStore

    recipe = read_recipe_file(recipe_path(arguments.recipe))
    output = arguments.output.absolute()
    sources = [(found, found.parent.relative_to(base)) for found, base in files_for(recipe, arguments.files, output)]
    failed = count = 0
    store = QueueStore(queue_path())
    try:
        with workplace(choice_of(arguments)) as place, ProgressLine(recipe.name) as line:
            for applied in apply_recipe(place, store, recipe, sources, output):
                count += 1
                name = Path(applied.file).name
                if applied.sentence or applied.notes:
                    line.close()
                if applied.sentence:
                    failed += 1
                    complain(applied.sentence if applied.sentence.startswith(name) else f"{name}: {applied.sentence}")
                for note in applied.notes:
                    say(note)
                line(count / len(sources), name)
    finally:
        store.close()
    say(
        tr_count(
            "1 file done, {failed} failed", "{count} files done, {failed} failed", count=count - failed, failed=failed
        )
    )
    return 1 if failed else 0


def _document(arguments: argparse.Namespace) -> str:
    from app.commandline.names import document_named
    from editor.storage import open_project

    with open_project(arguments.project, read_only=True) as opened:
        return document_named(opened.project, arguments.document)


def _camera(arguments: argparse.Namespace, document: str) -> str | None:
    """By id or name. Raises ExpectedError for one that is not there."""
    if arguments.camera is None:
        return None
    from editor.model.scene import SceneNode
    from editor.storage import open_project

    with open_project(arguments.project, read_only=True) as opened:
        for key in opened.project.index.subtree(document):
            node = opened.project.get(key)
            if isinstance(node, SceneNode) and node.camera is not None and arguments.camera in (node.id, node.name):
                return node.id
    raise ExpectedError(tr("The scene has no such camera."))


def _wrote(path: Path, began: float) -> None:
    say(tr("wrote {path} in {seconds} s", path=path, seconds=round(time.monotonic() - began, 1)))
