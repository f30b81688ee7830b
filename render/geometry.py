"""Plain geometry: points, rectangles and affine maps. y grows downwards; units are the caller's."""

import math
from typing import Self

import msgspec


class Point(msgspec.Struct, frozen=True, array_like=True):
    x: float
    y: float

    @property
    def length(self) -> float:
        """The distance from the origin."""
        return math.hypot(self.x, self.y)


class Rect(msgspec.Struct, frozen=True, array_like=True):
    """A rectangle with float edges; empty when width or height is not positive."""

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def around(cls, first: Point, second: Point) -> Self:
        """The rectangle with two opposite corners."""
        return cls(min(first.x, second.x), min(first.y, second.y), abs(first.x - second.x), abs(first.y - second.y))

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center(self) -> Point:
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    @property
    def is_empty(self) -> bool:
        return not (self.width > 0 and self.height > 0)

    def contains(self, point: Point) -> bool:
        return self.x <= point.x < self.right and self.y <= point.y < self.bottom

    def union(self, other: "Rect") -> "Rect":
        """The smallest rectangle around both; an empty one adds nothing."""
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def intersection(self, other: "Rect") -> "Rect":
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Rect(x, y, min(self.right, other.right) - x, min(self.bottom, other.bottom) - y)

    def expanded(self, margin: float) -> "Rect":
        return Rect(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)

    def scaled(self, factor: float) -> "Rect":
        return Rect(self.x * factor, self.y * factor, self.width * factor, self.height * factor)

    def rounded_out(self) -> "IntRect":
        """The smallest whole-pixel rectangle that holds this one."""
        left, top = math.floor(self.x), math.floor(self.y)
        return IntRect(left, top, math.ceil(self.right) - left, math.ceil(self.bottom) - top)


class IntRect(msgspec.Struct, frozen=True, array_like=True):
    """A rectangle of whole pixels; empty when width or height is not positive."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def is_empty(self) -> bool:
        return not (self.width > 0 and self.height > 0)

    def union(self, other: "IntRect") -> "IntRect":
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return IntRect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def intersection(self, other: "IntRect") -> "IntRect":
        x, y = max(self.x, other.x), max(self.y, other.y)
        return IntRect(x, y, min(self.right, other.right) - x, min(self.bottom, other.bottom) - y)

    def to_rect(self) -> Rect:
        return Rect(float(self.x), float(self.y), float(self.width), float(self.height))


class Affine(msgspec.Struct, frozen=True, array_like=True):
    """x' = a·x + c·y + e and y' = b·x + d·y + f, in the order of SVG's matrix(a b c d e f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    @classmethod
    def translation(cls, x: float, y: float) -> Self:
        return cls(e=x, f=y)

    @classmethod
    def scaling(cls, x: float, y: float | None = None) -> Self:
        return cls(a=x, d=x if y is None else y)

    @classmethod
    def rotation(cls, radians: float) -> Self:
        """Clockwise on a screen, since y grows downwards."""
        cos, sin = math.cos(radians), math.sin(radians)
        return cls(cos, sin, -sin, cos)

    def then(self, outer: "Affine") -> "Affine":
        """The map that applies this one first and `outer` second.

        >>> Affine.scaling(2).then(Affine.translation(1, 0)).apply(Point(3, 0))
        Point(x=7.0, y=0.0)
        """
        return Affine(
            outer.a * self.a + outer.c * self.b,
            outer.b * self.a + outer.d * self.b,
            outer.a * self.c + outer.c * self.d,
            outer.b * self.c + outer.d * self.d,
            outer.a * self.e + outer.c * self.f + outer.e,
            outer.b * self.e + outer.d * self.f + outer.f,
        )

    def about(self, center: Point) -> "Affine":
        """This map with `center` as its origin."""
        return Affine.translation(-center.x, -center.y).then(self).then(Affine.translation(center.x, center.y))

    @property
    def determinant(self) -> float:
        return self.a * self.d - self.b * self.c

    def inverse(self) -> "Affine":
        """Raises ZeroDivisionError for a map that flattens the plane."""
        det = self.determinant
        return Affine(
            self.d / det,
            -self.b / det,
            -self.c / det,
            self.a / det,
            (self.c * self.f - self.d * self.e) / det,
            (self.b * self.e - self.a * self.f) / det,
        )

    def apply(self, point: Point) -> Point:
        return Point(self.a * point.x + self.c * point.y + self.e, self.b * point.x + self.d * point.y + self.f)

    def bounds(self, rect: Rect) -> Rect:
        """The upright rectangle around the image of `rect`."""
        corners = [
            self.apply(Point(x, y)) for x in (rect.x, rect.right) for y in (rect.y, rect.bottom)
        ]
        left, top = min(p.x for p in corners), min(p.y for p in corners)
        return Rect(left, top, max(p.x for p in corners) - left, max(p.y for p in corners) - top)

    @property
    def mean_scale(self) -> float:
        """The factor by which areas grow, as a length: the resolution to draw at before this map."""
        return math.sqrt(abs(self.determinant))


IDENTITY = Affine()
