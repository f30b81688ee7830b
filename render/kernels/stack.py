"""Blending many layers in one call: what the compositor does for a tile."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from render.kernels.formats import Array, format_name, white_plane
from render.kernels.library import TYPE_CODES, KernelError, describe_error, library
from render.kernels.modes import WHOLE_MODES
from render.kernels.variants import LANES

_LAYER = struct.Struct("=QQqqifff")
_ARGUMENTS = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_int32]
_ARGUMENTS += [ctypes.c_void_p, ctypes.c_int64] * 2 + [ctypes.c_int32] * 6
_WHOLE_BITS = sum(1 << mode for mode in WHOLE_MODES)


class Blend(NamedTuple):
    """One layer: pixels, mode, the share mask·scale + offset (see `mask_share`), the mask if it is not even, and
    whether the backdrop's alpha stays."""

    source: Array
    mode: int
    scale: float
    offset: float
    mask: Array | None = None
    keep_alpha: bool = False


def blend_stack(
    backdrop: Array | None, layers: Sequence[Blend], origin: tuple[int, int] = (0, 0), out: Array | None = None
) -> Array:
    """All layers over the backdrop (None: nothing), lowest first; the same pixels as `blend` one after another.

    Every array has one type and size, packed rows, and a width in whole vectors; `out` may be the backdrop.
    """
    first = layers[0].source
    height, width = first.shape[:2]
    if width % LANES:
        raise KernelError(f"Stacks are blended in widths that are multiples of {LANES}, not {width}.")
    result = np.empty(first.shape, first.dtype) if out is None else out
    white = white_plane(first)
    white_address = white.__array_interface__["data"][0]
    packed = []
    for source, mode, scale, offset, mask, keep_alpha in layers:
        address = source.__array_interface__["data"][0]
        covering, step = (white_address, 0) if mask is None else (mask.__array_interface__["data"][0], mask.strides[0])
        keep = 0.0 if keep_alpha else 1.0
        packed.append(_LAYER.pack(address, covering, source.strides[0], step, mode, scale, offset, keep))
    under, under_stride = (None, 0) if backdrop is None else (_address(backdrop), backdrop.strides[0])
    kind = first.dtype
    loaded = library()
    error = _driver(loaded)(
        loaded.address(f"blend_{format_name(first)}"), loaded.address("blend_whole") if kind.itemsize == 1 else None,
        _WHOLE_BITS, b"".join(packed), len(layers), under, under_stride, _address(result), result.strides[0],
        width, height, TYPE_CODES[kind.kind], 8 * kind.itemsize, *origin,
    )  # fmt: skip
    if error:
        raise KernelError(describe_error("blend_stack"))
    return result


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])


def _driver(loaded: Any) -> Any:
    function = loaded.code.atelier_blend_stack
    if function.argtypes is None:
        function.argtypes, function.restype = _ARGUMENTS, ctypes.c_int
    return function
