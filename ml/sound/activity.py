"""Where somebody speaks, by energy alone: no model, no download.

The level in the band of speech is compared with a noise floor that follows the recording: the minimum over some
seconds around each moment, as in minimum statistics (R. Martin, "Noise power spectral density estimation based on
optimal smoothing and minimum statistics", IEEE Trans. Speech and Audio Processing 9(5), 2001), here looking both ways
because the whole sound is there. Two thresholds (hysteresis) and a hangover that bridges the weak ends of words, as
voice codecs have (ITU-T G.729 Annex B, 1996), turn levels into spans.

What is louder than the room in that band is taken for speech where it has a pitch and syllables (`voices`), so singing
counts too; a model knows better.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress
from ml.sound.rates import LISTENING_RATE, Read, Samples
from ml.sound.voices import unlike_speech

HOP = LISTENING_RATE // 100
WINDOW = 512
STEP = HOP / LISTENING_RATE
BAND = 150.0, 3800.0
"""Hertz: below is hum and wind, above little of a voice's energy."""
BLOCK = 30 * LISTENING_RATE
FLOOR_SECONDS = 4.0
QUIETEST = -62.0
"""Decibels below full scale that count as silence whatever the floor is."""
NOTHING = -90.0
"""Decibels below which nothing was recorded: the quietest microphone is above."""
EDGE_FRAMES = 6
BEGIN, STAY = 0.5, 0.3
EVEN = 4.0
"""Decibels that the level of a room moves within half a second; a voice moves by more."""
DEEPEST = 42.0
"""Speech is not softer than the loud parts by more decibels than that."""


@dataclass(frozen=True)
class Span:
    """From `start` to `end` in seconds."""

    start: float
    end: float


@dataclass(frozen=True)
class Shape:
    """What counts as one span, in seconds: shorter pauses are bridged, shorter bursts dropped, `padding` added."""

    pause: float = 0.3
    burst: float = 0.15
    padding: float = 0.08


PLAIN = Shape()


def speech_by_energy(
    read: Read, count: int, rise: float = 9.0, shape: Shape = PLAIN, progress: Progress = SILENT
) -> list[Span]:
    """Spans of speech in `count` samples at 16 kHz. `rise`: decibels above the noise floor where speech begins."""
    level = band_levels(read, count, progress.part(0.0, 0.5))
    chance = _louder(level, rise)
    loud = spans(chance, STEP, BEGIN, STAY, replace(shape, burst=0.0, padding=0.0))
    stretches = [(round(span.start / STEP), round(span.end / STEP)) for span in loud]
    chance[unlike_speech(read, level, stretches, progress.part(0.5, 1.0))] = 0.0
    return spans(chance, STEP, BEGIN, STAY, shape, count / LISTENING_RATE)


def louder_than_the_room(
    read: Read, count: int, rise: float = 9.0, shape: Shape = PLAIN, progress: Progress = SILENT
) -> list[Span]:
    """The same, whatever it is that is louder."""
    level = band_levels(read, count, progress)
    return spans(_louder(level, rise), STEP, BEGIN, STAY, shape, count / LISTENING_RATE)


def _louder(level: NDArray[np.float32], rise: float) -> NDArray[np.float32]:
    """From 0 at the noise floor to 1 far above it."""
    if not len(level):
        return level
    floor = np.maximum(noise_floor(level), QUIETEST - rise)
    floor = np.maximum(floor, np.percentile(level, 98) - DEEPEST - rise)
    return np.asarray(np.clip((level - floor) / (2 * rise), 0.0, 1.0), np.float32)


