"""One stroke of a driven brush: what each dab becomes, from the curves and from what went before it in the stroke."""

from __future__ import annotations

import copy
import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

from render.kernels.dab import Dab, Inking
from render.raster.dynamics import GAUSS, INKS, RANGES, Aim, Dynamics, Read, Source
from render.raster.stroke import LEAST_STEP, Brush, Sample, driven

LARGEST_RADIUS, LEAST_RADIUS = 2500.0, 0.2
MOST_AT_ONCE = 16
FARTHEST_DRIFT = 1000.0
MASK = (1 << 64) - 1
FIXED = (45.0, 0.5, 0.015)
"""A speed, in pixels a second, what it reads as, and how fast that rises there: MyPaint's bend."""


class Driver:
    """The state of one stroke. It is copied to try where a stroke would go, so that it holds numbers and no lists."""

    def __init__(self, dynamics: Dynamics, brush: Brush, first: Sample) -> None:
        self.dynamics, self.brush = dynamics, brush
        self.aims = dynamics.compiled()
        self._seed = zlib.crc32(struct.pack("<2d", first.x, first.y)) << 17
        self._place = (first.x, first.y)
        self._lagged = self._place
        self._number = 0
        self._draw = 0
        self._gone = self._stroke = self._custom = 0.0
        self._speeds = (0.0, 0.0)
        self._drift = (0.0, 0.0)
        self._way = (0.0, 0.0)
        self._line = (0.0, 0.0)
        self._flip = -1
        self._scale = 1.0
        self._oval = (0.0, 1.0)
        self._bends = tuple(_bend(gamma) for gamma in dynamics.gammas)

    def copied(self) -> Driver:
        """The same, to go on from here without changing this one."""
        return copy.copy(self)

    def step(self, direction: float, pace: float) -> float:
        """Pixels to the next dab on the way there, `pace` being pixels a second. Thin ovals lie closer across than
        along."""
        brush, dynamics = self.brush, self.dynamics
        basic = brush.diameter * brush.spacing
        own = max(basic * self._scale, 1e-3)
        often = dynamics.basic_share / basic + (1 - dynamics.basic_share) / own
        if dynamics.oval:
            angle, ratio = self._oval
            often *= math.hypot(math.cos(direction - angle), ratio * math.sin(direction - angle))
        return 1 / max(1e-6, often + dynamics.per_second / max(pace, 1.0))

    def dabs(self, sample: Sample, pace: float, wanted: float) -> Iterator[Dab]:
        """Those at one place. `wanted` is the step that was asked for, which may have been too small to go."""
        self._move(sample, pace)
        self._draw = 0
        sources = self._sources(sample)
        values = {aim: self._value(sources, *entry) for aim, entry in self.aims.items()}
        dab = self._dab(sample, values)
        if wanted < LEAST_STEP and 0 < dab.flow < 1:
            dab = replace(dab, flow=1 - (1 - dab.flow) ** (LEAST_STEP / max(wanted, 0.01)))
        for _ in range(min(MOST_AT_ONCE, max(1, round(values.get("count", 1.0))))):
            yield self._placed(dab, values)
        self._number += 1

    def _move(self, sample: Sample, pace: float) -> None:
        """The slow values follow, from the last dab to this one."""
        dynamics = self.dynamics
        x, y = sample.x - self._place[0], sample.y - self._place[1]
        moved = math.hypot(x, y)
        seconds = moved / max(pace, 1.0)
        self._place = (sample.x, sample.y)
        self._gone += moved
        speed = pace if moved else 0.0
        first, second = (_share(slow, seconds) for slow in dynamics.slowness)
        self._speeds = (
            self._speeds[0] + (speed - self._speeds[0]) * first, self._speeds[1] + (speed - self._speeds[1]) * second,
        )  # fmt: skip
        drift = _share(max(0.002, math.expm1(min(dynamics.drift_slowness, 1000.0) * 0.01)), seconds)
        self._drift = _towards(self._drift, (x / seconds, y / seconds) if seconds else (0.0, 0.0), drift)
        turn = _share(math.expm1(min(20.0, dynamics.turning * 0.5)), moved)
        self._way = _towards(self._way, (x, y), turn)
        if self._line[0] * x + self._line[1] * y < 0:  # a line has no beginning: the nearer end counts
            x, y = -x, -y
        self._line = _towards(self._line, (x, y), turn)
        self._flip = -self._flip
        radius = max(self.brush.diameter / 2, 0.1)
        self._stroke += moved / radius * math.exp(-max(-40.0, min(40.0, dynamics.duration)))
        around = 1 + dynamics.hold
        if self._stroke > around:
            self._stroke = 1.0 if dynamics.hold > 9.9 else math.fmod(self._stroke, around)

    def _sources(self, sample: Sample) -> dict[Source, float]:
        leaning = sample.tilt_x or sample.tilt_y
        lean = math.degrees(math.atan2(sample.tilt_y, sample.tilt_x)) if leaning else 0.0
        way = math.degrees(math.atan2(self._way[1], self._way[0])) % 360
        radius = math.log(max(self.brush.diameter / 2, 1e-3))
        return {
            "pressure": sample.pressure,
            "speed": self._bent(0), "slow_speed": self._bent(1),
            "random": self._chance(), "stroke_random": self._fixed(),
            "stroke": min(1.0, self._stroke),
            "direction": math.degrees(math.atan2(self._line[1], self._line[0])) % 180, "way": way,
            "tilt": max(0.0, 90 - math.hypot(sample.tilt_x, sample.tilt_y)), "lean": lean,
            "tilt_x": min(1.0, max(0.0, sample.tilt_x / 120 + 0.5)),
            "tilt_y": min(1.0, max(0.0, sample.tilt_y / 120 + 0.5)),
            "attack": (way + 90 - lean + 180) % 360 - 180,
            "custom": self._custom, "radius": radius,
        }  # fmt: skip

    def _value(self, sources: dict[Source, float], base: float, adding: list[Read], times: list[Read]) -> float:
        for read in adding:
            base += self._read(sources, *read)
        for read in times:
            base *= self._read(sources, *read)
        return base

    def _read(self, sources: dict[Source, float], source: Source, length: float, repeats: bool, at: object) -> float:
        if source in ("distance", "fade"):
            gone = (self._gone if source == "distance" else float(self._number)) / length
            value = gone % 1.0 if repeats else min(1.0, gone)
        elif source == "chance":
            value = self._chance()
        else:
            value = sources[source]
        return at(value)  # type: ignore[operator,no-any-return]

    def _dab(self, sample: Sample, values: dict[Aim, float]) -> Dab:
        """The dab in the middle of the way, before chance moves it."""
        brush = self.brush
        pressed = sample.pressure
        scale = max(0.0, values.get("size", 1.0)) * math.exp(max(-30.0, min(30.0, values.get("size_log", 0.0))))
        scale *= driven(brush.size_by_pressure, pressed)
        self._scale = max(scale * max(0.05, values.get("spacing", 1.0)), 1e-3)
        radius = min(LARGEST_RADIUS, max(LEAST_RADIUS, brush.diameter / 2 * scale))
        flow = max(0.0, values.get("flow", 1.0)) * max(0.0, values.get("flow_times", 1.0))
        flow = 1 - (1 - min(1.0, flow)) ** (1 / self.dynamics.linear)
        noise = values.get("size_noise", 0.0)
        if noise:
            larger = math.exp(max(-30.0, min(30.0, self._gauss() * noise)))
            noisy = min(LARGEST_RADIUS, max(LEAST_RADIUS, radius * larger))
            flow *= min(1.0, (radius / noisy) ** 2)
            radius = noisy
        custom = max(-10.0, min(10.0, values.get("custom", 0.0)))
        self._custom += (custom - self._custom) * _share(self.dynamics.custom_slowness, 0.1)
        hardness = min(1.0, max(0.0, brush.hardness + values.get("hardness", 0.0)))
        radius, hardness = _softened(radius, hardness, self.dynamics.soft_rim)
        ratio = max(1.0, values.get("ratio", 1.0))
        roundness = min(1.0, max(0.01, brush.roundness * values.get("roundness", 1.0) / ratio))
        angle = math.radians(brush.angle + values.get("angle", 0.0))
        self._oval = (angle, 1 / roundness)
        return Dab(
            x=sample.x, y=sample.y, diameter=2 * radius, hardness=hardness, roundness=roundness, angle=angle,
            flow=min(1.0, brush.flow * flow * driven(brush.flow_by_pressure, pressed)),
            opacity=_within_one(brush.opacity * values.get("opacity", 1.0)) * driven(brush.opacity_by_pressure,
            pressed),
            inking=_inking(values),
        )  # fmt: skip

    def _placed(self, dab: Dab, values: dict[Aim, float]) -> Dab:
        """Where chance and the offsets take it."""
        x, y = self._followed(dab, values)
        radius = self.brush.diameter / 2
        far = radius * math.exp(max(-30.0, min(10.0, values.get("offset_log", 0.0))))
        x, y = x + far * values.get("offset_x", 0.0), y + far * values.get("offset_y", 0.0)
        turn = values.get("offset_turn", 0.0)
        beside = math.degrees(math.atan2(self._way[1], self._way[0])) - 90 + turn
        x, y = _aside(x, y, beside, far * values.get("side", 0.0))
        x, y = _aside(x, y, beside, far * self._flip * max(0.0, values.get("side_mirrored", 0.0)))
        x, y = _aside(x, y, turn, far * values.get("lean_side", 0.0))
        x, y = _aside(x, y, turn, far * self._flip * max(0.0, values.get("lean_mirrored", 0.0)))
        along = 0.1 * values.get("along", 0.0)
        x, y = x + _bounded(self._drift[0] * along), y + _bounded(self._drift[1] * along)
        jitter = max(0.0, values.get("jitter", 0.0))
        if jitter:
            x, y = x + self._gauss() * jitter * radius, y + self._gauss() * jitter * radius
        x, y = self._scattered(x, y, dab.diameter, values)
        if self.dynamics.snap:
            x, y = (place + (math.floor(place) + 0.5 - place) * self.dynamics.snap for place in (x, y))
        return replace(dab, x=x, y=y) if (x, y) != (dab.x, dab.y) else dab

    def _followed(self, dab: Dab, values: dict[Aim, float]) -> tuple[float, float]:
        """Behind the pen, where the brush lags."""
        lag = values.get("lag", 0.0)
        if lag <= 0:
            return dab.x, dab.y
        self._lagged = _towards(self._lagged, (dab.x, dab.y), _share(lag, 1.0))
        return self._lagged

    def _scattered(self, x: float, y: float, diameter: float, values: dict[Aim, float]) -> tuple[float, float]:
        """By chance, in diameters: both ways, along the stroke, or across it."""
        both = values.get("scatter", 0.0) * diameter
        if both:
            x, y = x + (2 * self._chance() - 1) * both, y + (2 * self._chance() - 1) * both
        angle = math.degrees(math.atan2(self._way[1], self._way[0]))
        along, across = values.get("scatter_along", 0.0) * diameter, values.get("scatter_across", 0.0) * diameter
        if along:
            x, y = _aside(x, y, angle, (2 * self._chance() - 1) * along)
        return _aside(x, y, angle + 90, (2 * self._chance() - 1) * across) if across else (x, y)

    def _bent(self, which: int) -> float:
        gamma, rise, low = self._bends[which]
        low_end, high_end = RANGES["speed"]
        return max(low_end, min(high_end, math.log(gamma + self._speeds[which]) * rise + low))

    def _chance(self) -> float:
        """Evenly from 0 to 1; another for each time it is asked."""
        self._draw += 1
        return _mixed(self._seed + self._number * 64 + self._draw)

    def _fixed(self) -> float:
        return _mixed(self._seed - 1)

    def _gauss(self) -> float:
        return (sum(self._chance() for _ in range(4)) - 2) * math.sqrt(3)


