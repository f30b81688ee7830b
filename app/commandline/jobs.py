"""`jobs`: the queue of unattended work, recurring work, watch folders, and the runner that does it all."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commandline.terminal import say
from app.queue.place import program, queue_path
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.queue.orders import Order
    from editor.workflows.queue.recipes import Recipe
    from editor.workflows.queue.store import QueueStore

TEXTS = {
    "add": "put a call of this program into the queue, such as: jobs add -- convert a.psd a.png",
    "list": "what is in the queue", "show": "an order and its log", "cancel": "stop orders, or take them out",
    "again": "queue orders that have ended once more", "run": "do what is queued, due and dropped, until Ctrl+C",
    "pause": "begin nothing new", "resume": "go on", "clear": "forget orders that have ended",
    "every": 'recurring work: jobs every "0 2 * * *" Nightly -- export film.atelier film.mp4',
    "recurring": "recurring work and reminders", "drop": "delete recurring work",
    "watch": "send what is dropped into a folder through a recipe", "watches": "the folders that are watched",
    "unwatch": "watch a folder no longer", "apply": "send one file through a recipe now",
    "settings": "when work rests",
}  # fmt: skip


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(parser))
    subs = {name: actions.add_parser(name, help=text) for name, text in TEXTS.items()}
    _configure_orders(subs)
    every, watch, apply = subs["every"], subs["watch"], subs["apply"]
    every.add_argument("rule", help='a cron line or an RRULE, such as "0 6 * * mon-fri" or "FREQ=MONTHLY;BYDAY=-1FR"')
    every.add_argument("name", help="what it is called; without a call it is a reminder")
    every.add_argument("call", nargs=argparse.REMAINDER, metavar="-- VERB ...")
    every.add_argument("--zone", default="", help="a time zone such as Europe/Paris; this machine's without it")
    every.add_argument("--no-catch-up", action="store_true", help="leave out runs that were missed")
    watch.add_argument("folder", type=Path)
    watch.add_argument("recipe", type=Path, help="a file that says what happens to each file")
    watch.add_argument("output", type=Path, help="where results and reports go")
    apply.add_argument("recipe", type=Path)
    apply.add_argument("file", type=Path)
    apply.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    settings = subs["settings"]
    settings.add_argument("--rest-on-battery", choices=("yes", "no"))
    settings.add_argument("--least-free-mb", type=int, metavar="N")


def _configure_orders(subs: dict[str, argparse.ArgumentParser]) -> None:
    add = subs["add"]
    add.add_argument("call", nargs=argparse.REMAINDER, metavar="-- VERB ...")
    add.add_argument("--label", default="")
    add.add_argument("--lane", choices=("compute", "io", "gpu"), default="compute")
    add.add_argument("--priority", type=int, default=0, metavar="N", help="-100 to 100; the highest comes first")
    add.add_argument("--after", type=int, action="append", default=[], metavar="ID", help="begin when that one is done")
    add.add_argument("--at", type=datetime.fromisoformat, metavar="TIME", help="not before, such as 2026-03-14T22:00")
    add.add_argument("--tries", type=int, default=3, metavar="N", help="how often a failure is tried in all")
    for name in ("show", "cancel", "again", "drop", "unwatch"):
        subs[name].add_argument("ids", nargs="+", type=int, metavar="ID")
    for name in ("list", "recurring"):
        subs[name].add_argument("--json", action="store_true")
    subs["list"].add_argument("--all", action="store_true", help="those that have ended, too")
    subs["run"].add_argument("--until-idle", action="store_true", help="end when nothing is left to do")
    subs["run"].add_argument("--at-once", type=int, default=2, metavar="N", help="how many that compute")
    subs["clear"].add_argument("--days", type=float, default=0.0, metavar="N", help="only those that ended so long ago")


def run(arguments: argparse.Namespace) -> int:
    from editor.workflows.queue.store import QueueStore

    store = QueueStore(queue_path())
    try:
        return ACTIONS[arguments.action](store, arguments) or 0
    finally:
        store.close()


# Orders


def add(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.orders import Wish

    at = arguments.at.astimezone().timestamp() if arguments.at else 0.0
    wish = Wish(
        arguments=_call(arguments.call), folder=str(Path.cwd()), label=arguments.label, lane=arguments.lane,
        priority=arguments.priority, after=tuple(arguments.after), not_before=at, most_attempts=arguments.tries,
    )  # fmt: skip
    say(str(store.add(wish)))


def list_orders(store: QueueStore, arguments: argparse.Namespace) -> None:
    orders = store.orders() if arguments.all else store.orders(("queued", "waiting", "running"))
    if arguments.json:
        say(json.dumps([{name: getattr(one, name) for name in one.__struct_fields__} for one in orders], indent=1))
        return
    for one in reversed(orders):
        say(_line(one))
    resting = store.setting("resting")
    if store.setting("paused") == "1":
        say(tr("The queue is paused."))
    elif resting:
        say(resting)


def show(store: QueueStore, arguments: argparse.Namespace) -> None:
    for key in arguments.ids:
        one = store.order(key)
        say(_line(one))
        say("  " + " ".join(one.arguments))
        used = tr(
            "{seconds} s of CPU, {memory} MB at most, {read} MB read, {written} MB written, about {energy} Wh",
            seconds=round(one.cpu_seconds, 1), memory=one.peak_bytes >> 20, read=one.read_bytes >> 20,
            written=one.written_bytes >> 20, energy=round(one.energy_wh, 3),
        )  # fmt: skip
        say(f"  {used}")
        for moment, text in store.lines(key):
            say(f"  {datetime.fromtimestamp(moment).astimezone():%H:%M:%S}  {text}")


def cancel(store: QueueStore, arguments: argparse.Namespace) -> None:
    for key in arguments.ids:
        store.cancel(store.order(key).id)


def again(store: QueueStore, arguments: argparse.Namespace) -> None:
    for key in arguments.ids:
        store.again(store.order(key).id)


def pause(store: QueueStore, arguments: argparse.Namespace) -> None:
    store.set("paused", "1" if arguments.action == "pause" else "0")


def clear(store: QueueStore, arguments: argparse.Namespace) -> None:
    say(tr("{count} forgotten.", count=store.forget_ended(time.time() - arguments.days * 86400)))


def settings(store: QueueStore, arguments: argparse.Namespace) -> None:
    if arguments.rest_on_battery:
        store.set("rest_on_battery", "1" if arguments.rest_on_battery == "yes" else "0")
    if arguments.least_free_mb is not None:
        store.set("least_free_bytes", str(max(0, arguments.least_free_mb) << 20))
    say(f"rest-on-battery: {'yes' if store.setting('rest_on_battery', '1') == '1' else 'no'}")
    say(f"least-free-mb: {int(store.setting('least_free_bytes', str(1 << 30))) >> 20}")


# Recurring work and watch folders


def every(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.schedules import NewSchedule, schedule

    call = _call(arguments.call) if arguments.call else ()
    new = NewSchedule(
        name=arguments.name, rule=arguments.rule, arguments=call, folder=str(Path.cwd()), zone=arguments.zone,
        catch_up=not arguments.no_catch_up,
    )  # fmt: skip
    say(str(schedule(store, new)))


def recurring(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.schedules import next_run, schedules

    for one in schedules(store):
        following = next_run(one, time.time())
        when = f"{datetime.fromtimestamp(following).astimezone():%Y-%m-%d %H:%M}" if following else "–"
        if arguments.json:
            fields = {name: getattr(one, name) for name in one.__struct_fields__}
            say(json.dumps({**fields, "next": following}))
        else:
            say(f"{one.id:>4}  {when}  {one.name}  [{one.rule}]  {' '.join(one.arguments)}".rstrip())


def drop(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.schedules import unschedule

    for key in arguments.ids:
        unschedule(store, key)


def watch(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.watching import watch as begin

    _recipe(arguments.recipe)
    say(str(begin(store, arguments.folder, arguments.recipe, arguments.output)))


def list_watches(store: QueueStore, _: argparse.Namespace) -> None:
    from editor.workflows.queue.watching import watches

    for one in watches(store):
        say(f"{one.id:>4}  {one.folder}  →  {one.output}  ({Path(one.recipe).name})")


def unwatch(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.watching import unwatch as end

    for key in arguments.ids:
        end(store, key)


def apply(_: QueueStore, arguments: argparse.Namespace) -> int:
    """Do the steps for one file in this process; what came of it stands in a report beside the results."""
    from app.commandline.main import main
    from editor.workflows.queue.recipes import filled

    recipe = _recipe(arguments.recipe)
    source, output = arguments.file.absolute(), arguments.output.absolute()
    if not source.is_file():
        raise ExpectedError(tr("There is no file {name}.", name=str(source)))
    output.mkdir(parents=True, exist_ok=True)
    before = set(output.iterdir())
    work = Path(tempfile.mkdtemp(prefix="atelier-recipe-"))
    steps, code = [], 0
    try:
        for call in filled(recipe, source, output, work):
            began = time.monotonic()
            code = main(list(call))
            steps.append({"call": list(call), "code": code, "seconds": round(time.monotonic() - began, 3)})
            if code:
                break
    finally:
        shutil.rmtree(work, ignore_errors=True)
    report = {
        "recipe": recipe.name, "file": str(source), "done": code == 0, "steps": steps,
        "results": sorted(path.name for path in set(output.iterdir()) - before),
    }  # fmt: skip
    target = output / f"{source.name}.report.json"
    target.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    return code


# The runner


def run_queue(store: QueueStore, arguments: argparse.Namespace) -> None:
    """Orders, recurring work and watch folders, until Ctrl+C; what runs then goes back into the queue."""
    from app.notify import notify
    from editor.workflows.queue.runner import ROOM, Runner
    from editor.workflows.queue.schedules import make_due
    from editor.workflows.queue.watching import look

    runner = Runner(store, program(), room={**ROOM, "compute": max(1, arguments.at_once)})
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    looked = 0.0
    told = {order.id for order in store.orders(("done", "failed", "cancelled"))}
    try:
        while not stopping:
            if time.monotonic() - looked >= LOOK_SECONDS:
                looked = time.monotonic()
                make_due(store, lambda text: notify(tr("Reminder"), text))
                look(store, _recipe)
            moved = runner.step()
            _tell_ends(store, told, notify)
            if not moved:
                if arguments.until_idle and not runner.is_busy and not store.orders(("queued",), 1):
                    return
                time.sleep(0.2)
    finally:
        runner.close()


LOOK_SECONDS = 2.0


def _tell_ends(store: QueueStore, told: set[int], notify: Callable[[str, str], object]) -> None:
    """A line for every order that began after us and has ended; failures are told to the desktop, too."""
    for one in store.orders(("done", "failed", "cancelled"), 50):
        if one.id in told:
            continue
        told.add(one.id)
        say(_line(one))
        if one.state == "failed":
            notify(one.label, one.message)


# Pieces


def _call(given: list[str]) -> tuple[str, ...]:
    from app.commandline.main import VERBS

    call = tuple(given[1:] if given[:1] == ["--"] else given)
    if not call or call[0] not in VERBS or call[0] == "open":
        raise ExpectedError(
            tr("{call} is no call of this program.", call=" ".join(call) or "–"),
            tr("Write two dashes, a verb and what belongs to it: -- convert a.psd a.png"),
        )
    return call


def _recipe(path: Path) -> Recipe:
    from app.commandline.main import VERBS
    from editor.workflows.queue.recipes import read_recipe

    return read_recipe(path, frozenset(VERBS) - {"open", "jobs"})


def _line(one: Order) -> str:
    share = f" {one.share:4.0%}" if one.state == "running" else ""
    return f"{one.id:>5}  {tr(STATE_NAMES[one.state]):<10}{share}  {one.label}  {one.message}".rstrip()


STATE_NAMES = {
    "queued": "queued", "waiting": "waiting", "running": "running", "done": "done", "failed": "failed",
    "cancelled": "cancelled",
}  # fmt: skip
ACTIONS: dict[str, Callable[[Any, argparse.Namespace], int | None]] = {
    "add": add, "list": list_orders, "show": show, "cancel": cancel, "again": again, "run": run_queue, "pause": pause,
    "resume": pause, "clear": clear, "every": every, "recurring": recurring, "drop": drop, "watch": watch,
    "watches": list_watches, "unwatch": unwatch, "apply": apply, "settings": settings,
}  # fmt: skip
