"""How long until a person can work: our window shown and answering, beside Blender's first window."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from functools import cache

from tests.benchmarks import Benchmark, PeerMissing, median
from tests.benchmarks.first_window import first_window

ROUNDS = 7


@cache
def starts() -> tuple[list[float], list[float]]:
    """Ours and Blender's in turn, so that whatever else the machine does falls on both; the first pair warms up."""
    blender_program = shutil.which("blender")
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(ROUNDS + 1):
            ours.append(first_window([sys.executable, "-m", "app", "open"], home, answering=True))
            if blender_program:
                theirs.append(first_window([blender_program], home, answering=False))
    return ours[1:], theirs[1:]


def window() -> float:
    """Our window, mapped and answering from its event loop."""
    return statistics.median(starts()[0])


def blender() -> float:
    """Blender's window, mapped; whether it answers yet is not asked of it."""
    if not starts()[1]:
        raise PeerMissing("Blender is not installed: apt-get install blender")
    return statistics.median(starts()[1])


def command_line() -> float:
    """The shortest useful call of the command line."""
    call = [sys.executable, "-m", "app", "--version"]
    return median(lambda: subprocess.run(call, check=True, capture_output=True))


BENCHMARKS = (
    Benchmark("window shown and answering", window, peer="Blender, window", theirs=blender),
    Benchmark("command line: --version", command_line, limit=0.25),
)
