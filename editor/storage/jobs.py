"""The project's job table: what long work was asked for, and what a crash cut off."""

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from editor.base.jobs import JobState
from editor.model.values import to_plain
from editor.storage.store import Store


class JobRow(msgspec.Struct, frozen=True):
    """`kind` and `parameters` are what it takes to begin again."""

    id: int
    kind: str
    parameters: dict[str, Any]
    state: str
    message: str
    started: float
    ended: float | None


class JobTable:
    """A `JobLog`. Rows that were running when the project was opened were cut off and can be offered again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._opened = time.time()

    def begin(self, kind: str, parameters: Mapping[str, Any]) -> int:
        """A row for work that starts now. In a project open for reading only none is kept: 0."""
        if not self._store.writable:
            return 0
        text = msgspec.json.encode(dict(parameters), enc_hook=to_plain).decode()
        statement = "INSERT INTO job (kind, parameters, state, started) VALUES (?, ?, 'running', ?)"
        return self._store.write(lambda c: c.execute(statement, (kind, text, time.time())).lastrowid) or 0

    def end(self, row: int, state: JobState, message: str = "") -> None:
        if row and self._store.writable:
            statement = "UPDATE job SET state = ?, message = ?, ended = ? WHERE id = ?"
            self._store.write(lambda c: c.execute(statement, (state, message, time.time(), row)))

    def rows(self) -> list[JobRow]:
        """Oldest first."""
        question = "SELECT id, kind, parameters, state, message, started, ended FROM job ORDER BY id"
        found = self._store.read(lambda connection: connection.execute(question).fetchall())
        return [JobRow(row[0], row[1], msgspec.json.decode(row[2]), *row[3:]) for row in found]

    def unfinished(self) -> list[JobRow]:
        """Work that a crash cut off before this opening. Ask `end(row.id, "cancelled")` when it is not wanted."""
        return [row for row in self.rows() if row.state == "running" and row.started < self._opened]
