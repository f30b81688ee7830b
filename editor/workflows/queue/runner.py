"""Runs orders as processes of their own, as many at once as their lanes have room for.

`step` does what there is to do now and never waits; `run` calls it until it is told to stop. A process is asked to stop
with the signal of Ctrl+C and killed when it does not listen. Runners may die at any moment: see `QueueStore.reclaim`.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import language, tr
from editor.workflows.queue.energy import WATTS_A_CORE
from editor.workflows.queue.measuring import Meter, end_process, is_process_alive, name_of_process, reason_to_rest
from editor.workflows.queue.notes import Desktop, tell
from editor.workflows.queue.orders import Order, OrderLane, places_of
from editor.workflows.queue.snapshots import remove_snapshot
from editor.workflows.queue.states import State
from editor.workflows.queue.store import QueueStore

ROOM: Mapping[OrderLane, int] = {"compute": 2, "io": 4, "gpu": 1}
GRACE_SECONDS = 5.0
BEAT_SECONDS = 0.5
RECLAIM_SECONDS = 5.0
IDLE_SECONDS = 0.2
ROOT = Path(__file__).resolve().parents[3]
"""Where our packages lie: an order runs in its own folder, and must find them from there."""
LEAST_FREE = 1 << 30
COMPLAINT = "atelier: "
WRONG_USAGE, REFUSED, AWAY, STOPPED = 2, 65, 75, 130
"""Codes that say more than that something failed; AWAY: the place for results cannot be written to just now;
REFUSED: it takes no such file."""


@dataclass
class Running:
    """One process that works on an order. `lines` came out of it and are not written yet."""

    order: Order
    process: "subprocess.Popen[str]"
    meter: Meter
    progress: Path
    reader: threading.Thread
    lines: list[str] = field(default_factory=list)
    last: str = ""
    stopping: float | None = None
    beaten: float = 0.0
    asleep: bool = False
    places: list[Path] = field(default_factory=list)


def _let_children_hear() -> None:
    """What a shell puts in the background ignores Ctrl+C, and so would all that it starts: they would be killed after
    the grace instead of ending tidily. With a handler that does nothing, we ignore it and they do not."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda _number, _frame: None)


