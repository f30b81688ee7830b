"""Long work: what runs, how far it is, a button to stop it, and how the last ones ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from editor.base.numbers import percent_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import JobStatus

KEPT = 30
ENDS = {"done": "Done", "failed": "Failed", "cancelled": "Cancelled", "queued": "Waiting"}


class JobRow(QFrame):
    def __init__(self, panel: JobsPanel, status: JobStatus) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(5)
        head = QHBoxLayout()
        self.name = QLabel(status.name)
        self.state = QLabel()
        self.state.setObjectName("muted")
        self.stop = QToolButton()
        self.stop.setIcon(icon("close", "muted"))
        self.stop.setToolTip(tr("Stop this job"))
        self.stop.setAccessibleName(tr("Stop this job"))
        self.stop.clicked.connect(lambda _on=False: panel.session.jobs.cancel(status.id))
        head.addWidget(self.name, 1)
        head.addWidget(self.state)
        head.addWidget(self.stop)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.note = QLabel()
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.note)
        self.show_status(status)

    def show_status(self, status: JobStatus) -> None:
        active = status.state in ("queued", "running")
        self.stop.setVisible(active)
        self.bar.setVisible(active)
        self.bar.setValue(round(status.share * 1000))
        running = percent_text(status.share)
        self.state.setText(running if status.state == "running" else tr(ENDS.get(status.state, "")))
        self.note.setText(status.message)
        self.note.setVisible(bool(status.message))


class JobsPanel(QScrollArea):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.rows: dict[int, JobRow] = {}
        self.setWidgetResizable(True)
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.empty = QLabel(tr("Nothing is running. Imports, exports, copies and AI tools show here."))
        self.empty.setObjectName("emptyState")
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(12, 12, 12, 12)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self.empty)
        self.column.addStretch(1)
        self.setWidget(inner)
        session.jobs_changed.connect(self.show_status)

    def show_status(self, status: JobStatus) -> None:
        """A job began, went on or ended."""
        row = self.rows.get(status.id)
        if row is None:
            row = self.rows[status.id] = JobRow(self, status)
            self.column.insertWidget(0, row)
        row.show_status(status)
        self.empty.setVisible(not self.rows)
        while len(self.rows) > KEPT:
            oldest = min(self.rows)
            self.rows.pop(oldest).deleteLater()
