"""Moving the view with hand, wheel and fingers: pan, zoom and rotation, whatever tool is in hand."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent

from app.canvas.view import View

WHEEL_ZOOM = 1.25
WHEEL_PAN = 60.0
SNAP_DEGREES = 15.0


class Navigation:
    """Space and drag pans (with Shift turns, with Ctrl zooms), so does the middle button; R and drag turns."""

    def __init__(self, view: View, changed: Callable[[], None]) -> None:
        self.view = view
        self.changed = changed
        self.space = False
        self.turning_key = False
        self._mode = ""
        self._last = QPointF()
        self._start_angle = 0.0
        self._start_zoom = 1.0
        self._start = QPointF()

    @property
    def is_moving(self) -> bool:
        return bool(self._mode)

    @property
    def cursor(self) -> str | None:
        """The pointer while the view is moved or about to be; None leaves it to the tool."""
        if self._mode == "turn" or (self.turning_key and not self._mode):
            return "rotate"
        if self._mode == "zoom":
            return "zoom"
        if self._mode == "pan":
            return "grab"
        return "hand" if self.space else None

    def press(self, event: QMouseEvent) -> bool:
        """True when the view takes the drag."""
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and (self.space or self.turning_key)):
            modifiers = event.modifiers()
            self._mode = "pan"
            if self.turning_key or (self.space and modifiers & Qt.KeyboardModifier.ShiftModifier):
                self._mode = "turn"
            elif self.space and modifiers & Qt.KeyboardModifier.ControlModifier:
                self._mode = "zoom"
            self._last = self._start = event.position()
            self._start_angle = self.view.angle - self._bearing(event.position())
            self._start_zoom = self.view.zoom
            return True
        return False

    def move(self, event: QMouseEvent) -> bool:
        if not self._mode:
            return False
        place = event.position()
        if self._mode == "pan":
            self.view.pan(place.x() - self._last.x(), place.y() - self._last.y())
        elif self._mode == "zoom":
            factor = math.exp((place.x() - self._start.x()) / 150)
            self.view.zoom_at(self._start_zoom * factor, self._start.x(), self._start.y())
        else:
            angle = self._start_angle + self._bearing(place)
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                angle = round(angle / SNAP_DEGREES) * SNAP_DEGREES
            self.view.rotate_at(angle, self.view.size[0] / 2, self.view.size[1] / 2)
        self._last = place
        self.changed()
        return True

    def release(self, event: QMouseEvent) -> bool:
        if self._mode and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._mode = ""
            return True
        return False

    def wheel(self, event: QWheelEvent) -> None:
        """Ctrl or Alt zooms at the pointer, Shift goes sideways, a touchpad goes where the fingers go."""
        angle, pixels = event.angleDelta(), event.pixelDelta()
        modifiers = event.modifiers()
        zooming = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if modifiers & zooming:
            steps = (angle.y() or angle.x()) / 120
            place = event.position()
            self.view.zoom_at(self.view.zoom * WHEEL_ZOOM**steps, place.x(), place.y())
        elif not pixels.isNull():
            self.view.pan(pixels.x(), pixels.y())
        else:
            dx, dy = angle.x() / 120 * WHEEL_PAN, angle.y() / 120 * WHEEL_PAN
            if modifiers & Qt.KeyboardModifier.ShiftModifier and not dx:
                dx, dy = dy, 0.0
            self.view.pan(dx, dy)
        self.changed()

    def gesture(self, event: QNativeGestureEvent) -> bool:
        """Pinch and turn on a touchpad."""
        place = event.position()
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.view.zoom_at(self.view.zoom * (1 + event.value()), place.x(), place.y())
        elif event.gestureType() == Qt.NativeGestureType.RotateNativeGesture:
            self.view.rotate_at(self.view.angle + event.value(), place.x(), place.y())
        else:
            return False
        self.changed()
        return True

    def key(self, event: QKeyEvent, down: bool) -> bool:
        """Space and R count while they are held."""
        if event.isAutoRepeat():
            return event.key() == Qt.Key.Key_Space or (event.key() == Qt.Key.Key_R and self.turning_key)
        if event.key() == Qt.Key.Key_Space:
            self.space = down
            return True
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_R and (plain or not down):
            self.turning_key = down
            return True
        return False

    def forget_keys(self) -> None:
        self.space = self.turning_key = False
        self._mode = ""

    def _bearing(self, place: QPointF) -> float:
        return math.degrees(math.atan2(place.y() - self.view.size[1] / 2, place.x() - self.view.size[0] / 2))
