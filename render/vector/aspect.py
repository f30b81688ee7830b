"""Fit a view box into a rectangle: SVG's preserveAspectRatio (SVG 2, 8.7)."""

from render.geometry import Affine, Rect

_PLACES = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}


def fit(view_box: Rect, target: Rect, aspect: str = "xMidYMid meet") -> Affine:
    """The map from the view box to the target. An unknown `aspect` is the default one.

    >>> fit(Rect(0, 0, 10, 10), Rect(0, 0, 40, 20)).apply(Rect(0, 0, 10, 10).center)
    Point(x=20.0, y=10.0)
    """
    if view_box.is_empty:
        return Affine.translation(target.x, target.y)
    sx, sy = target.width / view_box.width, target.height / view_box.height
    words = aspect.replace("defer", "").split()
    place = words[0] if words else "xMidYMid"
    if place == "none":
        return Affine(sx, 0.0, 0.0, sy, target.x - view_box.x * sx, target.y - view_box.y * sy)
    scale = max(sx, sy) if "slice" in words else min(sx, sy)
    across, down = _PLACES.get(place[1:4], 0.5), _PLACES.get(place[5:8], 0.5)
    x = target.x + (target.width - view_box.width * scale) * across - view_box.x * scale
    y = target.y + (target.height - view_box.height * scale) * down - view_box.y * scale
    return Affine(scale, 0.0, 0.0, scale, x, y)


def is_slice(aspect: str) -> bool:
    return "slice" in aspect.split()
