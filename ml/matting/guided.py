"""Alpha found at a small size, brought to the full size along the edges of the full picture.

Method: the guided filter with a colour guide (K. He, J. Sun, X. Tang, "Guided image filtering", IEEE TPAMI 2013): in
each window alpha is a linear function of the colour. The functions are fitted on the small picture and applied to the
large one, as in K. He, J. Sun, "Fast guided filter", 2015.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.progress import Progress

Floats = NDArray[np.float32]

RADIUS = 2
EPSILON = 3e-4
STRIP = 256


def enlarged(alpha: Floats, small: Floats, large: Floats, progress: Progress) -> Floats:
    """(height, width) alpha of `large` from the alpha of `small`, the same sRGB picture (h, w, 3) reduced.

    Where alpha is 0 or 1 all around, it stays so; works in strips, so memory grows with the result only.
    """
    height, width = large.shape[:2]
    factors = _fit(small.astype(np.float32), alpha)
    progress(0.2)
    low, high = _reach(alpha)
    result = np.empty((height, width), np.float32)
    for top in range(0, height, STRIP):
        bottom = min(top + STRIP, height)
        place = _placement(alpha.shape, (height, width), top)
        size = width, bottom - top
        strip = large[top:bottom]
        found = _stretched(factors[3], place, size)
        for channel in range(3):
            found += _stretched(factors[channel], place, size) * strip[..., channel]
        np.clip(found, _stretched(low, place, size), _stretched(high, place, size), out=found)
        result[top:bottom] = np.clip(found, 0, 1)
        progress(0.2 + 0.8 * bottom / height)
    return result


def plainly_enlarged(alpha: Floats, width: int, height: int) -> Floats:
    """Without a guide: bicubic, within 0 and 1."""
    if alpha.shape == (height, width):
        return alpha
    return np.clip(cv2.resize(alpha, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1).astype(np.float32)


def _fit(guide: Floats, alpha: Floats) -> tuple[Floats, ...]:
    """The three factors of the colour and the constant, averaged over the windows that hold a pixel."""
    def mean(values: Any) -> Floats:
        return np.asarray(cv2.blur(values, (2 * RADIUS + 1, 2 * RADIUS + 1), borderType=cv2.BORDER_REFLECT), np.float32)

    colour, level = mean(guide), mean(alpha)
    covariance = np.empty((*alpha.shape, 3, 3), np.float32)
    for first in range(3):
        for second in range(first, 3):
            both = mean(guide[..., first] * guide[..., second]) - colour[..., first] * colour[..., second]
            covariance[..., first, second] = covariance[..., second, first] = both
    covariance += EPSILON * np.eye(3, dtype=np.float32)
    shared = np.stack([mean(guide[..., c] * alpha) - colour[..., c] * level for c in range(3)], axis=2)
    slope = np.linalg.solve(covariance, shared[..., None])[..., 0]
    constant = level - (slope * colour).sum(axis=2)
    return (*(mean(np.ascontiguousarray(slope[..., c])) for c in range(3)), mean(constant))


def _reach(alpha: Floats) -> tuple[Floats, Floats]:
    """The least and the greatest alpha around each pixel: nothing invented lies outside them."""
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.erode(alpha, kernel), np.float32), np.asarray(cv2.dilate(alpha, kernel), np.float32)


def _placement(small: tuple[int, ...], large: tuple[int, int], top: int) -> NDArray[np.float64]:
    """Where a strip's pixels lie in the small picture: centres on centres."""
    across, down = small[1] / large[1], small[0] / large[0]
    return np.array([[across, 0, across / 2 - 0.5], [0, down, (top + 0.5) * down - 0.5]])


def _stretched(values: Floats, place: NDArray[np.float64], size: tuple[int, int]) -> Floats:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(values, place, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)
