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
    factors = _fit(small.astype(np.float32), alpha, progress)
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


def _fit(guide: Floats, alpha: Floats, progress: Progress) -> tuple[Floats, ...]:
    """The three factors of the colour and the constant, averaged over the windows that hold a pixel."""
    def mean(values: Any) -> Floats:
        return np.asarray(cv2.blur(values, (2 * RADIUS + 1, 2 * RADIUS + 1), borderType=cv2.BORDER_REFLECT), np.float32)

    planes = [np.ascontiguousarray(guide[..., channel]) for channel in range(3)]
    colour, level = [mean(plane) for plane in planes], mean(alpha)
    shared = [mean(plane * alpha) - own * level for plane, own in zip(planes, colour)]
    progress.check()
    varies = {
        (one, other): mean(planes[one] * planes[other]) - colour[one] * colour[other]
        for one in range(3) for other in range(one, 3)
    }
    progress.check()
    slope = _solved(varies, shared)
    progress.check()
    constant = level - sum(factor * own for factor, own in zip(slope, colour))
    return (*(mean(factor) for factor in slope), mean(constant))


def _solved(varies: dict[tuple[int, int], Floats], shared: list[Floats]) -> list[Floats]:
    """(covariance + epsilon) x = shared in each pixel, by three steps of elimination: all pixels go through one step at
    once, which takes a tenth of the time of a general solver called for each."""
    first, second, third = (varies[place, place] + np.float32(EPSILON) for place in range(3))
    two, three = varies[0, 1] / first, varies[0, 2] / first
    second = second - two * varies[0, 1]
    rest = varies[1, 2] - two * varies[0, 2]
    last = rest / second
    third = third - three * varies[0, 2] - last * rest
    middle = shared[1] - two * shared[0]
    z = (shared[2] - three * shared[0] - last * middle) / third
    y = middle / second - last * z
    x = shared[0] / first - two * y - three * z
    return [np.asarray(plane, np.float32) for plane in (x, y, z)]


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
