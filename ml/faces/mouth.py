"""The mouth's 20 points: the average mouth made wider, more open and more smiling until it covers what is no skin.

Lips, teeth and the dark between them have little in common but that they differ from the skin around them. So each
pixel near the mouth is weighed by how unlike skin it is, and the outline is grown or shrunk, one number after the
other, to where it gathers most (S. Zhu and A. Yuille, Region Competition, 1996, with one region of known colour).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
OUTER, LOWER = 12, (55, 56, 57, 58, 59, 65, 66, 67)
FIRST = 48
SKIN_AT = (
    (48, 31, 0.45), (54, 35, 0.45), (57, 8, 0.5), (57, 8, 0.7), (48, 4, 0.4), (54, 12, 0.4), (41, 48, 0.5),
    (46, 54, 0.5),
)  # fmt: skip
"""Where skin is looked at: from one point towards another, this far."""
UNLIKE = 3.2
"""The squared distance from skin at which a pixel counts neither way."""


@dataclass(frozen=True)
class Mouth:
    """How the average mouth is changed; lengths in distances between the pupils."""

    right: float = 0.0
    down: float = 0.0
    width: float = 1.0
    open: float = 0.0
    smile: float = 0.0
    thickness: float = 1.0


TRIED: dict[str, tuple[float, ...]] = {
    "down": (-0.12, -0.08, -0.04, 0.04, 0.08, 0.12), "width": (-0.24, -0.12, -0.06, 0.06, 0.12, 0.24),
    "smile": (-0.06, -0.03, 0.03, 0.06), "open": (-0.16, -0.08, -0.04, 0.04, 0.08, 0.16),
    "right": (-0.12, -0.06, -0.03, 0.03, 0.06, 0.12), "thickness": (-0.2, 0.2),
}  # fmt: skip
USUAL = Mouth(width=1.08, open=0.03, smile=0.02)
HELD: dict[str, float] = {"down": 0.13, "width": 0.3, "smile": 0.09, "open": 0.22, "right": 0.1, "thickness": 0.4}
"""How far each number usually strays from the usual mouth's."""
LEAST: dict[str, float] = {"open": -0.04, "width": 0.75, "thickness": 0.6}
ROUNDS = 4


def fitted(small: Floats, points: Floats, unit: float) -> Floats:
    """(20, 2): the mouth of an upright face, (height, width, 3) float32 sRGB 0 to 1, around where 68 points have it."""
    base = points[FIRST:]
    weights = _unlike_skin(small, points)
    best, score = Mouth(), _score(weights, base, Mouth(), unit)
    for _ in range(ROUNDS):
        before = best
        for name, steps in TRIED.items():
            for other in (replace(best, **{name: _kept(name, getattr(best, name) + step)}) for step in steps):
                reached = _score(weights, base, other, unit)
                if reached > score:
                    best, score = other, reached
        if best == before:
            break
    return placed(base, best, unit)


def _kept(name: str, value: float) -> float:
    return max(value, LEAST.get(name, value))


def placed(base: Floats, mouth: Mouth, unit: float) -> Floats:
    """The 20 points of a changed mouth."""
    middle = (base[0] + base[6]) / 2
    across = base[6] - base[0]
    half = max(float(np.linalg.norm(across)) / 2, 1e-3)
    share = np.clip((base[:, 0] - middle[0]) / half, -1, 1)
    found = base.astype(np.float32).copy()
    found[:, 0] = middle[0] + (base[:, 0] - middle[0]) * mouth.width + mouth.right * unit
    found[:, 1] = middle[1] + (base[:, 1] - middle[1]) * mouth.thickness + mouth.down * unit
    found[:, 1] -= mouth.smile * unit * (share**2 - 0.3)
    low = [number - FIRST for number in LOWER]
    found[low, 1] += mouth.open * unit * (1 - share[low] ** 2)
    return found


def _score(weights: Floats, base: Floats, mouth: Mouth, unit: float) -> float:
    """What the outline gathers, less how unusual the mouth is."""
    outline = placed(base, mouth, unit)[:OUTER]
    low = np.maximum(np.floor(outline.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(outline.max(axis=0)).astype(int) + 1, [weights.shape[1], weights.shape[0]])
    if (high <= low).any():
        return -1e9
    inside = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    cv2.fillPoly(inside, [np.rint((outline - low) * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    gathered = float((weights[low[1] : high[1], low[0] : high[0]] * inside).sum()) / unit**2
    held = sum(((getattr(mouth, name) - getattr(USUAL, name)) / spread) ** 2 for name, spread in HELD.items())
    return gathered - 0.035 * float(held)


def _unlike_skin(small: Floats, points: Floats) -> Floats:
    """-1 where a pixel looks like the skin around the mouth, up to 1.5 where it does not at all."""
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.0), cv2.COLOR_RGB2LAB), np.float32)
    places = [points[one] + (points[other] - points[one]) * far for one, other, far in SKIN_AT]
    seen = np.concatenate([_patch(lab, place) for place in places])
    middle = np.median(seen, axis=0)
    spread = 1.5 * np.median(np.abs(seen - middle), axis=0) + np.array([7.0, 2.0, 2.5])
    away = ((lab - middle) / spread) ** 2
    distance = 0.5 * away[..., 0] + away[..., 1] + 0.5 * away[..., 2]
    return np.asarray(np.clip(distance / UNLIKE - 1, -1, 1.5), np.float32)


def _patch(lab: Floats, place: NDArray[Any], reach: int = 3) -> Floats:
    x, y = (int(np.clip(value, reach, side - reach - 1)) for value, side in zip(place, lab.shape[1::-1]))
    return lab[y - reach : y + reach + 1, x - reach : x + reach + 1].reshape(-1, 3)
