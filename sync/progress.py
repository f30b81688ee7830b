"""How long work tells its share and learns that it should stop. `editor.base.jobs.Progress` fits it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Protocol, TypeVar

T = TypeVar("T")
PATIENCE = 0.7
"""Seconds that work may take to end after it was told to."""


class Progress(Protocol):
    """Calling it tells a share from 0 to 1; `check` raises when the work should stop. What they raise passes on."""

    def __call__(self, share: float, text: str = "") -> None: ...

    def check(self) -> None: ...


class Silent:
    """Tells nobody and never stops."""

    def __call__(self, share: float, text: str = "") -> None:
        pass

    def check(self) -> None:
        pass


SILENT = Silent()


class Breakable(Protocol):
    """What work may wait for: a bucket. `stop` breaks that off, and `go_on` allows it again."""

    def stop(self) -> None: ...

    def go_on(self) -> None: ...


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


def watched(work: Callable[[Watch], T], progress: Progress, bucket: Breakable) -> T:
    """Do work on a thread of its own, and tell its share on this one, where the wish to stop comes at once, also while
    the bucket is silent."""
    watch, result = Watch(), Future[T]()
    bucket.go_on()

    def run() -> None:
        try:
            result.set_result(work(watch))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised again where the work was asked for
            result.set_exception(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while not wait([result], 0.1).done:
            progress(watch.share)
            progress.check()
        return result.result()
    finally:
        if not result.done():
            watch.stopped.set()
            bucket.stop()
            thread.join(PATIENCE)
            if not thread.is_alive():
                bucket.go_on()
