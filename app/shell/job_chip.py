"""What runs now, in the line at the bottom: its name, how far it is, a button that stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from app.icons import icon
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import JobStatus

ACTIVE = ("queued", "running")


class JobChip(QWidget):
    """Shows the newest job that runs; hidden when nothing does."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._active: dict[int, JobStatus] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(6)
        self.name = QLabel()
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

    def show_status(self, status: JobStatus) -> None:
        """A job began, went on or ended."""
        if status.state in ACTIVE:
            self._active[status.id] = status
        else:
            self._active.pop(status.id, None)
        if self._active:
            newest = self._active[max(self._active)]
            more = f" (+{len(self._active) - 1})" if len(self._active) > 1 else ""
            self.name.setText(f"{newest.name}{more}")
            self.bar.setValue(round(newest.share * 1000))
        self.setVisible(bool(self._active))

    def _stop(self) -> None:
        if self._active:
            self.session.jobs.cancel(max(self._active))
