"""Draws tiles on worker threads, nearest to the middle of the view first; what is not wanted any more is given up."""

from __future__ import annotations

import heapq
import itertools
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from editor.base.errors import Cancelled

if TYPE_CHECKING:
    from editor.display.display import Display
    from editor.display.engine import Drawing
    from render.geometry import IntRect

Key = tuple[int, int, int]


@dataclass
class Order:
    """One tile to draw. `version` says which state of the document it will show."""

    key: Key
    drawing: Drawing
    region: IntRect
    scale: float
    version: int
    dropped: bool = field(default=False)

    def is_dropped(self) -> bool:
        return self.dropped


class Loader(QObject):
    """`done` brings (order, pixels or None, error or None) into the thread of the window."""

    done = Signal(object, object, object)

    def __init__(self, display: Display) -> None:
        super().__init__()
        self.display = display
        self._waiting: list[tuple[float, int, Order]] = []
        self._count = itertools.count()
        self._condition = threading.Condition()
        self._closed = False
        count = max(1, min(4, (os.cpu_count() or 2) - 1))
        self._threads = [threading.Thread(target=self._work, name=f"tiles-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def ask(self, order: Order, distance: float) -> None:
        with self._condition:
            heapq.heappush(self._waiting, (distance, next(self._count), order))
            self._condition.notify()

    def close(self) -> None:
        """Give up everything and end the threads."""
        with self._condition:
            self._closed = True
            for _, _, order in self._waiting:
                order.dropped = True
            self._waiting.clear()
            self._condition.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)

    def _work(self) -> None:
        while (order := self._next()) is not None:
            if order.dropped:
                self._send(order, None, None)
                continue
            try:
                pixels = self._draw(order)
            except Cancelled:
                self._send(order, None, None)
            except Exception as error:  # noqa: BLE001 - shown by the window's thread, which owns the messages
                self._send(order, None, error)
            else:
                self._send(order, pixels, None)

    def _next(self) -> Order | None:
        with self._condition:
            while not self._waiting and not self._closed:
                self._condition.wait()
            return None if self._closed else heapq.heappop(self._waiting)[2]

    def _draw(self, order: Order) -> Any:
        from editor.display.engine import Request

        cancelled: Callable[[], bool] = order.is_dropped
        return self.display.render(order.drawing, Request(order.region, order.scale, cancelled=cancelled))

    def _send(self, order: Order, pixels: Any, error: Exception | None) -> None:
        if not self._closed:
            self.done.emit(order, pixels, error)
