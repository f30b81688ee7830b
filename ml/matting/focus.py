"""Which parts of a photograph are in focus: a blurred surrounding tells what the photographer meant."""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FINE = 1.0
WINDOW = 0.03
RING = 0.08
DOUBT, SURE = 0.52, 0.30
"""How sharp the ring along the picture's edge may be, on average, before focus says nothing about the subject, and
below which it says all that it can."""


def focus(rgb: Floats) -> tuple[Floats, float]:
    """(height, width) sharpness from 0 to 1 of a (height, width, 3) sRGB picture, and how far to trust it as a sign
    of the subject, 0 to 1: nothing where the surroundings are as sharp as the middle."""
    gray = cv2.cvtColor(np.ascontiguousarray(rgb, np.float32), cv2.COLOR_RGB2GRAY)
    detail = np.abs(gray - cv2.GaussianBlur(gray, (0, 0), FINE))
    sigma = WINDOW * max(gray.shape)
    local = np.sqrt(cv2.GaussianBlur(np.square(detail), (0, 0), sigma))
    top = float(np.percentile(local, 95))
    if top < 2e-3:
        return np.zeros_like(gray), 0.0
    sharp = np.minimum(local / top, 1).astype(np.float32)
    wide = max(1, round(RING * max(gray.shape)))
    ring = np.concatenate([
        sharp[:wide].ravel(), sharp[-wide:].ravel(), sharp[wide:-wide, :wide].ravel(), sharp[wide:-wide, -wide:].ravel()
    ])
    return sharp, float(np.clip((DOUBT - ring.mean()) / (DOUBT - SURE), 0, 1))
