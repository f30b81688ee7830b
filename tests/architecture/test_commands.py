"""dev.py and the benchmark table answer before anything is measured or installed."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.source import ROOT
from tests.benchmarks import Benchmark, PeerMissing
from tests.benchmarks.run import discover, line, measure


def dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "dev.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_dev_script_explains_itself() -> None:
    assert dev("--help").returncode == 0
    assert "python3 dev.py test" in dev("--help").stdout


def test_dev_script_refuses_what_it_does_not_know() -> None:
    assert dev("dance").returncode == 2


def test_every_benchmark_has_its_own_name() -> None:
    names = [benchmark.name for benchmark in discover([])]
    assert len(names) == len(set(names)) > 0


def test_a_row_says_ok_missed_or_skipped() -> None:
    def missing() -> float:
        raise PeerMissing("not here")

    quick = measure(Benchmark("quick", lambda: 1.0, limit=2.0), {})
    slow = measure(Benchmark("slow", lambda: 3.0, peer="other", theirs=lambda: 1.0, target=0.5), {})
    alone = measure(Benchmark("alone", lambda: 1.0, peer="other", theirs=missing), {})
    broken = measure(Benchmark("broken", lambda: 1 / 0, limit=1.0), {})
    assert (quick["ok"], slow["ok"], alone["ok"], broken["ok"]) == (True, False, None, False)
    assert (quick["ratio"], slow["ratio"], alone["theirs"]) == (0.5, 3.0, None)
    assert "not here" in line(alone)
    assert "ZeroDivisionError" in line(broken)


def test_a_shared_measurement_runs_once() -> None:
    calls = []

    def ours() -> float:
        calls.append(1)
        return 1.0

    measured: dict = {}
    measure(Benchmark("one", ours, limit=1.0), measured)
    measure(Benchmark("two", ours, limit=2.0), measured)
    assert len(calls) == 1
