"""Copies of projects stay as long as an order may need them, and no longer."""

from __future__ import annotations

import os
from pathlib import Path

from editor.workflows.queue.orders import Wish
from editor.workflows.queue.snapshots import remove_snapshot, tidy_snapshots
from editor.workflows.queue.store import QueueStore


def test_only_old_copies_without_an_order_go(tmp_path: Path) -> None:
    store, folder = QueueStore(tmp_path / "queue.sqlite"), tmp_path / "snapshots"
    folder.mkdir()
    for name in ("needed", "left", "fresh"):
        (folder / f"{name}.atelier").touch()
        if name != "fresh":
            os.utime(folder / f"{name}.atelier", (1.0, 1.0))
    (folder / "left.atelier-wal").touch()
    store.add(Wish(arguments=("export",), folder="/", snapshot=str(folder / "needed.atelier")))
    assert tidy_snapshots(store, folder) == [folder / "left.atelier"]
    assert sorted(path.name for path in folder.iterdir()) == ["fresh.atelier", "needed.atelier"]
    remove_snapshot(folder / "gone.atelier")
    store.close()
