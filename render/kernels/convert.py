"""Between pixel formats, and between premultiplied and straight alpha."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from render.kernels.formats import Array, format_name
from render.kernels.library import packed, run_pointwise
from render.kernels.parallel import in_strips

KEEP, PREMULTIPLY, UNPREMULTIPLY = 0, 1, 2


def convert(pixels: Array, dtype: DTypeLike, change: int = KEEP) -> Array:
    """A copy in another format: white stays white, integers round to nearest and clip."""
    result: Array = np.empty(pixels.shape, np.dtype[Any](dtype))
    source = packed(pixels)
    name = f"convert_{format_name(source)}_{format_name(result)}"

    def strip(top: int, bottom: int) -> None:
        run_pointwise(name, source[top:bottom], change, result[top:bottom])

    in_strips(strip, pixels.shape[0], pixels.shape[1])
    return result


def premultiply(pixels: Array, dtype: DTypeLike | None = None) -> Array:
    """Straight to premultiplied alpha, in the same format or another."""
    return convert(pixels, pixels.dtype if dtype is None else dtype, PREMULTIPLY)


def unpremultiply(pixels: Array, dtype: DTypeLike | None = None) -> Array:
    """Premultiplied to straight alpha; colour is black where alpha is 0."""
    return convert(pixels, pixels.dtype if dtype is None else dtype, UNPREMULTIPLY)
