"""HDR pictures on an SDR canvas: PQ (SMPTE ST 2084) and HLG (ARIB STD-B67) in BT.2020 to sRGB.

Formulas: ITU-R BT.2100-2 tables 4 and 5 for the transfer functions, BT.2408 for 203 nits as diffuse white. Light up to
half of diffuse white stays as it is; above, a hyperbola of the same slope reaches 1 at the peak. The curve is applied
to the largest component, which keeps hue. The whole map is a 3D table of 33³ points, made once for each transfer.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from render.video.media import ColorTags

REFERENCE_WHITE = 203.0
PEAK = 1000.0
KNEE = 0.5
GRID = 33
BT2020_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], dtype=np.float64
)
BT2020_LUMA = np.array([0.2627, 0.6780, 0.0593])


def pq_to_nits(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """BT.2100 table 4: the reference EOTF."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = np.power(np.maximum(signal, 0), 1 / m2)
    return np.asarray(10_000 * np.power(np.maximum(root - c1, 0) / (c2 - c3 * root), 1 / m1))


def hlg_to_nits(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """BT.2100 table 5: inverse OETF, then the OOTF of a 1,000-nit screen (system gamma 1.2)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luma = np.maximum(scene @ BT2020_LUMA, 1e-9)[..., None]
    return np.asarray(PEAK * luma**0.2 * scene)


def nits_to_srgb(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Diffuse white becomes sRGB 0.89, highlights roll off to 1."""
    light = np.maximum((nits / REFERENCE_WHITE) @ BT2020_TO_BT709.T, 0)
    largest = np.maximum(light.max(axis=-1, keepdims=True), 1e-9)
    above = (largest - KNEE) / (PEAK / REFERENCE_WHITE - KNEE)
    bend = (1 - KNEE) / (PEAK / REFERENCE_WHITE - 1)
    rolled = KNEE + (1 - KNEE) * above * (1 + bend) / (np.maximum(above, 0) + bend)
    mapped = np.where(largest <= KNEE, largest, rolled)
    light = np.clip(light / largest * np.minimum(mapped, 1), 0, 1)
    return np.asarray(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))


@lru_cache(maxsize=4)
def _table(transfer: int) -> NDArray[np.float32]:
    axis = np.linspace(0, 1, GRID)
    signal = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    nits = pq_to_nits(signal) if transfer == 16 else hlg_to_nits(signal)
    return nits_to_srgb(nits).astype(np.float32)


def tone_map(pixels: NDArray[np.uint16], color: ColorTags) -> NDArray[np.uint8]:
    """(height, width, 4) uint16 in PQ or HLG to uint8 sRGB: trilinear interpolation in the table, by bands of rows."""
    table = _table(color.transfer).reshape(-1, 3)
    result = np.empty(pixels.shape, dtype=np.uint8)
    for top in range(0, pixels.shape[0], 64):
        band = pixels[top : top + 64, :, :3].astype(np.float32) * ((GRID - 1) / 65535)
        result[top : top + 64, :, :3] = _interpolate(band, table) * 255 + 0.5
    result[..., 3] = 255
    return result


def _interpolate(position: NDArray[np.float32], table: NDArray[np.float32]) -> NDArray[np.float32]:
    low = np.minimum(position.astype(np.int32), GRID - 2)
    part = position - low
    base = (low[..., 0] * GRID + low[..., 1]) * GRID + low[..., 2]
    total = np.zeros(position.shape, dtype=np.float32)
    for corner in range(8):
        steps = (corner >> 2 & 1, corner >> 1 & 1, corner & 1)
        weight = np.ones(base.shape, dtype=np.float32)
        for axis, step in enumerate(steps):
            weight = weight * (part[..., axis] if step else 1 - part[..., axis])
        offset = (steps[0] * GRID + steps[1]) * GRID + steps[2]
        total += weight[..., None] * table[base + offset]
    return total
