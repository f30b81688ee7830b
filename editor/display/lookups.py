"""Colour lookups of a project, each read once."""

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from render.lookup import LookupTable

KEPT = 16


def read_table(project: Project, name: str) -> LookupTable:
    """The table of a blob. Raises ExpectedError for anything else, and for what is damaged."""
    try:
        return LookupTable.from_bytes(project.blobs.get(name))
    except (KeyError, ValueError) as error:
        raise ExpectedError(
            tr("This is no color lookup that was read from a file."), tr("Choose the lookup\u2019s file again.")
        ) from error


class Lookups:
    """The tables that an engine drew with last."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[str, LookupTable | None] = {}

    def find(self, name: str) -> LookupTable | None:
        """None for what is no table any more; the views say so in its place."""
        if name not in self._known:
            if len(self._known) >= KEPT:
                del self._known[next(iter(self._known))]
            try:
                self._known[name] = read_table(self.project, name)
            except ExpectedError:
                self._known[name] = None
        return self._known[name]
