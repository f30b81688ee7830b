"""Fetching, checking and bringing in models, as jobs of the window: they go on while the dialog of models is closed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from editor.base.translation import tr

if TYPE_CHECKING:
    from app.ai.service import AI
    from editor.base.jobs import JobStatus, Progress
    from ml.catalogue.install import Offer

Kind = Literal["fetch", "verify", "import"]
SAMPLES = 30
"""The pace is that of the last so many words of progress, some three seconds."""


@dataclass
class Work:
    """What is being done to one model. `held` of `size` bytes are here; `discards` throws them away when it stops."""

    kind: Kind
    title: str
    job: int = 0
    size: int = 0
    held: int = 0
    share: float = 0.0
    is_queued: bool = True
    is_stopping: bool = False
    discards: bool = False
    samples: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    @property
    def pace(self) -> float:
        """Bytes a second, 0 while that is not known."""
        if len(self.samples) < 2:
            return 0.0
        (began, first), (now, last) = self.samples[0], self.samples[-1]
        return (last - first) / (now - began) if now > began else 0.0


class ModelJobs(QObject):
    """One a window. `running` by the model's name; `problems` are sentences about what failed, until it is tried again.

    `progressed` tells a name; `ended` a name and a sentence, which is "" where it was stopped on purpose.
    """

    progressed = Signal(str)
    ended = Signal(str, str)

    def __init__(self, ai: AI) -> None:
        super().__init__()
        self.ai, self.session = ai, ai.session
        self.running: dict[str, Work] = {}
        self.problems: dict[str, str] = {}
        self.session.jobs_changed.connect(self._on_job)

    # Beginning

    def install(self, agreed: Offer) -> None:
        """Fetch and install what a person has agreed to."""
        from ml.catalogue.install import install

        store, runtime, model = self.ai.store, self.ai.runtime, agreed.model
        work = Work("fetch", model.title, size=agreed.size, held=agreed.held)
        done = tr("{name} is installed.", name=model.title)
        self._begin(model.name, work, lambda progress: install(store, agreed, runtime, progress), lambda _model: done)

    def verify(self, name: str, title: str) -> None:
        """Compare its files with their hashes."""
        store = self.ai.store

        def tell(wrong: tuple[str, ...]) -> str:
            if not wrong:
                return tr("{name}: every byte is as it was installed.", name=title)
            self.problems[name] = tr("Damaged: {files}. Install it again.", files=", ".join(wrong))
            return tr("{name} is damaged.", name=title)

        self._begin(name, Work("verify", title), lambda progress: store.verify(name, progress), tell)

    def bring_in(self, paths: Sequence[Path], task: str | None, name: str | None) -> None:
        """Install files that a person has; without a task, it is found out."""
        store, runtime, title = self.ai.store, self.ai.runtime, paths[0].name
        self._begin(
            f"file:{title}", Work("import", title),
            lambda progress: store.import_files(paths, task, name, runtime, progress),
            lambda model: tr("{name} is installed.", name=model.title),
        )

    def _begin(
        self, name: str, work: Work, act: Callable[[Progress], Any], tell: Callable[[Any], str]
    ) -> None:
        from editor.workflows.ai.run import expected
        from ml.errors import ModelError

        failure: list[str] = []

        def in_plain_words(progress: Progress) -> Any:
            try:
                return act(progress)
            except ModelError as error:
                told = expected(error)
                failure.append(" ".join(part for part in (told.sentence, told.remedy) if part))
                raise told from error

        self.problems.pop(name, None)
        self.running[name] = work
        handle = self.session.start_job(
            tr("Model: {name}", name=work.title), in_plain_words, lambda result: self._end(name, tell(result)),
            lane="io", otherwise=lambda: self._stop(name, "".join(failure)),
        )
        work.job = handle.id
        self.progressed.emit(name)

    # Stopping

    def pause(self, name: str) -> None:
        """Stop, and keep what has come."""
        work = self.running.get(name)
        if work is not None:
            work.is_stopping = True
            self.session.jobs.cancel(work.job)
            self.progressed.emit(name)

    def cancel(self, name: str) -> None:
        """Stop, and throw away what has come."""
        work = self.running.get(name)
        if work is not None:
            work.discards = True
            self.pause(name)

    def discard(self, name: str) -> None:
        """Throw away what an interrupted download left."""
        from ml.catalogue.catalogue import shipped
        from ml.catalogue.install import discard

        self.problems.pop(name, None)
        discard(self.ai.store, shipped().find(name))

    # Following

    def _on_job(self, status: JobStatus) -> None:
        from ml.catalogue.install import FETCHING

        for name, work in self.running.items():
            if work.job == status.id and status.state in ("queued", "running"):
                work.is_queued, work.share = status.state == "queued", status.share
                if work.kind == "fetch" and work.share < FETCHING:
                    self._count(name, work)
                self.progressed.emit(name)
                return

    def _count(self, name: str, work: Work) -> None:
        """How much has come, asked of the disk: what is shown is what a later attempt will find."""
        from ml.catalogue.catalogue import shipped
        from ml.catalogue.install import held_bytes

        work.held = min(held_bytes(self.ai.store, shipped().find(name)), work.size)
        work.samples.append((time.monotonic(), work.held))

    def _stop(self, name: str, failure: str) -> None:
        """It failed, or was stopped: `failure` is "" then."""
        work = self.running.get(name)
        if work is not None and work.discards:
            self.discard(name)
        elif failure:
            self.problems[name] = failure
        self._end(name, "")

    def _end(self, name: str, sentence: str) -> None:
        self.running.pop(name, None)
        self.ended.emit(name, sentence)
