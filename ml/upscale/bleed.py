"""Colour for what is transparent: the nearest visible colours go on under it, so that edges get no dark fringe."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BARELY = 1.0 / 512.0
"""Colour under less alpha than this has been rounded away."""


def bled(rgb: Floats, alpha: Floats) -> Floats:
    """(height, width, 3) straight colours where every pixel that (height, width) alpha hides is filled from around it.

    Pull and push (Gortler et al. 1996): colours are averaged by their weight into ever smaller pictures, and holes
    are filled from those.
    """
    visible = alpha >= BARELY
    if visible.all():
        return rgb
    weight = visible.astype(np.float32)
    filled = _filled(rgb * weight[..., None], weight)
    return np.where(visible[..., None], rgb, filled).astype(np.float32)


def _filled(weighted: Floats, weight: Floats) -> Floats:
    """Colours times weight, to colours everywhere."""
    height, width = weight.shape
    known = weight > 0
    colours: Floats = (weighted / np.maximum(weight, np.float32(1e-6))[..., None]).astype(np.float32)
    if known.all() or max(height, width) == 1:
        return colours
    small = (max(1, (width + 1) // 2), max(1, (height + 1) // 2))
    less = np.asarray(cv2.resize(weight, small, interpolation=cv2.INTER_AREA), np.float32)
    fewer = cv2.resize(weighted, small, interpolation=cv2.INTER_AREA) / np.maximum(less, np.float32(1e-6))[..., None]
    held = (less > 1e-6).astype(np.float32)
    inner = _filled((fewer * held[..., None]).astype(np.float32), held)
    pushed = np.asarray(cv2.resize(inner, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    return np.where(known[..., None], colours, pushed).astype(np.float32)
