"""Brush strokes as geometry: from pointer samples to dabs, without a clock and without chance.

What a brush of another program does beside that, dab by dab, is `render.raster.driving`'s; its time is the samples'
own.

A `StrokePath` is fed sample by sample and answers with the dabs that are certain now. Feeding all samples at once gives
the same dabs as feeding them one by one, so a live stroke and its replay from history are the same pixels.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import msgspec

from render.kernels.dab import Dab

if TYPE_CHECKING:
    from render.raster.driving import Driver
    from render.raster.tips import Picker, Tips

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
LEAST_STEP = 0.5
"""Pixels between dabs at least: finer steps cannot be seen and a spacing near 0 must not hang."""
EVEN_PACE, FASTEST = 600.0, 1e5
"""Pixels a second: of a stroke without time, and at most."""
MOST_DABS = 100_000
"""For one sample: a stroke across any canvas needs far fewer."""


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """Where the pen is, in pixels of the layer; pressure 0..1 (a mouse: 1); tilt in degrees from upright; time in
    seconds, where a brush follows speed: 0 in all samples is an even pace."""

    x: float
    y: float
    pressure: float = 1.0
    tilt_x: float = 0.0
    tilt_y: float = 0.0
    time: float = 0.0


class Brush(msgspec.Struct, frozen=True, kw_only=True):
    """A tip and how the pen drives it. Diameter in pixels (of a sampled tip its longer side), angle in degrees, spacing
    in diameters. Hardness is the round tip's alone.

    Opacity is what a stroke reaches at most, flow what one dab adds. Each `*_by_pressure` says how much of the value
    pressure decides: 0 not at all, 1 all of it. `smoothing` steadies the hand: 0 follows it, 1 hardly moves.
    `angle_by_tilt` turns a flat tip to where the pen leans.
    """

    diameter: Annotated[float, msgspec.Meta(gt=0.0, le=5000.0)] = 20.0
    hardness: Share = 0.8
    roundness: Annotated[float, msgspec.Meta(gt=0.0, le=1.0)] = 1.0
    angle: float = 0.0
    spacing: Annotated[float, msgspec.Meta(gt=0.0, le=10.0)] = 0.1
    opacity: Share = 1.0
    flow: Share = 1.0
    size_by_pressure: Share = 0.0
    opacity_by_pressure: Share = 0.0
    flow_by_pressure: Share = 0.0
    angle_by_tilt: bool = False
    smoothing: Share = 0.0


class StrokePath:
    """The dabs of one stroke. Samples are joined by a curve through all of them (Catmull-Rom), so the dabs lag by one
    sample; `finish` gives the rest."""

    def __init__(self, brush: Brush, tips: Tips | None = None) -> None:
        """`tips` are those of a sampled brush: each dab says which of them it takes."""
        self.brush, self._tips = brush, tips
        self._picker: Picker | None = None
        self._driver: Driver | None = None
        self._points: list[Sample] = []
        self._raw: Sample | None = None
        self._fraction = 0.0

    def extend(self, samples: Iterable[Sample]) -> list[Dab]:
        """More of the stroke; the dabs that are certain now."""
        dabs: list[Dab] = []
        for sample in samples:
            dabs += self._added(self._steadied(sample))
        return dabs

    def ahead(self) -> StrokePath:
        """The same path, to try where it would go: this one stays where it is."""
        path = copy.copy(self)
        path._points, path._picker = self._points.copy(), copy.copy(self._picker)
        path._driver = None if self._driver is None else self._driver.copied()
        return path

    def room(self, samples: Iterable[Sample]) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what going on to `samples`, and ending there, can touch at most."""
        points = [*self._points[-3:], *samples]
        across, down = [point.x for point in points], [point.y for point in points]
        reach = self.brush.diameter if self._tips is None else self._tips.reach(self.brush)
        wide = (max(across) - min(across)) / 2 + reach + 4  # the curve may leave the box of its points
        high = (max(down) - min(down)) / 2 + reach + 4
        return min(across) - wide, min(down) - high, max(across) + wide, max(down) + high

    def finish(self) -> list[Dab]:
        """The end of the stroke, up to where the pen really was."""
        dabs: list[Dab] = []
        if self._raw is not None and self._points and self._raw != self._points[-1]:
            dabs += self._added(self._raw)
        if len(self._points) >= 2:
            before = self._points[-3] if len(self._points) >= 3 else self._points[-2]
            dabs += self._walk(before, self._points[-2], self._points[-1], self._points[-1])
        return dabs

    def _steadied(self, sample: Sample) -> Sample:
        self._raw = sample
        hold = min(self.brush.smoothing, 0.98)
        if not self._points or hold <= 0:
            return sample
        return mixed(sample, self._points[-1], hold)

    def _added(self, sample: Sample) -> Iterator[Dab]:
        points = self._points
        points.append(sample)
        if len(points) == 1:
            if self._tips is not None:
                self._picker = self._tips.picker(sample.x, sample.y)
                self._driver = self._tips.driver(self.brush, sample)
            yield from self._dabs(sample, 0.0)
        elif len(points) >= 3:
            before = points[-4] if len(points) >= 4 else points[-3]
            yield from self._walk(before, points[-3], points[-2], points[-1])
            del points[:-4]

    def _walk(self, before: Sample, start: Sample, end: Sample, after: Sample) -> Iterator[Dab]:
        """Dabs along one piece of the curve, at even shares of the spacing; what is left over is carried on."""
        length = math.hypot(end.x - start.x, end.y - start.y)
        pieces = min(64, max(1, math.ceil(length / 4)))
        last, made = start, 0
        for number in range(1, pieces + 1):
            here = on_curve(before, start, end, after, number / pieces)
            moved = math.hypot(here.x - last.x, here.y - last.y)
            direction = math.atan2(here.y - last.y, here.x - last.x)
            pace = self._pace(start, end, length)
            asked = self._step(mixed(last, here, 0.5), direction, pace)
            step = max(LEAST_STEP, asked)
            place = (1 - self._fraction) * step
            while place <= moved and made < MOST_DABS:
                yield from self._dabs(mixed(last, here, place / moved) if moved else here, direction, pace, asked)
                place += step
                made += 1
            self._fraction = min(1.0, max(0.0, 1 - (place - moved) / step))
            last = here

    def _step(self, sample: Sample, direction: float, pace: float) -> float:
        if self._driver is not None:
            return self._driver.step(direction, pace)
        return self.brush.spacing * self._diameter(sample.pressure)

    def _pace(self, start: Sample, end: Sample, length: float) -> float:
        """Pixels a second from one sample to the next; an even one where nobody wrote down the time."""
        if self._driver is None or not end.time:
            return EVEN_PACE
        return min(FASTEST, length / max(end.time - start.time, 1e-3))

    def _dabs(self, sample: Sample, direction: float, pace: float = 0.0, asked: float = LEAST_STEP) -> Iterator[Dab]:
        """Those at one place: more than one only where the brush strews them."""
        if self._driver is None:
            yield self._dab(sample, direction)
            return
        tilt = (sample.tilt_x, sample.tilt_y)
        for dab in self._driver.dabs(sample, pace, asked):
            tip = 0 if self._picker is None else self._picker.next(sample.pressure, tilt, direction)
            yield dab if not tip else replace(dab, tip=tip)

    def _diameter(self, pressure: float) -> float:
        return self.brush.diameter * driven(self.brush.size_by_pressure, pressure)

    def _dab(self, sample: Sample, direction: float) -> Dab:
        brush, pressure = self.brush, sample.pressure
        tilt = (sample.tilt_x, sample.tilt_y)
        angle = math.radians(brush.angle)
        if brush.angle_by_tilt and (sample.tilt_x or sample.tilt_y):
            angle += math.atan2(math.sin(math.radians(sample.tilt_y)), math.sin(math.radians(sample.tilt_x)))
        return Dab(
            x=sample.x,
            y=sample.y,
            diameter=max(self._diameter(pressure), 0.05),
            hardness=brush.hardness,
            roundness=brush.roundness,
            angle=angle,
            flow=brush.flow * driven(brush.flow_by_pressure, pressure),
            opacity=brush.opacity * driven(brush.opacity_by_pressure, pressure),
            tip=0 if self._picker is None else self._picker.next(pressure, tilt, direction),
        )


