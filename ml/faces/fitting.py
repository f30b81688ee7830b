"""68 points without a download: the average head in the face's pose, drawn to what the picture shows.

Five points give the pose. Then, in a small upright picture of the face, the mouth is moved to the lips (redness and the
dark line between them), the brows to the dark bands above the eyes, and the jaw to the edge of the skin. Each step may
move its points by a bounded amount only, so that a bad picture leaves the average head, not a torn one.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.faces import mouth as mouth_fit
from ml.faces.face import Face, Points
from ml.faces.five_points import five_points
from ml.faces.pose import Pose, fit_pose, turned_head
from ml.faces.shape import GROUPS, average_head
from ml.faces.views import Bytes

Floats = NDArray[np.float32]
UNIT = 64
"""Pixels between the pupils in the small picture."""
SIDE, LEFT, TOP = 5 * UNIT, 2.5 * UNIT, 1.7 * UNIT
"""Its side, and where the middle of the eyes lies in it."""
TREES_AT = (45, 42, 36, 39, 33)
NETWORK_AT = ((36, 37, 38, 39, 40, 41), (42, 43, 44, 45, 46, 47), (30,), (48,), (54,))
"""Which of the 68 points a detecting network's five points are the middle of."""
MOUTH_SPAN, BROW_SPAN, JAW_SPAN = 0.3, 0.3, 0.3
ABOVE, HAIR = 0.16, 0.12
"""How far above a brow there should be skin, and how much darker than the cheeks that skin may be."""
STAY = 0.9
"""How strongly the jaw keeps to the average head."""


def fit_points(picture: Bytes, face: Face) -> Points:
    """(68, 2) pixels of a face found in (height, width, 3) uint8 sRGB."""
    pose = pose_of(picture, face)
    points = turned_head(pose)
    small, forth = _upright(picture, pose)
    local = moved(points, forth)
    local = _brows_moved(small, local)
    local = _mouth_moved(small, local)
    local = _jaw_moved(small, local)
    return moved(local, cv2.invertAffineTransform(forth))


def pose_of(picture: Bytes, face: Face) -> Pose:
    """The pose from the detector's five points where it gave some, and from the trees' five."""
    head = average_head()
    known: list[Floats] = []
    corners: list[Floats] = []
    box = (face.x, face.y, face.width, face.height)
    if len(face.points) == len(NETWORK_AT):
        known.extend(face.points)
        corners.extend(head[list(places)].mean(axis=0) for places in NETWORK_AT)
        first = fit_pose(np.array(known, np.float32), np.array(corners, np.float32))
        face_points = turned_head(first)
        middle, reach = face_points[27:48].mean(axis=0) + face_points[48:].mean(axis=0), first.scale * 2.05
        box = (float(middle[0]) / 2 - reach / 2, float(middle[1]) / 2 - reach / 2, reach, reach)
    angle = face.angle if not len(face.points) else float(np.degrees(first.roll))
    known.extend(_trees_turned(picture, box, angle))
    corners.extend(head[list(TREES_AT)])
    return fit_pose(np.array(known, np.float32), np.array(corners, np.float32))


def _trees_turned(picture: Bytes, box: tuple[float, float, float, float], angle: float) -> Points:
    """The trees' five points in a part of the picture of a fixed size, turned upright."""
    x, y, width, height = box
    scale = 160 / max(width, 1.0)
    turn = cv2.getRotationMatrix2D((x + width / 2, y + height / 2), angle, scale)
    turn[:, 2] += 160 - np.array([x + width / 2, y + height / 2])
    part = sampled(picture, np.asarray(turn), (320, 320))
    gray = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.uint8)
    side = 160 * height / max(width, 1.0)
    return moved(five_points(gray, (80, 160 - side / 2, 160, side)), cv2.invertAffineTransform(turn))


def _upright(picture: Bytes, pose: Pose) -> tuple[Floats, NDArray[Any]]:
    """The face with level eyes at the small size, float32 0 to 1, and the map to it."""
    turn = np.asarray(cv2.getRotationMatrix2D((pose.x, pose.y), np.degrees(pose.roll), UNIT / pose.scale))
    turn[:, 2] += np.array([LEFT, TOP]) - np.array([pose.x, pose.y])
    small = sampled(picture, turn, (round(SIDE), round(SIDE)))
    return small.astype(np.float32) / np.float32(255), turn


