"""Long work beside the editing: it edits a copy of the project, and the project then takes over what was done.

Imports and AI tools work like that. Whatever a person did meanwhile stays: the steps are done again on top of it, and
where that is not possible they come in beside it, as a branch of the history, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from editor.base.errors import ExpectedError

if TYPE_CHECKING:
    from app.session import Session
    from editor.document.history import HistoryEntry
    from editor.document.project import Project

GESTURE_WAIT_MS = 150
BRANCHED = "What was made lies on a branch of the history."
"""English, shown through `tr`."""


class End(Enum):
    """How a take-over ended: `TAKEN` in the project as it stands, `BRANCHED` beside it, `CLOSED` nowhere."""

    TAKEN = "taken"
    BRANCHED = "branched"
    CLOSED = "closed"


def adopt_all(project: Project, scratch: Project, is_same: bool) -> None:
    """Do on the project what was done on its copy: as it stands, or by its commands again when others came between."""
    from editor.commands.registry import replay_entry

    for entry in scratch.history:
        project.select(tuple(key for key in entry.selection_before if key in project.records))
        if is_same or not replay_entry(project, entry):
            project.adopt(entry, scratch.change_of(entry.id))


class SideWork:
    """The open project and a writable copy of it, made together. Made and ended in the window's thread."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.project = session.required_project()
        self.copy = self.project.snapshot(read_only=False)
        self.copy.select(self.project.selection)
        self.head = self.project.history.head
        self.document = session.document

    @property
    def is_open(self) -> bool:
        return self.session.project is self.project

    def take_over(self, then: Callable[[End], object]) -> None:
        """Take over what was done, once no drag is under way; `then` hears how it went. Errors pass on."""
        if not self.is_open:
            then(End.CLOSED)
        elif self.project.is_in_gesture:
            QTimer.singleShot(GESTURE_WAIT_MS, lambda: self.session.attempt(lambda: self.take_over(then)))
        else:
            then(self._take_over())

    def _take_over(self) -> End:
        project, selection = self.project, self.project.selection
        is_same = project.history.head == self.head
        try:
            adopt_all(project, self.copy, is_same)
        except ExpectedError:
            if is_same or self.head not in project.history:
                raise
            self._branch()
            return End.BRANCHED
        if not is_same or self.session.document != self.document:
            project.select(tuple(key for key in selection if key in project.records))
        return End.TAKEN

    def _branch(self) -> None:
        """Store the steps after the one that they began at, and come back to where the person works."""
        session, project = self.session, self.project
        here = (project.history.head, session.document, session.part, session.time, project.selection)
        steps: list[HistoryEntry] = list(self.copy.history)
        project.travel(self.head)
        try:
            for entry in steps:
                project.adopt(entry, self.copy.change_of(entry.id))
        finally:
            head, document, part, time, selection = here
            project.travel(head)
            if session.document != document:
                session.activate(document)
                session.show_part(part)
                session.seek(time)
            project.select(tuple(key for key in selection if key in project.records))
