"""`dev.py bench [--json] [names]`: run the benchmarks whose name or module contains one of the names, print, keep.

Every figure is appended to history.jsonl beside this file, with the commit and the machine's kind, so that a slow
change can be found later. Exit code 1 if a target was missed; a peer that is not installed is named and fails nothing.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tests.benchmarks
from tests.benchmarks import Benchmark, Measure, PeerMissing

HERE = Path(__file__).parent
HISTORY = HERE / "history.jsonl"
COLUMNS = "{name:<52} {ours:>11} {peer:<22} {theirs:>11} {ratio:>7} {target:>7}  {ok}"


def discover(names: list[str]) -> Iterator[Benchmark]:
    """The benchmarks of every module here; with `names`, those that contain one of them (module or benchmark name)."""
    for module_info in pkgutil.iter_modules([str(HERE)]):
        if module_info.name == "run":
            continue
        module = importlib.import_module(f"tests.benchmarks.{module_info.name}")
        for benchmark in getattr(module, "BENCHMARKS", ()):
            if not names or any(name in benchmark.name or name == module_info.name for name in names):
                yield benchmark


def measure(benchmark: Benchmark, measured: dict[Measure, float]) -> dict[str, Any]:
    """One row: name, ours, peer, theirs, ratio, target, ok, and why it was skipped if it was. Times in seconds."""
    row: dict[str, Any] = {"name": benchmark.name, "ours": None, "peer": benchmark.peer or "limit", "theirs": None}
    row |= {"ratio": None, "target": benchmark.target, "ok": None}
    try:
        row["ours"] = once(benchmark.ours, measured)
        row["theirs"] = benchmark.limit if benchmark.theirs is None else once(benchmark.theirs, measured)
        row["ratio"] = row["ours"] / row["theirs"]
        row["ok"] = row["ratio"] <= row["target"]
    except PeerMissing as missing:
        row["skipped"] = str(missing)
    except Exception as error:  # noqa: BLE001 - one broken benchmark must not hide the others
        row |= {"ok": False, "failed": f"{type(error).__name__}: {error}"}
    return row


def once(function: Measure, measured: dict[Measure, float]) -> float:
    """The time of `function`, measured on the first call only: benchmarks may share one measurement."""
    if function not in measured:
        measured[function] = function()
    return measured[function]


def seconds(value: float | None) -> str:
    """A time for people: two to four digits and a unit."""
    if value is None:
        return "-"
    for unit, scale in (("s", 1.0), ("ms", 1e3)):
        if value * scale >= 1:
            return f"{value * scale:.3g} {unit}" if value * scale < 1000 else f"{value * scale:.0f} {unit}"
    return f"{value * 1e6:.3g} µs"


def line(row: dict[str, Any]) -> str:
    """One row as text."""
    verdict = {True: "ok", False: "MISSED", None: "skipped"}[row["ok"]]
    ratio = "-" if row["ratio"] is None else f"{row['ratio']:.3f}"
    note = row.get("skipped") or row.get("failed") or ""
    text = COLUMNS.format(
        name=row["name"], ours=seconds(row["ours"]), peer=row["peer"], theirs=seconds(row["theirs"]), ratio=ratio,
        target=f"{row['target']:g}", ok=verdict,
    )
    return f"{text}: {note}" if note else text


def remember(rows: list[dict[str, Any]]) -> None:
    """Append the rows to the history, each with when, which commit and what kind of machine."""
    head = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, capture_output=True, text=True, cwd=HERE, check=False)
    where = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }
    with HISTORY.open("a", encoding="utf-8") as history:
        history.writelines(json.dumps(where | row) + "\n" for row in rows)


def main(arguments: list[str]) -> int:
    """Run, print, remember; 1 if a target was missed or a benchmark failed."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=tests.benchmarks.__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--no-history", action="store_true", help="do not append to history.jsonl")
    parser.add_argument("names", nargs="*", help="parts of benchmark names, or module names")
    options = parser.parse_args(arguments)
    if not options.json:
        heads = {name: name for name in ("name", "ours", "peer", "theirs", "ratio", "target", "ok")}
        print(COLUMNS.format(**heads))
    measured: dict[Measure, float] = {}
    rows = []
    for benchmark in discover(options.names):
        rows.append(measure(benchmark, measured))
        print(json.dumps(rows[-1]) if options.json else line(rows[-1]), flush=True)
    if not options.no_history:
        remember(rows)
    return 1 if any(row["ok"] is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
