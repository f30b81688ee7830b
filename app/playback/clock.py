"""Where the playhead is: a span that may loop, a speed, and a source of elapsed seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

Elapsed = Callable[[], float]


@dataclass(frozen=True)
class Span:
    """Playing runs from `start` within `low` to `high`, at `speed`, over and over when `loop` is set."""

    start: Fraction
    low: Fraction
    high: Fraction
    speed: Fraction = Fraction(1)
    loop: bool = False

    def at(self, elapsed: Fraction) -> Fraction:
        """The time on the timeline after `elapsed` seconds of playing."""
        time_there = self.start + elapsed * self.speed
        if self.loop and self.high > self.low and not self.low <= time_there < self.high:
            return self.low + (time_there - self.low) % (self.high - self.low)
        return min(max(time_there, self.low), self.high)

    def is_over(self, elapsed: Fraction) -> bool:
        if self.loop:
            return False
        time_there = self.start + elapsed * self.speed
        return time_there >= self.high if self.speed > 0 else time_there <= self.low


class SystemClock:
    """Elapsed seconds since it was made: for computers without sound, and for speeds other than 1."""

    def __init__(self) -> None:
        self._begin = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._begin

    def stop(self) -> None:
        """Nothing to stop."""
