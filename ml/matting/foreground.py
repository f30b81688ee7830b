"""The subject's own colour in the pixels that it shares with the background.

Method: M. Forte, "Approximate fast foreground colour estimation", IEEE ICIP 2021: the means of the colours on both
sides around a pixel, corrected so that both mixed by alpha give the pixel; over a wide window, then a narrow one.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.progress import Progress

Floats = NDArray[np.float32]

WIDE, NARROW = 0.02, 6
STRIP = 512


def foreground(rgb: Floats, alpha: Floats, progress: Progress) -> Floats:
    """(height, width, 3) colours, sRGB from 0 to 1 as the picture is, to be shown with `alpha` over anything."""
    height, width = alpha.shape
    wide = int(np.clip(WIDE * max(height, width), 12, 90))
    reach = wide + NARROW
    result = np.empty_like(rgb)
    for top in range(0, height, STRIP):
        progress(top / height)
        bottom = min(top + STRIP, height)
        first, last = max(0, top - reach), min(height, bottom + reach)
        part, share = rgb[first:last], alpha[first:last, :, None]
        own, other = _pass(part, part, part, share, wide)
        own, _ = _pass(part, own, other, share, NARROW)
        result[top:bottom] = np.where(share == 1, part, own)[top - first : bottom - first]
    return result


def _pass(picture: Floats, own: Floats, other: Floats, alpha: Floats, radius: int) -> tuple[Floats, Floats]:
    size = 2 * radius + 1, 2 * radius + 1

    def mean(values: Floats) -> Floats:
        found = np.asarray(cv2.blur(values, size, borderType=cv2.BORDER_REFLECT), np.float32)
        return found[..., None] if found.ndim == 2 else found

    share = mean(alpha)
    near_own = mean(own * alpha) / (share + 1e-5)
    near_other = mean(other * (1 - alpha)) / (1 - share + 1e-5)
    corrected = near_own + alpha * (picture - alpha * near_own - (1 - alpha) * near_other)
    return np.clip(corrected, 0, 1), near_other
