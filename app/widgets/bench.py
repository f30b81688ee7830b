"""Small pictures and the like, made on a thread of their own while the window goes on: the last wish comes first."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Condition, Thread
from typing import Generic, TypeVar

from editor.base.errors import Cancelled, ExpectedError

log = logging.getLogger(__name__)
MOST_WAITING = 160
T = TypeVar("T")


class Bench(Generic[T]):
    """One thread (or `hands` of them, for what waits for a network), a stack of wishes, a cache of results; None is a
    result too: it could not be made. `ready` is called on such a thread; `stop` ends them."""

    def __init__(self, name: str, kept: int, ready: Callable[[], None], hands: int = 1) -> None:
        self._name, self.kept, self._ready, self._hands = name, kept, ready, hands
        self._made: OrderedDict[Hashable, T | None] = OrderedDict()
        self._wishes: OrderedDict[Hashable, Callable[[], T | None]] = OrderedDict()
        self._changed = Condition()
        self._threads: list[Thread] = []
        self._making: set[Hashable] = set()
        self._resting = False
        self.stopped = False

    def get(self, key: Hashable, make: Callable[[], T | None]) -> T | None:
        """The result, or None and a wish for it."""
        with self._changed:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
            if not self.stopped and key not in self._making:
                self._wishes.pop(key, None)
                self._wishes[key] = make
                while len(self._wishes) > MOST_WAITING:
                    self._wishes.popitem(last=False)
                if len(self._threads) < self._hands:
                    self._threads.append(Thread(target=self._work, name=self._name, daemon=True))
                    self._threads[-1].start()
                if not self._resting:
                    self._changed.notify()
            return None

    def peek(self, key: Hashable) -> T | None:
        return self._made.get(key)

    def forget(self, which: Callable[[Hashable], bool]) -> None:
        """Make some anew, when they are wished for again."""
        with self._changed:
            for key in [key for key in self._made if which(key)]:
                del self._made[key]

    def rest(self, resting: bool) -> None:
        """Begin nothing until told to go on."""
        with self._changed:
            self._resting = resting
            if not resting:
                self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self.stopped = True
            self._wishes.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(5.0)

    @property
    def is_busy(self) -> bool:
        return bool(self._wishes or self._making)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self.stopped and (self._resting or not self._wishes):
                    self._changed.wait()
                if self.stopped:
                    return
                key, make = self._wishes.popitem(last=True)
                self._making.add(key)
            try:
                result = make()
            except (ExpectedError, Cancelled):  # no picture then: the project may be closing under our hands
                result = None
            except Exception:  # the others are still to be made: one that nobody foresaw must not end the thread
                log.exception("%s: %s could not be made", self._name, key)
                result = None
            with self._changed:
                self._making.discard(key)
                if self.stopped:
                    return
                self._made[key] = result
                while len(self._made) > self.kept:
                    self._made.popitem(last=False)
            self._tell()

    def _tell(self) -> None:
        try:
            self._ready()
        except RuntimeError:  # the window that waited was taken down
            self.stopped = True
