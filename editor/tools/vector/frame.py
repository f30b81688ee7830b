"""The frame around a selection: eight handles to scale and one to rotate."""

import math

from editor.tools.overlay import Box, Handle, OverlayItem, Polyline
from render.geometry import Affine, Point, Rect

PLACES = {
    "nw": (0.0, 0.0), "n": (0.5, 0.0), "ne": (1.0, 0.0), "e": (1.0, 0.5), "se": (1.0, 1.0), "s": (0.5, 1.0),
    "sw": (0.0, 1.0), "w": (0.0, 0.5),
}  # fmt: skip
OPPOSITE = {"nw": "se", "n": "s", "ne": "sw", "e": "w", "se": "nw", "s": "n", "sw": "ne", "w": "e"}
STEM = 24.0
"""Screen pixels from the frame to the handle that rotates."""


def place(box: Rect, name: str) -> Point:
    across, down = PLACES[name]
    return Point(box.x + box.width * across, box.y + box.height * down)


def rotor(box: Rect, scale: float) -> Point:
    return Point(box.center.x, box.y - STEM / max(scale, 1e-9))


def frame_items(box: Rect, scale: float) -> tuple[OverlayItem, ...]:
    top = rotor(box, scale)
    stem = Polyline((Point(box.center.x, box.y), top), False, "selection")
    handles = tuple(Handle(place(box, name), name) for name in PLACES)
    return (Box(box, "selection"), stem, *handles, Handle(top, "rotate", "circle"))


def handle_at(box: Rect, point: Point, reach: float, scale: float) -> str | None:
    """The handle under a point; corners win over sides."""
    names = sorted(PLACES, key=len, reverse=True)
    named = [("rotate", rotor(box, scale)), *((name, place(box, name)) for name in names)]
    for name, spot in named:
        if math.hypot(spot.x - point.x, spot.y - point.y) <= reach:
            return name
    return None


def scaling(box: Rect, name: str, point: Point, keep: bool, centered: bool) -> Affine | None:
    """The map that brings a handle to a point; None where the frame would vanish.

    `keep` keeps the proportions, `centered` scales about the middle.
    """
    start = place(box, name)
    fixed = box.center if centered else place(box, OPPOSITE[name])
    sx = (point.x - fixed.x) / (start.x - fixed.x) if start.x != fixed.x and "n" != name != "s" else 1.0
    sy = (point.y - fixed.y) / (start.y - fixed.y) if start.y != fixed.y and "e" != name != "w" else 1.0
    if keep:
        factor = sy if name in ("n", "s") else sx if name in ("e", "w") else max(sx, sy, key=abs)
        sx = sy = factor
    if abs(sx) < 1e-4 or abs(sy) < 1e-4:
        return None
    return Affine.scaling(sx, sy).about(fixed)


def turning(center: Point, start: Point, point: Point, steps: bool) -> float:
    """Degrees from one direction to another, in steps of 15 when asked."""
    first = math.atan2(start.y - center.y, start.x - center.x)
    second = math.atan2(point.y - center.y, point.x - center.x)
    degrees = math.degrees(second - first)
    degrees = (degrees + 180) % 360 - 180
    return 15.0 * round(degrees / 15) if steps else degrees
