"""What the builder makes of one record."""

from dataclasses import dataclass, field

from render.geometry import Affine, Rect
from render.vector.values import Node

EMPTY_RECT = Rect(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Built:
    """A node to draw, with two rectangles in the parent's space.

    `box` is the object bounding box: the geometry without strokes, clips and filters; None for nothing at all.
    `reach` is everything that may be touched. `scalable` says that the node can be recorded once and played back at any
    scale, which filters and live links cannot.
    """

    node: Node
    box: Rect | None
    reach: Rect
    scalable: bool = True
    pictures: list[object] = field(default_factory=list)
    edges: tuple[float, float, float, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        reach = self.reach
        object.__setattr__(self, "edges", (reach.x, reach.y, reach.x + reach.width, reach.y + reach.height))


def hull(first: Rect | None, second: Rect | None) -> Rect | None:
    """The rectangle around both; flat rectangles count, unlike in `Rect.union`."""
    if first is None or second is None:
        return first if second is None else second
    x, y = min(first.x, second.x), min(first.y, second.y)
    return Rect(x, y, max(first.right, second.right) - x, max(first.bottom, second.bottom) - y)


def mapped(map_: Affine, rect: Rect | None) -> Rect | None:
    return None if rect is None else map_.bounds(rect)


def box_map(box: Rect) -> Affine:
    """From the unit square to a box."""
    return Affine(box.width, 0.0, 0.0, box.height, box.x, box.y)
