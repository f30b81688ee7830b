"""Follows the queue for the main window: how much is going on, and what people are to be told."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.queue.desk import Desk
    from app.queue.looking import Seen
    from app.queue.service import QueueService
    from editor.workflows.queue.notes import Note
    from editor.workflows.queue.states import State

Places = Callable[[], list[tuple[str, Path]]]
COUNT_EVERY = 300.0
"""Seconds between counts of the room that is used, where a quota is set."""
POLL_MS = 1500
SHOW_MS = 8000


class QueueFollower(QObject):
    """`counted` says how many orders are in each state, `told` brings notes that are new. Costs nothing where no queue
    was ever used. A runner is started when there should be one and the last has ended."""

    counted = Signal(object)
    told = Signal(object)

    def __init__(self, service: QueueService, parent: QObject, places: Places = list) -> None:
        """`places` names what is counted for quotas, in the window's thread."""
        super().__init__(parent)
        self.service, self.places = service, places
        self._desk: Desk | None = None
        self._last: int | None = None
        self._counts: Mapping[State, int] = {}
        self._tray: QSystemTrayIcon | None = None
        self._is_looking = self._is_counting = False
        self._counted_at = -COUNT_EVERY
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        self._timer.start()
        self.look()

    def close(self) -> None:
        self._timer.stop()
        if self._desk is not None:
            self._desk.close()
            self._desk = None
        if self._tray is not None:
            self._tray.hide()

    def look(self) -> None:
        """See on a thread what changed, and pass it on."""
        if self._is_looking or not self.service.path.is_file():
            return
        if self._desk is None or self._desk.path != self.service.path:
            if self._desk is not None:
                self._desk.close()
            from app.queue.desk import Desk

            self._desk = Desk(self.service.path, lambda _error: None, self)  # the window of the queue says why
        from app.queue.looking import look_at

        last = self._last
        self._is_looking = True
        self._desk.look(lambda store: look_at(store, last)).then(self._take).otherwise(self._give_up)

    def _give_up(self, _error: BaseException) -> None:
        """A file of an older Atelier, or a damaged one: whoever writes makes it right."""
        self._is_looking = False
        if self._desk is not None and not self._desk.is_busy:
            self._desk.act(lambda store: None)

    def _take(self, seen: Seen) -> None:
        self._is_looking = False
        if seen.is_wanted and not seen.is_worked_on:
            self._tell_of_deaths(self.service.keep())
        if seen.counts != self._counts:
            self._counts = seen.counts
            self.counted.emit(seen.counts)
        for note in seen.notes:
            self.told.emit(note)
            if not note.shown:
                self._show_in_tray(note)
        self._last = seen.last
        if seen.has_quotas:
            self._count_rooms()

    def _tell_of_deaths(self, reason: str) -> None:
        """The note comes with the next look, here and in other windows."""
        if not reason or self._desk is None:
            return
        from editor.workflows.queue.notes import tell

        title = tr("Work on the queue keeps ending")
        text = tr_count("It ended once and is begun again. It said last: {reason}",
            "It ended {count} times in a row and is begun again ever less often. It said last: {reason}",
            count=self.service.restarts.deaths, reason=reason,
        )  # fmt: skip
        self._desk.act(lambda store: tell(store, "failed", title, text, lambda _title, _text: False))

    def _count_rooms(self) -> None:
        """Now and then: whether more is used than was allowed. The note comes with the next look."""
        if self._is_counting or time.monotonic() - self._counted_at < COUNT_EVERY or self._desk is None:
            return
        self._is_counting, self._counted_at = True, time.monotonic()
        from app.queue.quotas import check_quotas, quotas
        from app.queue.rooms import rooms_at, with_projects

        places = self.places()
        self._desk.act(lambda store: check_quotas(store, rooms_at(with_projects(places, quotas(store))))).then(
            self._end_count
        ).otherwise(self._end_count)

    def _end_count(self, _answer: object) -> None:
        self._is_counting = False

    def _show_in_tray(self, note: Note) -> None:
        """Where the system has no program for notes, Qt's own way; where it has neither, nothing."""
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QApplication.windowIcon(), self)
        self._tray.show()
        self._tray.showMessage(note.title, note.text, QSystemTrayIcon.MessageIcon.Information, SHOW_MS)
