"""The bar above the tracks: tools, transport, edits, zoom."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import log2
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from app.icons import icon
from app.timeline.geometry import CLOSEST, FARTHEST
from editor.base.translation import tr
from editor.display.timecode import to_timecode

if TYPE_CHECKING:
    from app.timeline.panel import TimelinePanel

STEPS = 100


class TimelineBar(QWidget):
    """Buttons call the panel; `refresh` shows its state."""

    def __init__(self, panel: TimelinePanel) -> None:
        super().__init__(panel)
        self.panel = panel
        self.setObjectName("timelineBar")
        self.setFixedHeight(38)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 3, 10, 3)
        self._row.setSpacing(2)
        self._make_tools()
        self._make_edits()
        self._row.addStretch(1)
        self._make_transport()
        self._row.addStretch(1)
        self._make_zoom()

    def _make_tools(self) -> None:
        group = QButtonGroup(self)
        self.tools: dict[str, QToolButton] = {}
        for name, picture, text in (
            ("select", "select", tr("Select and move (V)")), ("razor", "razor", tr("Razor (C)")),
        ):
            button = self._button(picture, text, partial(self.panel.choose_tool, name))
            button.setCheckable(True)
            group.addButton(button)
            self.tools[name] = button
        self.tools["select"].setChecked(True)
        self.snap = self._button("magnet", tr("Snap to edges (N)"), lambda: None)
        self.snap.setCheckable(True)
        self.snap.setChecked(True)
        self.snap.toggled.connect(self.panel.set_snapping)
        self._gap()

    def _make_edits(self) -> None:
        self.split = self._button("cut", tr("Split at playhead (S)"), self.panel.split)
        self.dissolve = self._button("blend", tr("Cross dissolve (Ctrl+D)"), self.panel.dissolve)
        self.caption = self._button("caption", tr("Add caption at playhead"), self.panel.add_caption)
        self.marker = self._button("marker", tr("Set marker (M)"), self.panel.set_marker)
        self.remove = self._button("trash", tr("Delete (Del); ripple delete (Shift+Del)"), self.panel.delete)

    def _make_transport(self) -> None:
        self._button("to-start", tr("To the beginning (Home)"), lambda: self.panel.seek(Fraction(0)))
        self._button("step-back", tr("One frame back (Left)"), lambda: self.panel.step(-1))
        self.play = self._button("play", tr("Play or pause (Space)"), self.panel.toggle_play)
        self.play.setObjectName("playButton")
        self._button("step-forward", tr("One frame on (Right)"), lambda: self.panel.step(1))
        self._button("to-end", tr("To the end (End)"), self.panel.to_end)
        self.loop = self._button("redo", tr("Play in a loop"), lambda: None)
        self.loop.setCheckable(True)
        self.loop.toggled.connect(self.panel.set_loop)
        self.length = QLabel()
        self.length.setObjectName("timelineLength")
        self.length.setContentsMargins(8, 0, 0, 0)
        self._row.addWidget(self.length)

    def _make_zoom(self) -> None:
        self._button("minus", tr("Zoom out (-)"), lambda: self.panel.zoom_about_playhead(1 / 1.5))
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setRange(0, STEPS)
        self.zoom.setFixedWidth(110)
        self.zoom.setAccessibleName(tr("Zoom"))
        self.zoom.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.zoom.valueChanged.connect(self._on_zoom)
        self._row.addWidget(self.zoom)
        self._button("plus", tr("Zoom in (+)"), lambda: self.panel.zoom_about_playhead(1.5))
        self._button("fit", tr("Show everything (Shift+Z)"), self.panel.fit)

    def _button(self, picture: str, text: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture))
        button.setIconSize(QSize(18, 18))
        button.setFixedSize(30, 30)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: act())
        self._row.addWidget(button)
        return button

    def _gap(self) -> None:
        self._row.addSpacing(14)

    def _on_zoom(self, value: int) -> None:
        zoom = FARTHEST * 2 ** (value / STEPS * log2(CLOSEST / FARTHEST))
        self.panel.zoom_about_playhead(zoom / self.panel.geometry_.zoom)

    def refresh(self) -> None:
        """Follow tool, playing, selection, zoom and length."""
        self.play.setIcon(icon("pause" if self.panel.is_playing else "play"))
        for name, button in self.tools.items():
            button.setChecked(name == self.panel.tool_name)
        chosen = bool(self.panel.project.selection)
        self.remove.setEnabled(chosen)
        self.dissolve.setEnabled(chosen)
        self.zoom.blockSignals(True)
        self.zoom.setValue(round(STEPS * log2(self.panel.geometry_.zoom / FARTHEST) / log2(CLOSEST / FARTHEST)))
        self.zoom.blockSignals(False)
        timeline = self.panel.timeline
        self.length.setText("/  " + to_timecode(self.panel.end, timeline.rate))
