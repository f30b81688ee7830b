"""Version points: moments of the history that the person named."""

import time

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from editor.storage.store import Store


class Version(msgspec.Struct, frozen=True):
    """`entry` is the history entry that the name stands for (0: the start), `time` when it was named."""

    id: int
    name: str
    entry: int
    time: float


class Versions:
    """Names in the file, travel in the project: restoring is an ordinary step that can be taken back."""

    def __init__(self, store: Store, project: Project) -> None:
        self._store = store
        self._project = project

    def save(self, name: str) -> Version:
        """Name the present point."""
        self._refuse_read_only()
        row = (name.strip() or tr("Version"), self._project.history.head, time.time())
        question = "INSERT INTO version (name, entry, time) VALUES (?, ?, ?)"
        key = self._store.write(lambda connection: connection.execute(question, row).lastrowid) or 0
        return Version(key, *row)

    def list(self) -> list[Version]:
        """Oldest first."""
        question = "SELECT id, name, entry, time FROM version ORDER BY id"
        return [Version(*row) for row in self._store.read(lambda connection: connection.execute(question).fetchall())]

    def restore(self, version: int) -> None:
        """Go to a named point; what came after it stays as a branch of the history."""
        found = next((item for item in self.list() if item.id == version), None)
        if found is None:
            raise ExpectedError(tr("There is no such version any more."))
        self._project.travel(found.entry)

    def remove(self, version: int) -> None:
        """Forget a name; the history stays."""
        self._refuse_read_only()
        self._store.write(lambda connection: connection.execute("DELETE FROM version WHERE id = ?", (version,)))

    def _refuse_read_only(self) -> None:
        if self._project.read_only:
            raise ExpectedError(tr("This project is open for reading only."), tr("Save a copy to edit it."))
