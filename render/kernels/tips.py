"""Dabs of a sampled tip on coverage planes. The work is C (tips.c)."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from render.kernels.formats import Array, white
from render.kernels.library import library

Bytes = NDArray[np.uint8]
Plane = NDArray[np.float32]
_PLANE = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)


class _Stamp(ctypes.Structure):
    _fields_ = [
        ("picture", ctypes.c_void_p),
        *((name, ctypes.c_double) for name in ("s", "t", "s_across", "t_across", "s_down", "t_down")),
        ("flow", ctypes.c_float), ("cap", ctypes.c_float), ("width", ctypes.c_int32), ("height", ctypes.c_int32),
    ]  # fmt: skip


@dataclass(frozen=True)
class Placing:
    """Where pixels of a plane fall in a picture: pixel (x, y) at (s + x·s_across + y·s_down, t + …)."""

    s: float
    t: float
    s_across: float
    t_across: float
    s_down: float
    t_down: float

    def moved(self, columns: int, rows: int) -> Placing:
        """The same for a part of the plane that begins at (columns, rows)."""
        s = self.s + columns * self.s_across + rows * self.s_down
        t = self.t + columns * self.t_across + rows * self.t_down
        return Placing(s, t, self.s_across, self.t_across, self.s_down, self.t_down)


def stamp(coverage: Plane, picture: Bytes, placing: Placing, flow: float, cap: float) -> None:
    """coverage becomes coverage + max(cap - coverage, 0)·flow·tip. The picture (h, w) or (h, w, 4) has an empty margin
    of one pixel; of a coloured one alpha counts."""
    channels = 4 if picture.ndim == 3 else 1
    height, width = coverage.shape
    c_function("atelier_stamp", *_PLANE, *[ctypes.c_int32] * 3)(
        ctypes.byref(_described(picture, placing, flow, cap)), *written_plane(coverage), width, height, channels
    )


def stamp_colours(painted: Plane, picture: Bytes, placing: Placing, flow: float, cap: float) -> None:
    """`painted` (h, w, 4) holds straight colours and coverage; the picture is premultiplied."""
    if picture.ndim != 3 or painted.ndim != 3:
        raise ValueError("only a coloured picture gives colours")
    height, width = painted.shape[:2]
    c_function("atelier_stamp_colours", *_PLANE, *[ctypes.c_int32] * 2)(
        ctypes.byref(_described(picture, placing, flow, cap)), *written_plane(painted), width, height
    )


def painted_layer(painted: Plane, alpha: float, chosen: Plane | None, kind: DTypeLike) -> Array:
    """Straight colours and coverage as premultiplied pixels of a type, through `alpha` and a selection (h, w), 0..1."""
    wanted = np.dtype(kind)
    height, width = painted.shape[:2]
    made = np.empty((height, width, 4), wanted if wanted.kind == "u" else np.float32)
    through = None if chosen is None else np.ascontiguousarray(chosen, np.float32)
    numbers = (ctypes.c_int32, ctypes.c_int32, ctypes.c_void_p, ctypes.c_float, ctypes.c_float, ctypes.c_int32)
    c_function("atelier_painted_layer", ctypes.c_void_p, ctypes.c_int64, *numbers, ctypes.c_void_p)(
        *written_plane(painted), width, height, None if through is None else through.ctypes.data, alpha, white(wanted),
        8 * made.itemsize, made.ctypes.data,
    )  # fmt: skip
    return made.astype(wanted, copy=False)


def _described(picture: Bytes, placing: Placing, flow: float, cap: float) -> _Stamp:
    if not picture.flags.c_contiguous or picture.dtype != np.uint8 or min(picture.shape[:2]) < 2:
        raise ValueError("a tip must be packed bytes with a margin")
    height, width = picture.shape[:2]
    return _Stamp(
        picture.ctypes.data, placing.s, placing.t, placing.s_across, placing.t_across, placing.s_down, placing.t_down,
        flow, cap, width, height,
    )  # fmt: skip


def written_plane(plane: Plane) -> tuple[int, int]:
    """Where a plane (h, w) or (h, w, 4) lies, and the floats from row to row."""
    inner = plane.strides[1:] == ((16, 4) if plane.ndim == 3 else (4,))
    if plane.dtype != np.float32 or not inner or not plane.flags.writeable:
        raise ValueError("a plane of coverage must be floats with packed rows")
    return plane.ctypes.data, plane.strides[0] // 4


@cache
def c_function(name: str, *types: Any) -> Any:
    """A function of the kernels' library that is written in C and gives nothing back."""
    found = getattr(library().code, name)
    found.argtypes, found.restype = types, None
    return found
