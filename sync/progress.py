"""How long work tells its share and learns that it should stop. `editor.base.jobs.Progress` fits it."""

import threading
from typing import Protocol


class Progress(Protocol):
    """Calling it tells a share from 0 to 1; `check` raises when the work should stop. What they raise passes on."""

    def __call__(self, share: float, text: str = "") -> None: ...

    def check(self) -> None: ...


class Stopped(Exception):
    """Inside work that goes on beside: another part failed, or the person wants no more."""


class Watch:
    """The progress of work beside the one who asked for it: remembers the share, and can be stopped."""

    def __init__(self) -> None:
        self.share = 0.0
        self.stopped = threading.Event()

    def __call__(self, share: float, text: str = "") -> None:
        self.share = share
        self.check()

    def check(self) -> None:
        if self.stopped.is_set():
            raise Stopped


SILENT = Watch()
"""Tells nobody, and nobody stops it."""
