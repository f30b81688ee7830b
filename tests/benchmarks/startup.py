"""How long until a person can work: our window shown and answering, beside Blender's first window."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.benchmarks import Benchmark, PeerMissing, median
from tests.benchmarks.first_window import typical


def window() -> float:
    """Our window, mapped and answering from its event loop."""
    return typical([sys.executable, "-m", "app", "open"], answering=True)


def blender() -> float:
    """Blender's window, mapped; whether it answers yet is not asked of it."""
    program = shutil.which("blender")
    if program is None:
        raise PeerMissing("Blender is not installed: apt-get install blender")
    return typical([program], answering=False)


def command_line() -> float:
    """The shortest useful call of the command line."""
    call = [sys.executable, "-m", "app", "--version"]
    return median(lambda: subprocess.run(call, check=True, capture_output=True))


BENCHMARKS = (
    Benchmark("window shown and answering", window, peer="Blender, window", theirs=blender),
    Benchmark("command line: --version", command_line, limit=0.25),
)
