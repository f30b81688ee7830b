"""Outlines as packed commands: a text of verbs and a flat tuple of coordinates.

The verbs are M, L, Q, C and Z, as in SVG's path data but absolute only; M and L take one point, Q two, C three, Z none.
"""

import math

import msgspec

from render.geometry import Affine, Point, Rect

KAPPA = 4 / 3 * math.tan(math.pi / 8)
"""How long a cubic's handle is, in radii, to follow a quarter of a circle."""
POINTS_OF = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}


class PathData(msgspec.Struct, frozen=True, array_like=True):
    """One outline of any number of contours. `points` holds x and y in turn."""

    verbs: str = ""
    points: tuple[float, ...] = ()

    @property
    def is_empty(self) -> bool:
        return len(self.verbs) < 2

    def transformed(self, map_: Affine) -> "PathData":
        a, b, c, d, e, f = map_.a, map_.b, map_.c, map_.d, map_.e, map_.f
        points: list[float] = []
        for x, y in zip(self.points[::2], self.points[1::2], strict=True):
            points += (a * x + c * y + e, b * x + d * y + f)
        return PathData(self.verbs, tuple(points))

    def joined(self, other: "PathData") -> "PathData":
        return PathData(self.verbs + other.verbs, self.points + other.points)

    def control_bounds(self) -> Rect | None:
        """The rectangle around all points, handles included; None for no point."""
        if not self.points:
            return None
        xs, ys = self.points[::2], self.points[1::2]
        left, top = min(xs), min(ys)
        return Rect(left, top, max(xs) - left, max(ys) - top)


EMPTY = PathData()


class PathBuilder:
    """Collects commands; `build` gives the frozen path."""

    def __init__(self) -> None:
        self._verbs: list[str] = []
        self._points: list[float] = []

    def move_to(self, x: float, y: float) -> "PathBuilder":
        return self._add("M", x, y)

    def line_to(self, x: float, y: float) -> "PathBuilder":
        return self._add("L", x, y)

    def quad_to(self, x1: float, y1: float, x: float, y: float) -> "PathBuilder":
        return self._add("Q", x1, y1, x, y)

    def cubic_to(self, x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> "PathBuilder":
        return self._add("C", x1, y1, x2, y2, x, y)

    def close(self) -> "PathBuilder":
        if self._verbs and self._verbs[-1] != "Z":
            self._verbs.append("Z")
        return self

    def _add(self, verb: str, *numbers: float) -> "PathBuilder":
        self._verbs.append(verb)
        self._points += numbers
        return self

    @property
    def is_empty(self) -> bool:
        return not self._verbs

    def build(self) -> PathData:
        return PathData("".join(self._verbs), tuple(self._points))


def rectangle(x: float, y: float, width: float, height: float, rx: float = 0.0, ry: float = 0.0) -> PathData:
    """A rectangle with elliptical corners; radii are limited to half the sides (SVG 2, 10.2)."""
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    if rx <= 0 or ry <= 0:
        right, bottom = x + width, y + height
        return PathData("MLLLZ", (x, y, right, y, right, bottom, x, bottom))
    return rounded_rectangle(x, y, width, height, ((rx, ry),) * 4)


def rounded_rectangle(
    x: float, y: float, width: float, height: float, radii: tuple[tuple[float, float], ...]
) -> PathData:
    """A rectangle with one (rx, ry) for each corner: top left, top right, bottom right, bottom left."""
    right, bottom = x + width, y + height
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = radii
    near = 1 - KAPPA
    path = PathBuilder().move_to(x + ax, y).line_to(right - bx, y)
    if bx and by:
        path.cubic_to(right - bx * near, y, right, y + by * near, right, y + by)
    path.line_to(right, bottom - cy)
    if cx and cy:
        path.cubic_to(right, bottom - cy * near, right - cx * near, bottom, right - cx, bottom)
    path.line_to(x + dx, bottom)
    if dx and dy:
        path.cubic_to(x + dx * near, bottom, x, bottom - dy * near, x, bottom - dy)
    path.line_to(x, y + ay)
    if ax and ay:
        path.cubic_to(x, y + ay * near, x + ax * near, y, x + ax, y)
    return path.close().build()


def ellipse(cx: float, cy: float, rx: float, ry: float) -> PathData:
    """Four cubics, beginning at three o'clock and going clockwise on a screen, as SVG 2 (10.4) has it."""
    kx, ky = rx * KAPPA, ry * KAPPA
    return (
        PathBuilder()
        .move_to(cx + rx, cy)
        .cubic_to(cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry)
        .cubic_to(cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy)
        .cubic_to(cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry)
        .cubic_to(cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy)
        .close()
        .build()
    )


def arc_to(
    path: PathBuilder, start: Point, rx: float, ry: float, turn: float, large: bool, sweep: bool, end: Point
) -> None:
    """Append an elliptical arc as cubics: the conversion of SVG 1.1, appendix F.6. `turn` is in degrees."""
    rx, ry = abs(rx), abs(ry)
    if start == end:
        return
    if not rx or not ry:
        path.line_to(end.x, end.y)
        return
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    hx, hy = (start.x - end.x) / 2, (start.y - end.y) / 2
    px, py = cos * hx + sin * hy, -sin * hx + cos * hy
    grow = math.sqrt(max(1.0, (px / rx) ** 2 + (py / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    under = (rx * ry) ** 2 / ((rx * py) ** 2 + (ry * px) ** 2) - 1
    factor = math.sqrt(max(0.0, under)) * (-1 if large == sweep else 1)
    ox, oy = factor * rx * py / ry, -factor * ry * px / rx
    first = math.atan2((py - oy) / ry, (px - ox) / rx)
    span = math.atan2((-py - oy) / ry, (-px - ox) / rx) - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    center = Affine(cos, sin, -sin, cos, (start.x + end.x) / 2, (start.y + end.y) / 2)
    _arc_cubics(path, Affine(rx, 0, 0, ry, ox, oy).then(center), first, span, end)


def _arc_cubics(path: PathBuilder, circle: Affine, first: float, span: float, end: Point) -> None:
    """Follow the unit circle, mapped by `circle`, with cubics of at most a quarter turn each."""
    count = max(1, math.ceil(abs(span) / (math.pi / 2) - 1e-9))
    step = span / count
    reach = 4 / 3 * math.tan(step / 4)
    for index in range(count):
        angle, after = first + index * step, first + (index + 1) * step
        one = circle.apply(Point(math.cos(angle) - reach * math.sin(angle), math.sin(angle) + reach * math.cos(angle)))
        two = circle.apply(Point(math.cos(after) + reach * math.sin(after), math.sin(after) - reach * math.cos(after)))
        last = end if index == count - 1 else circle.apply(Point(math.cos(after), math.sin(after)))
        path.cubic_to(one.x, one.y, two.x, two.y, last.x, last.y)
