"""Changing the size of an image: Lanczos-3 and area filters, and halving for mip levels."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.geometry import IntRect
from render.kernels.formats import Array, format_name
from render.kernels.library import packed, run
from render.kernels.parallel import in_strips
from render.kernels.variants import LANES

Filter = Literal["lanczos", "area"]
Weights = tuple[NDArray[np.float32], NDArray[np.int32]]


def resize(pixels: Array, width: int, height: int, kind: Filter = "lanczos") -> Array:
    """The image stretched to width x height, edge to edge, in its own format.

    "lanczos" is the windowed sinc with three lobes, widened when shrinking; "area" gives each output pixel the mean of
    the source area under it. At the edges the window is cut and its weights grow in proportion.
    """
    source = packed(pixels)
    old_height, old_width = source.shape[:2]
    if (width, height) == (old_width, old_height):
        return source.copy()
    return resampled(source, filter_weights(old_height, height, kind), filter_weights(old_width, width, kind))


def shrink(pixels: Array, origin: tuple[int, int], region: IntRect, scale: float) -> Array:
    """`region` of a picture drawn at `scale` (under 1), from `pixels` of it at scale 1 whose first is at `origin`.

    Each output pixel is the mean of the area under it, wherever the pixels were cut: neighbouring regions join without
    a seam. Where `pixels` do not reach, their edge counts for the rest of the area.
    """
    source = packed(pixels)
    rows = _window_weights(source.shape[0], origin[1], region.y, region.height, scale)
    return resampled(source, rows, _window_weights(source.shape[1], origin[0], region.x, region.width, scale))


def _window_weights(old: int, old_start: int, new_start: int, new: int, scale: float) -> Weights:
    """Area weights of `new` outputs from `new_start` on, over `old` source pixels from `old_start` on."""
    edges = (np.arange(new_start, new_start + new + 1)) / scale - old_start
    low, high = np.clip(edges[:-1], 0, old - 1e-6), np.clip(edges[1:], 1e-6, old)
    taps = min(old, math.ceil(1 / scale) + 1)
    starts = np.clip(np.floor(low).astype(np.int64), 0, old - taps)
    places = starts[:, None] + np.arange(taps)[None, :]
    weights = np.clip(np.minimum(places + 1, high[:, None]) - np.maximum(places, low[:, None]), 0, None)
    return np.ascontiguousarray(weights / weights.sum(1, keepdims=True), np.float32), starts.astype(np.int32)


def resampled(source: Array, down: Weights, across: Weights) -> Array:
    """The two passes: rows by the weights `down`, then columns by the weights `across`."""
    (rows, row_starts), (columns, column_starts) = down, across
    height, width = len(row_starts), len(column_starts)
    if source.shape[1] < LANES:  # the first pass works on whole vectors; the weights never reach what is added here
        source = np.pad(source, ((0, 0), (0, LANES - source.shape[1]), (0, 0)))
    old_height, old_width = source.shape[:2]
    result = np.empty((height, width, 4), source.dtype)
    components = np.lib.stride_tricks.as_strided(
        source, (old_height, old_width * 4), (source.strides[0], source.itemsize), writeable=False
    )
    name = format_name(source)

    def strip(top: int, bottom: int) -> None:
        tall = np.empty((bottom - top, old_width * 4), np.float32)
        run(f"resample_rows_{name}", components, rows[top:bottom], row_starts[top:bottom], tall)
        stretched = tall.reshape(bottom - top, old_width, 4)
        _columns(name, stretched, columns, column_starts, result[top:bottom])

    in_strips(strip, height, max(width, old_width), pixels=1 << 16)
    return result


def _columns(name: str, tall: Array, weights: Array, starts: Array, result: Array) -> None:
    """The pass along x, with the weights padded to whole vectors of output pixels."""
    width = result.shape[1]
    wide = -(-width // 16) * 16
    if wide == width:
        run(f"resample_columns_{name}", tall, weights, starts, result)
        return
    padded = np.empty((result.shape[0], wide, 4), result.dtype)
    more_weights, more_starts = np.zeros((wide, weights.shape[1]), np.float32), np.zeros(wide, np.int32)
    more_weights[:width], more_starts[:width] = weights, starts
    run(f"resample_columns_{name}", tall, more_weights, more_starts, padded)
    result[...] = padded[:, :width]


@lru_cache(maxsize=64)
def filter_weights(old: int, new: int, kind: Filter) -> Weights:
    """For each of `new` outputs the weights (new, taps) and the first source index, all inside the source."""
    scale = old / new
    stretch = max(1.0, scale)
    support = 3.0 * stretch if kind == "lanczos" else 0.5 * stretch + (0.0 if scale >= 1 else 0.5)
    centers = (np.arange(new) + 0.5) * scale
    taps = min(old, math.ceil(2 * support) + 2)
    starts = np.clip(np.floor(centers - support - 0.5).astype(np.int64), 0, old - taps)
    places = starts[:, None] + np.arange(taps)[None, :]
    if kind == "lanczos":
        distance = (places + 0.5 - centers[:, None]) / stretch
        weights = np.sinc(distance) * np.sinc(distance / 3) * (np.abs(distance) < 3)
    else:
        weights = _overlap(places, centers, scale)
    weights = weights / weights.sum(1, keepdims=True)
    return np.ascontiguousarray(weights, np.float32), starts.astype(np.int32)


def _overlap(places: NDArray[np.int64], centers: Array, scale: float) -> Array:
    """How much of each source pixel lies under an output pixel; when growing, linear between neighbours."""
    if scale < 1:
        return np.asarray(np.maximum(0.0, 1.0 - np.abs(places + 0.5 - centers[:, None])))
    low, high = centers[:, None] - scale / 2, centers[:, None] + scale / 2
    return np.asarray(np.clip(np.minimum(places + 1, high) - np.maximum(places, low), 0.0, None))


def halve(pixels: Array, out: Array | None = None) -> Array:
    """Half the size, each pixel the mean of 2 x 2; height and width must be even. Also for planes (height, width)."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    source = packed(pixels)
    result = np.empty((height, width, *pixels.shape[2:]), pixels.dtype) if out is None else out
    name = f"halve_{'plane_' if pixels.ndim == 2 else ''}{format_name(source)}"
    whole = width - width % 16
    if whole and height:
        run(name, source[:, : 2 * whole], result[:, :whole])
    if width > whole and height:
        padded = np.zeros((2 * height, 32, *pixels.shape[2:]), pixels.dtype)
        padded[:, : 2 * (width - whole)] = source[: 2 * height, 2 * whole : 2 * width]
        small = np.empty((height, 16, *pixels.shape[2:]), pixels.dtype)
        run(name, padded, small)
        result[:, whole:] = small[:, : width - whole]
    return result
