"""How fast a project file takes an edit and gives everything back."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec

from editor.model.raster import PixelLayer, RasterDocument
from editor.storage import create_project, open_project
from editor.storage.journal import FileJournal
from editor.storage.opening import OpenProject
from tests.benchmarks import Benchmark, best, median

RECORDS = 20_000
COMMITS = 200


@contextmanager
def large_project() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as folder:
        path = Path(folder) / "large.atelier"
        with create_project(path) as opened:
            fill(opened)
        yield path


def fill(opened: OpenProject) -> None:
    """A document with 20,000 layers, made in 200 edits."""
    project = opened.project
    with project.transaction("Document"):
        project.put(RasterDocument(id="document", name="Large", width=4000, height=3000))
    for start in range(0, RECORDS, 100):
        with project.transaction("Layers"):
            for number in range(start, start + 100):
                project.put(PixelLayer(id=f"layer{number:08}", parent="document", order="V", name=f"Layer {number}"))


@cache
def commit_ours() -> float:
    """One record changed, one transaction: record row, history row, state row; the middle of 200."""
    with large_project() as path, open_project(path) as opened:
        project = opened.project
        numbers = iter(range(10_000))

        def edit() -> None:
            number = next(numbers)
            layer = project.find(f"layer{number * 7 % RECORDS:08}", PixelLayer)
            with project.transaction("Rename"):
                project.put(msgspec.structs.replace(layer, name=f"Renamed {number}"))

        assert isinstance(opened.journal, FileJournal)
        return median(edit, rounds=COMMITS, warm=10)


def commit_plain() -> float:
    """Plain sqlite3: the same bytes inserted as one row a transaction, write-ahead log, same page size."""
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "plain.db", isolation_level=None)
        for pragma in ("page_size = 65536", "journal_mode = WAL", "synchronous = NORMAL", "wal_autocheckpoint = 0"):
            connection.execute(f"PRAGMA {pragma}").fetchone()
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, data BLOB)")
        data = os.urandom(900)

        def insert() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO row (data) VALUES (?)", (data,))
            connection.execute("COMMIT")

        seconds = median(insert, rounds=COMMITS, warm=10)
        connection.close()
        return seconds


@cache
def open_ours() -> float:
    """From the path to a live project of 20,000 records that can be edited."""
    with large_project() as path:

        def once() -> None:
            open_project(path).close()

        return best(once, rounds=5)


def open_plain() -> float:
    """Plain sqlite3 and json: read the same rows into dictionaries."""
    import json

    with large_project() as path:

        def once() -> None:
            connection = sqlite3.connect(path)
            rows = [(key, json.loads(data)) for key, data in connection.execute("SELECT id, data FROM record")]
            connection.close()
            assert len(rows) == RECORDS + 1

        return best(once, rounds=5)


BENCHMARKS = (
    Benchmark("commit of one record", commit_ours, limit=0.001),
    Benchmark(
        "commit of one record, beside SQLite",
        commit_ours,
        peer="plain sqlite3, one row",
        theirs=commit_plain,
        target=6.0,
    ),
    Benchmark("open 20,000 records", open_ours, limit=0.150),
    Benchmark("open 20,000 records, beside SQLite", open_ours, peer="sqlite3 and json", theirs=open_plain, target=1.5),
)
