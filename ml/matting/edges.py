"""What a person does to the edge of a cut-out: move it, soften it, make it hard."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.progress import Progress

Floats = NDArray[np.float32]


def shifted(alpha: Floats, pixels: float, progress: Progress) -> Floats:
    """The outline moved outwards (or inwards where negative), keeping how soft it is. (height, width), 0 to 1."""
    whole, part = divmod(abs(pixels), 1.0)
    change = cv2.dilate if pixels > 0 else cv2.erode
    square, cross = np.ones((3, 3), np.uint8), cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    result = alpha
    for step in range(int(whole)):
        progress.check()
        # A cross and a square in turn make an octagon, which is nearly round.
        result = np.asarray(change(result, square if step % 2 else cross), np.float32)
    if part:
        result = (1 - part) * result + part * np.asarray(change(result, cross), np.float32)
    return result.astype(np.float32)


def feathered(alpha: Floats, radius: float) -> Floats:
    """Softened over about `radius` pixels on either side of the outline."""
    if radius <= 0:
        return alpha
    return np.asarray(cv2.GaussianBlur(alpha, (0, 0), radius / 2, borderType=cv2.BORDER_REPLICATE), np.float32)


def hardened(alpha: Floats, threshold: float) -> Floats:
    """1 from the threshold on, 0 below."""
    return (alpha >= threshold).astype(np.float32)