def band_levels(read: Read, count: int, progress: Progress = SILENT) -> NDArray[np.float32]:
    """Decibels in the band of speech, one value each hundredth of a second, a little smoothed."""
    parts = []
    for place, _ in _starts(count, BLOCK):
        progress(place / max(count, 1))
        wanted = min(BLOCK, count - place)
        frames = -(-wanted // HOP)
        block = read(place - (WINDOW - HOP) // 2, frames * HOP + WINDOW - HOP)
        parts.append(_levels(block, frames))
    level = np.concatenate(parts) if parts else np.zeros(0)
    return np.asarray(10 * np.log10(_smooth(level) + 1e-12), np.float32)


def _starts(count: int, size: int) -> Iterable[tuple[int, int]]:
    return ((place, min(size, count - place)) for place in range(0, count, size))


def _levels(block: Samples, frames: int) -> NDArray[np.float64]:
    windows = np.lib.stride_tricks.sliding_window_view(block, WINDOW)[::HOP][:frames]
    power = np.abs(np.fft.rfft(windows * _HANN, axis=1)) ** 2
    low, high = (int(edge * WINDOW / LISTENING_RATE) for edge in BAND)
    return np.asarray(power[:, low:high].sum(axis=1) * _SCALE)


_HANN = np.hanning(WINDOW).astype(np.float32)
_SCALE = 2.0 / (WINDOW * float((_HANN**2).sum()))


def _smooth(power: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(power) < 5:
        return power
    kernel = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0
    return np.convolve(np.pad(power, 2, mode="edge"), kernel, mode="valid")


def noise_floor(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """The low percentile of each half second's levels, its minimum over some seconds around, then smoothed.

    Near places where nothing was recorded at all, between clips or after a gate, only half seconds that keep their
    level tell of noise; where there are none, speech may stand in silence, and nothing is known.
    """
    piece = int(0.5 / STEP)
    padded = np.pad(_recorded(level), (0, -len(level) % piece), mode="edge").reshape(-1, piece)
    enough = np.isfinite(padded).sum(axis=1) >= piece // 4
    low, even = np.full(len(padded), np.inf), np.full(len(padded), np.inf)
    if enough.any():
        quiet, loud = np.nanpercentile(padded[enough], (10, 90), axis=1)
        low[enough] = quiet
        even[enough] = np.where(loud - quiet < EVEN, quiet, np.inf)
    gaps = _around(np.isfinite(padded).all(axis=1).astype(float)) < 1
    floor = np.where(gaps, _around(even), _around(low))
    floor[~np.isfinite(floor)] = NOTHING
    places = (np.arange(len(floor)) + 0.5) * piece
    return np.asarray(np.interp(np.arange(len(level)), places, floor), np.float32)


def _around(pieces: NDArray[np.floating]) -> NDArray[np.floating]:
    """The least of some seconds before and after each half second."""
    reach = int(FLOOR_SECONDS / 0.5)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(pieces, reach, mode="edge"), 2 * reach + 1)
    return np.asarray(windows.min(axis=1))


def _recorded(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """The levels, without a number where there is digital silence and at its edges."""
    silent = np.pad(level < NOTHING, EDGE_FRAMES, mode="edge")
    near = np.lib.stride_tricks.sliding_window_view(silent, 2 * EDGE_FRAMES + 1).any(axis=1)
    return np.where(near, np.float32(np.nan), level)


def spans(
    chance: NDArray[np.floating], step: float, begin: float, stay: float, shape: Shape = PLAIN, length: float = 0.0
) -> list[Span]:
    """Spans where a value given each `step` seconds reaches `begin`, each as long as it stays above `stay`."""
    above = np.concatenate([[False], chance >= stay, [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(above)).reshape(-1, 2)
    found = [(float(first * step), float(last * step)) for first, last in edges if chance[first:last].max() >= begin]
    joined: list[tuple[float, float]] = []
    for first, last in found:
        if joined and first - joined[-1][1] < shape.pause:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    kept = [(first, last) for first, last in joined if last - first >= shape.burst]
    end = length or len(chance) * step
    return _padded(kept, shape.padding, end)


def _padded(found: list[tuple[float, float]], padding: float, end: float) -> list[Span]:
    """Longer on both sides, but never into each other or out of the sound."""
    result: list[Span] = []
    for place, (first, last) in enumerate(found):
        room = found[place + 1][0] if place + 1 < len(found) else end + padding
        before = result[-1].end if result else 0.0
        result.append(Span(max(before, first - padding), min(end, last + min(padding, (room - last) / 2))))
    return result


def silences(found: list[Span], length: float) -> list[Span]:
    """What lies before, between and after spans of speech."""
    edges = [0.0, *(edge for span in found for edge in (span.start, span.end)), length]
    return [Span(first, last) for first, last in zip(edges[::2], edges[1::2]) if last > first]
