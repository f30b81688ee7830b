"""Noise taken out of speech by its spectrum: no model, no download.

The gain for each bin is the log-spectral amplitude estimator of Y. Ephraim and D. Malah ("Speech enhancement using a
minimum mean-square error log-spectral amplitude estimator", IEEE Trans. ASSP 33(2), 1985) with their decision-directed
a priori signal-to-noise ratio. The noise spectrum is known better than in a telephone, because the whole recording is
there: around each moment it is the mean over the frames in which nobody speaks, and where somebody always speaks the
low percentile of each bin, as in minimum statistics.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress
from ml.sound.activity import Shape, Span, louder_than_the_room
from ml.sound.rates import LISTENING_RATE, Read, Samples, at_rate

Powers = NDArray[np.float32]
WINDOW_SECONDS = 0.032
OVERLAP = 4
PIECE_SECONDS = 2.0
AROUND = 4
"""Pieces on each side whose noise counts."""
ENOUGH = 20
"""Frames without speech that make a mean trustworthy."""
BIAS = 4.0
"""The mean of noise power over its tenth percentile, for smoothed exponential noise."""
SMOOTHING = 0.97
QUIETEST_A_PRIORI = 10 ** (-25 / 10)
BLOCK_PIECES = 5
SHAPE = Shape(pause=0.35, burst=0.1, padding=0.12)


@dataclass(frozen=True)
class Frames:
    """How a sound is cut for its spectra: `size` samples, a new frame each `hop`."""

    rate: int

    @property
    def size(self) -> int:
        return int(2 ** round(np.log2(WINDOW_SECONDS * self.rate)))

    @property
    def hop(self) -> int:
        return self.size // OVERLAP

    @property
    def piece(self) -> int:
        """Frames in a piece of the noise's history."""
        return int(PIECE_SECONDS * self.rate) // self.hop

    def window(self) -> Samples:
        """Root of Hann: squared and overlapped four times it adds up to two."""
        return np.asarray(np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(self.size) / self.size)), np.float32)

    def spectra(self, read: Read, first: int, count: int) -> NDArray[np.complex64]:
        """(count, bins) of the frames from number `first` on; frame n is centred on sample n * hop."""
        sound = read(first * self.hop - self.size // 2, (count - 1) * self.hop + self.size)
        seen = np.lib.stride_tricks.sliding_window_view(sound, self.size)[:: self.hop]
        return np.asarray(np.fft.rfft(seen * self.window(), axis=1), np.complex64)


def speech_spans(read: Read, rate: int, count: int, progress: Progress = SILENT) -> list[Span]:
    """Where somebody speaks, so that the rest tells the noise; a soft voice in much noise is no more than loud."""
    listened = int(count * LISTENING_RATE / rate)
    return louder_than_the_room(at_rate(read, rate, LISTENING_RATE), listened, 8.0, SHAPE, progress)


def noise_history(read: Read, rate: int, count: int, spoken: list[Span], progress: Progress = SILENT) -> Powers:
    """(pieces, bins) noise power for each two seconds of the sound."""
    frames = Frames(rate)
    total = count // frames.hop + 1
    bins = frames.size // 2 + 1
    pieces = -(-total // frames.piece)
    sums, counts = np.zeros((pieces, bins), np.float32), np.zeros(pieces)
    lows = np.zeros((pieces, bins), np.float32)
    quiet = ~_marked(spoken, total, frames.hop / rate)
    for piece in range(pieces):
        progress(piece / pieces)
        first = piece * frames.piece
        number = min(frames.piece, total - first)
        power = np.abs(frames.spectra(read, first, number)) ** 2
        chosen = quiet[first : first + number]
        sums[piece], counts[piece] = power[chosen].sum(axis=0), chosen.sum()
        lows[piece] = np.percentile(power, 10, axis=0)
    result = np.empty_like(sums)
    for piece in range(pieces):
        near = slice(max(0, piece - AROUND), piece + AROUND + 1)
        if counts[near].sum() >= ENOUGH:
            result[piece] = sums[near].sum(axis=0) / counts[near].sum()
        else:
            result[piece] = BIAS * np.median(lows[near], axis=0)
    return result + np.float32(1e-12)


def _marked(spoken: list[Span], total: int, step: float) -> NDArray[np.bool_]:
    result = np.zeros(total, bool)
    for span in spoken:
        result[max(0, int(span.start / step)) : int(span.end / step) + 1] = True
    return result


def denoised(
    read: Read, rate: int, count: int, noise: Powers, strength: float = 0.8, progress: Progress = SILENT
) -> Iterator[Samples]:
    """Blocks of one channel with less noise, `count` samples in all. `strength` 0 to 1: up to 24 dB less."""
    frames = Frames(rate)
    last = count // frames.hop + 1 + OVERLAP
    floor = np.float32(10 ** (-24 * min(max(strength, 0.0), 1.0) / 20))
    block = frames.piece * BLOCK_PIECES
    before = np.zeros(noise.shape[1], np.float32)
    tail = np.zeros(frames.size, np.float32)
    window = frames.window() * np.float32(2 / OVERLAP)
    skip, left = OVERLAP * frames.hop + frames.size // 2, count
    for first in range(-OVERLAP, last, block):
        progress((first + OVERLAP) / (last + OVERLAP))
        number = min(block, last - first)
        spectra = frames.spectra(read, first, number)
        gains, before = _gains(np.abs(spectra) ** 2, noise, first, frames.piece, before, progress)
        shaped = np.fft.irfft(spectra * (floor + (1 - floor) * gains), frames.size, axis=1).astype(np.float32) * window
        result = np.zeros(number * frames.hop + frames.size, np.float32)
        result[: len(tail)] = tail
        for place in range(number):
            result[place * frames.hop : place * frames.hop + frames.size] += shaped[place]
        tail = result[number * frames.hop :]
        ready = result[: number * frames.hop][skip:][:left]
        skip, left = max(0, skip - number * frames.hop), left - len(ready)
        yield ready
    yield tail[skip:][:left]
    progress(1.0)


def _gains(
    power: Powers, noise: Powers, first: int, piece: int, before: Powers, progress: Progress
) -> tuple[Powers, Powers]:
    """The estimator's gain for each frame and bin; and the last frame's clean power over noise, for the next block."""
    gains = np.empty_like(power)
    for place in range(len(power)):
        if place % 200 == 0:
            progress.check()
        posteriori = np.minimum(power[place] / noise[min(max(first + place, 0) // piece, len(noise) - 1)], 1000.0)
        priori = SMOOTHING * before + (1 - SMOOTHING) * np.maximum(posteriori - 1, 0)
        priori = np.maximum(priori, QUIETEST_A_PRIORI)
        share = priori / (1 + priori)
        gains[place] = share * _exponent(share * posteriori)
        before = gains[place] ** 2 * posteriori
    return np.minimum(gains, 1.0), before


def _table() -> NDArray[np.float32]:
    """exp(E1(v) / 2) over log v, E1 by integrating exp(-t)/t from far to near."""
    places = np.linspace(-12, 7, 4000)
    values = np.exp(-np.exp(places))
    steps = np.diff(places) * (values[1:] + values[:-1]) / 2
    integral = np.concatenate([np.cumsum(steps[::-1])[::-1], [0.0]])
    return np.asarray(np.exp(integral / 2), np.float32)


_TABLE = _table()
_SCALE = (len(_TABLE) - 1) / 19.0


def _exponent(value: Powers) -> Powers:
    """exp(E1(value) / 2), from a table."""
    place = (np.log(value + 1e-9) + 12) * _SCALE
    return np.asarray(_TABLE[np.clip(place, 0, len(_TABLE) - 1).astype(np.int32)])

