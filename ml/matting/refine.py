"""From where the subject is, roughly, to how much of each pixel it covers, at the picture's full size."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.matting.closed_form import solve
from ml.matting.guided import enlarged, plainly_enlarged
from ml.matting.trimap import band
from ml.progress import Progress

Floats = NDArray[np.float32]

SIDE = 1600
MOST_UNSURE = 0.45
INWARD, OUTWARD = 0.007, 0.010
"""How far the band reaches on either side of the outline, as shares of the longer side."""


def refined(rgb: Floats, coarse: Floats, progress: Progress, *, side: int = SIDE) -> Floats:
    """(height, width) alpha of a (height, width, 3) sRGB picture from 0 to 1, from a coarse alpha of any size.

    Solved at most `side` pixels long, then brought to the full size by a guided filter. About 90 bytes a pixel of the
    small picture and 8 a pixel of the large one.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.ascontiguousarray(rgb, np.float32)
    if scale < 1:
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.float32)
    start = plainly_enlarged(np.ascontiguousarray(coarse, np.float32), *size)
    longest = max(size)
    inward, outward = max(2, round(INWARD * longest)), max(3, round(OUTWARD * longest))
    sure, unsure = band(start, inward, outward)
    if unsure.mean() > MOST_UNSURE:
        # A network that is unsure of everything is believed away from its outline: solving it all would take minutes.
        _, near = band((start > 0.5).astype(np.float32), inward, outward)
        sure, unsure = np.where(unsure, start, sure), near
    alpha = solve(small, sure, unsure, progress.part(0.0, 0.8))
    if scale == 1:
        return alpha
    return enlarged(alpha, small, rgb, progress.part(0.8, 1.0))
