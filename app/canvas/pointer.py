"""Mouse, pen and key events of Qt as the plain events of the tools."""

import time

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPointingDevice, QTabletEvent

from app.canvas.view import View
from editor.tools.events import Buttons, KeyEvent, Modifiers, PointerEvent

NAMED_KEYS = {
    Qt.Key.Key_Escape: "Escape", Qt.Key.Key_Return: "Return", Qt.Key.Key_Enter: "Return", Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Backspace: "Backspace", Qt.Key.Key_Left: "Left", Qt.Key.Key_Right: "Right", Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down", Qt.Key.Key_Home: "Home", Qt.Key.Key_End: "End", Qt.Key.Key_Tab: "Tab",
    Qt.Key.Key_Space: "Space", Qt.Key.Key_PageUp: "PageUp", Qt.Key.Key_PageDown: "PageDown",
}  # fmt: skip


def buttons_of(buttons: Qt.MouseButton) -> Buttons:
    result = Buttons.NONE
    for theirs, ours in (
        (Qt.MouseButton.LeftButton, Buttons.LEFT), (Qt.MouseButton.MiddleButton, Buttons.MIDDLE),
        (Qt.MouseButton.RightButton, Buttons.RIGHT),
    ):  # fmt: skip
        if buttons & theirs:
            result |= ours
    return result


def modifiers_of(modifiers: Qt.KeyboardModifier) -> Modifiers:
    result = Modifiers.NONE
    for theirs, ours in (
        (Qt.KeyboardModifier.ShiftModifier, Modifiers.SHIFT), (Qt.KeyboardModifier.ControlModifier, Modifiers.CONTROL),
        (Qt.KeyboardModifier.AltModifier, Modifiers.ALT),
    ):  # fmt: skip
        if modifiers & theirs:
            result |= ours
    return result


def pointer_event(event: QMouseEvent | QTabletEvent, view: View, clicks: int = 1) -> PointerEvent:
    """In document units. On release `buttons` are those that were down before, so that a tool knows which."""
    place = view.to_document(event.position().x(), event.position().y())
    buttons = buttons_of(event.buttons() | event.button())
    values = {
        "x": place.x, "y": place.y, "buttons": buttons, "modifiers": modifiers_of(event.modifiers()),
        "clicks": clicks, "time": time.monotonic(), "scale": view.zoom,
    }  # fmt: skip
    if isinstance(event, QTabletEvent):
        values |= {
            "pressure": float(event.pressure()), "tilt_x": float(event.xTilt()), "tilt_y": float(event.yTilt()),
            "rotation": float(event.rotation()),
            "eraser": event.pointerType() == QPointingDevice.PointerType.Eraser,
        }  # fmt: skip
    return PointerEvent(**values)  # type: ignore[arg-type]


def key_event(event: QKeyEvent) -> KeyEvent:
    text = event.text() if event.text().isprintable() else ""
    code = Qt.Key(event.key())
    name = NAMED_KEYS.get(code) or (chr(event.key()) if 32 <= event.key() < 127 else text)
    return KeyEvent(key=name, text=text, modifiers=modifiers_of(event.modifiers()))


def distance(a: QPointF, b: QPointF) -> float:
    return (a - b).manhattanLength()
