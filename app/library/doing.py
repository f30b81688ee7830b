"""Edits of the library, one after another on a thread of their own: the window never waits for another writer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import Progress

AT_ONCE_SECONDS = 0.25
"""What takes longer is shown as a job, and the window goes on meanwhile."""


class Doing:
    """`close` ends what was begun, then the thread."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="library-edits")
        self._last: Future[Any] | None = None

    @property
    def is_busy(self) -> bool:
        return self._last is not None and not self._last.done()

    def do(
        self, label: str, work: Callable[[], Any], then: Callable[[Any], object] = lambda result: None,
        many: bool = False,
    ) -> None:  # fmt: skip
        """Do it behind what was begun before; most is done when this returns. `then` gets what it gave, in the
        window's thread; errors are shown. With `many` it is not waited for at all."""
        was_busy = self.is_busy
        future = self._last = self._thread.submit(work)
        if not was_busy and not many:
            wait([future], AT_ONCE_SECONDS)
        if future.done():
            self.session.attempt(lambda: then(future.result()))
            return

        def show(progress: Progress) -> Any:
            return future.result()

        self.session.start_job(label, show, then)

    def close(self) -> None:
        self._thread.shutdown(wait=True)
