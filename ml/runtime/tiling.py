"""Large pictures through a model, piece by piece, with seams that nobody sees.

The picture is cut into equal cores. Each core is run with `overlap` pixels of its surroundings on every side (mirrored
where the picture ends); half of that is only context, over the other half neighbours fade into each other with smooth
weights that add up to one. So the result needs no second array of weights, and beside the picture and the result only
one tile is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError, OutOfMemory
from ml.progress import SILENT, Progress
from ml.runtime.memory import CAN_SHRINK, require_memory

Floats = NDArray[np.float32]
SMALLEST = 64
"""No tile gets smaller than this, in pixels of the picture: below, overlap is most of the work."""


@dataclass(frozen=True)
class Span:
    """One tile along one axis. `window` are the picture's rows (or columns) to feed, mirrored ones among them; the
    result's `start` to `end` get what begins at `skip` of the tile's result, times `weights`."""

    window: NDArray[np.intp]
    start: int
    end: int
    skip: int
    weights: Floats


def tiled(
    picture: Floats, function: Callable[[Floats], Floats], *, tile: int, overlap: int, scale: int = 1,
    multiple: int = 1, progress: Progress = SILENT, smallest: int = SMALLEST,
) -> Floats:
    """The picture (height, width, channels) float32 run through `function` in tiles of at most `tile` pixels a side.

    `function` maps (h, w, channels) to (h * scale, w * scale, others), its h and w multiples of `multiple`; give
    `multiple=tile` to a model of one fixed size. Its OutOfMemory halves the tile and begins again, down to `smallest`
    (or `multiple`); any other failure passes through, so a result means that every tile succeeded.
    """
    size = max(tile // multiple, 1) * multiple
    floor = max(min(smallest, size), multiple)
    while True:
        is_last = size // 2 < floor
        token = CAN_SHRINK.set(not is_last)
        try:
            return _run(picture, function, size, min(overlap, size // 4), scale, multiple, progress)
        except OutOfMemory:
            if is_last:
                raise
            size = max(size // 2 // multiple, 1) * multiple
        finally:
            CAN_SHRINK.reset(token)


def _run(
    picture: Floats, function: Callable[[Floats], Floats], tile: int, overlap: int, scale: int, multiple: int,
    progress: Progress,
) -> Floats:
    rows = list(spans(picture.shape[0], tile, overlap, scale, multiple))
    columns = list(spans(picture.shape[1], tile, overlap, scale, multiple))
    result: Floats | None = None
    done, total = 0, len(rows) * len(columns)
    for row in rows:
        for column in columns:
            progress(done / total)
            window = np.ascontiguousarray(picture[np.ix_(row.window, column.window)])
            piece = _checked(function(window), window, scale)
            if result is None:
                result = _room(picture, piece.shape[2], scale)
            _add(result, piece, row, column)
            done += 1
    progress(1.0)
    assert result is not None
    return result


def spans(length: int, tile: int, overlap: int, scale: int = 1, multiple: int = 1) -> Iterator[Span]:
    """How an axis of `length` pixels is cut into tiles, all of one size."""
    if length <= tile:
        size = -(-length // multiple) * multiple
        before = (size - length) // 2
        window = mirrored(np.arange(-before, size - before), length)
        yield Span(window, 0, length * scale, before * scale, np.ones(length * scale, np.float32))
        return
    count = -(-length // (tile - 2 * overlap))
    cuts = [round(index * length / count) for index in range(count + 1)]
    fade = overlap // 2 * scale
    for first, last in zip(cuts, cuts[1:]):
        begin = first - (tile - (last - first)) // 2
        window = mirrored(np.arange(begin, begin + tile), length)
        start, end = max(first * scale - fade, 0), min(last * scale + fade, length * scale)
        weights = np.ones(end - start, np.float32)
        if first and fade:
            weights[: 2 * fade] = _ramp(2 * fade)
        if last < length and fade:
            weights[-2 * fade :] = 1.0 - _ramp(2 * fade)
        yield Span(window, start, end, start - begin * scale, weights)


def mirrored(places: NDArray[np.intp], length: int) -> NDArray[np.intp]:
    """Places outside 0..length-1 folded back at the edges, the edge pixel not repeated.

    >>> mirrored(np.arange(-2, 6), 4).tolist()
    [2, 1, 0, 1, 2, 3, 2, 1]
    """
    if length == 1:
        return np.zeros_like(places)
    period = 2 * (length - 1)
    folded = np.mod(places, period)
    result: NDArray[np.intp] = np.minimum(folded, period - folded)
    return result


def _ramp(length: int) -> Floats:
    """From 0 to 1 and smooth at both ends, point-symmetric about its middle: 3t^2 - 2t^3."""
    t = (np.arange(length, dtype=np.float32) + np.float32(0.5)) / np.float32(length)
    ramp: Floats = t * t * (np.float32(3.0) - np.float32(2.0) * t)
    return ramp


def _checked(piece: Floats, window: Floats, scale: int) -> Floats:
    height, width = window.shape[0] * scale, window.shape[1] * scale
    if piece.ndim != 3 or piece.shape[:2] != (height, width):
        raise ModelError(
            "The model gives a picture of another size than expected.", "Use a model that was made for this task."
        )
    if not np.isfinite(piece).all():
        raise ModelError(
            "The model gave no usable pixels for a part of the picture.", "Use another model for this picture."
        )
    return piece


def _room(picture: Floats, channels: int, scale: int) -> Floats:
    shape = (picture.shape[0] * scale, picture.shape[1] * scale, channels)
    require_memory(4 * int(np.prod(shape, dtype=np.int64)), retry=False)
    return np.zeros(shape, np.float32)


def _add(result: Floats, piece: Floats, row: Span, column: Span) -> None:
    part = piece[row.skip : row.skip + row.end - row.start, column.skip : column.skip + column.end - column.start]
    result[row.start : row.end, column.start : column.end] += part * (
        row.weights[:, None, None] * column.weights[None, :, None]
    )
