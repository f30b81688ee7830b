"""Light of other primaries, such as ACES, as light of sRGB's primaries: what OpenEXR's `chromaticities` ask for.

The matrix from primaries to XYZ follows SMPTE RP 177; the change of white is Bradford's.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.image_io.values import Pixels

SRGB = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
"""x and y of red, green, blue and white: ITU-R BT.709, which sRGB shares."""
SAME = 0.002
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])

Matrix = NDArray[np.float64]


def to_srgb_primaries(channels: Pixels, chromaticities: Any) -> Pixels:
    """The first three channels converted, the rest as they are. None, nonsense or sRGB's own leave all as it is."""
    if chromaticities is None or len(chromaticities) != 8:
        return channels
    found = np.asarray(chromaticities, np.float64)
    if np.abs(found - SRGB).max() < SAME or not _is_sane(found):
        return channels
    result = channels.copy()
    result[..., :3] = channels[..., :3].astype(np.float32) @ matrix(found).T.astype(np.float32)
    return result


def matrix(found: Matrix) -> Matrix:
    """From light of the given primaries to light of sRGB's."""
    target = np.asarray(SRGB, np.float64)
    source_white, target_white = _white(found), _white(target)
    cone = BRADFORD @ target_white / (BRADFORD @ source_white)
    adapted = np.linalg.inv(BRADFORD) @ np.diag(cone) @ BRADFORD
    return np.asarray(np.linalg.inv(_to_xyz(target)) @ adapted @ _to_xyz(found))


def _to_xyz(found: Matrix) -> Matrix:
    primaries = np.stack([_xyz(*found[i : i + 2]) for i in (0, 2, 4)], axis=1)
    return np.asarray(primaries * np.linalg.solve(primaries, _white(found)))


def _white(found: Matrix) -> Matrix:
    return _xyz(*found[6:8])


def _xyz(x: float, y: float) -> Matrix:
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


def _is_sane(found: Matrix) -> bool:
    """No y of 0, and primaries that span an area. AP0's blue lies below zero, so negative values are fine."""
    red, green, blue = found[0:2], found[2:4], found[4:6]
    area = (green - red)[0] * (blue - red)[1] - (green - red)[1] * (blue - red)[0]
    return bool(np.isfinite(found).all() and np.abs(found[1::2]).min() > 1e-4 and abs(area) > 1e-3)
