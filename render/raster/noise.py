"""How noisy a picture is, at each brightness, and the scale on which its noise is the same everywhere.

The estimate is Donoho and Johnstone's (1994): the median of the finest diagonal wavelet coefficients, over 0.6745. It
is made bin by bin of brightness from the flattest places, as noise that grows with light (photons) needs. A curve
through the bins is integrated into a scale on which the noise has the deviation 1 (Anscombe's idea, for any curve).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.kernels.parallel import for_each

Floats = NDArray[np.float32]

BINS = 10
FLATTEST = 0.4
SMALLEST = 1e-4
LEAST_SHARE = 0.2
STEPS = 1024
STRIP = 32
ENOUGH, BAND = 2_000_000, 64
SEEN = -1.0, 4.0
"""A sun of a picture with a high dynamic range is a bright place and no more: its value would drown all around it."""


@dataclass(frozen=True)
class NoiseCurve:
    """Standard deviation of the noise at brightness `levels` (ascending), both with white at 1."""

    levels: tuple[float, ...]
    deviations: tuple[float, ...]

    @property
    def typical(self) -> float:
        return float(np.median(self.deviations))

    def at(self, level: float) -> float:
        return float(np.interp(level, self.levels, self.deviations))

    def scaled(self, factor: float) -> NoiseCurve:
        return NoiseCurve(self.levels, tuple(factor * value for value in self.deviations))


def even_noise(deviation: float) -> NoiseCurve:
    """The same noise everywhere."""
    return NoiseCurve((0.0, 1.0), (deviation, deviation))


def estimate_noise(rgb: Floats, alpha: Floats | None = None) -> NoiseCurve:
    """The noise of (height, width, 3) encoded colour, all channels together; pixels with alpha below 1 do not count."""
    rgb, alpha = np.clip(_bands(rgb), *SEEN), None if alpha is None else _bands(alpha)
    height, width = rgb.shape[0] // 2 * 2, rgb.shape[1] // 2 * 2
    if min(height, width) < 16:
        return even_noise(0.0)
    low, detail = _haar(rgb[:height, :width])
    flat = _flatness(low)
    usable = np.isfinite(detail).all(axis=2)
    if alpha is not None:
        usable &= alpha[:height, :width].reshape(height // 2, 2, width // 2, 2).min(axis=(1, 3)) >= 1
    usable &= (low.max(axis=2) < 0.99) & (low.min(axis=2) > 0.005)  # clipped noise looks smaller than it is
    if usable.sum() < 200:
        return even_noise(0.0)
    brightness = low.mean(axis=2)[usable]
    edges = np.quantile(brightness, np.linspace(0, 1, BINS + 1))
    levels: list[float] = []
    deviations: list[float] = []
    for bottom, top in zip(edges[:-1], edges[1:]):
        inside = (brightness >= bottom) & (brightness <= top)
        calm = flat[usable][inside]
        chosen = np.abs(detail[usable][inside][calm <= np.quantile(calm, FLATTEST)])
        if levels and (bottom + top) / 2 <= levels[-1]:
            continue
        levels.append(float(bottom + top) / 2)
        deviations.append(float(np.median(chosen)) / 0.6745)
    return NoiseCurve(tuple(levels), tuple(_smoothed(deviations)))


def _bands(picture: Floats) -> Floats:
    """Of a large picture bands of rows, evenly spaced: they tell as much."""
    height, width = picture.shape[:2]
    every = int(height * width / ENOUGH)
    if every < 2:
        return picture
    starts = range(0, height - BAND + 1, BAND * every)
    return np.concatenate([picture[start : start + BAND] for start in starts])


def _haar(rgb: Floats) -> tuple[Floats, Floats]:
    """Mean and diagonal detail of 2 x 2 pixels; white noise keeps its deviation in the detail."""
    a, b, c, d = rgb[::2, ::2], rgb[::2, 1::2], rgb[1::2, ::2], rgb[1::2, 1::2]
    return (a + b + c + d) * np.float32(0.25), (a - b - c + d) * np.float32(0.5)


def _flatness(low: Floats) -> Floats:
    """How steep the picture is without its finest detail; low is flat."""
    import cv2

    grey = cv2.GaussianBlur(low.mean(axis=2), (0, 0), 2.0)
    return np.asarray(np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)), np.float32)


def _smoothed(values: list[float]) -> list[float]:
    """The median of three, so that one textured bin does not bend the curve."""
    padded = [values[0], *values, values[-1]]
    return [sorted(padded[i : i + 3])[1] for i in range(len(values))]


@dataclass(frozen=True)
class EvenScale:
    """A rising table from brightness to the scale on which noise has the deviation 1, linear beyond its ends."""

    levels: NDArray[np.float64]
    values: NDArray[np.float64]

    def of(self, brightness: Floats) -> Floats:
        return _looked_up(brightness, self.levels, self.values)

    def back(self, values: Floats) -> Floats:
        return _looked_up(values, self.values, self.levels)


def even_scale(noise: NoiseCurve) -> EvenScale:
    """The integral of 1 / deviation, from 0 to white or the brightest level known; from there on it goes straight, for
    the deviation stays what it is."""
    levels = np.linspace(0.0, max(1.0, noise.levels[-1]), STEPS)
    least = max(SMALLEST, LEAST_SHARE * max(noise.deviations))
    steepness = 1 / np.maximum(least, np.interp(levels, noise.levels, noise.deviations))
    steps = (steepness[1:] + steepness[:-1]) / 2 * np.diff(levels)
    return EvenScale(levels, np.concatenate([[0.0], np.cumsum(steps)]))


def _looked_up(values: Floats, places: NDArray[np.float64], results: NDArray[np.float64]) -> Floats:
    """Linear interpolation, going on in a straight line before the first place and after the last one."""
    found = np.empty(values.shape, np.float32)

    def strip(top: int) -> None:
        found[top : top + STRIP] = np.interp(values[top : top + STRIP], places, results)

    for_each(strip, range(0, values.shape[0], STRIP))
    low, high = values.min(initial=places[0]), values.max(initial=places[-1])
    if low < places[0] or high > places[-1]:
        before, after = values < places[0], values > places[-1]
        first = (results[1] - results[0]) / (places[1] - places[0])
        last = (results[-1] - results[-2]) / (places[-1] - places[-2])
        found = np.where(before, results[0] + (values - places[0]) * first, found)
        found = np.where(after, results[-1] + (values - places[-1]) * last, found)
    return np.asarray(found, np.float32)
