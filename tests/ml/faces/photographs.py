"""Other people's photographs for tests of faces, and a painted face for those that need none."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ml.faces.shape import average_head

BY_HAND = {
    "left pupil": (203.0, 101.0), "right pupil": (246.5, 103.5), "nose": (224.0, 126.0), "left corner": (203.0, 140.0),
    "right corner": (246.0, 140.5), "lower lip": (222.0, 154.0), "chin": (223.0, 178.0), "left brow": (199.0, 89.0),
    "right brow": (247.0, 92.5),
}  # fmt: skip
"""Places of the astronaut's face, read off an enlargement by eye."""
NUMBERS = {
    "left pupil": range(36, 42), "right pupil": range(42, 48), "nose": [30], "left corner": [48], "right corner": [54],
    "lower lip": [57], "chin": [8], "left brow": [19], "right brow": [24],
}  # fmt: skip
BETWEEN_PUPILS = 43.6


def photo(corpora: Path, name: str) -> np.ndarray:
    """(height, width, 3) uint8 sRGB."""
    [path] = list(corpora.glob(f"photos/**/data/{name}"))[:1]
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])


def misses(points: np.ndarray) -> dict[str, float]:
    """How far each hand-checked place is missed, in pixels."""
    return {
        name: float(np.linalg.norm(points[list(NUMBERS[name])].mean(axis=0) - place)) for name, place in BY_HAND.items()
    }


def placed_head(unit: float, x: float, y: float) -> np.ndarray:
    """(68, 2): the average head that looks at us, with its eyes' middle at (x, y)."""
    return (average_head()[:, :2] * np.float32(unit) + np.float32([x, y])).astype(np.float32)


def painted(points: np.ndarray, width: int, height: int, seed: int = 3) -> np.ndarray:
    """A plain face on blue: skin with patches and grain, eyes, lips. (height, width, 3) float32 sRGB 0 to 1."""
    chance = np.random.default_rng(seed)
    picture = np.full((height, width, 3), (0.15, 0.25, 0.5), np.float32)
    unit = float(points[45, 0] - points[36, 0]) / 1.46
    middle = points[[0, 16, 8]].mean(axis=0)
    axes = ((points[16, 0] - points[0, 0]) / 2 * 1.02, (points[8, 1] - points[0, 1]) * 0.92)
    cv2.ellipse(picture, _whole(middle - [0, 0.1 * unit]), _whole(axes), 0, 0, 360, (0.82, 0.62, 0.52), -1)
    for place in [*points[17:27]]:
        cv2.circle(picture, _whole(place), max(1, round(0.05 * unit)), (0.3, 0.2, 0.15), -1)
    for eye in (points[36:42], points[42:48]):
        cv2.fillPoly(picture, [np.rint(eye).astype(np.int32)], (0.85, 0.83, 0.8))
        cv2.circle(picture, _whole(eye.mean(axis=0)), max(1, round(0.06 * unit)), (0.2, 0.12, 0.08), -1)
    cv2.fillPoly(picture, [np.rint(points[48:60]).astype(np.int32)], (0.7, 0.3, 0.32))
    grain = chance.normal(0, 0.015, picture.shape[:2]).astype(np.float32)
    patches = cv2.GaussianBlur(chance.normal(0, 1, picture.shape[:2]).astype(np.float32), (0, 0), 0.06 * unit)
    return np.clip(picture + (grain + 0.02 * patches / patches.std())[..., None], 0, 1).astype(np.float32)


def _whole(pair) -> tuple[int, int]:
    return round(float(pair[0])), round(float(pair[1]))
