"""Makes pieces of pictures larger through a model: colour by the model, alpha by Lanczos, nothing clipped to 8 bits.

A picture is never held whole in its new size: `bands` gives it in strips, which the caller stores as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.progress import SILENT, Progress
from ml.runtime.runtime import Runtime
from ml.runtime.tiling import mirrored, tiled
from ml.upscale.bleed import bled
from ml.upscale.lanczos import enlarged
from ml.upscale.model import Upscaler

Floats = NDArray[np.float32]
Piece = Callable[[Floats], Floats]
TILE, TILE_OF_LARGE = 448, 256
LIGHT_BYTES = 4 << 20
"""A network of a smaller file holds little for each pixel: its tiles may be larger, and less is computed twice."""
LARGEST = 1e30
"""Light beyond it is a number gone wrong; weighted and added up, it would be none any more."""
BT601 = np.asarray(((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312)), np.float32)
"""Encoded RGB to full-range YCbCr, as JPEG does it."""


def enlarge(
    runtime: Runtime, upscaler: Upscaler, rgba: Floats, times: int, progress: Progress = SILENT
) -> Floats:
    """(height, width, 3 or 4) straight encoded RGB(A) float32, usually 0 to 1, to `times` that size. Colours above 1
    (high dynamic range) keep their value; alpha comes back from 0 to 1."""
    if bool((rgba == rgba[:1, :1]).all()):  # a filled background: nothing to find out
        progress(1.0)
        return np.tile(rgba[:1, :1], (rgba.shape[0] * times, rgba.shape[1] * times, 1))
    tile = upscaler.fixed or _best_tile(upscaler, *rgba.shape[:2])
    rows, columns = (_with_surroundings(side, tile, upscaler.reach) for side in rgba.shape[:2])
    made = tiled(
        rgba[np.ix_(rows, columns)], piece(runtime, upscaler, times, progress), tile=tile,
        overlap=overlap_of(upscaler), scale=times, multiple=upscaler.fixed or 1, progress=progress,
    )
    top, left = ((len(places) - side) // 2 * times for places, side in zip((rows, columns), rgba.shape))
    return made[top : top + rgba.shape[0] * times, left : left + rgba.shape[1] * times]


def _best_tile(upscaler: Upscaler, height: int, width: int) -> int:
    """The side with which the fewest pixels are computed: what is left over beside the last tile costs too."""
    most = TILE if upscaler.model.path.stat().st_size < LIGHT_BYTES else TILE_OF_LARGE
    overlap = overlap_of(upscaler)

    def cost(tile: int) -> int:
        count = [1 if side <= tile else -(-side // (tile - 2 * overlap)) for side in (height, width)]
        return count[0] * min(tile, height) * count[1] * min(tile, width)

    return min(range(most, max(min(4 * overlap, most), most // 2) - 1, -8), key=cost)


def _with_surroundings(side: int, tile: int, reach: int) -> NDArray[np.intp]:
    """Rows (or columns) to feed: where one tile would hold them all, mirrored ones go around them, as they do around
    many tiles. Left to itself, a network sees black beyond the edge."""
    around = reach if side <= tile else 0
    return mirrored(np.arange(-around, side + around), side)


def overlap_of(upscaler: Upscaler) -> int:
    """Tiles overlap so far that what a pixel needs is there: half of it is context, half fades."""
    return 2 * upscaler.reach + 4


def piece(runtime: Runtime, upscaler: Upscaler, times: int, progress: Progress = SILENT) -> Piece:
    """A function for one tile: (h, w, 3 or 4) to (h * times, w * times, 3 or 4). A model of another scale is used as
    often as needed, and what is too large made smaller again."""
    rounds, reached = 1, upscaler.scale
    while reached < times:
        rounds, reached = rounds + 1, reached * upscaler.scale

    def run(window: Floats) -> Floats:
        alpha = window[..., 3] if window.shape[2] == 4 else None
        if alpha is not None and not alpha.any():
            return np.zeros((window.shape[0] * times, window.shape[1] * times, 4), np.float32)
        rgb = window[..., :3] if alpha is None else bled(window[..., :3], alpha)
        for _ in range(rounds):
            rgb = _once(runtime, upscaler, rgb, progress)
        if reached != times:
            rgb = _resized(rgb, window.shape[1] * times, window.shape[0] * times)
        if alpha is None:
            return rgb
        return np.concatenate([rgb, np.clip(enlarged(alpha, times), 0.0, 1.0)[..., None]], axis=2)

    return run


def _once(runtime: Runtime, upscaler: Upscaler, rgb: Floats, progress: Progress) -> Floats:
    """What lies outside 0 to 1 is enlarged by Lanczos; the model adds its detail to the part that it knows."""
    inside = np.clip(rgb, 0.0, 1.0)
    made = _fitted(runtime, upscaler, inside, progress)
    if float(rgb.max()) > 1.0 or float(rgb.min()) < 0.0:
        made = made + _without_rings(np.clip(rgb, -LARGEST, LARGEST) - inside, upscaler.scale)
    return made


def _without_rings(excess: Floats, times: int) -> Floats:
    """By Lanczos, but nowhere outside what the nine pixels around hold: the waves that it makes around a sun would be
    black and white rings in the sky."""
    around = np.ones((3, 3), np.uint8)
    low, high = (
        np.repeat(np.repeat(np.asarray(most(excess, around), np.float32), times, axis=0), times, axis=1)
        for most in (cv2.erode, cv2.dilate)
    )
    return np.clip(enlarged(excess, times), low, high)


def _fitted(runtime: Runtime, upscaler: Upscaler, rgb: Floats, progress: Progress) -> Floats:
    """A model of one size gets its squares one by one, for a second round has more than one."""
    side = upscaler.fixed

    def square(window: Floats) -> Floats:
        return _colours(runtime, upscaler, window, progress)

    if side is None or rgb.shape[:2] == (side, side):
        return square(rgb)
    return tiled(rgb, square, tile=side, overlap=overlap_of(upscaler), scale=upscaler.scale, multiple=side)


def _colours(runtime: Runtime, upscaler: Upscaler, rgb: Floats, progress: Progress) -> Floats:
    """RGB through the model at once; or luma through it and the two colour differences by Lanczos."""
    if not upscaler.luma_only:
        return upscaler.run(runtime, rgb, progress)
    ycc = rgb @ BT601.T
    luma = upscaler.run(runtime, ycc[..., :1], progress)
    colour = enlarged(np.ascontiguousarray(ycc[..., 1:]), upscaler.scale)
    return np.asarray(np.concatenate([luma, colour], axis=2) @ np.linalg.inv(BT601).T.astype(np.float32), np.float32)


def _resized(picture: Floats, width: int, height: int) -> Floats:
    planes = [
        Image.fromarray(np.ascontiguousarray(picture[..., place])).resize((width, height), Image.Resampling.LANCZOS)
        for place in range(picture.shape[2])
    ]
    return np.stack([np.asarray(plane) for plane in planes], axis=2)


def bands(height: int, step: int, margin: int) -> Iterator[tuple[int, int, int, int]]:
    """Rows of a picture in strips of at most `step`: (first, last, first to read, last to read), with `margin` rows
    of surroundings where there are any.

    >>> list(bands(5, 2, 1))
    [(0, 2, 0, 3), (2, 4, 1, 5), (4, 5, 3, 5)]
    """
    for first in range(0, height, step):
        last = min(first + step, height)
        yield first, last, max(0, first - margin), min(height, last + margin)
