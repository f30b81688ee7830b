"""Where the room on the disk went: `jobs room`, and the runner's count of it, now and then and on a thread, where a
person has set a limit."""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.commandline.terminal import plain, say, say_json
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.queue.inside import Part
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


def configure_room(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", type=Path, nargs="?", help="its largest layers, pictures and media by name")
    parser.add_argument("--count", type=int, default=20, metavar="N", help="how many of each")
    parser.add_argument("--json", action="store_true")


def show_room(store: QueueStore, arguments: argparse.Namespace) -> None:
    """Places and projects, the largest first, or what is in one project."""
    from editor.base.numbers import size_text

    lines = list(_lines_of(arguments.project, arguments.count) if arguments.project else _lines_of_all(store))
    if arguments.json:
        say_json(json.dumps([{"name": one.label, "size": one.size, "depth": one.depth} for one in lines], indent=1))
        return
    for one in lines:
        say(plain(f"{size_text(one.size):>10}  {'  ' * one.depth}{one.label}"))


def _lines_of(project: Path, count: int) -> Iterator[Part]:
    from app.queue.inside import Part, parts_of_project

    if project.suffix != ".atelier" or not project.is_file():
        raise ExpectedError(tr("{name} is no project.", name=project.name))
    parts = parts_of_project(project, max(1, count))
    if not parts:
        raise ExpectedError(tr("What is in {name} cannot be read.", name=project.name))
    yield Part(project.stem, project.stat().st_size, 0)
    yield from parts


def _lines_of_all(store: QueueStore) -> Iterator[Part]:
    from app.preferences import load_preferences
    from app.queue.inside import Part
    from app.queue.quotas import quotas
    from app.queue.rooms import present, rooms_of

    for room in present(rooms_of(load_preferences(), quotas(store))):
        yield Part(room.label, room.size, 0)
        yield from room.parts