class Runner:
    """`program` is what the command line begins with, such as (python, -m, app). One runner a process is enough."""

    def __init__(
        self, store: QueueStore, program: tuple[str, ...], room: Mapping[OrderLane, int] = ROOM,
        rest: Callable[[list[Path]], str] | None = None, desktop: Desktop = lambda _title, _text: False,
    ) -> None:  # fmt: skip
        self.store, self.program, self.room, self.desktop = store, program, room, desktop
        self.name = name_of_process()
        self.resting, self._asleep = "", False
        self._rest = rest or self._usual_rest
        self._running: list[Running] = []
        self._lock = threading.Lock()
        self._reclaimed = -RECLAIM_SECONDS
        store.sign_in(self.name)
        _let_children_hear()

    @property
    def is_busy(self) -> bool:
        return bool(self._running)

    def step(self) -> bool:
        """Begin what can begin, look after what runs. True when something was begun or ended."""
        self._reclaim()
        self._rest_or_wake()
        ended = [running for running in self._running if self._look_after(running)]
        self._running = [running for running in self._running if running not in ended]
        begun = self._begin_next() if not self.resting and self.store.setting("paused") != "1" else False
        return begun or bool(ended)

    def run(self, stop: Callable[[], bool] = lambda: False, until_idle: bool = False) -> None:
        """Go on until `stop` says so; with `until_idle`, until nothing runs and nothing can begin."""
        while not stop():
            if not self.step():
                if until_idle and not self.is_busy and not self.store.orders(("queued",), 1):
                    return
                time.sleep(IDLE_SECONDS)

    def close(self) -> None:
        """Stop what runs and put it back into the queue: it begins again with the next runner. What has ended by
        itself, or ends well although it was asked to stop, is not done again."""
        for running in self._running:
            if running.process.poll() is None:
                self._ask_to_stop(running)
        deadline = time.monotonic() + GRACE_SECONDS
        for running in self._running:
            try:
                running.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                running.meter.kill()
                running.process.wait()
        keys = []
        for running in self._running:
            code = running.process.returncode
            if code == 0 or running.stopping is None and code != STOPPED:
                running.stopping = None
                self._finish(running, code)
            else:
                self._clean_up(running)
                keys.append(running.order.id)
        self._running = []
        self.store.put_back(keys, self.name)
        self.store.sign_out(self.name)

    # Beginning

    def _begin_next(self) -> bool:
        taken = {lane: sum(one.order.lane == lane and not one.asleep for one in self._running) for lane in self.room}
        order = self.store.claim(self.name, {lane: count - taken[lane] for lane, count in self.room.items()})
        if order is None:
            return False
        try:
            self._running.append(self._start(order))
        except OSError as error:
            message = tr("It could not be started: {reason}.", reason=error.strerror or str(error))
            self.store.end(order.id, self.name, "failed", message, Meter(os.getpid()).used(), retry=False)
        return True

    def _start(self, order: Order) -> Running:
        handle, name = tempfile.mkstemp(prefix="atelier-progress-")
        os.close(handle)
        environment = {
            **os.environ, "ATELIER_PROGRESS": name, "ATELIER_LANGUAGE": language(), "PYTHONUNBUFFERED": "1",
            "ATELIER_ORDER": str(order.id), "ATELIER_ORDER_TOKEN": self.store.token(order.id),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        }  # fmt: skip
        try:
            process = subprocess.Popen(
                [*self.program, *order.arguments], cwd=order.folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
                start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )  # fmt: skip
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        watts = float(self.store.setting("watts_a_core", str(WATTS_A_CORE)))
        running = Running(
            order, process, Meter(process.pid, watts), Path(name), threading.Thread(), places=places_of(order)
        )
        self.store.begun(order.id, self.name, name_of_process(process.pid))
        running.reader = threading.Thread(target=self._read, args=(running,), name="order-output", daemon=True)
        running.reader.start()
        return running

    def _read(self, running: Running) -> None:
        """On a thread: whatever the process writes becomes its log."""
        assert running.process.stdout is not None
        for line in running.process.stdout:
            with self._lock:
                running.lines.append(line.rstrip())
                running.last = line.strip() or running.last

    # Looking after

    def _look_after(self, running: Running) -> bool:
        """Pass on progress and log; whether the process has ended."""
        code = running.process.poll()
        if code is not None:
            self._finish(running, code)
            return True
        moment = time.monotonic()
        if moment - running.beaten >= BEAT_SECONDS:
            running.beaten = moment
            share, message = _progress_in(running.progress)
            used = running.meter.sample()
            answer = self.store.beat(running.order.id, self.name, share, message or self.resting, used)
            if answer == "stop":
                self._ask_to_stop(running)
            elif (answer == "sleep") != running.asleep:
                running.asleep = answer == "sleep"
                running.meter.suspend(running.asleep or self._asleep)
            self._write_lines(running)
        if running.stopping is not None and moment - running.stopping > GRACE_SECONDS:
            running.meter.kill()
        return False

    def _finish(self, running: Running, code: int) -> None:
        self._clean_up(running)
        state: State = "done" if code == 0 else "cancelled" if running.stopping is not None else "failed"
        if code == STOPPED and running.stopping is None:
            state = "cancelled"  # somebody pressed Ctrl+C in the same terminal
        complaint = running.last.removeprefix(COMPLAINT)
        if state == "failed" and not running.last.startswith(COMPLAINT):
            complaint = complaint or tr("It ended with code {code}.", code=code)
            if code < 0:
                complaint = tr("It crashed (signal {number}).", number=-code)
        message = complaint if state == "failed" else ""
        ended = self.store.end(
            running.order.id, self.name, state, message, running.meter.used(), retry=code not in (WRONG_USAGE, REFUSED),
            is_away=code == AWAY,
        )  # fmt: skip
        self._tell(running.order, ended, message)

    def _tell(self, order: Order, ended: State | None, message: str) -> None:
        """Failures are told (those of dropped files by who watches), what was done when somebody asked for that."""
        if ended == "failed" and order.tell != "never":
            tell(self.store, "failed", tr("Failed: {name}", name=order.label), message, self.desktop, order.id)
        elif ended == "done" and order.tell == "always":
            text = tr("It is in {path}.", path=order.result) if order.result else ""
            tell(self.store, "done", tr("Done: {name}", name=order.label), text, self.desktop, order.id)
        if ended == "done" and order.snapshot:
            remove_snapshot(Path(order.snapshot))

    def _clean_up(self, running: Running) -> None:
        running.reader.join(2.0)
        self._write_lines(running)
        if running.process.stdout is not None:
            running.process.stdout.close()
        running.progress.unlink(missing_ok=True)

    def _write_lines(self, running: Running) -> None:
        with self._lock:
            lines = list(running.lines)
        self.store.log(running.order.id, lines)  # when the disk is full they stay for the next time
        with self._lock:
            del running.lines[: len(lines)]

    def _ask_to_stop(self, running: Running) -> None:
        """The signal of Ctrl+C, once; a sleeper is woken for it."""
        if running.stopping is not None:
            return
        running.stopping = time.monotonic()
        running.meter.suspend(False)
        try:
            if sys.platform == "win32":
                running.process.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                running.process.send_signal(signal.SIGINT)
        except OSError:
            return  # it has just ended

    # Resting

    def _rest_or_wake(self) -> None:
        """What runs sleeps while one of its disks is nearly full; the disks of what comes next only keep that from
        beginning."""
        places = [place for running in self._running for place in running.places]
        reason = self._rest(places or [self.store.path.parent])
        if bool(reason) != self._asleep:
            self._asleep = bool(reason)
            for running in self._running:
                running.meter.suspend(self._asleep or running.asleep)
        following = self.store.following() if not reason else None
        reason = reason or (self._rest(places_of(following)) if following is not None else "")
        if reason != self.resting:
            self.resting = reason
            self.store.set("resting", reason)

    def _usual_rest(self, folders: list[Path]) -> str:
        least = int(float(self.store.setting("least_free_bytes", str(LEAST_FREE))))
        return reason_to_rest(self.store.setting("rest_on_battery", "1") == "1", least, folders)

    def _reclaim(self) -> None:
        moment = time.monotonic()
        if moment - self._reclaimed >= RECLAIM_SECONDS:
            self._reclaimed = moment
            for key in self.store.reclaim(is_process_alive, end_process):
                with suppress(ExpectedError):  # it was taken off the list this very moment
                    order = self.store.order(key)
                    self._tell(order, order.state, order.message)


def _progress_in(path: Path) -> tuple[float, str]:
    """What the process said last: its share and a few words."""
    try:
        share, _, text = path.read_text(encoding="utf-8").partition(" ")
        return min(max(float(share), 0.0), 1.0), text.strip()[:200]
    except (OSError, ValueError):
        return 0.0, ""
