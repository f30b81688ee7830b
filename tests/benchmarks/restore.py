"""Restoring beside OpenCV: noise and holes, in bytes of the same photograph, on all cores both.

OpenCV's fastNlMeansDenoisingColored looks for patches of 7 pixels within 21, as ours does. Its inpaint spreads the
colours of the edge into the hole and looks for nothing; ours searches the picture for what belongs there, and is
allowed that many times its time (tests/benchmarks/ai/restore.py says what comes of it).
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from render.raster.art.cartoon import cartoon
from render.raster.art.oil import oil_paint
from render.raster.art.watercolour import watercolour
from render.raster.denoise import denoise
from render.raster.noise import estimate_noise
from render.raster.patch_fill import fill_hole
from tests.benchmarks import Benchmark, best
from tests.benchmarks.cut_out import corpora

PHOTO = "photos/recurser+exif-orientation-examples/Landscape_1.jpg"
WIDTH, HEIGHT = 4248, 2832


@cache
def photograph(width: int, height: int) -> NDArray[np.uint8]:
    """A photograph of the corpora at this size, with the noise of a camera."""
    picture = cv2.imread(str(corpora() / PHOTO))
    assert picture is not None
    large = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LANCZOS4).astype(np.float32)
    large += np.random.default_rng(0).normal(0, 6, large.shape)
    return np.clip(large, 0, 255).astype(np.uint8)


def floats(width: int, height: int) -> NDArray[np.float32]:
    return np.ascontiguousarray(photograph(width, height)[..., ::-1], np.float32) / np.float32(255)


def denoise_ours() -> float:
    rgb = floats(1800, 1200)
    return best(lambda: denoise(rgb, estimate_noise(rgb)), rounds=3)


def denoise_opencv() -> float:
    picture = photograph(1800, 1200)
    return best(lambda: cv2.fastNlMeansDenoisingColored(picture, None, 6, 6, 7, 21), rounds=3)


@cache
def hole() -> NDArray[np.bool_]:
    """A round object of 58,000 pixels on the slope."""
    sheet = np.zeros((1200, 1800), np.uint8)
    cv2.ellipse(sheet, (850, 640), (170, 110), 15, 0, 360, 1, -1)
    return sheet.astype(bool)


def fill_ours() -> float:
    rgb, where = floats(1800, 1200)[300:1000, 450:1250], hole()[300:1000, 450:1250]
    return best(lambda: fill_hole(rgb, where, np.ones_like(where)), rounds=3)


def fill_opencv() -> float:
    picture, mask = photograph(1800, 1200)[300:1000, 450:1250].copy(), hole()[300:1000, 450:1250].astype(np.uint8)
    return best(lambda: cv2.inpaint(picture, mask, 5, cv2.INPAINT_TELEA), rounds=3)


def oil() -> float:
    rgb = floats(WIDTH, HEIGHT)
    return best(lambda: oil_paint(rgb), rounds=2)


def water() -> float:
    rgb = floats(WIDTH, HEIGHT)
    return best(lambda: watercolour(rgb), rounds=2)


def cartoons() -> float:
    rgb = floats(WIDTH, HEIGHT)
    return best(lambda: cartoon(rgb), rounds=2)


BENCHMARKS = (
    Benchmark(
        "denoise 2 MP in colour", denoise_ours, peer="OpenCV fastNlMeans", theirs=denoise_opencv, target=1.1
    ),
    Benchmark("fill 58,000 pixels of 0.6 MP", fill_ours, peer="OpenCV Telea", theirs=fill_opencv, target=25.0),
    Benchmark("oil paint of 12 MP", oil, limit=8.0),
    Benchmark("watercolour of 12 MP", water, limit=8.0),
    Benchmark("cartoon of 12 MP", cartoons, limit=8.0),
)
