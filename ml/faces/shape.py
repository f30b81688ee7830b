"""The 68 points of a face: what each is, and what an average head looks like in depth.

The numbering is that of the Multi-PIE and 300-W collections, which most landmark models follow. The average head below
was written for this program from proportions of adult heads; its unit is the distance between the pupils.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
COUNT = 68
GROUPS: dict[str, tuple[int, ...]] = {
    "jaw": tuple(range(17)),
    "left brow": tuple(range(17, 22)),
    "right brow": tuple(range(22, 27)),
    "nose": tuple(range(27, 36)),
    "left eye": tuple(range(36, 42)),
    "right eye": tuple(range(42, 48)),
    "mouth": tuple(range(48, 68)),
}
"""Left and right are the picture's."""
CLOSED = ("left eye", "right eye")
OUTER_LIPS = tuple(range(48, 60))
INNER_LIPS = tuple(range(60, 68))

# The picture's right half and the middle: (index, x, y, z), y down, z towards the viewer, from between the pupils.
HALF = (
    (16, 1.16, -0.06, -1.15), (15, 1.15, 0.27, -1.08), (14, 1.10, 0.58, -0.98), (13, 1.03, 0.90, -0.80),
    (12, 0.91, 1.19, -0.55), (11, 0.74, 1.46, -0.27), (10, 0.53, 1.70, -0.02), (9, 0.28, 1.88, 0.13),
    (8, 0.00, 1.95, 0.18),
    (22, 0.20, -0.35, 0.16), (23, 0.39, -0.44, 0.14), (24, 0.58, -0.47, 0.06), (25, 0.78, -0.44, -0.08),
    (26, 0.94, -0.33, -0.28),
    (27, 0.00, -0.03, 0.16), (28, 0.00, 0.19, 0.30), (29, 0.00, 0.41, 0.46), (30, 0.00, 0.64, 0.62),
    (33, 0.00, 0.84, 0.38), (34, 0.13, 0.82, 0.33), (35, 0.25, 0.77, 0.22),
    (42, 0.27, 0.03, -0.02), (43, 0.41, -0.07, 0.05), (44, 0.58, -0.07, 0.02), (45, 0.73, 0.01, -0.14),
    (46, 0.60, 0.07, -0.02), (47, 0.43, 0.08, 0.02),
    (51, 0.00, 1.13, 0.36), (52, 0.10, 1.11, 0.36), (53, 0.26, 1.14, 0.26), (54, 0.43, 1.24, 0.06),
    (55, 0.28, 1.36, 0.20), (56, 0.13, 1.41, 0.28), (57, 0.00, 1.43, 0.30),
    (62, 0.00, 1.21, 0.32), (63, 0.11, 1.20, 0.31), (64, 0.36, 1.235, 0.10), (65, 0.11, 1.27, 0.28),
    (66, 0.00, 1.28, 0.30),
)  # fmt: skip


@lru_cache(maxsize=1)
def mirror() -> tuple[int, ...]:
    """The index of each point's counterpart on the other side."""
    pairs = {16 - i: i for i in range(17)} | {26 - i: 17 + i for i in range(10)} | {i: i for i in range(27, 31)}
    pairs |= {35 - i: 31 + i for i in range(5)}
    pairs |= {36: 45, 37: 44, 38: 43, 39: 42, 40: 47, 41: 46, 45: 36, 44: 37, 43: 38, 42: 39, 47: 40, 46: 41}
    pairs |= {54 - i: 48 + i for i in range(7)} | {59 - i: 55 + i for i in range(5)}
    pairs |= {64 - i: 60 + i for i in range(5)} | {67 - i: 65 + i for i in range(3)}
    return tuple(pairs[index] for index in range(COUNT))


@lru_cache(maxsize=1)
def average_head() -> Floats:
    """(68, 3) in distances between the pupils."""
    head = np.full((COUNT, 3), np.nan, np.float32)
    for index, x, y, z in HALF:
        head[index] = (x, y, z)
        head[mirror()[index]] = (-x, y, z) if x else (0.0, y, z)
    return head


def pupils(points: Floats) -> Floats:
    """(2, 2): the middles of both eyes of 68 points."""
    return np.stack([points[list(GROUPS[name])].mean(axis=0) for name in CLOSED])


def box_of(points: Floats) -> tuple[float, float, float, float]:
    """x, y, width, height around 68 points, with room for the forehead."""
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    rise = 0.25 * float(bottom - top)
    return float(left), float(top) - rise, float(right - left), float(bottom - top) + rise


def outline_of(points: Floats, rise: float = 0.55) -> Floats:
    """(n, 2): the jaw, then an arch over the forehead, `rise` distances between the pupils above the brows."""
    left, right = pupils(points)
    across = (right - left) / max(float(np.linalg.norm(right - left)), 1e-6)
    unit = max(float(np.linalg.norm(right - left)), float(np.linalg.norm(points[8] - (left + right) / 2)) / 2.6)
    up = np.array([across[1], -across[0]], np.float32)
    brows = points[17:27]
    lift = rise * unit * np.sin(np.linspace(0.35, np.pi - 0.35, 10, dtype=np.float32))
    arch = brows + up * lift[:, None]
    return np.concatenate([points[:17], arch[::-1]]).astype(np.float32)
