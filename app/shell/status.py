"""The line at the bottom: what the tool in hand does, where the pointer is, how large things are, the zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QStatusBar

from app.queue.chip import QueueChip
from app.shell.job_chip import JobChip
from app.widgets.number_field import NumberField
from editor.base.numbers import number_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from app.shell.parts import Parts


class Status(QStatusBar):
    """Numbers of one document at a time."""

    def __init__(self, window: MainWindow, parts: Parts) -> None:
        super().__init__(window)
        self.parts = parts
        self.setSizeGripEnabled(False)
        self.hint = QLabel()
        self.addWidget(self.hint, 1)
        self.place = QLabel()
        self.place.setMinimumWidth(110)
        self.size_label = QLabel()
        self.zoom = NumberField(1.0, 0.002, 256.0, 1, " %", 0.01, 100.0)
        self.zoom.setFixedWidth(72)
        self.zoom.setToolTip(tr("Zoom"))
        self.zoom.setAccessibleName(tr("Zoom"))
        self.zoom.live.connect(parts.canvas.zoom_to)
        self.job = JobChip(window.session)
        self.queue = QueueChip()
        window.follower.counted.connect(self.queue.show_counts)
        self.queue.clicked.connect(lambda _on=False: window.bindings.actions["window.queue"].trigger())
        for widget in (self.queue, self.job, self.place, self.size_label, self.zoom):
            self.addPermanentWidget(widget)
        window.session.hint.connect(self.hint.setText)
        parts.canvas.view_changed.connect(self.refresh)
        parts.canvas.pointer_at.connect(self._show_place)
        window.session.document_activated.connect(lambda _key: self.refresh())

    def refresh(self) -> None:
        canvas = self.parts.canvas
        self.zoom.set_value(canvas.view.zoom)
        width, height = canvas.surface.size_of_document
        unit = tr("px")
        is_flat = self.parts.views.currentWidget() is canvas
        self.size_label.setText(
            f"{number_text(width, 1)} × {number_text(height, 1)} {unit}" if is_flat and width else ""
        )
        self.zoom.setVisible(is_flat)
        if not is_flat:
            self.place.clear()

    def _show_place(self, x: float, y: float) -> None:
        self.place.setText(f"{round(x)}, {round(y)}")
