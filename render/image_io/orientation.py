"""Turning pictures the right way up: the eight EXIF orientations (tag 274, TIFF 6.0 page 36)."""

import numpy as np

from render.image_io.values import Pixels

UPRIGHT = 1


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """The picture as it should be seen; an orientation outside 1 to 8 changes nothing."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
