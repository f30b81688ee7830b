"""What drives a brush of another program while it paints: curves from the pen, the way and chance to the dab.

Every value of a dab (an aim) is (base + the sum of its curves that add) times the curves that multiply. A curve
reads one
source. Chance comes from the beginning of the stroke and the number of the dab, time from the samples; so there is
neither a clock nor luck in a stroke, and its replay is the same to the bit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Literal, get_args

import msgspec

Source = Literal[
    "pressure", "speed", "slow_speed", "random", "chance", "stroke_random", "stroke", "distance", "fade",
    "direction", "way",
    "tilt", "lean", "tilt_x", "tilt_y", "attack", "custom", "radius",
]  # fmt: skip
"""pressure 0..1; speed as MyPaint bends it, 0 resting; random 0..1, one for a dab, chance one for each curve,
stroke_random one for a stroke; stroke 0..1 of its duration, from
the way gone in radii; distance 0..1 of `length` pixels, then 1, fade the same in dabs; direction 0..180 and way 0..360
degrees clockwise from the right; tilt 90 upright to 0 flat, lean where to; tilt_x, tilt_y 0..1; attack the angle
from lean
to way; custom what the aim of that name became; radius its logarithm."""
Aim = Literal[
    "size", "size_log", "size_noise", "opacity", "flow", "flow_times", "hardness", "ratio", "roundness", "angle",
    "spacing",
    "scatter", "scatter_along", "scatter_across", "jitter", "offset_x", "offset_y", "side", "side_mirrored",
    "lean_side",
    "lean_mirrored", "offset_turn", "offset_log", "along", "lag", "hue", "saturation", "value", "lightness",
    "hsl_saturation", "smudge", "smudge_length", "smudge_radius", "erase", "lock", "custom", "count",
]  # fmt: skip
SOURCES: tuple[Source, ...] = get_args(Source)
AIMS: tuple[Aim, ...] = get_args(Aim)
ONES: tuple[Aim, ...] = ("size", "opacity", "flow", "flow_times", "ratio", "roundness", "spacing", "count")
"""Aims that are 1 where nothing is said of them; the others are 0."""
INKS: tuple[Aim, ...] = (
    "hue", "saturation", "value", "lightness", "hsl_saturation", "smudge", "erase", "lock",
)  # fmt: skip
RANGES: dict[Source, tuple[float, float]] = {
    "speed": (-4.0, 8.0), "slow_speed": (-4.0, 8.0), "direction": (0.0, 180.0), "way": (0.0, 360.0), "tilt": (0.0,
    90.0),
    "lean": (-180.0, 180.0), "attack": (-180.0, 180.0), "custom": (-10.0, 10.0), "radius": (-2.0, 8.0),
}  # fmt: skip
"""Where the values of a source lie; all others are shares."""
LARGEST = 1e6
STEEPEST = 1e15
"""How much a curve that goes on may rise for 1 of its source: what it gives stays a number."""
Number = Annotated[float, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
Points = Annotated[tuple[tuple[Number, Number], ...], msgspec.Meta(min_length=2, max_length=64)]
Positive = Annotated[float, msgspec.Meta(ge=0.0, le=LARGEST)]
GAUSS = 3.4642
"""The farthest that the sum of four shares, brought to a variance of 1, can be."""


class Curve(msgspec.Struct, frozen=True, array_like=True):
    """From a source to an aim, straight between its points, and beyond them level or (`goes_on`) straight on.
    `length` is for
    distance and fade."""

    aim: Aim
    source: Source
    points: Points
    multiplies: bool = False
    length: Annotated[float, msgspec.Meta(ge=1.0, le=LARGEST)] = 1.0
    repeats: bool = False
    goes_on: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for points that do not stand from left to right, each place once."""
        for (x, y), (far, end) in pairwise(self.points):
            if not x < far or (self.goes_on and abs(end - y) / (far - x) > STEEPEST):
                raise ValueError("the points of a curve stand from left to right")

    def at(self, value: float) -> float:
        """What it gives for a value of its source.

        >>> Curve("flow", "pressure", ((0.0, 0.0), (1.0, 2.0))).at(0.25)
        0.5
        """
        points = self.points
        place = bisect_right(points, value, key=_first)
        if not self.goes_on and place in (0, len(points)):
            return points[min(place, len(points) - 1)][1]
        place = min(max(place, 1), len(points) - 1)
        (x, y), (far, end) = points[place - 1], points[place]
        return y + (end - y) * (value - x) / (far - x)

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that it gives."""
        heights = [y for _, y in self.points]
        if self.goes_on:
            heights += [self.at(value) for value in RANGES.get(self.source, (0.0, 1.0))]
        return min(heights), max(heights)


def _first(point: tuple[float, float]) -> float:
    return point[0]


class Dynamics(msgspec.Struct, frozen=True, kw_only=True):
    """How a brush is driven. The options of the tool (diameter, opacity, flow, angle) stand before all of it.

    `oval` dabs fall off as MyPaint's do. `basic_share` of the spacing is counted in the diameter that the options
    say, the
    rest in the dab's own; `per_second` dabs come by time beside it. `linear` evens the cover of so many dabs that
    lie over each
    other. `gammas` and `slowness` are of the two speeds; `duration` is how many radii the source "stroke" takes, as
    a logarithm,
    and `hold` for how much longer it stays 1. `soft_rim` pixels at least are between cover and nothing.
    """

    bases: dict[Aim, Number] = {}
    curves: Annotated[tuple[Curve, ...], msgspec.Meta(max_length=256)] = ()
    oval: bool = False
    basic_share: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.0
    per_second: Positive = 0.0
    linear: Annotated[float, msgspec.Meta(ge=1.0, le=1000.0)] = 1.0
    gammas: tuple[Number, Number] = (4.0, 4.0)
    slowness: tuple[Positive, Positive] = (0.04, 0.8)
    drift_slowness: Positive = 1.0
    turning: Positive = 2.0
    custom_slowness: Positive = 0.0
    duration: Number = 4.0
    hold: Positive = 0.0
    soft_rim: Positive = 0.0
    snap: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.0

    def base(self, aim: Aim) -> float:
        """What an aim is without its curves."""
        return self.bases.get(aim, 1.0 if aim in ONES else 0.0)

    def bounds(self, aim: Aim) -> tuple[float, float]:
        """The least and the most that an aim can become."""
        low = high = self.base(aim)
        for curve in self.curves:
            if curve.aim == aim and not curve.multiplies:
                least, most = curve.bounds
                low, high = low + least, high + most
        for curve in self.curves:
            if curve.aim == aim and curve.multiplies:
                ends = [one * other for one in (low, high) for other in curve.bounds]
                low, high = min(ends), max(ends)
        return low, high

    def has(self, *aims: Aim) -> bool:
        """Whether anything is said of one of these."""
        return any(aim in self.bases for aim in aims) or any(curve.aim in aims for curve in self.curves)

    @property
    def inks(self) -> bool:
        """Whether each dab has its own colour, or takes from what it paints on."""
        return any(self.base(aim) for aim in INKS if aim in self.bases) or any(one.aim in INKS for one in self.curves)

    @property
    def is_timed(self) -> bool:
        """Whether the time of its samples counts."""
        speeds = any(curve.source in ("speed", "slow_speed") for curve in self.curves)
        return speeds or self.per_second > 0 or self.has("along")

    def compiled(self) -> dict[Aim, Compiled]:
        """For each aim that is spoken of: its base, the curves that add and those that multiply."""
        found: dict[Aim, Compiled] = {aim: (value, [], []) for aim, value in self.bases.items()}
        for curve in self.curves:
            entry = found.setdefault(curve.aim, (self.base(curve.aim), [], []))
            reads = entry[2] if curve.multiplies else entry[1]
            reads.append((curve.source, curve.length, curve.repeats, curve.at))
        return found


Read = tuple[Source, float, bool, Callable[[float], float]]
Compiled = tuple[float, list[Read], list[Read]]
