"""Frames drawn ahead on threads: the document thread plans them, workers draw them, late ones are dropped."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.base.errors import Cancelled
from editor.display.display import Display
from editor.display.engine import Request
from render.geometry import IntRect

Pixels = NDArray[np.uint8]
WORKERS = 2


class FramePump:
    """Belongs to the thread of the interface, but for the drawing itself."""

    def __init__(self, display: Display, document: str) -> None:
        self._display = display
        self._document = document
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="frames")
        self._waiting: dict[int, Future[Pixels]] = {}
        self._epoch = 0
        self.seconds_a_frame = 0.02

    def request(self, number: int, rate: Fraction, scale: float) -> None:
        """Have frame `number` drawn, unless it is under way already."""
        if number in self._waiting:
            return
        drawing = self._display.drawing(self._document, time=number / rate)
        width, height = drawing.size
        region = IntRect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
        epoch = self._epoch
        wanted = Request(region, scale, cancelled=lambda: epoch != self._epoch)
        self._waiting[number] = self._threads.submit(self._draw, drawing, wanted)

    def newest_ready(self, last: int, after: int, forward: bool = True) -> tuple[int, Pixels] | None:
        """The finished frame closest to `last` that is not past it and comes after `after`; older ones are let go."""
        ready = [
            number
            for number, future in self._waiting.items()
            if future.done() and not future.cancelled()
            and ((after < number <= last) if forward else (last <= number < after))
        ]
        if not ready:
            return None
        number = max(ready) if forward else min(ready)
        try:
            return number, self._waiting[number].result()
        except Cancelled:
            return None
        finally:
            self.forget(lambda key: key <= number if forward else key >= number)

    def forget(self, condition: Callable[[int], bool]) -> int:
        """Let go of frames; returns how many of them were never finished."""
        doomed = [number for number in self._waiting if condition(number)]
        unfinished = 0
        for number in doomed:
            future = self._waiting.pop(number)
            unfinished += not future.done()
            future.cancel()
        return unfinished

    @property
    def pending(self) -> int:
        return sum(not future.done() for future in self._waiting.values())

    def clear(self) -> None:
        """Nothing that was asked for is wanted any more."""
        self._epoch += 1
        self.forget(lambda number: True)

    def close(self) -> None:
        self.clear()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _draw(self, drawing: Any, request: Request) -> Pixels:
        begin = time.perf_counter()
        pixels: Pixels = self._display.render(drawing, request)
        self.seconds_a_frame += 0.2 * (time.perf_counter() - begin - self.seconds_a_frame)
        return pixels
