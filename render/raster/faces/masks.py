"""Soft masks of the parts of a face, drawn from its points into a window."""

from __future__ import annotations

from typing import cast

import numpy as np

from render.geometry import IntRect
from render.raster.faces.values import FacePoints, Floats, frame_of, outline_of

LEFT_EYE, RIGHT_EYE = tuple(range(36, 42)), tuple(range(42, 48))
LEFT_BROW, RIGHT_BROW = tuple(range(17, 22)), tuple(range(22, 27))
LIPS, INNER_LIPS = tuple(range(48, 60)), tuple(range(60, 68))
NOSTRILS = (31, 32, 33, 34, 35)
_BITS = 4


def softened(plane: Floats, sigma: float) -> Floats:
    """A Gaussian blur of a float plane or picture; nothing below a third of a pixel."""
    import cv2

    return plane if sigma < 0.3 else cast(Floats, cv2.GaussianBlur(plane, (0, 0), sigma))


def shape(polygon: Floats, window: IntRect, scale: float, feather: float) -> Floats:
    """(height, width) coverage of a polygon in pixels of the picture, with an edge `feather` pixels soft."""
    import cv2

    plane = np.zeros((window.height, window.width), np.float32)
    local = polygon * np.float32(scale) - np.array([window.x + 0.5, window.y + 0.5], np.float32)
    places = np.rint(local * (1 << _BITS)).astype(np.int32)
    cv2.fillPoly(plane, [places], 1.0, cv2.LINE_AA if feather < 1 else cv2.LINE_8, _BITS)
    return softened(plane, feather * scale)


def _grown(points: Floats, share: float, lift: float = 0.0) -> Floats:
    """A polygon made larger around its middle; `lift` moves it up, in the same pixels."""
    middle = points.mean(axis=0)
    return np.asarray((points - middle) * np.float32(1 + share) + middle - np.array([0, lift], np.float32), np.float32)


def skin(face: FacePoints, window: IntRect, scale: float) -> Floats:
    """The face without eyes, brows, lips and nostrils."""
    points, unit = np.array(face, np.float32), frame_of(face).unit
    whole = shape(np.array(outline_of(face), np.float32), window, scale, 0.07 * unit)
    for places, share in ((LEFT_EYE, 0.75), (RIGHT_EYE, 0.75), (LIPS, 0.16)):
        whole *= 1 - shape(_grown(points[list(places)], share, 0.02 * unit), window, scale, 0.035 * unit)
    for places in (LEFT_BROW, RIGHT_BROW):
        whole *= 1 - shape(_band(points[list(places)], 0.11 * unit), window, scale, 0.04 * unit)
    return whole * (1 - 0.8 * shape(_band(points[list(NOSTRILS)], 0.05 * unit), window, scale, 0.03 * unit))


def _band(line: Floats, width: float) -> Floats:
    """A polyline as a band."""
    away = np.gradient(line, axis=0)
    normal = np.stack([-away[:, 1], away[:, 0]], axis=1)
    normal = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6) * np.float32(width)
    return np.asarray(np.concatenate([line - normal, (line + normal)[::-1]]), np.float32)


def eyes(face: FacePoints, window: IntRect, scale: float, share: float = 0.06) -> Floats:
    """What lies between the lids."""
    points, unit = np.array(face, np.float32), frame_of(face).unit
    both = [shape(_grown(points[list(eye)], share), window, scale, 0.022 * unit) for eye in (LEFT_EYE, RIGHT_EYE)]
    return np.maximum(both[0], both[1])


def mouth(face: FacePoints, window: IntRect, scale: float) -> Floats:
    """What lies between the lips, with a little of them, for teeth that the points do not quite frame."""
    points, unit = np.array(face, np.float32), frame_of(face).unit
    inner = points[list(INNER_LIPS)]
    opened = inner + (points[[48, 50, 51, 52, 54, 56, 57, 58]] - inner) * np.float32(0.45)
    return shape(np.asarray(opened, np.float32), window, scale, 0.03 * unit)