def sampled(picture: Bytes, forth: NDArray[Any], size: tuple[int, int]) -> Bytes:
    """A part through an affine map; shrunk by area first where the map shrinks by more than half."""
    scale = float(np.hypot(forth[0, 0], forth[1, 0]))
    steps = max(0, int(np.floor(np.log2(1 / max(scale, 1e-6)))))
    map_ = forth.copy()
    if steps:
        ends = np.array([[0, 0], [size[0], 0], [0, size[1]], size], np.float32)
        corners = moved(ends, cv2.invertAffineTransform(forth))
        low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 4, 0)
        high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 4, [picture.shape[1], picture.shape[0]])
        if (high <= low).any():
            return np.zeros((size[1], size[0], 3), np.uint8)
        part = picture[low[1] : high[1], low[0] : high[0]]
        target = (max(1, part.shape[1] >> steps), max(1, part.shape[0] >> steps))
        picture = np.asarray(cv2.resize(part, target, interpolation=cv2.INTER_AREA), np.uint8)
        grow = np.array([part.shape[1] / target[0], part.shape[0] / target[1]])
        map_[:, 2] = forth[:, :2] @ low + forth[:, 2]
        map_[:, :2] = forth[:, :2] * grow
    found = cv2.warpAffine(picture, map_, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.uint8)


def moved(points: Floats, map_: NDArray[Any]) -> Points:
    """(n, 2) points through an affine map (2, 3)."""
    return (points @ np.asarray(map_[:, :2].T, np.float32) + np.asarray(map_[:, 2], np.float32)).astype(np.float32)


def _rows(picture: Floats, points: Floats, reach: float) -> tuple[Floats, Floats]:
    """Values of a plane above and below points: (offsets,), (offsets, points)."""
    offsets = np.arange(-reach * UNIT, reach * UNIT + 0.5, 1.0, dtype=np.float32)
    x = np.repeat(points[None, :, 0], len(offsets), axis=0)
    y = points[None, :, 1] + offsets[:, None]
    return offsets, np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _weighed(offsets: Floats, scores: Floats, spread: float) -> float:
    """The offset with the best score, far ones held back."""
    scaled = (scores - scores.mean()) / max(float(scores.std()), 1e-6)
    return float(offsets[int(np.argmax(scaled - 0.5 * (offsets / (spread * UNIT)) ** 2))])


def _brows_moved(small: Floats, points: Points) -> Points:
    """Both brows, up or down together, to the dark bands above the eyes, but not into hair that hangs over them."""
    dark = np.asarray(cv2.GaussianBlur(1 - small.mean(axis=2), (0, 0), 1.5), np.float32)
    band = np.asarray(dark - cv2.GaussianBlur(dark, (0, 0), 7), np.float32)
    places = list(GROUPS["left brow"] + GROUPS["right brow"])
    offsets, bands = _rows(band, points[places], BROW_SPAN)
    _, values = _rows(dark, points[places] - np.array([0, ABOVE * UNIT], np.float32), BROW_SPAN)
    inner = [1, 2, 3, 6, 7, 8]
    sides = [bands[:, half].mean(axis=1) for half in (inner[:3], inner[3:])]
    score = np.mean([side / max(float(side.std()), 1e-6) for side in sides], axis=0)
    cheeks = float(np.mean([dark[_around(y), _around(x)].mean() for x, y in (points[[41, 46]] + points[[48, 54]]) / 2]))
    hair = np.maximum(values[:, inner].mean(axis=1) - cheeks - HAIR, 0)
    stray = (offsets / (0.12 * UNIT)) ** 2 * np.where(offsets < 0, 1.5, 0.5)
    found = points.copy()
    found[places, 1] += offsets[int(np.argmax(score - stray - 30 * hair))]
    return found


def _mouth_moved(small: Floats, points: Points) -> Points:
    """The mouth up or down to the line between the lips, then as wide and as open as the red of the lips."""
    gray = cv2.GaussianBlur(small.mean(axis=2), (0, 0), 1.2)
    line = np.asarray(cv2.GaussianBlur(gray, (0, 0), 6) - gray, np.float32)
    red = np.asarray(_redness(small), np.float32)
    places = list(GROUPS["mouth"])
    mouth = points[places]
    middle = np.linspace(mouth[0], mouth[6], 9)[1:-1].astype(np.float32)
    offsets, dark = _rows(line, middle, MOUTH_SPAN)
    _, reds = _rows(red, middle, MOUTH_SPAN)
    score = dark.mean(axis=1) / max(float(dark.std()), 1e-6) + 0.7 * reds.mean(axis=1) / max(float(reds.std()), 1e-6)
    shift = _weighed(offsets, np.asarray(score), 0.16)
    found = points.copy()
    found[places, 1] += np.float32(shift)
    found[places] = mouth_fit.fitted(small, found, UNIT)
    return found


