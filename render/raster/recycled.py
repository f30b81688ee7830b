"""One large array kept for the next drawing. Memory fresh from the system costs a tenth of a whole composition: every
page of it is zeroed and mapped at its first touch."""

from __future__ import annotations

import sys
import threading

import numpy as np

from render.raster.tree import Array

MOST_BYTES = 128 << 20
_ALONE = 3
"""References to memory that nobody else holds: the slot's list, the local name, and the argument of getrefcount."""

_slot: list[Array] = []
_lock = threading.Lock()


def recycled(shape: tuple[int, ...], dtype: str) -> Array:
    """An array with anything in it, as `numpy.empty`: the last one's memory if it has the size and nobody looks at it
    any more. Every view of an array refers to the memory's owner, so its count of references tells."""
    kind = np.dtype(dtype)
    size = int(np.prod(shape)) * kind.itemsize
    if size > MOST_BYTES:
        return np.empty(shape, kind)
    with _lock:
        memory = _slot[0] if _slot else None
        if memory is None or memory.nbytes != size or sys.getrefcount(memory) > _ALONE:
            memory = np.empty(size, np.uint8)
            _slot[:] = [memory]
        return memory.view(kind).reshape(shape)
