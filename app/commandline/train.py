"""`train`: small models from a folder of pictures, in a process of their own that survives this one."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.ai.folder import folder_of_this_person
from app.commandline.terminal import ProgressLine, say
from editor.base.errors import ExpectedError
from editor.base.numbers import number_text, size_text
from editor.base.translation import tr
from editor.workflows.ai.run import expected
from ml.errors import ModelError

if TYPE_CHECKING:
    from ml.catalogue.store import ModelStore
    from ml.training.tracking import Run, Tracking

RECIPES = Path(__file__).resolve().parents[2] / "resources" / "recipes"
VERBS = {
    "list": "the runs there are",
    "new": "begin a run: a recipe and a folder of pictures",
    "start": "train a new run; --follow shows it until it ends",
    "resume": "go on from the last checkpoint",
    "pause": "keep a checkpoint and stop for now",
    "stop": "keep a checkpoint and end the run",
    "show": "figures, pictures and checkpoints of a run",
    "export": "the best checkpoint becomes a model beside the others, or a file with --to",
    "compare": "figures on held-out pictures, against the default model and the plain way",
    "promote": "the exported model of a run becomes the default of its task",
    "rollback": "the default before becomes the default again",
}


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    parts = parser.add_subparsers(dest="part", metavar="WHAT", required=True, parser_class=type(parser))
    for name, text in VERBS.items():
        part = parts.add_parser(name, help=text, description=f"{text[:1].upper()}{text[1:]}.")
        if name == "new":
            part.add_argument("recipe", metavar="RECIPE", help="a recipe that comes along, or a TOML file")
            part.add_argument("pictures", type=Path, metavar="FOLDER")
            part.add_argument("--steps", type=int, help="instead of the recipe's number")
            part.add_argument("--seed", type=int, help="instead of the recipe's")
        elif name == "rollback":
            part.add_argument("task", metavar="TASK", help="upscale or denoise")
        elif name != "list":
            part.add_argument("run", type=int, metavar="RUN")
        if name in ("start", "resume"):
            part.add_argument("--follow", action="store_true", help="show how it goes, until it ends")
            part.add_argument("--threads", type=int, default=0, help="how many cores; one is left free otherwise")
        if name == "export":
            part.add_argument("--to", type=Path, metavar="FILE", help="write an ONNX file instead")


def run(arguments: argparse.Namespace) -> int:
    from ml.catalogue.store import ModelStore
    from ml.training.process import open_tracking

    folder = folder_of_this_person()
    try:
        return PARTS[arguments.part](arguments, open_tracking(folder), ModelStore(folder))
    except ModelError as error:
        raise expected(error) from error


def list_runs(arguments: argparse.Namespace, tracking: "Tracking", store: "ModelStore") -> int:
    from ml.training.process import refreshed

    for item in tracking.runs():
        say(_line(tracking, refreshed(tracking, item.id)))
    return 0


def new(arguments: argparse.Namespace, tracking: "Tracking", store: "ModelStore") -> int:
    import msgspec

    from ml.training.recipe import read_recipe, shipped_recipes

    shipped = shipped_recipes(RECIPES)
    path = shipped.get(arguments.recipe, Path(arguments.recipe))
    if not path.is_file():
        raise ExpectedError(
            tr("There is no recipe {name}.", name=arguments.recipe),
            tr("These come along: {names}.", names=", ".join(shipped)),
        )
    recipe = read_recipe(path)
    if arguments.steps is not None:
        steps = msgspec.structs.replace(recipe.steps, count=max(1, arguments.steps))
        recipe = msgspec.structs.replace(recipe, steps=steps)
    if arguments.seed is not None:
        recipe = msgspec.structs.replace(recipe, seed=arguments.seed)
    made = tracking.create(recipe, arguments.pictures.absolute())
    say(f"{made.id}  {made.name}")
    return 0


def start(arguments: argparse.Namespace, tracking: "Tracking", store: "ModelStore") -> int:
    from ml.training import process

    process.start(tracking, arguments.run, arguments.threads)
    return follow(tracking, arguments.run) if arguments.follow else 0


def follow(tracking: "Tracking", key: int) -> int:
    """Show the steps until nobody trains any more. Ctrl+C ends the showing, not the training."""
    from ml.training.process import refreshed

    with ProgressLine(tracking.run(key).name) as line:
        while (item := refreshed(tracking, key)).state == "running":
            line(item.step / item.steps, f"{item.step} / {item.steps}")
            time.sleep(0.2)
    if item.failure is not None:
        raise expected(item.failure)
    say(_line(tracking, item))
    return 0


def ask(arguments: argparse.Namespace, tracking: "Tracking", store: "ModelStore") -> int:
    from ml.training import process

    process.ask(tracking, arguments.run, arguments.part)
    say(_line(tracking, process.wait(tracking, arguments.run, 60.0)))
    return 0


def show(arguments: argparse.Namespace, tracking: "Tracking", store: "ModelStore") -> int:
    from ml.training.process import refreshed

    item = refreshed(tracking, arguments.run)
    say(_line(tracking, item))
    say(f"  recipe {item.recipe_hash[:12]}  {item.recipe.text()}")
    roles = {role: tracking.pictures(item.id, role) for role in ("training", "held out", "skipped")}
    say("  " + ", ".join(f"{len(rows)} {role}" for role, rows in roles.items()) + f"  {item.folder}")
    for row in roles["skipped"]:
        say(f"    skipped {row['name']}: {row['reason']}")
    losses = dict(tracking.curve(item.id, "loss"))
    for step, value in tracking.curve(item.id, "psnr"):
        loss = f"  loss {number_text(losses[step], 5, keep_zeros=True)}" if step in losses else ""
        say(f"  step {step:7}  {_db(value)}{loss}")
    for one in tracking.checkpoints(item.id):
        say(f"  checkpoint {one.path}")
    for row in tracking.exports(item.id):
        say(f"  exported {row['model']}  {row['sha256'][:12]}")
    if item.failure is not None:
        say(f"  {item.failure}")
    return 0


def export(arguments: argparse.Namespace, tracking: "Tracking", store: "ModelStore") -> int:
    from ml.training.export import best_checkpoint, install, write_checkpoint

    if arguments.to is not None:
        write_checkpoint(tracking.run(arguments.run), best_checkpoint(tracking, arguments.run), arguments.to)
        say(str(arguments.to))
    else:
        made = install(tracking, arguments.run, store)
        say(f"{made.name}  {size_text(made.size)}  {made.sha256[:12]}")
    return 0


def compare(arguments: argparse.Namespace, tracking: "Tracking", store: "ModelStore") -> int:
    from editor.base.jobs import Progress
    from editor.workflows.ai.comparison import compare_run
    from ml.runtime.runtime import Runtime

    with Runtime() as runtime, ProgressLine(tr("Comparing")) as line:
        found = compare_run(tracking, arguments.run, store, runtime, Progress(line))
    for item in found:
        figures = "  ".join(
            f"{name or tr('plain')} {_db(one.psnr)} {number_text(one.ssim, 4, keep_zeros=True)}"
            for name, one in item.results.items()
        )
        say(f"{item.picture:30} {figures}")
    for name in found[0].results:
        mean = sum(item.results[name].psnr for item in found) / len(found)
        say(f"{tr('mean')} {name or tr('plain')} {_db(mean)}")
    return 0


def promote(arguments: argparse.Namespace, tracking: "Tracking", store: "ModelStore") -> int:
    from ml.catalogue import versions

    made = tracking.exports(arguments.run)
    if not made:
        raise ExpectedError(tr("This run has no exported model yet."), tr("Export it first."))
    versions.promote(store, made[-1]["model"])
    say(f"{tracking.run(arguments.run).task}: {made[-1]['model']}")
    return 0


def rollback(arguments: argparse.Namespace, tracking: "Tracking", store: "ModelStore") -> int:
    from ml.catalogue import versions

    say(f"{arguments.task}: {versions.roll_back(store, arguments.task) or tr('built in')}")
    return 0


PARTS = {
    "list": list_runs, "new": new, "start": start, "resume": start, "pause": ask, "stop": ask, "show": show,
    "export": export, "compare": compare, "promote": promote, "rollback": rollback,
}


def _db(value: float) -> str:
    return f"{number_text(value, 2, keep_zeros=True)} dB"


def _line(tracking: "Tracking", item: "Run") -> str:
    curve = tracking.curve(item.id, "psnr")
    base = tracking.curve(item.id, "base_psnr")
    figure = f"  {_db(curve[-1][1])}" if curve else ""
    gain = f" ({number_text(curve[-1][1] - base[0][1], 2, signed=True)})" if curve and base else ""
    return f"{item.id:3}  {item.name:24} {item.state:8} {item.step:7} / {item.steps}{figure}{gain}"
