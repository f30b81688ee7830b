"""A picture over a box of other proportions: it covers all of it, and what mattered stays in sight."""

from render.geometry import Rect

Focus = tuple[float, float]
"""The point of a picture that matters, in parts of its width and height."""


def covering(picture: Rect, box: Rect, focus: Focus = (0.5, 0.5)) -> Rect:
    """The smallest place for a picture, in its own proportions, that covers a box with the focus as near to the box's
    middle as that allows.

    >>> covering(Rect(0, 0, 200, 100), Rect(0, 0, 50, 50), (1.0, 0.5))
    Rect(x=-50.0, y=0.0, width=100.0, height=50.0)
    """
    factor = max(box.width / picture.width, box.height / picture.height)
    width, height = picture.width * factor, picture.height * factor
    x = min(box.x, max(box.right - width, box.center.x - focus[0] * width))
    y = min(box.y, max(box.bottom - height, box.center.y - focus[1] * height))
    return Rect(x, y, width, height)


def focus_of(picture: Rect, seen: Rect) -> Focus:
    """The middle of what is seen of a picture: who cropped it chose that."""
    if seen.is_empty or picture.is_empty:
        return 0.5, 0.5
    center = seen.center
    x, y = (center.x - picture.x) / picture.width, (center.y - picture.y) / picture.height
    return min(1.0, max(0.0, x)), min(1.0, max(0.0, y))
