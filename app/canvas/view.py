"""The view upon a document: zoom, rotation and place, as one map from document units to screen points. No Qt."""

import math
from dataclasses import dataclass, field

from render.geometry import Affine, Point, Rect

STEPS = (
    0.01, 0.02, 0.03, 0.05, 0.0667, 0.1, 0.125, 0.1667, 0.25, 0.3333, 0.5, 0.6667,
    1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 128.0,
)  # fmt: skip
SMALLEST, LARGEST = 0.002, 256.0
MARGIN = 48.0


@dataclass
class View:
    """`zoom` is screen points a document unit, `angle` clockwise in degrees, `center` the document point in the middle.

    `size` is the widget in points, `ratio` device pixels a point.
    """

    zoom: float = 1.0
    angle: float = 0.0
    center: Point = field(default_factory=lambda: Point(0.0, 0.0))
    size: tuple[float, float] = (1.0, 1.0)
    ratio: float = 1.0
    follows_size: bool = True

    @property
    def to_screen(self) -> Affine:
        """Document units to points of the widget."""
        place = Affine.translation(-self.center.x, -self.center.y).then(Affine.scaling(self.zoom))
        turned = place.then(Affine.rotation(math.radians(self.angle))) if self.angle else place
        x, y = self.size[0] / 2, self.size[1] / 2
        if not self.angle:
            # Whole device pixels, so that a document at 100 % is shown pixel for pixel.
            x = round((x + turned.e) * self.ratio) / self.ratio - turned.e
            y = round((y + turned.f) * self.ratio) / self.ratio - turned.f
        return turned.then(Affine.translation(x, y))

    @property
    def device_scale(self) -> float:
        """Device pixels a document unit."""
        return self.zoom * self.ratio

    def to_document(self, x: float, y: float) -> Point:
        return self.to_screen.inverse().apply(Point(x, y))

    def visible(self) -> Rect:
        """The part of the document's plane that the widget shows, as an upright rectangle."""
        return self.to_screen.inverse().bounds(Rect(0.0, 0.0, self.size[0], self.size[1]))

    # Moving

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by screen points."""
        back = Affine.rotation(math.radians(-self.angle)).apply(Point(dx, dy))
        self.center = Point(self.center.x - back.x / self.zoom, self.center.y - back.y / self.zoom)
        self.follows_size = False

    def zoom_at(self, zoom: float, x: float, y: float) -> None:
        """Zoom so that the document point under (x, y) stays there."""
        before = self.to_document(x, y)
        self.zoom = min(LARGEST, max(SMALLEST, zoom))
        self._keep(before, x, y)

    def rotate_at(self, angle: float, x: float, y: float) -> None:
        before = self.to_document(x, y)
        self.angle = (angle + 180.0) % 360.0 - 180.0
        self._keep(before, x, y)

    def _keep(self, document: Point, x: float, y: float) -> None:
        offset = Affine.rotation(math.radians(-self.angle)).apply(Point(x - self.size[0] / 2, y - self.size[1] / 2))
        self.center = Point(document.x - offset.x / self.zoom, document.y - offset.y / self.zoom)
        self.follows_size = False

    def step(self, direction: int, x: float, y: float) -> None:
        """Zoom to the next round factor."""
        if direction > 0:
            wanted = next((step for step in STEPS if step > self.zoom * 1.001), LARGEST)
        else:
            wanted = next((step for step in reversed(STEPS) if step < self.zoom * 0.999), SMALLEST)
        self.zoom_at(wanted, x, y)

    def fit(self, width: float, height: float) -> None:
        """Show all of a document, never larger than 100 % unless it is tiny."""
        free = (max(16.0, self.size[0] - 2 * MARGIN), max(16.0, self.size[1] - 2 * MARGIN))
        angle = math.radians(self.angle)
        cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
        spans = (max(1e-6, width * cos + height * sin), max(1e-6, width * sin + height * cos))
        fitting = min(free[0] / spans[0], free[1] / spans[1])
        largest = 1.0 if max(spans) * self.ratio > 200 else 16.0
        self.zoom = min(LARGEST, max(SMALLEST, min(fitting, largest)))
        self.center = Point(width / 2, height / 2)
        self.follows_size = True
