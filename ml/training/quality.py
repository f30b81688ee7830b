"""How near a picture is to the one it should be: PSNR and SSIM, on RGB or on luma."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LUMA = np.asarray((65.481, 128.553, 24.966), np.float32) / 255.0
"""ITU-R BT.601 luma in studio range, the measure of the upscaling papers."""


def luma(picture: Floats) -> Floats:
    """(height, width, 3) encoded RGB, 0 to 1, to (height, width) luma from 16/255 to 235/255."""
    return np.asarray(picture @ LUMA + np.float32(16.0 / 255.0), np.float32)


def psnr(ours: Floats, truth: Floats, border: int = 0) -> float:
    """Decibels for pictures from 0 to 1; `border` pixels at each edge do not count. Equal pictures give 99."""
    inner = np.s_[border : ours.shape[0] - border, border : ours.shape[1] - border]
    error = float(np.mean(np.square(ours[inner].astype(np.float64) - truth[inner])))
    return min(99.0, -10.0 * math.log10(max(error, 1e-12)))


def ssim(ours: Floats, truth: Floats, border: int = 0) -> float:
    """Structural similarity of two (height, width) pictures from 0 to 1 (Wang et al. 2004: 11 x 11 Gauss, 1.5)."""
    a, b = (item[border : item.shape[0] - border, border : item.shape[1] - border] for item in (ours, truth))

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        blurred = cv2.GaussianBlur(values, (11, 11), 1.5)
        return np.asarray(blurred[5:-5, 5:-5] if min(blurred.shape) > 11 else blurred, np.float64)

    x, y = a.astype(np.float64), b.astype(np.float64)
    mx, my = mean(x), mean(y)
    vx, vy, cov = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = 0.01**2, 0.03**2
    return float(np.mean((2 * mx * my + c1) * (2 * cov + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))))
