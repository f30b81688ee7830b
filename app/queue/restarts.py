"""When a runner that keeps dying is begun again: at once the first time, then later and later. No Qt here."""

from __future__ import annotations

import time
from collections.abc import Callable

LONG_LIFE = 60.0
"""Seconds after which a death has nothing to do with the one before."""
FIRST_PAUSE, LONGEST_PAUSE = 4.0, 300.0
TOLD_AT = 3


class Restarts:
    """Counts deaths in a row; `steady` counts seconds."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self.deaths = 0
        self._steady, self._began, self._next = steady, 0.0, 0.0

    def began(self) -> None:
        self._began = self._steady()

    def died(self) -> bool:
        """Whether people are to be told now: once in a row of deaths."""
        moment = self._steady()
        self.deaths = 1 if moment - self._began >= LONG_LIFE else self.deaths + 1
        pause = min(FIRST_PAUSE * 2.0 ** (self.deaths - 2), LONGEST_PAUSE) if self.deaths > 1 else 0.0
        self._next = moment + pause
        return self.deaths == TOLD_AT

    def may_begin(self) -> bool:
        return self._steady() >= self._next

    def forget(self) -> None:
        """A person wants it to begin now."""
        self.deaths, self._next = 0, self._steady()
