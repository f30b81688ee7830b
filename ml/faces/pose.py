"""How a head is turned: the average head laid upon a few known points by weak perspective, least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.faces.shape import average_head

Floats = NDArray[np.float32]
PRIOR = np.array([0.0, 0.0, 0.0, 0.06, 0.12, 0.0])
"""How strongly the turn to the side and the nod are held back, in parts of the distance between the pupils."""


@dataclass(frozen=True)
class Pose:
    """`scale` in pixels a distance between the pupils; angles in radians; (x, y) where the middle of the eyes is."""

    x: float
    y: float
    scale: float
    yaw: float
    nod: float
    roll: float

    def project(self, head: Floats) -> Floats:
        """(n, 2) pixels of (n, 3) points of a head."""
        return np.asarray(_project(np.array([self.x, self.y, np.log(self.scale), self.yaw, self.nod, self.roll]), head))


def _project(numbers: NDArray[np.float64], head: Floats) -> Floats:
    x, y, log_scale, yaw, nod, roll = numbers
    a, b = np.cos(yaw), np.sin(yaw)
    across, depth = head[:, 0] * a + head[:, 2] * b, head[:, 2] * a - head[:, 0] * b
    down = head[:, 1] * np.cos(nod) - depth * np.sin(nod)
    c, s, scale = np.cos(roll), np.sin(roll), np.exp(log_scale)
    placed = [x + scale * (c * across - s * down), y + scale * (s * across + c * down)]
    return np.stack(placed, axis=1).astype(np.float32)


def fit_pose(points: Floats, corners: Floats, weights: Floats | None = None) -> Pose:
    """The pose in which `corners` (n, 3) of a head fall on `points` (n, 2), by Gauss and Newton with damping."""
    spread = np.linalg.norm(points - points.mean(axis=0), axis=1).mean()
    shape = np.linalg.norm((corners - corners.mean(axis=0))[:, :2], axis=1).mean()
    numbers = np.array([*points.mean(axis=0), np.log(max(spread / shape, 1e-3)), 0, 0, _lean(points, corners)], float)
    trust = np.ones(len(points)) if weights is None else np.asarray(weights, float)
    for _ in range(25):
        scale = np.exp(numbers[2])
        misses = _misses(numbers, points, corners, trust)
        slopes = np.empty((len(misses), 6))
        for place, step in enumerate((0.01 * scale, 0.01 * scale, 0.01, 0.01, 0.01, 0.01)):
            moved = numbers.copy()
            moved[place] += step
            slopes[:, place] = (_misses(moved, points, corners, trust) - misses) / step
        change = np.linalg.lstsq(slopes.T @ slopes + 1e-9 * np.eye(6), -slopes.T @ misses, rcond=None)[0]
        numbers += np.clip(change, *_limits(scale))
        numbers[3:5] = np.clip(numbers[3:5], -0.9, 0.9)
    return Pose(float(numbers[0]), float(numbers[1]), float(np.exp(numbers[2])), *(float(item) for item in numbers[3:]))


def _limits(scale: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    most = np.array([scale, scale, 0.3, 0.3, 0.3, 0.5])
    return -most, most


def _misses(
    numbers: NDArray[np.float64], points: Floats, corners: Floats, trust: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distances in parts of the scale, then how far the angles stray from a face that looks at us."""
    away = (_project(numbers, corners) - points) / np.exp(numbers[2]) * trust[:, None]
    return np.concatenate([away.ravel(), PRIOR * numbers])


def _lean(points: Floats, corners: Floats) -> float:
    """The turn in the plane that lays the flat corners best on the points."""
    one, other = corners[:, :2] - corners[:, :2].mean(axis=0), points - points.mean(axis=0)
    across = float((one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]).sum())
    return float(np.arctan2(across, float((one * other).sum())))


def turned_head(pose: Pose) -> Floats:
    """(68, 2) pixels of the average head in a pose."""
    return pose.project(average_head())
