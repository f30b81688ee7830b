"""Dabs of a reckoned ellipse, and dabs that bring their own ink. The work is C (ovals.c)."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from render.kernels.tips import c_function, written_plane

Plane = NDArray[np.float32]
Ink = tuple[float, float, float, float]
SMALL, FINER = 6.0, 3
"""Below so many pixels across, each pixel is looked at in so many places a side."""


class _Oval(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_double) for name in ("x", "y", "a", "b", "c", "d", "hardness")),
        ("flow", ctypes.c_float), ("cap", ctypes.c_float), ("finer", ctypes.c_int32),
    ]  # fmt: skip


@dataclass(frozen=True)
class Oval:
    """Middle in pixels of the plane; (across, down) from it times (a, b, c, d) is its place on the unit circle."""

    x: float
    y: float
    a: float
    b: float
    c: float
    d: float
    hardness: float
    finer: int = 1

    def moved(self, left: int, top: int) -> Oval:
        """The same for a part of the plane that begins at (left, top)."""
        return replace(self, x=self.x - left, y=self.y - top)


def oval(coverage: Plane, shape: Oval, flow: float, cap: float) -> None:
    """coverage becomes coverage + max(cap - coverage, 0)·flow·shape."""
    height, width = coverage.shape
    hardness = min(1.0, max(1e-4, shape.hardness))
    described = _Oval(shape.x, shape.y, shape.a, shape.b, shape.c, shape.d, hardness, flow, cap, shape.finer)
    types = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32, ctypes.c_int32)
    c_function("atelier_oval", *types)(
        ctypes.byref(described), *written_plane(coverage), width, height
    )


def lay_ink(pixels: Plane, shape: Plane, ink: Ink, flow: float, keep: float = 0.0) -> None:
    """Premultiplied `pixels` (h, w, 4) go towards `ink`, straight colour and the alpha it aims at, by flow·shape (h,
    w).

    `keep` is how much of the alpha stays as it was: 1 is locked transparency.
    """
    height, width = shape.shape
    if pixels.shape != (height, width, 4):
        raise ValueError("the shape of a dab is as large as the pixels")
    aimed = np.array(ink, np.float32)
    plane = (ctypes.c_void_p, ctypes.c_int64)
    types = (*plane, *plane, ctypes.c_int32, ctypes.c_int32, ctypes.c_void_p, ctypes.c_float, ctypes.c_float)
    c_function("atelier_lay_ink", *types)(
        *written_plane(pixels), *written_plane(shape), width, height, aimed.ctypes.data, flow, keep
    )
