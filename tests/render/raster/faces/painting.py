"""A painted face as layers, for tests of retouches. The points are given, nothing is found."""

from __future__ import annotations

import cv2
import numpy as np

from render.geometry import IntRect
from render.raster.compositor import Compositor
from render.raster.depth import from_unit, to_unit
from render.raster.faces.values import FacePoints
from render.raster.tree import AdjustmentLayer, Composition, PixelLayer
from tests.render.raster.scenes import tiles_of

JAW = [(-1.15 * np.cos(angle), -0.05 + 1.95 * np.sin(angle)) for angle in np.linspace(0, np.pi, 17)]
BROWS = [(side * x, y) for side, order in ((-1, -1), (1, 1)) for x, y in
         [(0.2, -0.35), (0.39, -0.44), (0.58, -0.47), (0.78, -0.44), (0.94, -0.33)][::order]]  # fmt: skip
NOSE = [(0, 0), (0, 0.2), (0, 0.4), (0, 0.62), (-0.25, 0.77), (-0.13, 0.82), (0, 0.84), (0.13, 0.82), (0.25, 0.77)]
EYE = [(-0.23, 0.02), (-0.09, -0.07), (0.08, -0.07), (0.23, 0.02), (0.1, 0.08), (-0.08, 0.08)]
MOUTH = [(-0.43, 1.24), (-0.26, 1.14), (-0.1, 1.11), (0, 1.13), (0.1, 1.11), (0.26, 1.14), (0.43, 1.24), (0.28, 1.4),
         (0.13, 1.46), (0, 1.48), (-0.13, 1.46), (-0.28, 1.4)]  # fmt: skip
TEETH = [(-0.36, 1.24), (-0.11, 1.2), (0, 1.2), (0.11, 1.2), (0.36, 1.24), (0.11, 1.34), (0, 1.36), (-0.11, 1.34)]
HEAD = np.array(
    [*JAW, *BROWS, *NOSE, *[(x - 0.5, y) for x, y in EYE], *[(x + 0.5, y) for x, y in EYE], *MOUTH, *TEETH], np.float32
)
"""68 points that look at us, in distances between the pupils; the middle between them is (0, 0)."""


def face_at(unit: float, x: float, y: float, lean: float = 0.0) -> FacePoints:
    """`lean` in radians, clockwise."""
    c, s = np.cos(lean), np.sin(lean)
    points = HEAD @ np.array([[c, s], [-s, c]], np.float32) * unit + [x, y]
    return tuple((float(a), float(b)) for a, b in points)


def picture_of(face: FacePoints, width: int, height: int, seed: int = 3) -> np.ndarray:
    """Skin with red patches, grain and a shiny spot on blue, yellowish teeth: (height, width, 3) float32 0 to 1."""
    points = np.array(face, np.float32)
    unit = float(np.linalg.norm(points[42:48].mean(axis=0) - points[36:42].mean(axis=0)))
    chance = np.random.default_rng(seed)
    picture = np.full((height, width, 3), (0.15, 0.25, 0.5), np.float32)
    forehead = points[:17] * [1, -1] + [0, 2 * points[0, 1] - 0.2 * unit]
    fill(picture, np.concatenate([points[:17], forehead[::-1]]), (0.78, 0.6, 0.5))
    patches = cv2.GaussianBlur(chance.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 0.055 * unit)
    patches = 0.03 * patches / patches.std()
    picture += np.stack([patches, 0.5 * patches, 0.5 * patches], axis=2)
    for eye in (points[36:42], points[42:48]):
        fill(picture, eye, (0.75, 0.7, 0.68))
        cv2.circle(picture, tuple(int(v) for v in eye.mean(axis=0)), max(1, int(0.06 * unit)), (0.2, 0.12, 0.08), -1)
    fill(picture, points[48:60], (0.65, 0.28, 0.3))
    fill(picture, points[60:68], (0.8, 0.74, 0.55))
    return np.clip(picture + chance.normal(0, 0.012, picture.shape), 0, 1).astype(np.float32)


def fill(picture: np.ndarray, polygon: np.ndarray, colour: tuple[float, float, float]) -> None:
    cv2.fillPoly(picture, [np.rint(polygon).astype(np.int32)], colour)


def drawn(
    rgb: np.ndarray, *adjustments: object, dtype: str = "float32", level: int = 0, region: IntRect | None = None,
    compositor: Compositor | None = None,
) -> np.ndarray:
    """What layers of adjustments over an opaque picture (or one with alpha) show, as floats."""
    height, width = rgb.shape[:2]
    rgba = rgb if rgb.shape[2] == 4 else np.dstack([rgb, np.ones((height, width), np.float32)])
    above = (AdjustmentLayer(adjustment=adjustment) for adjustment in adjustments)
    layers = (PixelLayer(tiles=tiles_of(from_unit(rgba, dtype))), *above)
    whole = IntRect(0, 0, -(-width // 2**level), -(-height // 2**level))
    picture = Composition(layers, dtype, IntRect(0, 0, width, height))
    return to_unit((compositor or Compositor()).composite(picture, region or whole, level))
