"""Sampled tips: pictures that a brush stamps, and which of several the next dab takes.

A picture is scaled down in quarter octaves by area, each step made when it is first wanted, so that a small dab of a
large tip does not flicker; what is left to the next step, and the turn, is read between pixels. Which tip of a pipe
comes next depends on the stroke alone (the number of the dab, the pen, the way it goes), never on a clock or on
chance: a stroke and its replay are the same pixels.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from render.kernels.dab import Dab, draw_dab
from render.kernels.ovals import FINER, SMALL, Oval, oval
from render.kernels.tips import Placing, Plane, stamp, stamp_colours
from render.raster.driving import Driver, farthest
from render.raster.dynamics import Dynamics
from render.raster.grain import Grain
from render.raster.stroke import Brush, Sample

Bytes = NDArray[np.uint8]
Mode = Literal["multiply", "darken", "subtract", "burn", "linear_burn", "overlay", "dodge", "hard_mix", "add"]
Choice = Literal["incremental", "random", "angular", "pressure", "tilt_x", "tilt_y", "constant"]
STEPS = 4
"""Sizes that are kept for each halving."""
MOST_TIPS = 1000
THIN, HARD_RIM = 0.3, 0.3
"""Pixels: an oval is not thinner, but fainter; and a small hard one is so much larger, as MyPaint's are."""
LARGEST = 5000
"""Pixels, either way."""


class Rank(msgspec.Struct, frozen=True, array_like=True):
    """One dimension of a pipe: how many tips it tells apart, and by what."""

    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_TIPS)]
    choice: Choice = "incremental"


class Picker:
    """Which tip each dab of one stroke takes; asked once for each dab, in order."""

    def __init__(self, ranks: Sequence[Rank], count: int, x: float, y: float) -> None:
        """The stroke begins at (x, y), which is all that its chance comes from."""
        self.ranks, self.count = tuple(ranks), count
        self._seed = zlib.crc32(struct.pack("<2d", x, y))
        self._dab = 0

    def next(self, pressure: float, tilt: tuple[float, float], direction: float) -> int:
        """`direction` in radians, clockwise from the right; tilt in degrees from upright."""
        index = 0
        for number, rank in enumerate(self.ranks):
            index = index * rank.count + self._within(number, rank, pressure, tilt, direction)
        self._dab += 1
        return min(index, self.count - 1)

    def _within(
        self, number: int, rank: Rank, pressure: float, tilt: tuple[float, float], direction: float
    ) -> int:
        last = rank.count - 1
        if rank.choice == "incremental":
            return self._dab % rank.count
        if rank.choice == "random":
            return zlib.crc32(struct.pack("<3I", self._seed, self._dab, number)) % rank.count
        if rank.choice == "angular":  # the first tip points up, the others follow clockwise
            return round((direction / math.tau + 0.25) * rank.count) % rank.count
        if rank.choice == "pressure":
            return round(min(1.0, max(0.0, pressure)) * last)
        if rank.choice in ("tilt_x", "tilt_y"):
            share = tilt[rank.choice == "tilt_y"] / 180 + 0.5
            return round(min(1.0, max(0.0, share)) * last)
        return 0


@dataclass(frozen=True)
class Stamp:
    """One dab: a picture near its size and where it lies. The bounds are in pixels of the layer."""

    picture: Bytes
    placing: Placing
    flow: float
    cap: float
    left: float
    top: float
    right: float
    bottom: float

    def draw(self, coverage: Plane, left: int, top: int) -> None:
        """Onto a plane of coverage, or of colours (h, w, 4), whose first pixel is the layer's (left, top)."""
        first, last = max(0, math.floor(self.left) - left), min(coverage.shape[1], math.ceil(self.right) - left)
        above, below = max(0, math.floor(self.top) - top), min(coverage.shape[0], math.ceil(self.bottom) - top)
        if first >= last or above >= below:
            return
        part = coverage[above:below, first:last]
        lay = stamp_colours if coverage.ndim == 3 else stamp
        lay(part, self.picture, self.placing.moved(left + first, top + above), self.flow, self.cap)


