"""What a tool draws above the document: plain values in document units, drawn by the canvas in screen pixels."""

from typing import Literal

import msgspec

from render.geometry import Point, Rect

Style = Literal["outline", "selection", "guide", "marching", "accent", "muted"]


class Polyline(msgspec.Struct, frozen=True):
    """Straight segments; `closed` joins the ends."""

    points: tuple[Point, ...]
    closed: bool = False
    style: Style = "outline"


class Handle(msgspec.Struct, frozen=True):
    """A small mark of constant size on the screen; `name` says which, for cursors and tests."""

    at: Point
    name: str
    shape: Literal["square", "circle", "diamond"] = "square"
    filled: bool = False


class Ring(msgspec.Struct, frozen=True):
    """A circle, such as the outline of a brush. `radius` is in document units."""

    at: Point
    radius: float


class Label(msgspec.Struct, frozen=True):
    """A short text beside a point, such as a size while dragging. Already translated."""

    at: Point
    text: str


class Box(msgspec.Struct, frozen=True):
    """An upright rectangle."""

    rect: Rect
    style: Style = "outline"


class Caret(msgspec.Struct, frozen=True):
    """A blinking text caret from `top` to `bottom`."""

    top: Point
    bottom: Point


OverlayItem = Polyline | Handle | Ring | Label | Box | Caret
