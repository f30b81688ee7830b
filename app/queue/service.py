"""Does queued work while the studio is open: a runner on its own thread, which sees what is due and dropped, too."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.notify import notify
from app.queue.place import program, queue_path
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.queue.recipes import Recipe

LOOK_SECONDS = 2.0
SETTING = "window_runs"


class QueueService:
    """`start` when there is a queue, `close` before the program ends: what runs goes back into the queue."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or queue_path()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def is_wanted(self) -> bool:
        """Whether there is a queue at all, and the person lets this program work on it."""
        if not self.path.is_file():
            return False
        from editor.workflows.queue.store import QueueStore

        try:
            store = QueueStore(self.path)
            wanted = store.setting(SETTING, "1") == "1"
            store.close()
        except ExpectedError:
            return False
        return wanted

    def start(self) -> None:
        if not self.is_running:
            self._stop.clear()
            self._thread = threading.Thread(target=self._work, name="queue-runner", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(8.0)
            self._thread = None

    def _work(self) -> None:
        from editor.workflows.queue.runner import Runner
        from editor.workflows.queue.store import QueueStore

        try:
            store = QueueStore(self.path)
        except ExpectedError:
            return  # the window of the queue says why when it is opened
        runner = Runner(store, program())
        looked = 0.0
        try:
            while not self._stop.is_set():
                try:
                    if time.monotonic() - looked >= LOOK_SECONDS:
                        looked = time.monotonic()
                        self._look(store)
                    moved = runner.step()
                except ExpectedError:  # another program holds the file for long, or the disk is away: later again
                    moved = False
                if not moved:
                    self._stop.wait(0.25)
        finally:
            runner.close()
            store.close()

    def _look(self, store: object) -> None:
        from editor.workflows.queue.schedules import make_due
        from editor.workflows.queue.store import QueueStore
        from editor.workflows.queue.watching import look

        assert isinstance(store, QueueStore)
        make_due(store, lambda text: notify(tr("Reminder"), text))
        look(store, read_recipe_here)


def read_recipe_here(path: Path) -> Recipe:
    """Raises ExpectedError for a file that is no recipe of this program."""
    from app.commandline.main import VERBS
    from editor.workflows.queue.recipes import read_recipe

    return read_recipe(path, frozenset(VERBS) - {"open", "jobs"})
