"""How much the queue has to do, in the line at the bottom; a click opens its window."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from app.icons import icon
from editor.base.translation import tr


class QueueChip(QToolButton):
    """Hidden while nothing runs, waits or has failed."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoRaise(True)
        self.setIcon(icon("jobs", "muted"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setToolTip(tr("Open the queue"))
        self.hide()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        running = counts.get("running", 0)
        waiting = sum(counts.get(state, 0) for state in ("queued", "waiting", "paused"))
        parts = [tr("{count} running", count=running)] if running else []
        parts += [tr("{count} waiting", count=waiting)] if waiting else []
        self.setText("  ·  ".join(parts))
        self.setAccessibleName(f"{tr('Queue')}: {self.text()}")
        self.setVisible(bool(parts))
