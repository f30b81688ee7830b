"""From one number of samples a second to another, block by block, by cutting or widening the spectrum.

A block is taken with a margin on both sides, its spectrum is cut or filled with zeros, and the margins are thrown away:
an ideal low-pass with a raised-cosine edge, whose ringing has died out inside the margin. Neighbouring blocks join
without a click, and a block is the same whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import gcd

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Read = Callable[[int, int], Samples]
"""`read(first, count)` gives (count,) samples; silence before the first and after the last."""

LISTENING_RATE = 16_000
"""What speech models hear: samples a second, one channel."""

EDGE = 0.08
"""The part of the lower rate's band over which the low-pass falls."""
MARGIN_SECONDS = Fraction(1, 50)


def at_rate(read: Read, rate: int, wanted: int) -> Read:
    """The same sound at another rate. Sample 0 stays sample 0."""
    if rate == wanted:
        return read
    common = gcd(rate, wanted)
    old, new = rate // common, wanted // common
    margin = -(-int(MARGIN_SECONDS * rate) // old) * old

    def converted(first: int, count: int) -> Samples:
        begin = first // new
        end = -(-(first + count) // new)
        block = read(begin * old - margin, (end - begin) * old + 2 * margin)
        skip = margin * new // old + first - begin * new
        return change_rate(block, old, new)[skip : skip + count]

    return converted


def change_rate(block: Samples, old: int, new: int) -> Samples:
    """(n,) samples to (n * new / old,), where `old` divides n. The block is taken as one period: give it margins."""
    count = len(block) // old * new
    spectrum = np.fft.rfft(block)
    fewer = min(len(block), count)
    bins = fewer // 2 + 1
    result = np.zeros(count // 2 + 1, np.complex128)
    result[:bins] = spectrum[:bins] * low_pass(fewer)
    return np.asarray(np.fft.irfft(result, count) * (count / len(block)), np.float32)


def low_pass(count: int) -> NDArray[np.float64]:
    """For the spectrum of `count` samples: one up to the edge, then a raised cosine down to nothing at the end."""
    place = (2 * np.arange(count // 2 + 1) / max(count, 1) - (1 - EDGE)) / EDGE
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip(place, 0.0, 1.0)))


def blocks(read: Read, first: int, count: int, size: int) -> Iterator[tuple[int, Samples]]:
    """(place, samples) of a stretch, at most `size` samples at a time."""
    for place in range(first, first + count, size):
        yield place, read(place, min(size, first + count - place))


def reader_of(samples: Samples) -> Read:
    """Samples that are in memory, as something to read from."""

    def read(first: int, count: int) -> Samples:
        result = np.zeros(count, np.float32)
        low, high = max(first, 0), min(first + count, len(samples))
        if high > low:
            result[low - first : high - first] = samples[low:high]
        return result

    return read
