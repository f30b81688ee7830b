"""Many at once at one index."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from ml.similarity.index import PictureIndex


def test_who_comes_while_another_reads_the_new_file_waits_and_is_not_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE something (x)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM something").fetchall()
    threading.Timer(0.4, other.execute, ("ROLLBACK",)).start()
    assert PictureIndex(path).known() == {}
    other.close()