def driven(share: float, pressure: float) -> float:
    """A factor of which pressure decides `share`.

    >>> driven(0.5, 0.0)
    0.5
    """
    return 1 - share + share * min(1.0, max(0.0, pressure))


def mixed(first: Sample, second: Sample, share: float) -> Sample:
    """Between two samples; share 0 is the first."""
    keep = 1 - share
    return Sample(
        first.x * keep + second.x * share,
        first.y * keep + second.y * share,
        first.pressure * keep + second.pressure * share,
        first.tilt_x * keep + second.tilt_x * share,
        first.tilt_y * keep + second.tilt_y * share,
        first.time * keep + second.time * share,
    )


def on_curve(before: Sample, start: Sample, end: Sample, after: Sample, t: float) -> Sample:
    """Catmull-Rom between `start` and `end`; pressure and tilt go straight, so that they never overshoot."""
    even = mixed(start, end, t)
    x = _cubic(before.x, start.x, end.x, after.x, t)
    y = _cubic(before.y, start.y, end.y, after.y, t)
    return Sample(x, y, even.pressure, even.tilt_x, even.tilt_y, even.time)


def _cubic(p0: float, p1: float, p2: float, p3: float, t: float) -> float:
    return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))


def dabs_of(brush: Brush, samples: Iterable[Sample]) -> list[Dab]:
    """All dabs of a stroke."""
    path = StrokePath(brush)
    return [*path.extend(samples), *path.finish()]
