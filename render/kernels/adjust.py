"""Adjustments of one pixel at a time, on premultiplied pixels.

With `opaque` the result is straight colour with alpha 1: what an adjustment layer blends into its backdrop, so that its
opacity and mode act on the colour alone. Without it alpha stays and the colour is premultiplied again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from render.kernels.formats import Array, format_name
from render.kernels.library import Argument, Table, packed, run_pointwise
from render.kernels.parallel import in_strips


@dataclass(frozen=True)
class Level:
    """Input black, white and gamma, output black and white, all 0..1 with gamma 1 in the middle."""

    low: float = 0.0
    high: float = 1.0
    gamma: float = 1.0
    out_low: float = 0.0
    out_high: float = 1.0

    def row(self) -> tuple[float, float, float, float, float]:
        """low, scale, power, output low and span, as the kernel takes them."""
        scale = 1.0 / max(self.high - self.low, 1e-6)
        return (self.low, scale, 1.0 / max(self.gamma, 1e-3), self.out_low, self.out_high - self.out_low)


def _run(name: str, pixels: Array, parameters: Sequence[Argument], opaque: bool, out: Array | None) -> Array:
    source = packed(pixels)
    result = np.empty(pixels.shape, pixels.dtype) if out is None else out
    full_name = f"{name}_{format_name(source)}"

    def strip(top: int, bottom: int) -> None:
        run_pointwise(full_name, source[top:bottom], *parameters, int(opaque), result[top:bottom])

    in_strips(strip, source.shape[0], source.shape[1])
    return result


def apply_table(pixels: Array, table: Array, *, opaque: bool = False, out: Array | None = None) -> Array:
    """Each channel through its row of `table` (3, entries); entry i stands for the value i / (entries - 1)."""
    entries = np.ascontiguousarray(table, np.float32).view(Table)
    return _run("table", pixels, (entries,), opaque, out)


def apply_lookup(
    pixels: Array, low: Sequence[float], high: Sequence[float], entries: Array, cube: Array | None = None, *,
    opaque: bool = False, out: Array | None = None,
) -> Array:
    """Each channel through its row of `entries` (3, count), spread from `low` to `high` and held beyond; then, with a
    `cube` (size^3, 3) whose red changes fastest, to what lies at that place (0..1) in it, tetrahedral between nodes."""
    scales = [1.0 / max(above - below, 1e-6) for below, above in zip(low, high, strict=True)]
    limits = np.array([low, scales], np.float32).T.copy().view(Table)
    rows = np.ascontiguousarray(entries, np.float32).view(Table)
    if cube is None:
        return _run("lookup_line", pixels, (limits, rows), opaque, out)
    nodes = np.ascontiguousarray(cube, np.float32).view(Table)
    return _run("lookup_cube", pixels, (limits, rows, nodes, round(len(cube) ** (1 / 3))), opaque, out)


def apply_levels(
    pixels: Array, channels: Sequence[Level], master: Level, *, opaque: bool = False, out: Array | None = None
) -> Array:
    """Levels of red, green and blue, then the master's: out_low + span·((v - low)/(high - low))^(1/gamma)."""
    steps = np.array([level.row() for level in (*channels, master)], np.float32).view(Table)
    return _run("levels", pixels, (steps,), opaque, out)


def apply_exposure(
    pixels: Array,
    stops: float,
    offset: float = 0.0,
    gamma: float = 1.0,
    *,
    linear: bool = False,
    opaque: bool = False,
    out: Array | None = None,
) -> Array:
    """(light·2^stops + offset)^(1/gamma) in linear light; `linear` says that the pixels already are linear."""
    parameters = (2.0**stops, offset, 1.0 / max(gamma, 1e-3), int(linear))
    return _run("exposure", pixels, parameters, opaque, out)


def apply_hue_saturation(
    pixels: Array,
    hue: float,
    saturation: float,
    lightness: float,
    *,
    colorize: bool = False,
    opaque: bool = False,
    out: Array | None = None,
) -> Array:
    """Photoshop's Hue/Saturation. Hue in degrees, the others -1..1; with `colorize` hue and saturation 0..1 are the
    tint of every pixel."""
    parameters = (hue / 360.0, saturation, lightness, int(colorize))
    return _run("hue_saturation", pixels, parameters, opaque, out)
