"""A face that was found, and how several findings of the same face become one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
NO_POINTS = np.zeros((0, 2), np.float32)


@dataclass(frozen=True, eq=False)
class Face:
    """An upright box in pixels of the picture, a score whose meaning is the detector's, and the points it gave.

    `points` is (count, 2) float32, x then y: 0, 5 or 68 of them. `angle` is how far the face leans to the right, in
    degrees, where the detector had to turn the picture to see it.
    """

    x: float
    y: float
    width: float
    height: float
    score: float
    points: Points = field(default_factory=lambda: NO_POINTS)
    angle: float = 0.0

    @property
    def area(self) -> float:
        return self.width * self.height

    def placed(self, scale: float, x: float, y: float) -> Face:
        """The face of a part, drawn at `scale`, that begins at (x, y): in pixels of the whole."""
        return replace(
            self, x=self.x / scale + x, y=self.y / scale + y, width=self.width / scale, height=self.height / scale,
            points=(self.points / np.float32(scale) + np.array([x, y], np.float32)).astype(np.float32),
        )


def overlap(one: Face, other: Face) -> float:
    """Area shared by two boxes over the area of both together."""
    return _shared(one, other) / max(one.area + other.area - _shared(one, other), 1e-9)


def cover(one: Face, other: Face) -> float:
    """How much of the smaller box lies in the other."""
    return _shared(one, other) / max(min(one.area, other.area), 1e-9)


def _shared(one: Face, other: Face) -> float:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(across, 0.0) * max(down, 0.0)


def suppressed(faces: list[Face], limit: float = 0.3) -> list[Face]:
    """Greedy non-maximum suppression: of boxes that overlap by more than `limit` the one with the best score."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda item: -item.score):
        if all(overlap(face, other) <= limit for other in kept):
            kept.append(face)
    return kept


def merged(faces: list[Face], inside: float = 0.6) -> list[Face]:
    """As `suppressed`, for findings at several sizes: a box that lies mostly inside a better one goes too."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda item: -item.score):
        if all(overlap(face, other) <= 0.3 and cover(face, other) <= inside for other in kept):
            kept.append(face)
    return kept