@dataclass(frozen=True)
class Reckoned:
    """One dab without a picture: the round tip's shape, or (with `shape`) one that falls off as MyPaint's."""

    dab: Dab
    shape: Oval | None
    flow: float
    left: float
    top: float
    right: float
    bottom: float

    def draw(self, coverage: Plane, left: int, top: int) -> None:
        """Onto a plane of coverage whose first pixel is the layer's (left, top)."""
        if self.shape is None:
            draw_dab(coverage, self.dab, left, top)
            return
        first, last = max(0, math.floor(self.left) - left), min(coverage.shape[1], math.ceil(self.right) - left)
        above, below = max(0, math.floor(self.top) - top), min(coverage.shape[0], math.ceil(self.bottom) - top)
        if first < last and above < below:
            part = coverage[above:below, first:last]
            oval(part, self.shape.moved(left + first, top + above), self.flow, self.dab.opacity)


Print = Stamp | Reckoned


@dataclass(frozen=True)
class Second:
    """A brush whose stroke beside the first decides how much of that one is seen; its diameter is a share of the
    other's."""

    tips: Tips
    brush: Brush
    share: float = 1.0
    mode: Mode = "multiply"

    def beside(self, brush: Brush) -> Brush:
        """It, for the first as the options have it."""
        diameter = min(5000.0, max(0.5, brush.diameter * self.share))
        return msgspec.structs.replace(self.brush, diameter=diameter, smoothing=brush.smoothing)


