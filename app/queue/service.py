"""Starts the runner beside the window: a process of its own, so that work goes on when the window closes or falls.

The window holds the runner's input. When it lets go of it the runner stops, finishes what is queued, or goes on, as the
person chose (`AFTERWARDS`). Several windows and terminals may share one queue; one runner is enough.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.queue.place import AFTERWARDS, FINISH, STOP, WORKS_HERE, program, queue_path
from app.queue.restarts import Restarts
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.queue.store import QueueStore

END_SECONDS = 10.0
LAST_BYTES = 4096


def runner_call() -> list[str]:
    return [*program(), "jobs", "run", "--beside"]


class QueueService:
    """`start` when there is a queue, `close` before the program ends. `call` starts a runner (tests have their own)."""

    def __init__(self, path: Path | None = None, call: Callable[[], Sequence[str]] = runner_call) -> None:
        self.path, self.call = path or queue_path(), call
        self._process: subprocess.Popen[bytes] | None = None
        self._left: list[subprocess.Popen[bytes]] = []
        self._kept: QueueStore | None = None
        self._number = 0
        self.restarts = Restarts()

    @property
    def is_running(self) -> bool:
        """Whether our own runner lives."""
        return self._process is not None and self._process.poll() is None

    def is_wanted(self) -> bool:
        """Whether there is a queue at all, and the person lets this program work on it."""
        return self.path.is_file() and self.setting(WORKS_HERE, "1") == "1"

    def start(self) -> None:
        """Unless a runner is at work already, ours or one that a window before us left."""
        self.restarts.forget()
        if not self.is_running and not self._others():
            self._launch()

    def keep(self) -> str:
        """Begin a runner in place of one that is gone: later and later where they die one after another. What people
        are to be told of that, once; else ""."""
        if self.is_running:
            return ""
        process, self._process = self._process, None
        told = ""
        if process is not None:
            self._let_go(process)
            if process.returncode and self.restarts.died():
                told = self.last_words() or tr("Nothing was said about why.")
        if self.restarts.may_begin():
            self._launch()
        return told

    def _launch(self) -> None:
        """Begin a runner of our own, whose complaints lie beside the queue."""
        self.restarts.began()
        with ExitStack() as stack:
            complaints: IO[bytes] | int = subprocess.DEVNULL
            with suppress(OSError):  # a full disk
                complaints = stack.enter_context(open(self.complaints, "wb"))
            self._process = subprocess.Popen(
                list(self.call()), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints,
                start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                env=self._environment(),
            )  # fmt: skip

    @property
    def complaints(self) -> Path:
        return self.path.with_name(f"{self.path.stem}-runner.txt")

    def last_words(self) -> str:
        """The last line that our runner complained with."""
        try:
            with open(self.complaints, "rb") as opened:
                opened.seek(max(0, self.complaints.stat().st_size - LAST_BYTES))
                lines = opened.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return ""
        said = [line.strip() for line in lines if line.strip()]
        return said[-1].removeprefix("atelier: ") if said else ""

    def stop(self) -> None:
        """End our runner now; what runs goes back into the queue."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        self._let_go(process)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        """The window closes: stop, or leave the runner to what the person chose."""
        if self._process is None or not self.is_running or self.setting(AFTERWARDS, FINISH) == STOP:
            self.stop()
            self._forget()
            return
        self._let_go(self._process)
        self._left.append(self._process)  # kept, so that Python does not complain of a child that still runs
        self._process = None
        self._forget()

    @staticmethod
    def _let_go(process: subprocess.Popen[bytes]) -> None:
        if process.stdin is not None:
            process.stdin.close()

    def _environment(self) -> dict[str, str]:
        import os

        from app.queue.place import VARIABLE
        from editor.base.translation import language
        from editor.workflows.queue.runner import ROOT

        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        mine = {VARIABLE: str(self.path), "ATELIER_LANGUAGE": language(), "PYTHONPATH": paths}
        return {**os.environ, **mine}

    def _others(self) -> bool:
        from editor.workflows.queue.measuring import is_process_alive

        store = self._look()
        return store is not None and any_runner(store, is_process_alive)

    def setting(self, name: str, otherwise: str) -> str:
        """Read without waiting for anybody."""
        store = self._look()
        try:
            return otherwise if store is None else store.setting(name, otherwise)
        except ExpectedError:
            return otherwise

    def _look(self) -> QueueStore | None:
        """One connection that only reads and waits for nobody, kept; opened anew when another file lies there."""
        from editor.workflows.queue.store import QueueStore

        number = self.path.stat().st_ino if self.path.is_file() else 0
        if self._kept is not None and number != self._number:
            self._kept.close()
            self._kept = None
        if self._kept is None and number:
            try:
                self._kept, self._number = QueueStore(self.path, looks_only=True), number
            except ExpectedError:
                return None  # the window of the queue says why when it is opened
        return self._kept

    def _forget(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None


def any_runner(store: QueueStore, is_alive: Callable[[str], bool]) -> bool:
    """Whether a process works on the queue; only reads."""
    try:
        return any(is_alive(str(row[0])) for row in store.rows("SELECT name FROM runner"))
    except ExpectedError:
        return False
