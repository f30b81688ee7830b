"""What lies over a face: hair, a hand, a shoulder, glasses. It is told from skin by its colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
CHEEKS = ((41, 48, 0.35), (46, 54, 0.35), (41, 48, 0.65), (46, 54, 0.65), (30, 33, 0.3), (27, 28, 0.5), (8, 57, 0.55))
"""Where skin is looked at: from one point towards another, this far."""
UNIT = 64
"""A face is looked at with its pupils at most this many pixels apart."""
FAR = 1.8
"""How many spreads from the skin's own colour something is no skin."""


def uncovered(picture: Floats, points: Floats, unit: float) -> Floats:
    """(height, width) coverage 0 to 1 of bare skin: in one piece, without specks and holes.

    `picture` is (height, width, 3) float32 sRGB 0 to 1, the points lie in its pixels. What lies between brows and
    mouth always counts as the face.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, UNIT / max(unit, 1.0))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA), np.float32)
    bare = _bare(small, np.asarray(points * np.float32(scale), np.float32), unit * scale)
    return np.asarray(cv2.resize(bare, (width, height), interpolation=cv2.INTER_LINEAR) > 0.5, np.float32)


def _bare(picture: Floats, points: Floats, unit: float) -> Floats:
    """`uncovered` with a soft edge, at the size of the picture that it is given."""
    hull = np.asarray(cv2.convexHull(np.asarray(points[17:], np.float32)), np.float32)[:, 0]
    core = _filled(hull, picture.shape[:2])
    core = np.asarray(cv2.dilate(core, _disc(0.1 * unit)), np.uint8)
    bare = ((_likeness(picture, points, unit) > 0.5) | (core > 0)).astype(np.uint8)
    bare = np.asarray(cv2.morphologyEx(bare, cv2.MORPH_CLOSE, _disc(0.12 * unit)), np.uint8)
    bare = np.asarray(cv2.morphologyEx(bare, cv2.MORPH_OPEN, _disc(0.18 * unit)), np.uint8) | core
    outlines = cv2.findContours(bare, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    face = np.zeros_like(bare)
    if outlines:
        cv2.drawContours(face, [max(outlines, key=cv2.contourArea)], -1, 1, cv2.FILLED)
    return np.asarray(cv2.GaussianBlur(face.astype(np.float32), (0, 0), max(0.05 * unit, 0.8)), np.float32)


def _likeness(picture: Floats, points: Floats, unit: float) -> Floats:
    """0 to 1 by colour, more by hue than by light, for a face is round and lit from one side."""
    soft = cv2.GaussianBlur(np.ascontiguousarray(picture), (0, 0), max(0.03 * unit, 0.8))
    lab = np.asarray(cv2.cvtColor(soft, cv2.COLOR_RGB2LAB), np.float32)
    reach = max(1, round(0.06 * unit))
    seen = [_patch(lab, points[one] + (points[other] - points[one]) * far, reach) for one, other, far in CHEEKS]
    colours = np.concatenate([part for part in seen if len(part)] or [lab.reshape(-1, 3)])
    middle = np.median(colours, axis=0)
    spread = 1.5 * np.median(np.abs(colours - middle), axis=0) + np.array([9.0, 3.0, 4.0])
    away = ((lab - middle) / (spread * np.array([1.35, 1.0, 1.0]))) ** 2
    return np.asarray(np.exp(-away.sum(axis=2) / FAR**2 * np.log(2)), np.float32)


def _patch(lab: Floats, place: Floats, reach: int) -> Floats:
    x, y = round(float(place[0])), round(float(place[1]))
    return lab[max(0, y - reach) : max(0, y + reach + 1), max(0, x - reach) : max(0, x + reach + 1)].reshape(-1, 3)


def _filled(polygon: Floats, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    plane = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(plane, [np.rint(polygon * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return plane


def _disc(diameter: float) -> NDArray[np.uint8]:
    side = max(3, round(diameter) | 1)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
