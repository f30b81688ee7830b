"""The four pixel formats: names in kernel names, white, and arrays that hold them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from render.kernels.library import KernelError

Array = NDArray[Any]
FORMATS = ("uint8", "uint16", "float16", "float32")

_NAMES: dict[Any, str] = {np.dtype(kind): kind[0] + str(8 * np.dtype(kind).itemsize) for kind in FORMATS}


def format_name(array: Array) -> str:
    """u8, u16, f16 or f32; raises KernelError for any other type."""
    try:
        return _NAMES[array.dtype]
    except KeyError:
        raise KernelError(f"Pixels must be uint8, uint16, float16 or float32, not {array.dtype}.") from None


def white(dtype: DTypeLike) -> float:
    """The stored value of full intensity: 255, 65535 or 1."""
    kind = np.dtype(dtype)
    return float(np.iinfo(kind).max) if kind.kind == "u" else 1.0


def white_plane(pixels: Array) -> Array:
    """A read-only plane of white, as large as the pixels; every row is the same memory."""
    return np.broadcast_to(_white_row(pixels.dtype, pixels.shape[1]), pixels.shape[:2])


@cache
def _white_row(kind: np.dtype[Any], width: int) -> Array:
    return np.full((1, width), white(kind), kind)
