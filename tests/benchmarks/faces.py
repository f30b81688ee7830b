"""Faces: YuNet from pixels to boxes and points beside OpenCV's reader of the same weights, and how fast sliders are.

Both see the same photograph at the same size and give boxes and five points after suppression. Sliders: a portrait of
12 megapixels as a window shows it, redrawn with a value that it never had.
"""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ml.faces import gradients, networks
from ml.runtime.runtime import Runtime
from render.geometry import IntRect
from render.raster.compositor import Compositor
from render.raster.faces.values import Beautify, FacePoints, Reshape
from render.raster.sources import Place
from render.raster.tree import TILE, AdjustmentLayer, Composition, PixelLayer, Tile, Tiles
from tests.benchmarks import Benchmark, PeerMissing, best, percentile
from tests.benchmarks.models import Pair, compare, weights

SLIDER_STEPS = 12
FIT_LEVEL, FULL_LEVEL = 2, 0
INTERACTIVE = 0.1
"""Seconds in which a slider should answer."""


def astronaut() -> np.ndarray:
    """(512, 512, 3) uint8 sRGB."""
    folder = Path(os.environ.get("ATELIER_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
    path = next(folder.glob("photos/**/data/astronaut.png"), None)
    if path is None:
        raise PeerMissing("no corpora: set ATELIER_CORPORA to the folder that holds them")
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])


@cache
def yunet(side: int) -> Pair:
    picture = cv2.resize(astronaut(), (side, side), interpolation=cv2.INTER_AREA)
    model, bgr = weights("yunet_n_dynamic.onnx"), np.ascontiguousarray(picture[..., ::-1])
    theirs = cv2.FaceDetectorYN.create(str(model), "", (side, side), 0.6, 0.3, 5000)
    with Runtime(gpu=False) as runtime:
        assert len(networks.find(picture, model, runtime, window=side)) == len(theirs.detect(bgr)[1])
        return compare(
            lambda: networks.find(picture, model, runtime, window=side), lambda: theirs.detect(bgr), runtime
        )


@cache
def portrait() -> tuple[Tiles, FacePoints]:
    """The astronaut's face enlarged to fill 4000 x 3000, and its points."""
    from ml.faces.fitting import fit_points

    part = astronaut()[40:250, 85:365]
    large = cv2.resize(part, (4000, 3000), interpolation=cv2.INTER_CUBIC)
    rgba = np.dstack([large, np.full(large.shape[:2], 255, np.uint8)])
    points = fit_points(large, gradients.find(large)[0])
    grid = {}
    for row in range(0, 3000, TILE):
        for column in range(0, 4000, TILE):
            square = np.zeros((TILE, TILE, 4), np.uint8)
            piece = rgba[row : row + TILE, column : column + TILE]
            square[: piece.shape[0], : piece.shape[1]] = piece
            grid[column // TILE, row // TILE] = Tile.of((column, row), square)
    return Tiles(grid), tuple((float(x), float(y)) for x, y in points)


def slider(kind: Any, name: str, level: int) -> float:
    """The median time to redraw what a window of 1600 x 1000 shows, one new value after the other."""
    tiles, face = portrait()
    compositor, side = Compositor(), TILE << level
    middle = np.array(face).mean(axis=0)
    left, top = np.maximum(middle - np.array([800, 500]) * 2**level, 0)
    right, bottom = min(left + 1600 * 2**level, 4000), min(top + 1000 * 2**level, 3000)
    places = [
        Place(level, column, row)
        for row in range(int(top) // side, int(bottom - 1) // side + 1)
        for column in range(int(left) // side, int(right - 1) // side + 1)
    ]

    def draw(amount: float) -> float:
        how = kind((face,), **{name: amount})
        picture = Composition(
            (PixelLayer(tiles=tiles), AdjustmentLayer(adjustment=how)), "uint8", IntRect(0, 0, 4000, 3000)
        )
        began = time.perf_counter()
        compositor.tiles(picture, places)
        return time.perf_counter() - began

    draw(0.9)
    return percentile([draw(0.1 + 0.05 * step) for step in range(SLIDER_STEPS)], 0.5)


def find_in_twelve_megapixels() -> float:
    """The finder that needs no download, on the portrait made large."""
    large = cv2.resize(astronaut(), (3464, 3464), interpolation=cv2.INTER_CUBIC)
    return best(lambda: gradients.find(large), rounds=3)


BENCHMARKS = (
    *(Benchmark(f"YuNet finds faces in {side} x {side}", (lambda side=side: yunet(side).ours), "cv2.FaceDetectorYN",
                (lambda side=side: yunet(side).theirs), target=1.1) for side in (320, 640, 1280)),
    Benchmark("faces in 12 MP without a model", find_in_twelve_megapixels, limit=2.0),
    Benchmark("Beautify slider, 12 MP portrait fitted to the window",
              lambda: slider(Beautify, "smooth_skin", FIT_LEVEL), limit=INTERACTIVE),
    Benchmark("Reshape slider, 12 MP portrait fitted to the window",
              lambda: slider(Reshape, "slim_face", FIT_LEVEL), limit=INTERACTIVE),
    Benchmark("Beautify slider, the same at 100 %", lambda: slider(Beautify, "smooth_skin", FULL_LEVEL), limit=0.6),
    Benchmark("Reshape slider, the same at 100 %", lambda: slider(Reshape, "slim_face", FULL_LEVEL), limit=0.6),
)  # fmt: skip
