"""Whether what is louder than the room is a voice: it has a pitch, and its level moves with syllables.

Most of speech is voiced: it repeats after the period of a pitch, which the autocorrelation shows (P. Boersma, "Accurate
short-term analysis of the fundamental frequency", IFA Proceedings 17, 1993, whose division by the window's own
autocorrelation is used here). And syllables come two to eight a second, so the level rises and falls by many decibels
at that rate (T. Houtgast and H. Steeneken, J. Acoust. Soc. Am. 77(3), 1985). Rain and a slammed door have no pitch, an
engine and a fan have one but no syllables. A whisper has no pitch either: it is lost, a model would find it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress
from ml.sound.rates import LISTENING_RATE, Read, Samples

FRAME = LISTENING_RATE // 100
WINDOW = 1024
EVERY = 2
"""A pitch is looked for in each second hundredth of a second."""
HIGHEST_OVERTONE = 1500.0
PITCHES = 70.0, 400.0
"""Hertz."""
REPEATS = 0.7
"""The share of a frame that comes again a period later, from where it is voiced."""
VOICED = 0.36
"""The least share of loud frames that are voiced. Recorded speech has 0.49 or more, rattles have 0.31 or less."""
LOUD = 20.0
"""Decibels below the loudest frames down to which a frame counts."""
SLOWEST, FASTEST = 51, 6
"""Hundredths of a second: means over so long leave what moves at 2 Hz or more, over so short at 8 Hz or less."""
MOVING = 3.0
"""Decibels between the softer and the louder sixth of the moments. Recorded speech has 9 or more, engines 2."""
DEEPEST = 50.0
PIECE, STEP = 200, 100
"""What goes on for long is judged in pieces of two seconds, a new one each second."""


def unlike_speech(
    read: Read, level: NDArray[np.float32], found: list[tuple[int, int]], progress: Progress = SILENT
) -> NDArray[np.bool_]:
    """True for each hundredth of a second inside the stretches (first, last) that no voice is likely to be in.

    `level` is in decibels, one value each hundredth of a second of what `read` gives at 16 kHz.
    """
    inside = np.zeros(len(level), bool)
    for first, last in found:
        inside[first:last] = True
    likely = np.zeros(len(level), bool)
    for first, last in found:
        for begin in range(first, max(last - STEP, first + 1), STEP):
            progress(begin / len(level))
            end = min(begin + PIECE, last)
            if _is_speech(read, level, inside, begin, end):
                likely[begin:end] = True
    return inside & ~likely


def _is_speech(read: Read, level: NDArray[np.float32], inside: NDArray[np.bool_], begin: int, end: int) -> bool:
    """With what is found close around it: a lone consonant is judged with its word."""
    spare = max(0, (PIECE - (end - begin)) // 2)
    first, last = max(0, begin - spare), min(len(level), end + spare)
    chosen = np.flatnonzero(inside[first:last])
    heard = level[first:last]
    loud = chosen[heard[chosen] > np.percentile(heard[chosen], 95) - LOUD]
    if _spread(movement(heard)[chosen]) < MOVING:
        return False
    sound = read(first * FRAME + (FRAME - WINDOW) // 2, (last - first - 1) * FRAME + WINDOW)
    return float((repetition(sound, loud[::EVERY]) > REPEATS).mean()) >= VOICED


def movement(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """What of a level in decibels moves 2 to 8 times a second."""
    limited = np.maximum(level, level.max() - DEEPEST)
    return _mean(limited - _mean(limited, SLOWEST), FASTEST)


def _mean(values: NDArray[np.floating], size: int) -> NDArray[np.float32]:
    padded = np.pad(values, (size // 2, size - 1 - size // 2), mode="edge")
    return np.asarray(np.convolve(padded, np.ones(size) / size, mode="valid"), np.float32)


def _spread(values: NDArray[np.float32]) -> float:
    low, high = np.percentile(values, (16, 84))
    return float(high - low)


def repetition(sound: Samples, frames: NDArray[np.intp]) -> NDArray[np.float32]:
    """0 to 1 for each frame: how much of it comes again after the period of the best pitch."""
    windows = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[frames * FRAME]
    power = np.abs(np.fft.rfft(windows * _HANN, 2 * WINDOW)) ** 2
    hertz = np.fft.rfftfreq(2 * WINDOW, 1 / LISTENING_RATE)
    power[:, (hertz < PITCHES[0]) | (hertz > HIGHEST_OVERTONE)] = 0.0
    shared = np.fft.irfft(power)[:, : len(_OWN)] / _OWN
    shortest = int(LISTENING_RATE / PITCHES[1])
    return np.asarray(shared[:, shortest:].max(axis=1) / (shared[:, 0] + 1e-12), np.float32)


def _own() -> NDArray[np.float64]:
    """The window's own autocorrelation up to the period of the lowest pitch."""
    whole = np.fft.irfft(np.abs(np.fft.rfft(_HANN, 2 * WINDOW)) ** 2)
    return np.asarray(whole[: int(LISTENING_RATE / PITCHES[0]) + 1] / whole[0])


_HANN = np.hanning(WINDOW)
_OWN = _own()
