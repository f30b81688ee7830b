"""Copies of projects on which queued work goes on while the person edits. One goes when its order is done; those of
orders that failed or were stopped stay as long as the order can be queued again."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from editor.workflows.queue.store import QueueStore

OLD_ENOUGH = 3600.0
"""Seconds. A younger copy may belong to an order that is just being made."""


def remove_snapshot(path: Path) -> None:
    """The project, and what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    path.with_name(f".{path.name}.lock").unlink(missing_ok=True)


def tidy_snapshots(store: QueueStore, folder: Path) -> list[Path]:
    """Remove copies that no order names any more; which."""
    known = {str(row[0]) for row in store.rows("SELECT snapshot FROM job WHERE snapshot <> ''")}
    removed = []
    for path in sorted(folder.glob("*.atelier")):
        with suppress(OSError):
            if str(path) not in known and time.time() - path.stat().st_mtime > OLD_ENOUGH:
                remove_snapshot(path)
                removed.append(path)
    return removed
