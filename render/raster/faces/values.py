"""What a retouch is: sliders and the points of the faces that they apply to. Plain frozen values.

A face is 68 points (x, y) in pixels of the picture, numbered as the Multi-PIE and 300-W collections number them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from render.geometry import IntRect, Rect

Floats = NDArray[np.float32]
FacePoints = tuple[tuple[float, float], ...]
POINTS = 68
FARTHEST = 1e6
"""No point of a face lies further than this many pixels from the corner of its picture."""
BEYOND, NEAR = 1.2, 0.3
"""How far around a face, in distances between its pupils, reshaping and beautifying may change anything."""
FOREHEAD = 0.95
"""The hairline above the middle of the brows, in distances between the pupils."""


@dataclass(frozen=True)
class Beautify:
    """Colours and texture; all from 0 to 1."""

    faces: tuple[FacePoints, ...] = ()
    smooth_skin: float = 0.0
    even_tone: float = 0.0
    redness: float = 0.0
    shine: float = 0.0
    eye_brightness: float = 0.0
    teeth_whitening: float = 0.0
    eye_sharpness: float = 0.0


@dataclass(frozen=True)
class Reshape:
    """Shapes; from -1 to 1. Positive: slimmer face, narrower jaw, longer chin, wider nose and mouth, larger eyes, a
    smile, a higher forehead."""

    faces: tuple[FacePoints, ...] = ()
    slim_face: float = 0.0
    jaw: float = 0.0
    chin: float = 0.0
    nose_width: float = 0.0
    eye_size: float = 0.0
    mouth_width: float = 0.0
    smile: float = 0.0
    forehead: float = 0.0


Retouch = Beautify | Reshape


@dataclass(frozen=True)
class Frame:
    """Where a face lies: the middle between its pupils, their distance, and the direction from one to the other."""

    x: float
    y: float
    unit: float
    cos: float
    sin: float

    def local(self, points: Floats) -> Floats:
        """(n, 2) pixels as distances between the pupils, eyes level."""
        away = (points - np.array([self.x, self.y], np.float32)) / np.float32(self.unit)
        return (away @ np.array([[self.cos, -self.sin], [self.sin, self.cos]], np.float32)).astype(np.float32)

    def placed(self, points: Floats) -> Floats:
        """The inverse of `local`."""
        turned = points @ np.array([[self.cos, self.sin], [-self.sin, self.cos]], np.float32)
        return (turned * np.float32(self.unit) + np.array([self.x, self.y], np.float32)).astype(np.float32)


@lru_cache(maxsize=128)
def frame_of(face: FacePoints) -> Frame:
    """The frame of 68 points; the distance is never less than a sixth of the face's height, so profiles hold."""
    points = np.array(face, np.float64)
    left, right = points[36:42].mean(axis=0), points[42:48].mean(axis=0)
    middle, away = (left + right) / 2, right - left
    distance = float(np.hypot(*away))
    unit = max(distance, float(np.linalg.norm(points[8] - middle)) / 2.6, 1.0)
    direction = away / distance if distance > 1e-6 else np.array([1.0, 0.0])
    return Frame(float(middle[0]), float(middle[1]), unit, float(direction[0]), float(direction[1]))


@lru_cache(maxsize=128)
def outline_of(face: FacePoints) -> tuple[tuple[float, float], ...]:
    """The whole face as a polygon: the jaw, then an arch over the forehead up to the hairline."""
    frame = frame_of(face)
    points = frame.local(np.array(face, np.float32))
    brows = points[17:27]
    left, right = points[0], points[16]
    top = float(brows[:, 1].min()) - FOREHEAD * 0.8
    middle = float(brows[:, 0].mean())
    angles = np.linspace(0, math.pi, 13)[1:-1]
    half, base = (right[0] - left[0]) / 2, (left[1] + right[1]) / 2
    arch = np.stack([middle + half * 0.97 * np.cos(angles), base + (top - base) * np.sin(angles) ** 0.8], axis=1)
    whole = frame.placed(np.concatenate([points[:17], arch.astype(np.float32)]))
    return tuple((float(x), float(y)) for x, y in whole)


def bounds_of(face: FacePoints, retouch: Retouch) -> Rect:
    """Where a retouch of this face may change anything, in pixels of the picture."""
    reach = (NEAR if isinstance(retouch, Beautify) else BEYOND) * frame_of(face).unit
    outline = np.array([*outline_of(face), *face])
    (left, top), (right, bottom) = outline.min(axis=0), outline.max(axis=0)
    return Rect(left - reach, top - reach, right - left + 2 * reach, bottom - top + 2 * reach)


@lru_cache(maxsize=128)
def _is_sound(face: FacePoints) -> bool:
    """All points are there, and none lies where no picture is."""
    return len(face) == POINTS and all(abs(value) < FARTHEST for point in face for value in point)


def faces_in(retouch: Retouch, window: IntRect, scale: float) -> tuple[FacePoints, ...]:
    """The faces that a window of the picture at `scale` shows something of."""
    if not is_active(retouch):
        return ()
    whole = (face for face in retouch.faces if _is_sound(face))
    return tuple(
        face for face in whole
        if not bounds_of(face, retouch).scaled(scale).rounded_out().intersection(window).is_empty
    )


def is_active(retouch: Retouch) -> bool:
    """Whether any slider is away from nothing."""
    return any(bool(value) for name, value in vars(retouch).items() if name != "faces")
