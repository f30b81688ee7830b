"""What the panel asks of the library beyond reading: long work as jobs, and the way of assets into documents."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.library.folder import library_folder
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.library.library import Library
from editor.library.watching import FolderWatch, Heard

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import Progress
    from editor.library.intake import Taken

SETTLE_MS = 250
"""Edits that come close together are shown once."""
NOTICE_MS = 1500
"""So often it is asked whether another program wrote to the library."""
READ_MS = 4000
"""So long after the last edit a project is read for what it uses."""


class LibraryService(QObject):
    """One a window, made when the library is first shown; `changed` comes a moment after whoever changed something."""

    changed = Signal()
    _written = Signal(int)
    _heard = Signal(object)

    def __init__(self, session: Session, folder: Path | None = None) -> None:
        super().__init__()
        self.session = session
        self.library = Library(folder or library_folder())
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.changed.emit)
        self._written.connect(lambda _edits: self._settle.isActive() or self._settle.start())
        self._disconnect = self.library.catalogue.changed.connect(self._written.emit)
        self._notice = QTimer(self)
        self._notice.setInterval(NOTICE_MS)
        self._notice.timeout.connect(self._look_around)
        self._notice.start()
        self._looking = self._reading = False
        self._troubled = ""
        self._heard.connect(self._on_heard)
        self._watch = FolderWatch(self.library, self._heard.emit, visit=False)
        self._watch.start()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(READ_MS)
        self._rest.timeout.connect(self.read_projects)
        for happening in (session.changed, session.project_opened, session.project_closed):
            happening.connect(self._wait_for_rest)
        self._rest.start()

    def close(self) -> None:
        self._watch.stop()
        self._notice.stop()
        self._rest.stop()
        self._settle.stop()
        for happening in (self.session.changed, self.session.project_opened, self.session.project_closed):
            happening.disconnect(self._wait_for_rest)
        self._disconnect()
        self.library.close()

    def _look_around(self) -> None:
        """What the command line or another window wrote is shown here as well."""
        with suppress(ExpectedError):  # the disk is away: whoever asks for something next is told
            self.library.catalogue.notice()

    def _wait_for_rest(self, _what: object = None) -> None:
        self._rest.start()

    def read_projects(self) -> None:
        """Note what the recent projects and the brand kits use, as a job; only those are read that changed since."""
        from editor.workflows.library.origins import read_changed_projects, unread

        recent = [Path(text) for text in self.session.preferences.recent]
        if self._reading:
            self._rest.start()  # what was edited while it reads is read after it
            return
        if not unread(self.library, recent):
            return
        self._reading = True

        def work(progress: Progress) -> None:
            try:
                read_changed_projects(self.library, recent, progress)
            finally:
                self._reading = False

        self.session.start_job(tr("Where assets are used"), work)

    def _on_heard(self, heard: Heard) -> None:
        """Something happened in a followed folder. What cannot be written is said once, not every few seconds."""
        problem = heard.problem or next((f"{path.name}: {reason}" for path, reason in heard.taken.problems), "")
        if problem and problem != self._troubled:
            self.session.say(problem)
        self._troubled = problem
        if heard.taken.added or heard.taken.edited:
            self.look()

    def take_in(self, paths: Sequence[Path], copy: bool = False) -> None:
        """Import as a job, look at what is new as another; says what could not be read."""
        wanted = list(paths)

        def work(progress: Progress) -> Taken:
            return self.library.take_in(wanted, copy=copy, progress=progress)

        self.session.start_job(tr("Import into the library"), work, self._tell)

    def visit_folders(self) -> None:
        """Look through the followed folders; one whose disk is away is passed over."""
        from editor.library.places import followed, refresh

        def work(progress: Progress) -> None:
            folders = [folder for folder in followed(self.library.catalogue) if folder.is_dir()]
            for number, folder in enumerate(folders):
                part = progress.part(number / len(folders), (number + 1) / len(folders))
                refresh(self.library.catalogue, self.library.content, folder, part)

        if followed(self.library.catalogue):
            self.session.start_job(tr("Look through followed folders"), work, lambda _none: self.look())
        else:
            self.look()

    def look(self) -> None:
        """Make the thumbnails that are missing, one job at a time."""
        from editor.library.looks import not_looked_at
        from editor.workflows.library.looking import VERSION
        from editor.workflows.library.updating import look_at_new

        if self._looking or not not_looked_at(self.library.catalogue, VERSION):
            return
        self._looking = True

        def work(progress: Progress) -> None:
            try:
                look_at_new(self.library, progress)
            finally:
                self._looking = False

        self.session.start_job(tr("Thumbnails"), work)

    def _tell(self, taken: Taken) -> None:
        if taken.problems:
            path, reason = taken.problems[0]
            more = len(taken.problems) - 1
            remedy = (
                tr_count(
                    "1 other file could not be read either.",
                    "{count} other files could not be read either.",
                    count=more,
                )
                if more
                else ""
            )
            self.session.say(f"{path.name}: {reason}", remedy)
        self.look()
