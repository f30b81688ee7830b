"""The viewport's own camera: it circles a point, as in Blender's turntable navigation. Not part of the document."""

import math
from dataclasses import dataclass, replace

import numpy as np

from render.scene.framing import framing_camera
from render.scene.transforms import Matrix, Vector, look_at, normalized, vector
from render.scene.values import Camera

FIELD_OF_VIEW = 0.7
SHORTEST, LONGEST = 1e-4, 1e7
STRAIGHT_UP = math.pi / 2
PRESETS = {
    "front": (0.0, 0.0),
    "back": (math.pi, 0.0),
    "right": (math.pi / 2, 0.0),
    "left": (-math.pi / 2, 0.0),
    "top": (0.0, STRAIGHT_UP),
    "bottom": (0.0, -STRAIGHT_UP),
}


@dataclass(frozen=True)
class Orbit:
    """Where the eye is: `distance` from `target`, `azimuth` around y from the front, `elevation` above the ground."""

    target: tuple[float, float, float] = (0.0, 0.5, 0.0)
    distance: float = 6.0
    azimuth: float = 0.6
    elevation: float = 0.4
    parallel: bool = False

    @property
    def direction(self) -> Vector:
        """From the target to the eye."""
        flat = math.cos(self.elevation)
        return vector(math.sin(self.azimuth) * flat, math.sin(self.elevation), math.cos(self.azimuth) * flat)

    @property
    def world(self) -> Matrix:
        """The camera's matrix; upright, also straight from above."""
        target = np.array(self.target)
        if abs(abs(self.elevation) - STRAIGHT_UP) < 1e-6:
            up = (-math.sin(self.azimuth), 0.0, -math.cos(self.azimuth))
            sign = math.copysign(1.0, self.elevation)
            return look_at(target + self.direction * self.distance, target, tuple(sign * part for part in up))
        return look_at(target + self.direction * self.distance, target)

    def camera(self) -> Camera:
        if self.parallel:
            half = self.distance * math.tan(FIELD_OF_VIEW / 2)
            return Camera(self.world, "orthographic", half_height=half)
        return Camera(self.world, "perspective", FIELD_OF_VIEW)

    def turned(self, dx: float, dy: float) -> "Orbit":
        """After a drag by pixels; half a turn for about 400 pixels."""
        elevation = min(STRAIGHT_UP, max(-STRAIGHT_UP, self.elevation + dy * 0.008))
        return replace(self, azimuth=(self.azimuth - dx * 0.008) % (2 * math.pi), elevation=elevation)

    def panned(self, dx: float, dy: float, height: float) -> "Orbit":
        """After a drag by pixels in a view that is `height` pixels high: what is at the target follows the pointer."""
        step = 2 * self.distance * math.tan(FIELD_OF_VIEW / 2) / max(height, 1.0)
        world = self.world
        return self._to(np.array(self.target) - world[:3, 0] * dx * step + world[:3, 1] * dy * step)

    def zoomed(self, factor: float, at: Vector | None = None) -> "Orbit":
        """Nearer by `factor` (above 1: closer); the world point `at` stays where it is seen."""
        distance = min(LONGEST, max(SHORTEST, self.distance / factor))
        if at is None or not np.isfinite(at).all():
            return replace(self, distance=distance)
        share = 1 - distance / self.distance
        target = np.array(self.target)
        return replace(self._to(target + (at - target) * share), distance=distance)

    def framed(self, bounds: Matrix | None, aspect: float) -> "Orbit":
        """The same direction, with a box filling the view."""
        if bounds is None:
            return replace(self, target=(0.0, 0.5, 0.0), distance=6.0)
        x, y, z = self.direction.tolist()
        camera = framing_camera(bounds, aspect, (x, y, z), FIELD_OF_VIEW, 1.15)
        eye, target = camera.world[:3, 3], bounds.mean(axis=0)
        size = float(np.linalg.norm(bounds[1] - bounds[0]))
        distance = max(float(np.linalg.norm(eye - target)), 0.6 * size, 0.01)
        return replace(self._to(target), distance=distance)

    def seen_from(self, preset: str) -> "Orbit":
        azimuth, elevation = PRESETS[preset]
        return replace(self, azimuth=azimuth, elevation=elevation, parallel=True)

    @classmethod
    def of_camera(cls, world: Matrix, distance: float) -> "Orbit":
        """From where a camera of the scene stands, looking as it does."""
        backward = normalized(world[:3, 2])
        made = cls(
            distance=distance,
            azimuth=math.atan2(backward[0], backward[2]),
            elevation=math.asin(min(1.0, max(-1.0, float(backward[1])))),
        )
        return made._to(world[:3, 3] - backward * distance)

    def _to(self, target: Vector) -> "Orbit":
        x, y, z = np.clip(np.nan_to_num(target), -1e9, 1e9).tolist()
        return replace(self, target=(x, y, z))
