"""Arrays of a mesh: from blob to numpy, always of the promised shape, whatever the blob holds."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from editor.model.scene import ArrayData
from render.scene.values import Floats

Fetch = Callable[[str], bytes | None]
"""The bytes of a blob, None where it is missing."""


PEAKS = {"i1": 127, "u1": 255, "i2": 32767, "u2": 65535, "u4": 4294967295}


def numbers(array: ArrayData, fetch: Fetch) -> NDArray[np.generic] | None:
    """(count, components) in the stored type; None when the blob is missing or too short."""
    data = fetch(array.blob)
    kind = np.dtype("<" + array.type)
    if data is None or len(data) < array.count * array.components * kind.itemsize:
        return None
    flat = np.frombuffer(data, kind, array.count * array.components)
    return flat.reshape(array.count, array.components)


def floats(array: ArrayData | None, fetch: Fetch, components: int | None = None) -> Floats | None:
    """(count, components) as float32; normalised integers as glTF 2.0, section 3.6.2.2, says. Odd numbers become 0."""
    found = None if array is None else numbers(array, fetch)
    if found is None or array is None or (components is not None and found.shape[1] != components):
        return None
    values = found.astype(np.float32)
    if array.normalized and found.dtype.kind in "iu":
        values = np.maximum(values / np.float32(PEAKS[array.type]), -1.0)
    if not np.isfinite(values).all():
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    return values


def whole_numbers(array: ArrayData | None, fetch: Fetch) -> NDArray[np.uint32] | None:
    """(count,) indices."""
    found = None if array is None else numbers(array, fetch)
    return None if found is None else found.ravel().astype(np.uint32)
