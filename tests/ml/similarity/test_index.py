"""Many at once at one index."""

from __future__ import annotations

import threading
from pathlib import Path

from ml.errors import ModelError
from ml.similarity.index import PictureIndex


def test_many_who_come_to_a_new_file_at_once_are_all_let_in(tmp_path: Path) -> None:
    for number in range(8):
        path, gate, failures = tmp_path / f"{number}.sqlite", threading.Barrier(6), []

        def come(path: Path = path, gate: threading.Barrier = gate, failures: list[Exception] = failures) -> None:
            gate.wait()
            try:
                PictureIndex(path).known()
            except ModelError as error:
                failures.append(error)

        threads = [threading.Thread(target=come) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
