"""The threads that kernels run on. Kernels release the GIL, so plain threads use every core.

A caller works too and only waits for pieces that were begun, so calls may nest without blocking one another. The
threads are daemons: they hold nothing that must be finished when the app ends.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from queue import SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")

STRIP_PIXELS = 1 << 18
"""Enough work for a strip to outweigh handing it over (about 0.2 ms), and small enough for the cache."""


class _Work:
    """One call of `for_each`: the items left, and who is still busy."""

    def __init__(self, steps: Iterator[Callable[[], None]], count: int) -> None:
        self._steps = steps
        self._left = count
        self._lock = threading.Lock()
        self.done = threading.Event()
        self.error: BaseException | None = None

    def drain(self) -> None:
        """Take items until there are none; after an error the rest are dropped."""
        while True:
            with self._lock:
                step = next(self._steps, None)
            if step is None:
                return
            try:
                if self.error is None:
                    step()
            except BaseException as error:  # noqa: BLE001 - raised again in the caller
                self.error = error
            with self._lock:
                self._left -= 1
                if self._left == 0:
                    self.done.set()


class _Threads:
    """Waiting threads, one fewer than cores: the caller is the last."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._queue: SimpleQueue[_Work] = SimpleQueue()
        for number in range(count):
            threading.Thread(target=self._serve, name=f"pixels-{number}", daemon=True).start()

    def _serve(self) -> None:
        while True:
            self._queue.get().drain()

    def offer(self, work: _Work, helpers: int) -> None:
        for _ in range(min(helpers, self.count)):
            self._queue.put(work)


@cache
def _threads() -> _Threads:
    return _Threads(max(0, (os.cpu_count() or 1) - 1))


def for_each(function: Callable[[Item], None], items: Sequence[Item]) -> None:
    """Call `function` on every item, on all cores, in no order; the first error is raised here after all have ended."""
    if len(items) <= 1:
        for item in items:
            function(item)
        return
    work = _Work((lambda item=item: function(item) for item in items), len(items))  # type: ignore[misc]
    _threads().offer(work, len(items) - 1)
    work.drain()
    work.done.wait()
    if work.error is not None:
        raise work.error


def in_strips(function: Callable[[int, int], None], height: int, width: int, pixels: int = STRIP_PIXELS) -> None:
    """Call `function(top, bottom)` on strips of rows that cover the height, on all cores."""
    rows = max(1, min(height, pixels // max(1, width)))
    for_each(lambda top: function(top, min(height, top + rows)), range(0, height, rows))