def _redness(small: Floats) -> Floats:
    """Red against green, by the light: lips stand out from skin of any tone."""
    return np.asarray(cv2.GaussianBlur((small[..., 0] - small[..., 1]) / (small.sum(axis=2) + 0.05), (0, 0), 2))


def _jaw_moved(small: Floats, points: Points) -> Points:
    """The jaw along rays from the nose to where the skin ends, in a smooth line, by dynamic programming."""
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32)
    soft = np.asarray(cv2.GaussianBlur(lab, (0, 0), 1.5), np.float32)
    center = points[[30, 51]].mean(axis=0)
    places = list(GROUPS["jaw"])
    away = points[places] - center
    lengths = np.linalg.norm(away, axis=1, keepdims=True).astype(np.float32)
    steps = np.arange(-JAW_SPAN * UNIT, JAW_SPAN * UNIT + 0.5, 1.5, dtype=np.float32)
    rays = (center[None, None] + away[None] * (1 + steps[:, None, None] / lengths[None])).astype(np.float32)
    edge = _across(soft, rays, (away / lengths).astype(np.float32))
    edge = edge / max(float(edge.mean()), 1e-6)
    skin = np.asarray(cv2.remap(_skin_likeness(soft, points), rays[..., 0], rays[..., 1], cv2.INTER_LINEAR), np.float32)
    gain = np.cumsum(skin - np.float32(0.5), axis=0) * np.float32(0.35)
    score = gain + 0.5 * edge - STAY * (steps[:, None] / (0.2 * UNIT)) ** 2
    chosen = _smooth_path(np.asarray(score, np.float32))
    found = points.copy()
    found[places] += away / lengths * steps[chosen][:, None]
    return found


def _skin_likeness(lab: Floats, points: Points) -> Floats:
    """0 to 1: how much each pixel has the colour of the cheeks and the nose, shaded or not."""
    cheeks = np.concatenate([points[29:31], (points[[41, 46]] * 1 + points[[48, 54]]) / 2, points[[31, 35]]])
    colours = np.concatenate([lab[_around(x), _around(y)].reshape(-1, 3) for y, x in cheeks])
    middle = np.median(colours, axis=0)
    spread = np.maximum(np.abs(colours - middle).mean(axis=0) * 2.0, np.array([14.0, 4.0, 4.0]))
    away = (((lab - middle) / (spread * np.array([1.8, 1.5, 1.5]))) ** 2).sum(axis=2)
    return np.asarray(np.exp(-away / 2), np.float32)


def _around(place: float, reach: int = 3) -> slice:
    middle = int(np.clip(place, reach, SIDE - reach - 1))
    return slice(middle - reach, middle + reach + 1)


def _across(lab: Floats, rays: Floats, outwards: Floats) -> Floats:
    """How strongly colour changes from inside to outside at each place of each ray: (steps, rays)."""
    gap = 3.0
    inner, outer = rays - outwards * gap, rays + outwards * gap
    sides = [cv2.remap(lab, side[..., 0], side[..., 1], cv2.INTER_LINEAR) for side in (inner, outer)]
    return np.asarray(np.linalg.norm(np.asarray(sides[1]) - np.asarray(sides[0]), axis=2), np.float32)


def _smooth_path(scores: Floats, stiffness: float = 0.35) -> NDArray[np.int64]:
    """For each column the row of the best path whose neighbours differ little."""
    rows, columns = scores.shape
    bend = stiffness * np.abs(np.arange(rows)[:, None] - np.arange(rows)[None]).astype(np.float32)
    best, came = scores[:, 0].copy(), np.zeros((rows, columns), np.int64)
    for column in range(1, columns):
        total = best[None] - bend
        came[:, column] = total.argmax(axis=1)
        best = total.max(axis=1) + scores[:, column]
    path = np.zeros(columns, np.int64)
    path[-1] = int(best.argmax())
    for column in range(columns - 1, 0, -1):
        path[column - 1] = came[path[column], column]
    return path
