"""What a tool knows of the viewport it works in: the lens, the size, and who is under the pointer."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from render.scene.framing import Lens, Ray, pixel_ray, project
from render.scene.transforms import Vector, normalized


def _nobody(x: float, y: float) -> str | None:
    return None


@dataclass(frozen=True, eq=False)
class Stage:
    """Positions are pixels from the top left of a view of `width` x `height`."""

    lens: Lens
    width: float
    height: float
    pick: Callable[[float, float], str | None] = field(default=_nobody)

    def ray(self, x: float, y: float) -> Ray:
        return pixel_ray(self.lens, x, y, max(1, round(self.width)), max(1, round(self.height)))

    def pixels(self, points: "Vector | list[Vector]") -> Vector:
        """(n, 2) pixels of world points; NaN behind the eye."""
        listed = np.atleast_2d(np.array(points, dtype=np.float64))
        return project(self.lens, listed, max(1, round(self.width)), max(1, round(self.height)))

    @property
    def forward(self) -> Vector:
        """Where the eye looks, in the world."""
        return -normalized(self.lens.view[2, :3])

    def towards_eye(self, point: Vector) -> Vector:
        if self.lens.perspective:
            return normalized(self.lens.eye - point, (-self.forward).tolist())
        return -self.forward

    def pixel_size(self, point: Vector) -> float:
        """How many metres a pixel covers at a point."""
        if self.lens.perspective:
            depth = max(float((point - self.lens.eye) @ self.forward), self.lens.near)
        else:
            depth = 1.0
        return 2 * depth / (float(self.lens.projection[1, 1]) * max(self.height, 1.0))

    def on_plane(self, x: float, y: float, point: Vector, normal: Vector) -> Vector | None:
        """Where the ray through a pixel meets a plane; None when it runs along it or away."""
        ray = self.ray(x, y)
        slope = float(ray.direction @ normal)
        if abs(slope) < 1e-4:
            return None
        distance = float((point - ray.origin) @ normal) / slope
        return None if distance < 0 else ray.origin + distance * ray.direction

    def along_line(self, x: float, y: float, point: Vector, direction: Vector) -> float | None:
        """How far along a line the point nearest to the ray through a pixel lies; None when they are parallel."""
        ray = self.ray(x, y)
        across = float(ray.direction @ direction)
        steep = 1 - across * across
        if steep < 1e-6:
            return None
        offset = point - ray.origin
        return (across * float(ray.direction @ offset) - float(direction @ offset)) / steep
