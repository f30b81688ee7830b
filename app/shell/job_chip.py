"""What runs now, in the line at the bottom: its name, how far it is, a button that stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from app.icons import icon
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import JobStatus

ACTIVE = ("queued", "running")


class JobChip(QWidget):
    """Shows the oldest job that runs, and how many more there are; hidden when nothing does. Its name leads to the list
    of all."""

    list_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._active: dict[int, JobStatus] = {}
        self._stopping: set[int] = set()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(6)
        self.name = QToolButton()
        self.name.setAutoRaise(True)
        self.name.setToolTip(tr("Show all jobs"))
        self.name.clicked.connect(lambda _on=False: self.list_wanted.emit())
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(90, 6)
        self.stop = QToolButton()
        self.stop.setIcon(icon("close", "muted"))
        self.stop.setToolTip(tr("Stop this job"))
        self.stop.setAccessibleName(tr("Stop this job"))
        self.stop.clicked.connect(lambda _on=False: self._stop())
        for widget in (self.name, self.bar, self.stop):
            row.addWidget(widget)
        self.hide()
        session.jobs_changed.connect(self.show_status)

    @property
    def shown(self) -> JobStatus | None:
        """The job that is shown: the oldest that runs, else the oldest that waits."""
        running = [status for status in self._active.values() if status.state == "running"]
        return min(running or self._active.values(), key=lambda status: status.id, default=None)

    def show_status(self, status: JobStatus) -> None:
        """A job began, went on or ended."""
        if status.state in ACTIVE:
            self._active[status.id] = status
        else:
            self._active.pop(status.id, None)
            self._stopping.discard(status.id)
        self._show()

    def _show(self) -> None:
        shown = self.shown
        if shown is not None:
            is_stopping = shown.id in self._stopping
            name = tr("Stopping: {name}", name=shown.name) if is_stopping else shown.name
            more = f" (+{len(self._active) - 1})" if len(self._active) > 1 else ""
            self.name.setText(f"{name}{more}")
            self.bar.setValue(round(shown.share * 1000))
            self.stop.setEnabled(not is_stopping)
        self.setVisible(shown is not None)

    def _stop(self) -> None:
        shown = self.shown
        if shown is not None:
            self._stopping.add(shown.id)
            self.session.jobs.cancel(shown.id)
            self._show()
