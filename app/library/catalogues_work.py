"""Asking catalogues beside the window: one job each, with its answer or its sentence in the window's own thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from editor.base.errors import ExpectedError

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import JobStatus, Progress


@dataclass
class Going:
    """A job that is under way, and who waits for it."""

    job: int
    share: float = 0.0
    text: str = ""


class CatalogueWork(QObject):
    """`progressed` tells how far what was begun under a name is. A second one of that name makes the first one stop and
    its answer come to nobody."""

    progressed = Signal(str, float, str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.going: dict[str, Going] = {}
        session.jobs_changed.connect(self._follow)

    def begin(
        self, name: str, title: str, work: Callable[[Progress], Any], then: Callable[[Any], object],
        failed: Callable[[str], object],
    ) -> None:  # fmt: skip
        """`then` gets the answer, `failed` the sentence, which is "" for what was stopped."""
        self.stop(name)

        def quietly(progress: Progress) -> tuple[Any, str]:
            try:
                return work(progress), ""
            except ExpectedError as error:  # the sentence is shown where the person looks, not in the main window
                return None, str(error)

        handle: Any = None

        def end(result: tuple[Any, str]) -> None:
            if self._is_current(name, handle):
                del self.going[name]
                failed(result[1]) if result[1] else then(result[0])

        def give_up() -> None:
            if self._is_current(name, handle):
                del self.going[name]
                failed("")

        handle = self.session.start_job(title, quietly, end, lane="io", otherwise=give_up)
        self.going[name] = Going(handle.id)

    def stop(self, name: str) -> None:
        """Whoever waits hears of it with an empty sentence, unless something else of that name begins."""
        going = self.going.get(name)
        if going is not None:
            self.session.jobs.cancel(going.job)

    def leave(self, name: str) -> None:
        """Stop it, and nobody waits for it any more."""
        self.stop(name)
        self.going.pop(name, None)

    def _is_current(self, name: str, handle: Any) -> bool:
        going = self.going.get(name)
        return going is not None and handle is not None and going.job == handle.id

    def _follow(self, status: JobStatus) -> None:
        for name, going in self.going.items():
            if going.job == status.id and status.state == "running":
                going.share, going.text = status.share, status.message
                self.progressed.emit(name, status.share, status.message)
                return


