"""Adjustments as values, and what they do to premultiplied pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.kernels.adjust import Level, apply_exposure, apply_hue_saturation, apply_levels, apply_table
from render.kernels.blur import gaussian_blur
from render.lookup import LookupTable
from render.raster.faces.values import Beautify, Reshape

Array = NDArray[Any]
Points = tuple[tuple[float, float], ...]
STRAIGHT: Points = ((0.0, 0.0), (1.0, 1.0))
TABLE_ENTRIES = 4097


@dataclass(frozen=True)
class Levels:
    """Input and output ranges with a gamma, for each channel, then for all."""

    master: Level = Level()
    red: Level = Level()
    green: Level = Level()
    blue: Level = Level()


@dataclass(frozen=True)
class Curves:
    """Curves through points (input, output) 0..1, for each channel, then for all."""

    master: Points = STRAIGHT
    red: Points = STRAIGHT
    green: Points = STRAIGHT
    blue: Points = STRAIGHT


@dataclass(frozen=True)
class Exposure:
    """Light times 2^stops, plus `offset`, to the power 1/gamma. `linear`: the picture's pixels are linear light."""

    stops: float = 0.0
    offset: float = 0.0
    gamma: float = 1.0
    linear: bool = False


@dataclass(frozen=True)
class HueSaturation:
    """Hue in degrees, saturation and lightness -1..1; with `colorize` hue and saturation (0..1) are everyone's."""

    hue: float = 0.0
    saturation: float = 0.0
    lightness: float = 0.0
    colorize: bool = False


@dataclass(frozen=True)
class GaussianBlur:
    """A blur of everything below; `sigma` in pixels of the picture."""

    sigma: float = 4.0


@dataclass(frozen=True)
class Invert:
    """White becomes black."""


@dataclass(frozen=True)
class ColorLookup:
    """Every colour replaced by the one that a table has for it."""

    table: LookupTable


PointAdjustment = Levels | Curves | Exposure | HueSaturation | ColorLookup | Invert
AreaAdjustment = GaussianBlur | Beautify | Reshape
"""Those whose result at a place depends on what lies around it."""
Adjustment = PointAdjustment | AreaAdjustment


def adjust(pixels: Array, adjustment: PointAdjustment, *, opaque: bool = False) -> Array:
    """The adjusted pixels; with `opaque` straight colour with alpha 1, to be blended with the backdrop's alpha kept."""
    match adjustment:
        case Levels(master, red, green, blue):
            return apply_levels(pixels, (red, green, blue), master, opaque=opaque)
        case Curves():
            return apply_table(pixels, curve_table(adjustment), opaque=opaque)
        case Exposure(stops, offset, gamma, linear):
            return apply_exposure(pixels, stops, offset, gamma, linear=linear, opaque=opaque)
        case HueSaturation(hue, saturation, lightness, colorize):
            tint = abs(saturation) if colorize else saturation
            return apply_hue_saturation(pixels, hue, tint, lightness, colorize=colorize, opaque=opaque)
        case ColorLookup(table):
            return table.apply(pixels, opaque=opaque)
        case Invert():
            return apply_table(pixels, np.tile(np.array([1, 0], np.float32), (3, 1)), opaque=opaque)


def blur(pixels: Array, adjustment: GaussianBlur, scale: float) -> Array:
    """The blurred pixels of a picture drawn at `scale`."""
    return gaussian_blur(pixels, adjustment.sigma * scale)


def reach(adjustment: GaussianBlur, scale: float) -> int:
    """How many pixels around a place the blur looks at."""
    return math.ceil(4 * adjustment.sigma * scale) + 1 if adjustment.sigma > 0 else 0


@lru_cache(maxsize=64)
def curve_table(curves: Curves) -> NDArray[np.float32]:
    """(3, entries): each channel's curve followed by the master's."""
    master = curve(curves.master)
    places = np.linspace(0, 1, TABLE_ENTRIES)
    channels = [np.interp(curve(points), places, master) for points in (curves.red, curves.green, curves.blue)]
    return np.stack(channels).astype(np.float32)


def curve(points: Points) -> NDArray[np.float64]:
    """The natural cubic spline through the points (as Photoshop's), flat beyond them, cut to 0..1, at even places."""
    ordered = sorted(dict(points).items())
    x, y = np.array([p[0] for p in ordered]), np.array([p[1] for p in ordered])
    places = np.linspace(0, 1, TABLE_ENTRIES)
    if len(x) < 3:
        return np.asarray(np.clip(np.interp(places, x, y), 0, 1)) if len(x) else places
    bends = _bends(x, y)
    span = np.clip(np.searchsorted(x, places, "right") - 1, 0, len(x) - 2)
    width = np.diff(x)[span]
    inside = np.clip(places, x[0], x[-1])
    low, high = (x[span + 1] - inside) / width, (inside - x[span]) / width
    cubic = ((low**3 - low) * bends[span] + (high**3 - high) * bends[span + 1]) * width**2 / 6
    return np.asarray(np.clip(low * y[span] + high * y[span + 1] + cubic, 0, 1))


def _bends(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Second derivatives at the points: the tridiagonal system of the natural spline."""
    count, width = len(x), np.diff(x)
    system, right = np.eye(count), np.zeros(count)
    for i in range(1, count - 1):
        system[i, i - 1 : i + 2] = width[i - 1], 2 * (width[i - 1] + width[i]), width[i]
        right[i] = 6 * ((y[i + 1] - y[i]) / width[i] - (y[i] - y[i - 1]) / width[i - 1])
    return np.asarray(np.linalg.solve(system, right))
