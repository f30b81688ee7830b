"""Benchmarks: our time beside a peer's (or beside a fixed limit), both taken in the same run.

A module in this folder takes part by naming a tuple; run.py finds it:

    from tests.benchmarks import Benchmark, PeerMissing, best

    def blend_ours() -> float:
        image = ...                                  # set up outside the clock
        return best(lambda: blend(image), rounds=5)  # one warm-up call, then the best of five, in seconds

    def blend_vips() -> float:
        if shutil.which("vips") is None:
            raise PeerMissing("libvips is not installed: apt-get install libvips-tools")
        ...

    BENCHMARKS = (
        Benchmark("blend 8 layers of 12 MP", blend_ours, peer="libvips", theirs=blend_vips, target=0.10),
        Benchmark("commit one record", commit, limit=0.001),      # an absolute limit in seconds
    )

Two targets for one measurement are two benchmarks; give both the same `ours` and it is measured once.
Nothing in the test suite asserts a time: only `dev.py bench` says ok or not.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[], float]


class PeerMissing(Exception):
    """The program or library to compare with is not here; the sentence says how to get it."""


@dataclass(frozen=True)
class Benchmark:
    """One line of the table. `ours` and `theirs` return seconds; exactly one of `theirs` and `limit` is given.

    `target` is the largest allowed ratio ours/theirs. With `limit` (seconds) the limit stands in the peer's place
    and the target is 1.
    """

    name: str
    ours: Measure
    peer: str = ""
    theirs: Measure | None = None
    target: float = 1.0
    limit: float | None = None

    def __post_init__(self) -> None:
        if (self.theirs is None) == (self.limit is None):
            raise ValueError(f"{self.name}: give either theirs or limit")
        if self.theirs is not None and not self.peer:
            raise ValueError(f"{self.name}: name the peer")


def timings(function: Callable[[], object], rounds: int = 5, warm: int = 1) -> list[float]:
    """Seconds of each of `rounds` calls, after `warm` calls that are not counted."""
    for _ in range(warm):
        function()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return seconds


def best(function: Callable[[], object], rounds: int = 5, warm: int = 1) -> float:
    """The fastest of `rounds` calls: the right figure for work that the machine can only slow down."""
    return min(timings(function, rounds, warm))


def median(function: Callable[[], object], rounds: int = 5, warm: int = 1) -> float:
    """The middle one of `rounds` calls: the right figure for work with waiting in it (disk, processes)."""
    return statistics.median(timings(function, rounds, warm))


def percentile(seconds: list[float], share: float) -> float:
    """The value under which `share` (0..1) of the measurements lie, the nearest above it."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
