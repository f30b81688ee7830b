"""Video planes: YUV 4:2:0 to RGBA and back.

Matrices are those of ITU-R BT.601, BT.709 and BT.2020 (non-constant luminance); ranges and codes are BT.709's and
BT.2100's, table 9: limited 16..235 and 16..240, full 0..255, times 2^(depth - 8) (full: 2^depth - 1).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from render.kernels.formats import Array, format_name
from render.kernels.library import KernelError, packed, run, run_pointwise
from render.kernels.parallel import in_strips
from render.kernels.variants import LANES

Matrix = Literal["bt601", "bt709", "bt2020"]
Siting = Literal["left", "center"]
_RED_BLUE = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}
_SITINGS = {"left": 0, "center": 1}


class Code(NamedTuple):
    """How numbers are stored: black, luma span, chroma middle, chroma span, largest code."""

    black: float
    span: float
    middle: float
    chroma_span: float
    top: float


def code(depth: int, full_range: bool) -> Code:
    """The code of a bit depth, 8 to 16.

    >>> code(10, False).black
    64.0
    """
    unit, top = 2.0 ** (depth - 8), 2.0**depth - 1
    if full_range:
        return Code(0.0, top, 128 * unit, top, top)
    return Code(16 * unit, 219 * unit, 128 * unit, 224 * unit, top)


def yuv_to_rgba(
    luma: Array,
    chroma_u: Array,
    chroma_v: Array,
    matrix: Matrix = "bt709",
    *,
    full_range: bool = False,
    depth: int = 8,
    siting: Siting = "left",
    out: Array | None = None,
) -> Array:
    """Opaque RGBA (uint8 for uint8 planes, else uint16) of planes (height, width) and (height/2, width/2) rounded up.

    Planes of 9 to 16 bits are uint16 with the value in the low bits. Rows may lie apart (stride). Chroma is bilinear.
    """
    if luma.dtype != chroma_u.dtype or luma.dtype != chroma_v.dtype:
        raise KernelError("The three planes of a video picture must have one type.")
    red, blue = _RED_BLUE[matrix]
    green = 1 - red - blue
    stored = code(depth, full_range)
    turns = (2 - 2 * red, -(2 - 2 * blue) * blue / green, -(2 - 2 * red) * red / green, 2 - 2 * blue)
    scales = (stored.black, 1 / stored.span, stored.middle, 1 / stored.chroma_span)
    height, width = luma.shape
    result = np.empty((height, width, 4), luma.dtype) if out is None else out
    planes = packed(luma), packed(chroma_u), packed(chroma_v)
    name = f"yuv_to_rgba_{format_name(luma)}"
    numbers = (*scales, *turns, _SITINGS[siting])
    _to_rgba(name, planes, numbers, result)
    return result


def _to_rgba(name: str, planes: tuple[Array, Array, Array], numbers: tuple[float, ...], result: Array) -> None:
    """In strips; a width that is no whole number of vectors goes through padded copies (video hardly ever has one)."""
    luma, chroma_u, chroma_v = planes
    height, width = luma.shape
    rest = -width % LANES

    def strip(top: int, bottom: int) -> None:
        rows, target = luma[top:bottom], result[top:bottom]
        if rest:
            rows = np.pad(rows, ((0, 0), (0, rest)))
            target = np.empty((bottom - top, width + rest, 4), result.dtype)
        run(name, rows, chroma_u, chroma_v, *numbers, top, target)
        if rest:
            result[top:bottom] = target[:, :width]

    in_strips(strip, height, width)


def rgba_to_yuv(
    pixels: Array, matrix: Matrix = "bt709", *, full_range: bool = False, depth: int = 8, siting: Siting = "left"
) -> tuple[Array, Array, Array]:
    """Luma (height, width) and two chroma planes (half, rounded up) of RGBA pixels; alpha is not looked at.

    uint8 pixels give uint8 planes (depth 8), uint16 pixels give uint16 planes of the given depth.
    """
    source = packed(pixels)
    height, width = source.shape[:2]
    red, blue = _RED_BLUE[matrix]
    green = 1 - red - blue
    stored = code(depth, full_range)
    name = format_name(source)
    luma = np.empty((height, width), source.dtype)
    luma_numbers = (red, green, blue, stored.span, stored.black, stored.top)

    def strip(top: int, bottom: int) -> None:
        run_pointwise(f"rgba_to_luma_{name}", source[top:bottom], *luma_numbers, luma[top:bottom])

    in_strips(strip, height, width)
    chroma = []
    weights = ((-red, -green, 1 - blue, 2 - 2 * blue), (1 - red, -green, -blue, 2 - 2 * red))
    for kr, kg, kb, span in weights:
        plane = np.empty((-(-height // 2), -(-width // 2)), source.dtype)
        numbers = (kr / span, kg / span, kb / span, stored.chroma_span, stored.middle, stored.top)
        run(f"rgba_to_chroma_{name}", source, *numbers, _SITINGS[siting], plane)
        chroma.append(plane)
    return luma, chroma[0], chroma[1]
