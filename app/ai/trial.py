"""Tries a tool on a small copy while its options change: one trial at a time, the newest wins."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.ai.compare import CompareView
from editor.base.errors import Cancelled, ExpectedError
from editor.base.numbers import percent_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.ai.service import AI
    from editor.base.jobs import JobHandle, Progress
    from editor.workflows.ai.preview import Sample
    from editor.workflows.ai.tool import Request, Tool

PAUSE_MS = 250
LONG_SECONDS, COUNT_SECONDS = 1.0, 0.2
"""From when on the view counts, and how often."""


class Trial(QObject):
    """Call `begin` with a maker of requests; the view shows what comes. `stop` before the dialog goes."""

    _came = Signal(int, str, object)  # from the job's thread

    def __init__(self, ai: AI, tool: Tool, view: CompareView) -> None:
        super().__init__(view)
        self.ai, self.tool, self.view = ai, tool, view
        self._sample: Sample | None = None
        self._number = 0
        self._handle: JobHandle[Any] | None = None
        self._make: Callable[[], Request | None] = lambda: None
        self._runs = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._start)
        self._came.connect(self._take)

    def begin(self, make: Callable[[], Request | None], wait: str = "", runs: bool = True) -> None:
        """Try again soon; `make` is asked then, and gives None when nothing can be tried.

        Not `runs` shows what stands there now, and `wait` says why no more.
        """
        self._make, self._runs = make, runs
        self._cancel()
        if not runs:
            self.view.after = None
        self.view.tell(tr("Working on the preview...") if runs else wait, busy=True)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._cancel()

    def _cancel(self) -> None:
        self._number += 1
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _start(self) -> None:
        from editor.base.jobs import Job

        request = self._make()
        if request is None:
            self.view.tell("", busy=False)
            return
        number, sample, tool, runs = self._number, self._sample, self.tool, self._runs

        def work(progress: Progress) -> None:
            self._try(number, tool if runs else None, request, sample, progress)

        self._handle = self.ai.previews.submit(Job(tr(tool.label), work))

    def _try(self, number: int, tool: Tool | None, request: Request, sample: Sample | None, progress: Progress) -> None:
        """On the job's thread; tells by signal."""
        from editor.workflows.ai.preview import take_sample, try_tool

        try:
            if sample is None:
                how = self.tool.preview
                sample = take_sample(request.project, request.document, request.selection, how)
                self._tell(number, "sample", sample)
            progress.check()
            if tool is not None:
                progress = self._counted(number)
                self._tell(number, "after", try_tool(tool, request, sample, progress))
        except Cancelled:
            return
        except ExpectedError as error:
            self._tell(number, "note", str(error))
        except Exception as error:  # noqa: BLE001 - a bug is shown and reported where all bugs are
            self._tell(number, "bug", error)

    def _counted(self, number: int) -> Progress:
        """Progress that the view shows where it takes long, and that ends when another trial began."""
        from editor.base.jobs import Progress

        began = last = time.monotonic()

        def publish(share: float, text: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - began > LONG_SECONDS and now - last > COUNT_SECONDS:
                last = now
                self._tell(number, "share", share)

        def stopped() -> bool:
            return self._number != number

        return Progress(publish, stopped)

    def _tell(self, number: int, what: str, value: object) -> None:
        with suppress(RuntimeError):  # the dialog is gone
            self._came.emit(number, what, value)

    def _take(self, number: int, what: str, value: Any) -> None:
        if what == "sample" and self._sample is None:
            self._sample = value
            self.view.show_before(value.rgba)
        if number != self._number:
            return
        if what == "after":
            self.view.show_after(value)
        elif what == "share":
            self.view.tell(tr("Working on the preview... {share}", share=percent_text(value)), busy=True)
        elif what == "note":
            self.view.tell(value, busy=True)
        elif what == "bug":
            self.view.tell(tr("There is no preview: something went wrong in the program itself."), busy=True)
            self.ai.session.show_error(value)
