"""A cleaned low band and the high band that no model heard, put together again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.sound.rates import Read, Samples, at_rate

SMOOTH_SECONDS = 0.02
FLOOR_DECIBELS = 24.0


def residue(strength: float) -> float:
    """How much of the old sound stays at a strength of 0 to 1: the same 24 decibels at most for every method."""
    return float(10 ** (-FLOOR_DECIBELS * min(max(strength, 0.0), 1.0) / 20))


def joined(
    original: Read, rate: int, cleaned: Read, low_rate: int, strength: float, keep_high: bool
) -> Read:
    """Sound at `rate` from `cleaned` at `low_rate`, both of one channel and in step with the original.

    What lies above the low band is kept with `keep_high`, lowered as much as the low band was at that moment.
    """
    low = at_rate(at_rate(original, rate, low_rate), low_rate, rate)
    clean = at_rate(cleaned, low_rate, rate)
    stays = np.float32(residue(strength))
    reach = int(SMOOTH_SECONDS * rate)

    def read(first: int, count: int) -> Samples:
        old = original(first - reach, count + 2 * reach)
        under, new = low(first - reach, count + 2 * reach), clean(first - reach, count + 2 * reach)
        result = new
        if keep_high and rate > low_rate:
            result = new + (old - under) * _lowered(new, under, reach)
        mixed = result * (1 - stays) + (old if keep_high else under) * stays
        return np.asarray(mixed[reach : reach + count], np.float32)

    return read


def _lowered(new: Samples, old: Samples, reach: int) -> NDArray[np.float32]:
    """The factor by which the level fell, smoothed over some hundredths of a second."""
    before, after = _level(old, reach), _level(new, reach)
    return np.asarray(np.sqrt(np.clip(after / (before + 1e-10), 0.0, 1.0)), np.float32)


def _level(sound: Samples, reach: int) -> NDArray[np.float64]:
    total = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    places = np.arange(len(sound))
    low, high = np.maximum(places - reach, 0), np.minimum(places + reach, len(sound))
    return np.asarray((total[high] - total[low]) / np.maximum(high - low, 1))
