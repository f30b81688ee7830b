"""The four pixel depths and their scales: 255, 65535, and 1.0 for the floating ones."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def peak_of(dtype: Any) -> float:
    """The value that stands for full coverage or full light."""
    kind = np.dtype(dtype)
    return float(np.iinfo(kind).max) if kind.kind == "u" else 1.0


def from_unit(values: Array, dtype: Any) -> Array:
    """Numbers from 0 to 1 in a depth's own scale, rounded for whole numbers."""
    kind = np.dtype(dtype)
    if kind.kind != "u":
        return values.astype(kind)
    peak = peak_of(kind)
    return np.clip(np.rint(values * peak), 0, peak).astype(kind)


def to_unit(values: Array) -> NDArray[np.float32]:
    """A depth's values as float32 from 0 to 1."""
    return values.astype(np.float32) / np.float32(peak_of(values.dtype))