class Tips:
    """What a brush of another program paints with. Pictures are coverage (h, w) or straight red, green, blue, alpha
    (h, w, 4), uint8; without any its dabs are reckoned. Beside them: what drives it, its paper, a second tip."""

    def __init__(
        self, pictures: Sequence[Bytes], ranks: Sequence[Rank] = (), dynamics: Dynamics | None = None,
        grain: Grain | None = None, second: Second | None = None,
    ) -> None:
        if len(pictures) > MOST_TIPS or not (pictures or dynamics or grain or second):
            raise ValueError("a brush has from one to a thousand tips, or says how it is driven")
        self.pictures = tuple(_premultiplied(picture) for picture in pictures)
        self.dynamics, self.grain, self.second = dynamics, grain, second
        self.inks = dynamics is not None and dynamics.inks
        self.coloured = bool(pictures) and all(picture.ndim == 3 for picture in pictures)
        if not self.coloured or self.inks or grain or second:
            self.coloured = False
            self.pictures = tuple(_coverage(picture) for picture in self.pictures)
        self.ranks = tuple(ranks) or (Rank(max(1, len(pictures))),)
        self._sizes: dict[tuple[int, int, int], Bytes] = {}

    @property
    def least_width(self) -> float:
        """The shorter side over the longer one, of the tip where it is least; 0 where that cannot be told at a
        glance."""
        if self.dynamics is not None or self.grain is not None or self.second is not None:
            return 0.0
        return min(float(min(picture.shape[:2]) / max(picture.shape[:2])) for picture in self.pictures)

    def picker(self, x: float, y: float) -> Picker | None:
        """For one stroke from (x, y)."""
        return Picker(self.ranks, len(self.pictures), x, y) if self.pictures else None

    def driver(self, brush: Brush, first: Sample) -> Driver | None:
        """For one stroke of a brush that is driven."""
        return None if self.dynamics is None else Driver(self.dynamics, brush, first)

    def reach(self, brush: Brush) -> float:
        """Pixels from the pen that no dab reaches beyond."""
        own = brush.diameter if self.dynamics is None else max(brush.diameter, 1.5 * farthest(self.dynamics, brush))
        return own if self.second is None else max(own, self.second.tips.reach(self.second.beside(brush)))

    def stamp(self, dab: Dab) -> Print:
        """What one dab leaves."""
        return self._stamped(dab) if self.pictures else self._reckoned(dab)

    def _reckoned(self, dab: Dab) -> Reckoned:
        shape, flow, reach = None, dab.flow, dab.reach
        if self.dynamics is not None and self.dynamics.oval:
            radius = dab.diameter / 2
            rim = HARD_RIM * max(0.0, dab.hardness - 0.1) if radius < SMALL / 2 else 0.0
            long, short = radius + rim, radius * dab.roundness + rim
            flow *= min(1.0, long / THIN) * min(1.0, short / THIN)
            long, short = max(long, THIN), max(short, THIN)
            cos, sin = math.cos(dab.angle), math.sin(dab.angle)
            finer = FINER if 2 * short < SMALL else 1
            shape = Oval(dab.x, dab.y, cos / long, -sin / short, sin / long, cos / short, dab.hardness, finer)
            reach = long + 1
        return Reckoned(dab, shape, flow, dab.x - reach, dab.y - reach, dab.x + reach, dab.y + reach)

    def _stamped(self, dab: Dab) -> Stamp:
        """The dab's longer side is its diameter. One that is thinner than a pixel becomes fainter instead."""
        height, width = self.pictures[dab.tip].shape[:2]
        scale = dab.diameter / max(width, height)
        across, down = width * scale, height * scale * dab.roundness
        thin = min(1.0, across) * min(1.0, down)
        across, down = max(1.0, across), max(1.0, down)
        picture = self._near(dab.tip, across, down)
        wide, high = picture.shape[1] - 2, picture.shape[0] - 2
        cos, sin = math.cos(dab.angle), math.sin(dab.angle)
        right, below = wide / across, high / down
        column, row = 0.5 - dab.x, 0.5 - dab.y
        placing = Placing(
            (cos * column + sin * row) * right + wide / 2 + 0.5,  # half a pixel less, and one more for the margin
            (-sin * column + cos * row) * below + high / 2 + 0.5,
            cos * right, -sin * below, sin * right, cos * below,
        )
        reach_x = (abs(cos) * across + abs(sin) * down) / 2 + 2
        reach_y = (abs(sin) * across + abs(cos) * down) / 2 + 2
        return Stamp(
            picture, placing, dab.flow * thin, dab.opacity,
            dab.x - reach_x, dab.y - reach_y, dab.x + reach_x, dab.y + reach_y,
        )  # fmt: skip

    def _near(self, tip: int, across: float, down: float) -> Bytes:
        """The picture at the next kept size that is not smaller, within its margin."""
        whole = self.pictures[tip]
        key = (tip, _step(whole.shape[1], across), _step(whole.shape[0], down))
        found = self._sizes.get(key)
        if found is None:
            found = self._sizes[key] = _scaled(whole, _size(whole.shape[1], key[1]), _size(whole.shape[0], key[2]))
        return found


def _step(length: int, wanted: float) -> int:
    """How many quarter octaves smaller it may be."""
    return max(0, int(STEPS * math.log2(length / wanted)))


def _size(length: int, step: int) -> int:
    return max(1, math.ceil(length * math.exp2(-step / STEPS)))


def _scaled(picture: Bytes, width: int, height: int) -> Bytes:
    """By area, so that every pixel of the whole counts; an empty pixel stands around it."""
    if picture.shape[:2] != (height, width):
        import cv2

        picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    margin: Any = ((1, 1), (1, 1), (0, 0))[: picture.ndim]
    return np.ascontiguousarray(np.pad(picture, margin))


def _premultiplied(picture: Bytes) -> Bytes:
    height, width = picture.shape[:2]
    if not (0 < height <= LARGEST and 0 < width <= LARGEST) or picture.shape[2:] not in ((), (4,)):
        raise ValueError("a tip is a plane or straight RGBA, at most 5000 pixels wide and high")
    if picture.ndim == 2:
        return np.ascontiguousarray(picture, np.uint8)
    alpha = picture[..., 3:].astype(np.uint16)
    colours = (picture[..., :3] * alpha + 127) // 255
    return np.concatenate([colours.astype(np.uint8), picture[..., 3:]], axis=2)


def _coverage(picture: Bytes) -> Bytes:
    return picture if picture.ndim == 2 else np.ascontiguousarray(picture[..., 3])
