"""The four pixel formats: names in kernel names, white, and arrays that hold them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from render.kernels.library import KernelError

Array = NDArray[Any]

_NAMES = {np.dtype(np.uint8): "u8", np.dtype(np.uint16): "u16", np.dtype(np.float16): "f16", np.dtype(np.float32): "f32"}


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