def farthest(dynamics: Dynamics, brush: Brush) -> float:
    """Pixels from the pen that no dab reaches beyond, at most."""
    def most(aim: Aim) -> float:
        return max(abs(end) for end in dynamics.bounds(aim))

    log, noise = dynamics.bounds("size_log")[1], most("size_noise")
    scale = max(0.0, dynamics.bounds("size")[1]) * math.exp(min(30.0, log + GAUSS * noise))
    radius = min(LARGEST_RADIUS, brush.diameter / 2 * scale) + dynamics.soft_rim
    base = brush.diameter / 2
    offset = base * math.exp(min(10.0, dynamics.bounds("offset_log")[1]))
    away = sum(most(aim) for aim in ("offset_x", "offset_y", "side", "side_mirrored", "lean_side", "lean_mirrored"))
    scattered = 2 * radius * (2 * most("scatter") + most("scatter_along") + most("scatter_across"))
    drift = 2 * FARTHEST_DRIFT if most("along") else 0.0
    return radius + offset * away + GAUSS * base * most("jitter") + scattered + drift + 2


def _mixed(number: int) -> float:
    """A share that looks like chance."""
    number = (number * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return ((number ^ (number >> 31)) >> 11) / (1 << 53)


def _bounded(drift: float) -> float:
    return max(-FARTHEST_DRIFT, min(FARTHEST_DRIFT, drift))


def _share(slow: float, time: float) -> float:
    """How far a value that follows within `slow` comes in `time`."""
    return 1.0 if slow <= 0.001 else -math.expm1(-time / slow)


def _towards(from_: tuple[float, float], to: tuple[float, float], share: float) -> tuple[float, float]:
    return from_[0] + (to[0] - from_[0]) * share, from_[1] + (to[1] - from_[1]) * share


def _aside(x: float, y: float, degrees: float, far: float) -> tuple[float, float]:
    if not far:
        return x, y
    angle = math.radians(degrees)
    return x + math.cos(angle) * far, y + math.sin(angle) * far


def _bend(gamma: float) -> tuple[float, float, float]:
    """A logarithm through the fixed speed with its slope there: what to add, to multiply by and to add again."""
    speed, reads, slope = FIXED
    start = math.exp(max(-20.0, min(20.0, gamma)))
    rise = slope * (speed + start)
    return start, rise, reads - rise * math.log(speed + start)


def _softened(radius: float, hardness: float, rim: float) -> tuple[float, float]:
    """As large to the eye, with at least `rim` pixels from cover to nothing."""
    if rim <= 0 or radius * (1 - hardness) >= rim:
        return radius, hardness
    seen = radius - (1 - hardness) * radius / 2
    softer = (seen - rim / 2) / (seen + rim / 2)
    return rim / (1 - softer), max(0.0, softer)


def _inking(values: dict[Aim, float]) -> Inking | None:
    """None where a dab does nothing of its own to colour."""
    if not any(values.get(aim) for aim in INKS):
        return None
    return Inking(
        values.get("hue", 0.0), values.get("saturation", 0.0), values.get("value", 0.0), values.get("lightness", 0.0),
        values.get("hsl_saturation", 0.0), _within_one(values.get("smudge", 0.0)),
        _within_one(values.get("smudge_length", 0.5)), math.exp(max(-5.0, min(5.0, values.get("smudge_radius", 0.0)))),
        _within_one(values.get("erase", 0.0)), _within_one(values.get("lock", 0.0)),
    )  # fmt: skip


def _within_one(value: float) -> float:
    return min(1.0, max(0.0, value))
