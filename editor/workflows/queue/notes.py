"""What people are told: reminders, ends of work, runs that were missed, files that were put aside.

A note stands in the queue's file, so that a window that opens later shows it, too; the runner asks the desktop to show
it as well.
"""

import sqlite3
from collections.abc import Callable
from typing import Literal

import msgspec

from editor.workflows.queue.store import QueueStore

NoteKind = Literal["reminder", "missed", "done", "failed", "aside", "damaged", "quota"]
KEPT = 500
Desktop = Callable[[str, str], bool]
"""Shows a title and a text; whether it could."""


class Note(msgspec.Struct, frozen=True, array_like=True):
    id: int
    time: float
    kind: NoteKind
    title: str
    text: str
    shown: bool
    job: int | None = None


def tell(store: QueueStore, kind: NoteKind, title: str, text: str, desktop: Desktop, job: int | None = None) -> int:
    """Write a note and let the desktop show it; its id."""
    key = store.write(lambda connection: add_note(connection, store.clock(), kind, title, text, job))
    show_on(store, key, title, text, desktop)
    return key


def tell_once(store: QueueStore, kind: NoteKind, title: str, text: str, desktop: Desktop) -> None:
    """Unless it stands among the notes already: for what goes wrong again and again."""
    if not store.rows("SELECT 1 FROM note WHERE title = ? AND text = ? LIMIT 1", (title, text)):
        tell(store, kind, title, text, desktop)


def show_on(store: QueueStore, key: int, title: str, text: str, desktop: Desktop) -> None:
    if desktop(title, text):
        store.write(lambda connection: connection.execute("UPDATE note SET shown = 1 WHERE id = ?", (key,)))


def add_note(
    connection: sqlite3.Connection, moment: float, kind: NoteKind, title: str, text: str, job: int | None = None
) -> int:
    """Inside a transaction. The oldest go when there are hundreds."""
    cursor = connection.execute(
        "INSERT INTO note (time, kind, title, text, job) VALUES (?, ?, ?, ?, ?)", (moment, kind, title, text, job)
    )
    connection.execute("DELETE FROM note WHERE id <= (SELECT max(id) FROM note) - ?", (KEPT,))
    return int(cursor.lastrowid or 0)


def notes_after(store: QueueStore, key: int) -> list[Note]:
    """Those that came after a note, oldest first."""
    rows = store.rows("SELECT id, time, kind, title, text, shown, job FROM note WHERE id > ? ORDER BY id", (key,))
    return [msgspec.convert(row, Note, strict=False) for row in rows]


def last_note(store: QueueStore) -> int:
    return int(str(store.rows("SELECT coalesce(max(id), 0) FROM note")[0][0]))
