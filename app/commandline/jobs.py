"""`jobs`: the queue of unattended work and the runner that does it; what makes orders by itself is in jobs_plans.py."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commandline import jobs_plans, jobs_room
from app.commandline.actions import actions_of
from app.commandline.terminal import complain, say, say_json
from app.queue.place import AFTERWARDS, FINISH, GO_ON, WORKS_HERE, program, queue_path, snapshots_folder
from editor.base.errors import ExpectedError
from editor.base.numbers import moment_text, percent_text, time_text
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from editor.workflows.queue.orders import Order
    from editor.workflows.queue.store import QueueStore

TEXTS = {
    "add": "put a call of this program into the queue, such as: jobs add -- convert a.psd a.png",
    "list": "what is in the queue", "show": "an order and its log", "cancel": "stop orders, or take them out",
    "again": "queue orders that have ended once more", "run": "do what is queued, due and dropped, until Ctrl+C",
    "pause": "begin nothing new", "resume": "go on", "clear": "forget orders that have ended",
    "hold": "pause single orders; one that runs sleeps where it is", "release": "let paused orders go on",
    "priority": "which order comes first", "notes": "what was told: reminders, failures, runs that were missed",
    "repair": "put a damaged queue aside and keep what can be read of it", **jobs_plans.TEXTS,
    "settings": "when work rests, and what a busy core draws",
    "room": "where the room on the disk went, or what is largest in a project",
}  # fmt: skip


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    _, subs = actions_of(parser, TEXTS)
    _configure_orders(subs)
    jobs_plans.configure(subs)
    jobs_room.configure_room(subs["room"])
    settings = subs["settings"]
    settings.add_argument("--rest-on-battery", choices=("yes", "no"))
    settings.add_argument("--least-free-mb", type=int, metavar="N")
    settings.add_argument("--watts-a-core", type=float, metavar="W",
                          help="where the processor does not count its energy itself")
    subs["priority"].add_argument("id", type=int)
    subs["priority"].add_argument("priority", type=int, help="-100 to 100; the highest comes first")
    subs["notes"].add_argument("--count", type=int, default=20, metavar="N")


def _configure_orders(subs: dict[str, argparse.ArgumentParser]) -> None:
    add = subs["add"]
    add.add_argument("call", nargs=argparse.REMAINDER, metavar="-- VERB ...")
    add.add_argument("--label", default="")
    add.add_argument("--lane", choices=("compute", "io", "gpu"), default="compute")
    add.add_argument("--priority", type=int, default=0, metavar="N", help="-100 to 100; the highest comes first")
    add.add_argument("--after", type=int, action="append", default=[], metavar="ID", help="begin when that one is done")
    add.add_argument("--at", type=datetime.fromisoformat, metavar="TIME", help="not before, such as 2026-03-14T22:00")
    add.add_argument("--tries", type=int, default=3, metavar="N",
                     help="how often it is begun in all, after a failure or a crash; 1 to 20")
    for name in ("show", "cancel", "again", "hold", "release", "drop", "unwatch"):
        subs[name].add_argument("ids", nargs="+", type=int, metavar="ID")
    for name in ("list", "recurring"):
        subs[name].add_argument("--json", action="store_true")
    subs["list"].add_argument("--all", action="store_true", help="those that have ended, too")
    subs["run"].add_argument("--until-idle", action="store_true", help="end when nothing is left to do")
    subs["run"].add_argument("--at-once", type=int, default=2, metavar="N", help="how many that compute")
    subs["run"].add_argument("--beside", action="store_true", help=argparse.SUPPRESS)
    subs["clear"].add_argument("--days", type=float, default=0.0, metavar="N", help="only those that ended so long ago")


def run(arguments: argparse.Namespace) -> int:
    from editor.workflows.queue.store import QueueStore

    if arguments.action == "repair":
        return repair()
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
        arguments=checked_call(arguments.call), folder=str(Path.cwd()), label=arguments.label, lane=arguments.lane,
        priority=arguments.priority, after=tuple(arguments.after), not_before=at, most_attempts=arguments.tries,
    )  # fmt: skip
    say(str(store.add(wish)))


def list_orders(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.states import OPEN

    orders = store.orders() if arguments.all else store.orders(OPEN)
    if arguments.json:
        say_json(json.dumps([{name: getattr(one, name) for name in one.__struct_fields__} for one in orders], indent=1))
        return
    for one in reversed(orders):
        say(_line(one))
    _say_what_is_left(store, orders)
    resting = store.setting("resting")
    if store.setting("paused") == "1":
        say(tr("The queue is paused."))
    elif resting:
        say(resting)


def _say_what_is_left(store: QueueStore, orders: list[Order]) -> None:
    from editor.workflows.queue.estimates import all_left, usual_seconds
    from editor.workflows.queue.runner import ROOM

    usual = usual_seconds(store, (one.alike for one in orders if not one.has_ended))
    seconds, unknown = all_left(orders, usual, ROOM, time.time())
    if seconds:
        known = tr("About {minutes} min left.", minutes=max(1, round(seconds / 60)))
        new = tr_count("1 job is of a new kind.", "{count} jobs are of a new kind.", count=unknown)
        say(f"{known} {new if unknown else ''}".rstrip())


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
            say(f"  {time_text(moment, seconds=True)}  {text.expandtabs(4)}")


def cancel(store: QueueStore, arguments: argparse.Namespace) -> None:
    store.cancel(*(store.order(key).id for key in arguments.ids))


def again(store: QueueStore, arguments: argparse.Namespace) -> None:
    store.again(*(store.order(key).id for key in arguments.ids))


def hold(store: QueueStore, arguments: argparse.Namespace) -> None:
    (store.pause if arguments.action == "hold" else store.go_on)(*(store.order(key).id for key in arguments.ids))


def priority(store: QueueStore, arguments: argparse.Namespace) -> None:
    store.set_priority(store.order(arguments.id).id, arguments.priority)


def notes(store: QueueStore, arguments: argparse.Namespace) -> None:
    from editor.workflows.queue.notes import last_note, notes_after

    for one in notes_after(store, last_note(store) - arguments.count):
        say(f"{moment_text(one.time)}  {one.title}")
        for line in one.text.splitlines():
            say(f"    {line}")


def repair() -> int:
    from editor.workflows.queue.opening import put_aside

    path = queue_path()
    aside = put_aside(path) if path.exists() else None
    say(tr("The queue is whole.") if aside is None else tr("It was put aside as {name}.", name=aside.name))
    return 0


def pause(store: QueueStore, arguments: argparse.Namespace) -> None:
    store.set("paused", "1" if arguments.action == "pause" else "0")


def clear(store: QueueStore, arguments: argparse.Namespace) -> None:
    say(tr("{count} forgotten.", count=store.forget_ended(time.time() - arguments.days * 86400)))


def settings(store: QueueStore, arguments: argparse.Namespace) -> None:
    if arguments.rest_on_battery:
        store.set("rest_on_battery", "1" if arguments.rest_on_battery == "yes" else "0")
    if arguments.least_free_mb is not None:
        store.set("least_free_bytes", str(max(0, arguments.least_free_mb) << 20))
    if arguments.watts_a_core is not None:
        store.set("watts_a_core", str(max(0.0, arguments.watts_a_core)))
    say(f"rest-on-battery: {'yes' if store.setting('rest_on_battery', '1') == '1' else 'no'}")
    say(f"least-free-mb: {int(store.setting('least_free_bytes', str(1 << 30))) >> 20}")
    say(f"watts-a-core: {float(store.setting('watts_a_core', '8')):g}")


# The runner


def run_queue(store: QueueStore, arguments: argparse.Namespace) -> None:
    """Orders, recurring work and watch folders, until Ctrl+C; what runs then goes back into the queue."""
    from app.notify import Seldom, notify
    from editor.workflows.queue.runner import ROOM, Runner
    from editor.workflows.queue.snapshots import tidy_snapshots
    from editor.workflows.queue.states import ENDED

    tidy_snapshots(store, snapshots_folder())
    desktop = Seldom(notify)
    rooms = jobs_room.RoomWatch(desktop)
    runner = Runner(store, program(), room={**ROOM, "compute": max(1, arguments.at_once)}, desktop=desktop)
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    gone = threading.Event()
    if arguments.beside:
        threading.Thread(target=_when_closed, args=(gone,), name="window-gone", daemon=True).start()
    looked, trouble = -LOOK_SECONDS, ""
    told = {order.id for order in store.orders(ENDED)}
    try:
        while not stopping and (not arguments.beside or wanted_beside(store, gone, runner.is_busy)):
            try:
                if time.monotonic() - looked >= LOOK_SECONDS:
                    looked = time.monotonic()
                    _look(store, desktop)
                    rooms.look(store)
                moved, trouble = runner.step(), ""
                _tell_ends(store, told)
            except ExpectedError as error:  # the disk is full or away, or another program holds the file: later again
                if str(error) != trouble:
                    trouble = str(error)
                    complain(trouble)
                moved = False
            if not moved:
                if arguments.until_idle and not runner.is_busy and not store.has_more():
                    return
                time.sleep(0.2)
    finally:
        runner.close()


def _look(store: QueueStore, desktop: Callable[[str, str], bool]) -> None:
    from editor.workflows.queue.schedules import make_due
    from editor.workflows.queue.watching import look

    make_due(store, desktop)
    look(store, jobs_plans.read_recipe_file, desktop)


def wanted_beside(store: QueueStore, gone: threading.Event, is_busy: bool) -> bool:
    """Whether a runner that a window started is still wanted: while the window lives, and afterwards as was chosen."""
    if store.setting(WORKS_HERE, "1") != "1":
        return False
    if not gone.is_set():
        return True
    after = store.setting(AFTERWARDS, FINISH)
    return after == GO_ON or after == FINISH and (is_busy or store.has_more())


def _when_closed(gone: threading.Event) -> None:
    """On a thread: the window holds the other end of our input, and lets go of it when it closes or dies."""
    sys.stdin.read()
    gone.set()


LOOK_SECONDS = 2.0


def _tell_ends(store: QueueStore, told: set[int]) -> None:
    """A line for every order that began after us and has ended."""
    from editor.workflows.queue.states import ENDED

    for one in store.orders(ENDED, 50):
        if one.id not in told:
            told.add(one.id)
            say(_line(one))


# Pieces


def checked_call(given: list[str]) -> tuple[str, ...]:
    from app.commandline.main import VERBS

    call = tuple(given[1:] if given[:1] == ["--"] else given)
    if not call or call[0] not in VERBS or call[0] == "open":
        raise ExpectedError(
            tr("{call} is no call of this program.", call=" ".join(call) or "–"),
            tr("Write two dashes, a verb and what belongs to it: -- convert a.psd a.png"),
        )
    if call[:2] == ("jobs", "run"):
        raise ExpectedError(tr("This runs the queue itself: it cannot stand in it."))
    return call


def _line(one: Order) -> str:
    share = f" {percent_text(one.share):>5}" if one.state == "running" else ""
    return f"{one.id:>5}  {tr(STATE_NAMES[one.state]):<10}{share}  {one.label}  {one.message}".rstrip()


STATE_NAMES = {
    "queued": "queued", "waiting": "waiting", "running": "running", "done": "done", "failed": "failed",
    "paused": "paused", "cancelled": "cancelled",
}  # fmt: skip
ACTIONS: dict[str, Callable[[Any, argparse.Namespace], int | None]] = {
    "add": add, "list": list_orders, "show": show, "cancel": cancel, "again": again, "run": run_queue, "pause": pause,
    "resume": pause, "clear": clear, "settings": settings, "hold": hold, "release": hold, "priority": priority,
    "notes": notes, "every": jobs_plans.every, "remind": jobs_plans.remind, "recurring": jobs_plans.recurring,
    "drop": jobs_plans.drop, "recipes": jobs_plans.list_recipes, "watch": jobs_plans.watch,
    "watches": jobs_plans.list_watches, "unwatch": jobs_plans.unwatch, "apply": jobs_plans.apply,
    "batch": jobs_plans.batch, "room": jobs_room.show_room,
}  # fmt: skip
