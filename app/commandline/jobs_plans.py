"""The half of `jobs` that makes orders by itself: recurring work, reminders, recipes, watch folders."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.commandline.terminal import complain, say
from app.queue.place import known_recipes, recipes_folder
from editor.base.errors import ExpectedError
from editor.base.numbers import at_text, moment_text
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from editor.workflows.queue.orders import Wish
    from editor.workflows.queue.recipes import Recipe
    from editor.workflows.queue.store import QueueStore

TEXTS = {
    "every": 'recurring work: jobs every "0 2 * * *" Nightly -- export film.atelier film.mp4',
    "remind": 'a note at a moment: jobs remind "Friday 17:00" "Send the proofs"',
    "recurring": "recurring work and reminders", "drop": "delete recurring work",
    "recipes": "the recipes that can be named", "watch": "send what is dropped into a folder through a recipe",
    "watches": "the folders that are watched", "unwatch": "watch a folder no longer",
    "apply": "send one file through a recipe now", "batch": "queue files, or all files of a folder, for a recipe",
}  # fmt: skip


def configure(subs: dict[str, argparse.ArgumentParser]) -> None:
    every, watch, apply, batch, remind = (subs[name] for name in ("every", "watch", "apply", "batch", "remind"))
    every.add_argument("rule", help='a cron line or an RRULE, such as "0 6 * * mon-fri" or "FREQ=MONTHLY;BYDAY=-1FR"')
    every.add_argument("name", help="what it is called; without a call it is a reminder")
    every.add_argument("call", nargs=argparse.REMAINDER, metavar="-- VERB ...")
    every.add_argument("--no-catch-up", action="store_true", help="leave out runs that were missed")
    remind.add_argument("when", help='such as "tomorrow 9:00", "in 20 minutes" or "2027-03-14 22:00"')
    remind.add_argument("text")
    for one in (every, remind):
        one.add_argument("--zone", default="", help="a time zone such as Europe/Paris; this machine's without it")
    watch.add_argument("folder", type=Path)
    for one in (watch, apply, batch):
        one.add_argument("recipe", help="a file, or the name of one that `jobs recipes` lists")
    watch.add_argument("output", type=Path, help="where results and reports go")
    apply.add_argument("file", type=Path)
    apply.add_argument("--from", dest="base", type=Path, metavar="FOLDER",
                       help="results go to the same place in --output as the file has in here")
    apply.add_argument("--existing", action="store_true", help="wait for --output when it is not there; make none")
    batch.add_argument("files", type=Path, nargs="+", metavar="FILE|FOLDER")
    for one in (apply, batch):
        one.add_argument("--output", type=Path, required=True, metavar="FOLDER")


# Recurring work


def every(store: QueueStore, arguments: argparse.Namespace) -> None:
    from app.commandline.jobs import checked_call
    from editor.workflows.queue.schedules import NewSchedule, schedule

    given = _options_first(arguments)
    call = checked_call(given) if given else ()
    new = NewSchedule(
        name=arguments.name, rule=arguments.rule, arguments=call, folder=str(Path.cwd()), zone=arguments.zone,
        catch_up=not arguments.no_catch_up,
    )  # fmt: skip
    say(str(schedule(store, new)))


def _options_first(arguments: argparse.Namespace) -> list[str]:
    """The call behind the two dashes; options that stand before them belong to the rule."""
    given = list(arguments.call)
    while given and given[0] != "--" and given[0].startswith("--"):
        option, equals, value = given.pop(0).partition("=")
        if option == "--no-catch-up" and not equals:
            arguments.no_catch_up = True
        elif option == "--zone" and (equals or given):
            arguments.zone = value if equals else given.pop(0)
        else:
            raise ExpectedError(tr("{option} is no option of recurring work.", option=option))
    return given


def remind(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.schedules import remind as at

    key, moment = at(store, arguments.when, arguments.text, arguments.zone)
    say(f"{key}  {at_text(moment)}")


def recurring(store: QueueStore, arguments: argparse.Namespace) -> None:
    from app.queue.usual_rules import words_of
    from editor.workflows.queue.schedules import next_run, schedules

    for one in schedules(store):
        following = next_run(one, time.time())
        when = moment_text(following) if following else "–"
        if arguments.json:
            fields = {name: getattr(one, name) for name in one.__struct_fields__}
            say(json.dumps({**fields, "next": following}))
        else:
            words = words_of(one.rule, one.zone)
            say(f"{one.id:>4}  {when}  {one.name}  [{words}]  {' '.join(one.arguments)}".rstrip())


def drop(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.schedules import unschedule

    for key in arguments.ids:
        unschedule(store, key)


# Recipes and watch folders


def list_recipes(_: QueueStore, __: argparse.Namespace) -> None:
    say(tr("Your own lie in {folder}.", folder=recipes_folder()))
    for name, path in known_recipes().items():
        try:
            say(f"{name:<24} {tr(read_recipe_file(path).about)}".rstrip())
        except ExpectedError as error:
            say(f"{name:<24} {error}")


def watch(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.watching import watch as begin

    path = recipe_path(arguments.recipe)
    read_recipe_file(path)
    say(str(begin(store, arguments.folder, path, arguments.output)))


def list_watches(store: QueueStore, _: argparse.Namespace) -> None:
    from editor.workflows.queue.watching import trouble, watches

    for one in watches(store):
        why = trouble(one, read_recipe_file)
        say(f"{one.id:>4}  {one.folder}  →  {one.output}  ({Path(one.recipe).name})  {why}".rstrip())


def unwatch(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.watching import unwatch as end

    for key in arguments.ids:
        end(store, key)


def batch(store: QueueStore, arguments: argparse.Namespace) -> None:
    """An order for each file that the recipe takes; results lie below --output as the files do below their folder."""
    path = recipe_path(arguments.recipe)
    keys = queue_batch(store, path, arguments.files, arguments.output)
    say(tr_count("1 file is queued.", "{count} files are queued.", count=len(keys)))


def queue_batch(
    store: QueueStore, path: Path, files: list[Path], output: Path, left: Callable[[str], object] = complain
) -> list[int]:
    return store.add_all(wishes_of_batch(path, files, output, left))


def wishes_of_batch(
    path: Path, files: list[Path], output: Path, left: Callable[[str], object] = complain
) -> list[Wish]:
    """An order for each file that the recipe takes; `left` hears of those that cannot be queued."""
    from editor.workflows.queue.orders import Wish

    output = output.absolute()
    made = list[Wish]()
    for found, base in files_for(read_recipe_file(path), files, output, left):
        call = ("jobs", "apply", str(path.absolute()), str(found), "--output", str(output), "--from", str(base))
        made.append(Wish(arguments=call, folder=str(base), label=found.name))
    return made


def files_for(
    recipe: Recipe, files: list[Path], output: Path, left: Callable[[str], object] = complain
) -> list[tuple[Path, Path]]:
    """Every file that the recipe takes, among those given and below folders among them, once, with the folder by which
    its place below `output` is named. `left` hears of those that cannot be queued. Raises ExpectedError when there is
    none."""
    from editor.library.walk import files_below, is_text, shown

    taken = dict[Path, Path]()
    for given in files:
        if not given.exists():
            raise ExpectedError(tr("There is no file {name}.", name=str(given)))
        base = (given if given.is_dir() else given.parent).absolute()
        for found in files_below([given.absolute()]):
            if not recipe.takes(found) or found.is_relative_to(output):
                continue
            if is_text(found):
                taken.setdefault(found, base)
            else:
                left(tr("{name} is left out: its name is not Unicode text.", name=shown(found.name)))
    if not taken:
        raise ExpectedError(tr("The recipe {name} takes none of these files.", name=recipe.name))
    return list(taken.items())


def apply(store: QueueStore, arguments: argparse.Namespace) -> int:
    """Do the steps for one file in this process; what came of it stands in a report beside the results."""
    from app.commandline.recipe_calls import check_call
    from editor.workflows.queue.applying import apply_recipe
    from editor.workflows.queue.placing import FileRefused, OutputAway
    from editor.workflows.queue.runner import AWAY, REFUSED

    os.environ.pop("ATELIER_ORDER_TOKEN", None)  # what steps work on is new each time
    recipe = read_recipe_file(recipe_path(arguments.recipe))
    source, below = arguments.file.absolute(), Path()
    if arguments.base is not None and source.is_relative_to(arguments.base.absolute()):
        below = source.parent.relative_to(arguments.base.absolute())
    output = arguments.output.absolute()
    try:
        if arguments.existing and not output.is_dir():
            raise OutputAway(tr("There is no folder {folder}.", folder=output))
        applied = apply_recipe(store, recipe, source, output, call_here, below, check_call)
    except OutputAway as error:
        complain(str(error))
        return AWAY
    except FileRefused as error:
        complain(str(error))
        return REFUSED
    for name in applied.results:
        say(f"{tr('unchanged') if name in applied.unchanged else tr('wrote')} {name}")
    for note in applied.notes:
        say(note)
    if applied.sentence:
        complain(applied.sentence)
    return applied.code


def call_here(call: list[str]) -> tuple[int, str]:
    """Run a call of the command line in this process: its code, and its complaint when it failed."""
    from app.commandline.main import main

    complaints = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaints):
            code = main(call)
    except SystemExit as end:
        code = int(end.code or 0) if isinstance(end.code, int) or end.code is None else 1
    lines = [line for line in complaints.getvalue().splitlines() if line.strip()]
    for line in lines[:-1] if code else lines:
        print(line, file=sys.stderr)
    return code, lines[-1].removeprefix("atelier: ") if code and lines else ""


def recipe_path(text: str) -> Path:
    """A file, or one of the known recipes by its name. Raises ExpectedError."""
    path = Path(text)
    if path.exists():
        return path
    known = known_recipes()
    if text not in known:
        raise ExpectedError(
            tr("There is no recipe {name}.", name=text), tr("It has: {names}.", names=", ".join(known) or "-")
        )
    return known[text]


def read_recipe_file(path: Path) -> Recipe:
    """Raises ExpectedError for a file that is no recipe of this program, or one that would write elsewhere."""
    from app.commandline.recipe_calls import check_steps, recipe_verbs
    from editor.workflows.queue.recipes import read_recipe

    recipe = read_recipe(path, recipe_verbs())
    check_steps(recipe)
    return recipe
