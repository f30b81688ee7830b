"""Follows the queue for the main window: how much is going on, and what people are to be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from editor.base.errors import ExpectedError

if TYPE_CHECKING:
    from app.queue.service import QueueService
    from editor.workflows.queue.notes import Note
    from editor.workflows.queue.states import State
    from editor.workflows.queue.store import QueueStore

POLL_MS = 1500
SHOW_MS = 8000


class QueueFollower(QObject):
    """`counted` says how many orders are in each state, `told` brings notes that are new. Costs nothing where no queue
    was ever used. A runner is started when there should be one and the last has ended."""

    counted = Signal(object)
    told = Signal(object)

    def __init__(self, service: QueueService, parent: QObject) -> None:
        super().__init__(parent)
        self.service = service
        self._store: QueueStore | None = None
        self._last: int | None = None
        self._counts: Mapping[State, int] = {}
        self._tray: QSystemTrayIcon | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        self._timer.start()
        self.look()

    def close(self) -> None:
        self._timer.stop()
        if self._store is not None:
            self._store.close()
            self._store = None
        if self._tray is not None:
            self._tray.hide()

    def look(self) -> None:
        """See what changed and pass it on."""
        if not self.service.path.is_file():
            return
        try:
            self._look()
        except ExpectedError:
            return  # the window of the queue says why when it is opened

    def _look(self) -> None:
        from editor.workflows.queue.notes import last_note, notes_after
        from editor.workflows.queue.store import QueueStore

        if self._store is None:
            self._store = QueueStore(self.service.path)
        if self.service.is_wanted():
            self.service.start()
        counts = self._store.counts()
        if counts != self._counts:
            self._counts = counts
            self.counted.emit(counts)
        if self._last is None:
            self._last = last_note(self._store)
        for note in notes_after(self._store, self._last):
            self._last = note.id
            self.told.emit(note)
            if not note.shown:
                self._show_in_tray(note)

    def _show_in_tray(self, note: Note) -> None:
        """Where the system has no program for notes, Qt's own way; where it has neither, nothing."""
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QApplication.windowIcon(), self)
        self._tray.show()
        self._tray.showMessage(note.title, note.text, QSystemTrayIcon.MessageIcon.Information, SHOW_MS)
