"""Moving the viewport's own camera: middle drag turns, with Shift pans, with Ctrl zooms; Alt and the left button do
the same for pens and touchpads; the wheel zooms to what is under the pointer. Number pad keys look along the axes."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from editor.tools.scene.orbit import Orbit
from render.scene.transforms import Vector

STEP = math.radians(15) / 0.008
WHEEL = 1.18
PAD = {Qt.Key.Key_1: "front", Qt.Key.Key_3: "right", Qt.Key.Key_7: "top"}
OPPOSITE = {"front": "back", "right": "left", "top": "bottom"}
STEPS = {
    Qt.Key.Key_4: (STEP, 0.0), Qt.Key.Key_6: (-STEP, 0.0), Qt.Key.Key_8: (0.0, STEP), Qt.Key.Key_2: (0.0, -STEP),
}  # fmt: skip


class OrbitNavigation:
    """`orbit` is what the viewport draws from; `changed` is called after each change of it."""

    def __init__(self, changed: Callable[[], None], height: Callable[[], float]) -> None:
        self.orbit = Orbit()
        self._changed = changed
        self._height = height
        self._mode = ""
        self._last = QPointF()

    @property
    def is_moving(self) -> bool:
        return bool(self._mode)

    def go(self, orbit: Orbit) -> None:
        self.orbit = orbit
        self._changed()

    def press(self, event: QMouseEvent) -> bool:
        """True when the view takes the drag."""
        modifiers = event.modifiers()
        alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        left = event.button() == Qt.MouseButton.LeftButton and alt
        if event.button() != Qt.MouseButton.MiddleButton and not left:
            return False
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._mode = "pan"
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._mode = "zoom"
        else:
            self._mode = "turn"
        self._last = event.position()
        return True

    def move(self, event: QMouseEvent) -> bool:
        if not self._mode:
            return False
        step = event.position() - self._last
        self._last = event.position()
        if self._mode == "pan":
            self.go(self.orbit.panned(step.x(), step.y(), self._height()))
        elif self._mode == "zoom":
            self.go(self.orbit.zoomed(math.exp(-step.y() / 150)))
        else:
            self.go(self.orbit.turned(step.x(), step.y()))
        return True

    def release(self, event: QMouseEvent) -> bool:
        if self._mode and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._mode = ""
            return True
        return False

    def wheel(self, event: QWheelEvent, at: Vector | None) -> None:
        steps = event.angleDelta().y() / 120
        if steps:
            self.go(self.orbit.zoomed(WHEEL**steps, at))

    def key(self, event: QKeyEvent) -> bool:
        """The number pad; True when it was meant for the view."""
        if not event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
            return False
        key = Qt.Key(event.key())
        if key in PAD:
            preset = PAD[key]
            other = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self.go(self.orbit.seen_from(OPPOSITE[preset] if other else preset))
        elif key in STEPS:
            self.go(self.orbit.turned(*STEPS[key]))
        elif key == Qt.Key.Key_5:
            self.toggle_parallel()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.go(self.orbit.zoomed(WHEEL if key == Qt.Key.Key_Plus else 1 / WHEEL))
        else:
            return False
        return True

    def toggle_parallel(self) -> None:
        from dataclasses import replace

        self.go(replace(self.orbit, parallel=not self.orbit.parallel))
