"""Brush dabs on coverage planes, and colour through coverage."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.kernels.formats import Array, format_name, white_plane
from render.kernels.library import run, run_pointwise
from render.kernels.variants import LANES

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Inking:
    """What a dab does to colour: shifts of hue (turns), saturation, value and lightness, and what it takes along."""

    hue: float = 0.0
    saturation: float = 0.0
    value: float = 0.0
    lightness: float = 0.0
    hsl_saturation: float = 0.0
    smudge: float = 0.0
    smudge_length: float = 0.5
    smudge_radius: float = 1.0
    erase: float = 0.0
    lock: float = 0.0


@dataclass(frozen=True)
class Dab:
    """One touch of the brush. Position and diameter in pixels, angle in radians clockwise, the rest 0..1.

    `flow` is how much one dab adds, `opacity` what the stroke's coverage may reach here; roundness is the short
    diameter over the long one. `tip` says which picture a sampled brush takes, `inking` what a driven one does to
    colour.
    """

    x: float
    y: float
    diameter: float
    hardness: float = 1.0
    roundness: float = 1.0
    angle: float = 0.0
    flow: float = 1.0
    opacity: float = 1.0
    tip: int = 0
    inking: Inking | None = None

    @property
    def reach(self) -> float:
        """No pixel centre further than this from the centre is touched."""
        return self.diameter / 2 + 1.0


def draw_dab(coverage: Plane, dab: Dab, left: int, top: int) -> None:
    """Add the dab to a float plane whose first pixel is the picture's (left, top); its width must be a multiple of 16.

    coverage becomes coverage + max(opacity - coverage, 0)·flow·shape, where the shape is 1 within the hard core, falls
    as (1 - t)² with t = (r² - h²)/(1 - h²) outside it, and its rim is smooth over one pixel. Dabs thinner than a pixel
    become fainter instead.
    """
    height, width = coverage.shape
    first_column = max(0, math.floor(dab.x - dab.reach) - left) // LANES * LANES
    last_column = min(width, -(-(math.ceil(dab.x + dab.reach) - left) // LANES) * LANES)
    first_row = max(0, math.floor(dab.y - dab.reach) - top)
    last_row = min(height, math.ceil(dab.y + dab.reach) - top)
    if first_column >= last_column or first_row >= last_row:
        return
    part = coverage[first_row:last_row, first_column:last_column]
    center = (dab.x - left - first_column, dab.y - top - first_row)
    run("dab", part, *center, *_shape(dab), part)


def _shape(dab: Dab) -> tuple[float, float, float, float, float, float, float, float]:
    """a, b, c, d, softness, edge, flow and cap, as the kernel takes them."""
    long_radius = max(dab.diameter / 2, 0.5)
    short_radius = max(dab.diameter / 2 * dab.roundness, 0.5)
    thin = min(1.0, dab.diameter) * min(1.0, dab.diameter * dab.roundness)
    cos, sin = math.cos(dab.angle), math.sin(dab.angle)
    a, c = cos / long_radius, sin / long_radius
    b, d = -sin / short_radius, cos / short_radius
    softness = 1.0 / max(1.0 - dab.hardness * dab.hardness, 1e-5)
    edge = math.sqrt(long_radius * short_radius)
    return a, b, c, d, softness, edge, dab.flow * thin, dab.opacity


def lay_colour(
    original: Array,
    coverage: Plane,
    colour: tuple[float, float, float, float] | None,
    *,
    selection: Array | None = None,
    keep_alpha: bool = False,
    out: Array | None = None,
) -> Array:
    """The straight `colour` (red, green, blue, alpha, 0..1) over the original through coverage·selection; None erases.

    The selection is a plane of the pixels' type. `keep_alpha` is locked transparency.
    """
    result = np.empty_like(original) if out is None else out
    if selection is None:
        selection = white_plane(original)
    erase = 1.0 if colour is None else 0.0
    red, green, blue, alpha = (0.0, 0.0, 0.0, 0.0) if colour is None else colour
    premultiplied = (red * alpha, green * alpha, blue * alpha, alpha)
    name = f"paint_{format_name(original)}"
    keep = 0.0 if keep_alpha else 1.0
    run_pointwise(name, original, coverage, selection, *premultiplied, erase, keep, result)
    return result
