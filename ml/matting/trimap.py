"""From a hard or coarse mask to what is surely subject, surely background, and the band between that must be solved."""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

LOW, HIGH = 0.05, 0.95


def band(coarse: Floats, inward: int, outward: int) -> tuple[Floats, Flags]:
    """(height, width) sure alpha (0 or 1; the coarse value in the band) and the band's flags.

    The band is what the coarse alpha leaves open and what lies within `inward` pixels inside its outline or
    `outward` pixels outside: hair reaches further out than a mask shows.
    """
    inside, outside = coarse > HIGH, coarse < LOW
    middle = coarse > 0.5
    to_edge = cv2.distanceTransform(middle.astype(np.uint8), cv2.DIST_L2, 3) if middle.any() else _none(coarse)
    from_edge = cv2.distanceTransform((~middle).astype(np.uint8), cv2.DIST_L2, 3) if not middle.all() else _none(coarse)
    near = (middle & (to_edge <= inward)) | (~middle & (from_edge <= outward))
    if not middle.any() or middle.all():
        near[:] = False
    unsure = near | ~(inside | outside)
    sure = np.where(unsure, coarse, middle.astype(np.float32)).astype(np.float32)
    return sure, unsure


def _none(values: Floats) -> Floats:
    return np.full(values.shape, np.inf, np.float32)
