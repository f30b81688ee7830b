"""What the canvas tells a tool. Positions are in document units; time is in seconds of a monotonic clock."""

from enum import Flag, auto

import msgspec


class Buttons(Flag):
    """Which mouse or pen buttons are down."""

    NONE = 0
    LEFT = auto()
    MIDDLE = auto()
    RIGHT = auto()


class Modifiers(Flag):
    """Which modifier keys are down; CONTROL is the command key on macOS."""

    NONE = 0
    SHIFT = auto()
    CONTROL = auto()
    ALT = auto()


class PointerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A mouse or a pen. `pressure` is 1 for a mouse; tilts are degrees from upright; `rotation` is degrees.

    `scale` is screen pixels a document unit, so that a tool can turn a tolerance in pixels into units.
    """

    x: float
    y: float
    pressure: float = 1.0
    tilt_x: float = 0.0
    tilt_y: float = 0.0
    rotation: float = 0.0
    buttons: Buttons = Buttons.LEFT
    modifiers: Modifiers = Modifiers.NONE
    eraser: bool = False
    clicks: int = 1
    time: float = 0.0
    scale: float = 1.0


class KeyEvent(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is a name such as "Escape", "Return", "Delete", "Left", or one character; `text` what it types."""

    key: str
    text: str = ""
    modifiers: Modifiers = Modifiers.NONE
