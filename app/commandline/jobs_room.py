"""The runner counts the room that is used, now and then and on a thread, where a person has set a limit."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.queue.notes import Desktop
    from editor.workflows.queue.store import QueueStore

EVERY_SECONDS = 600.0
LIMITED = "SELECT 1 FROM setting WHERE name LIKE 'quota_bytes%' AND CAST(value AS REAL) > 0"


class RoomWatch:
    """`look` costs one question of the queue; what is found is told once, by whoever counts first."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop, self._counted = desktop, -EVERY_SECONDS
        self._thread: threading.Thread | None = None

    def look(self, store: QueueStore) -> None:
        is_counting = self._thread is not None and self._thread.is_alive()
        if is_counting or time.monotonic() - self._counted < EVERY_SECONDS or not store.rows(LIMITED):
            return
        self._counted = time.monotonic()
        self._thread = threading.Thread(target=self._count, args=(store.path,), name="count-rooms", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until it is counted."""
        if self._thread is not None:
            self._thread.join(60.0)

    def _count(self, path: Path) -> None:
        """The folders are known to the window's modules, which are only loaded where a limit is set."""
        from app.preferences import load_preferences
        from app.queue.quotas import check_quotas, quotas
        from app.queue.rooms import rooms_of
        from editor.workflows.queue.store import QueueStore

        try:
            store = QueueStore(path)
            try:
                for text in check_quotas(store, rooms_of(load_preferences(), quotas(store))):
                    self._desktop(tr("Much room is used"), text)
            finally:
                store.close()
        except ExpectedError:
            return  # the runner itself says what is wrong with the queue
