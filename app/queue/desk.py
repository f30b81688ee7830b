"""Where the window asks about the queue and has things done: on threads of its own, so that it never waits for a file
that another program is writing. One thread looks, with one open file that only reads; one does what people want."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from editor.base.errors import ExpectedError
from editor.workflows.queue.store import QueueStore

if TYPE_CHECKING:
    Work = Callable[[QueueStore], Any]

CLOSE_SECONDS = 1.0
"""How long closing waits for what is still being done: a click on Stop right before the window goes is not lost."""


class NoQueueError(ExpectedError):
    """There is no file yet, which is nothing to complain of."""


class Errand:
    """What was asked for. `then` gets the result, `otherwise` what went wrong, both in the window's thread."""

    def __init__(self) -> None:
        self._then: Callable[[Any], object] = lambda _result: None
        self.otherwise_: Callable[[BaseException], object] | None = None

    def then(self, act: Callable[[Any], object]) -> Errand:
        self._then = act
        return self

    def otherwise(self, act: Callable[[BaseException], object]) -> Errand:
        self.otherwise_ = act
        return self

    def end(self, result: Any) -> None:
        self._then(result)


class Desk(QObject):
    """`look` asks, `act` changes; `troubled` hears of errors that nobody else takes."""

    acted = Signal()
    _ended = Signal(object)

    def __init__(self, path: Path, troubled: Callable[[BaseException], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path, self._troubled = path, troubled
        self._open = self._changes = 0
        self._is_closed = False
        self._looking = Clerk("queue-look", path, True, self._ended.emit)
        self._doing = Clerk("queue-act", path, False, self._ended.emit)
        self._ended.connect(self._end)

    @property
    def is_busy(self) -> bool:
        """Whether something was asked for and has not come back."""
        return self._open > 0

    @property
    def is_changing(self) -> bool:
        """Whether something is to be changed that may not be changed yet: what is read now may be of before."""
        return self._changes > 0

    def look(self, work: Work) -> Errand:
        """Read with a connection that cannot write; waits for nobody."""
        return self._ask(self._looking, work, False)

    def act(self, work: Work) -> Errand:
        """Change something; `acted` is emitted when it was done."""
        return self._ask(self._doing, work, True)

    def close(self) -> None:
        """What was asked for is still done, nothing is told any more."""
        self._is_closed = True
        self._looking.close(0.0)
        self._doing.close(CLOSE_SECONDS)

    def _ask(self, clerk: Clerk, work: Work, changes: bool) -> Errand:
        errand = Errand()
        if not self._is_closed:
            self._open += 1
            self._changes += changes
            clerk.put(work, (errand, changes))
        return errand

    def _end(self, answer: tuple[tuple[Errand, bool], Any, BaseException | None]) -> None:
        (errand, changes), result, error = answer
        self._open -= 1
        self._changes -= changes
        if self._is_closed:
            return
        if error is None:
            errand.end(result)
        elif errand.otherwise_ is not None:
            errand.otherwise_(error)
        elif not isinstance(error, NoQueueError):
            self._troubled(error)
        if changes:
            self.acted.emit()


class Clerk:
    """One thread with one open queue. The thread begins with the first task and ends with `close`."""

    def __init__(self, name: str, path: Path, only_reads: bool, deliver: Callable[[object], object]) -> None:
        self.path, self.only_reads, self._deliver = path, only_reads, deliver
        self._tasks: SimpleQueue[tuple[Work, object] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._store: QueueStore | None = None
        self._file = 0

    def put(self, work: Work, mark: object) -> None:
        if not self._thread.is_alive():
            self._thread.start()
        self._tasks.put((work, mark))

    def close(self, seconds: float) -> None:
        self._tasks.put(None)
        if seconds and self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            work, mark = task
            result, error = None, None
            try:
                result = work(self._opened())
            except Exception as caught:  # noqa: BLE001 - it is shown where it was asked
                error = caught
            try:
                self._deliver((mark, result, error))
            except RuntimeError:
                break  # the window is gone
        if self._store is not None:
            self._store.close()

    def _opened(self) -> QueueStore:
        """The one kept open; opened anew when a damaged file was put aside and another lies in its place."""
        number = self.path.stat().st_ino if self.path.exists() else 0
        if self.only_reads and not number:
            raise NoQueueError(os.fspath(self.path))
        if self._store is not None and number != self._file:
            self._store.close()
            self._store = None
        if self._store is None:
            self._store = QueueStore(self.path, looks_only=self.only_reads)
            self._file = self.path.stat().st_ino
        return self._store
