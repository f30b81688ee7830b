"""Brushes that take colour along or change it from dab to dab: they work on the pixels themselves, in floats.

A stroke of one colour is laid once through its coverage; one that smudges reads what the dabs before it left, so
each of its
dabs is final. The untouched pixels are kept beside them, and selection and opacity are between the two.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.color import Color
from render.geometry import IntRect
from render.kernels.dab import Dab, Inking
from render.kernels.formats import white
from render.kernels.ovals import Ink, lay_ink

Array = NDArray[Any]
Plane = NDArray[np.float32]
Grid = tuple[int, int]
MOST_LOOKS = 24
"""Places a side where a dab looks for the colour under it."""
LEAST_LENGTH = 0.01
TILE = 256


class Inks:
    """One stroke's working pixels, premultiplied, and the colour that it carries along."""

    def __init__(
        self, color: Color, find: Callable[[Grid], Array | None], dtype: np.dtype[Any], keep_alpha: bool
    ) -> None:
        self.color, self._find, self._white = color, find, np.float32(white(dtype))
        self._dtype, self._keep = dtype, 1.0 if keep_alpha else 0.0
        self.pixels: dict[Grid, Plane] = {}
        self._carried = np.zeros(4)
        self._seen = np.zeros(4)
        self._fresh = 0.0

    def begin(self, grid: Grid, original: Array) -> None:
        """A tile is reached."""
        self.pixels[grid] = original.astype(np.float32) / self._white

    def lay(self, grid: Grid, area: IntRect, shape: Plane, dab: Dab, ink: Ink) -> None:
        """One dab of a shape over a part of a tile."""
        part = self.pixels[grid][area.y : area.bottom, area.x : area.right]
        lock = max(self._keep, dab.inking.lock if dab.inking is not None else 0.0)
        lay_ink(part, shape, ink, dab.flow * self.color.alpha, lock)

    def laid(self, grid: Grid, area: IntRect, original: Array, selection: Array | None, opacity: float) -> Array:
        """The pixels of a part as they are to be stored."""
        worked = self.pixels[grid][area.y : area.bottom, area.x : area.right] * self._white
        share: Any = np.float32(opacity)
        if selection is not None:
            share = share * (selection.astype(np.float32) / self._white)[..., None]
        before = original.astype(np.float32)
        mixed = before + (worked - before) * share
        if self._dtype.kind != "u":
            return np.asarray(mixed, self._dtype)
        stored = np.clip(np.rint(mixed), 0, self._white)
        return np.asarray(np.minimum(stored, stored[..., 3:]), self._dtype)

    def ink(self, dab: Dab) -> Ink:
        """Straight colour of a dab, and the alpha it aims at. Asked once for each dab, in order."""
        inking = dab.inking
        rgb = (self.color.red, self.color.green, self.color.blue)
        if inking is None:
            return (*rgb, 1.0)
        alpha = 1.0
        if inking.smudge > 0 and inking.smudge_length < 1:
            self._carry(dab, inking)
        if inking.smudge > 0:
            share = inking.smudge
            alpha = min(1.0, max(0.0, 1 - share + share * float(self._carried[3])))
            if alpha > 0:
                mixed = [(share * float(self._carried[i]) + (1 - share) * rgb[i]) / alpha for i in range(3)]
                rgb = (min(1.0, mixed[0]), min(1.0, mixed[1]), min(1.0, mixed[2]))
        return (*shifted(rgb, inking), alpha * (1 - inking.erase))

    def _carry(self, dab: Dab, inking: Inking) -> None:
        """What the brush carries becomes a little of what is under it; it looks again when that has grown old."""
        keep = max(inking.smudge_length, LEAST_LENGTH)
        was = self._fresh
        self._fresh *= keep
        if self._fresh < 0.5 * keep:
            self._fresh = 1.0
            self._seen = self._under(dab.x, dab.y, max(0.5, dab.diameter / 2 * inking.smudge_radius))
            if was == 0.0:
                keep = 0.0
        self._carried = keep * self._carried + (1 - keep) * self._seen

    def _under(self, x: float, y: float, radius: float) -> NDArray[np.float64]:
        """Premultiplied colour around a place, what is near counting most."""
        radius = min(radius, 1000.0)
        step = max(1, math.ceil(2 * radius / MOST_LOOKS))
        rows = np.arange(math.floor(y - radius), math.ceil(y + radius) + 1, step)
        columns = np.arange(math.floor(x - radius), math.ceil(x + radius) + 1, step)
        far = ((rows + 0.5 - y) ** 2)[:, None] + ((columns + 0.5 - x) ** 2)[None, :]
        weights = np.maximum(1 - far / max(radius * radius, 0.5), 1e-9)
        total = np.zeros(4)
        for row in np.unique(rows // TILE):
            for column in np.unique(columns // TILE):
                pixels, full = self._pixels((int(column), int(row)))
                if pixels is None:
                    continue
                down, across = rows // TILE == row, columns // TILE == column
                part = pixels[np.ix_(rows[down] % TILE, columns[across] % TILE)].astype(np.float64)
                own = weights[np.ix_(down, across)]
                total += (part * own[..., None]).sum(axis=(0, 1)) / full
        return np.asarray(total / weights.sum())

    def _pixels(self, grid: Grid) -> tuple[Array | None, float]:
        """A tile, and what white is in it."""
        found = self.pixels.get(grid)
        return (found, 1.0) if found is not None else (self._find(grid), float(self._white))


def shifted(rgb: tuple[float, float, float], inking: Inking) -> tuple[float, float, float]:
    """A colour with its hue, saturation, value and lightness moved."""
    if inking.hue or inking.saturation or inking.value:
        hue, saturation, value = colorsys.rgb_to_hsv(*rgb)
        saturation += saturation * value * inking.saturation
        rgb = colorsys.hsv_to_rgb((hue + inking.hue) % 1.0, _within(saturation), _within(value + inking.value))
    if inking.lightness or inking.hsl_saturation:
        hue, light, saturation = colorsys.rgb_to_hls(*rgb)
        light = _within(light + inking.lightness)
        saturation += saturation * min(1 - light, light) * 2 * inking.hsl_saturation
        rgb = colorsys.hls_to_rgb(hue, light, _within(saturation))
    return rgb


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))
