"""The tempo of music at each moment, from its onset strength.

Two things tell a period. The onset strength repeats after it: the autocorrelation, with that at twice and three times
the lag (D. Ellis, "Beat Tracking by Dynamic Programming", 2007). And folded by it, one place of the fold stands out:
a pulse train of that period falls on strong onsets (as G. Percival and G. Tzanetakis weigh their candidates in
"Streamlined Tempo Estimation Based on Autocorrelation and Cross-correlation With Pulses", IEEE/ACM TASLP 22(12), 2014).
The first alone takes three halves of the period for it, since off-beats sound too; folded by that, beats and off-beats
fall together and nothing stands out. People feel tempi around two a second, which is the prior. A path over windows
that costs where it changes (Viterbi) lets the tempo drift but not jump.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress
from ml.sound.onsets import STEP, Floats

WINDOW_SECONDS, EVERY_SECONDS = 12.0, 3.0
FAVOURITE, OCTAVES = 125.0, 0.8
"""The preferred tempo in beats a minute, and how wide the preference is."""
CHANGE = 60.0
"""How much a change of tempo by a factor of e costs on the path, squared."""
LAGS = 160
PLACES = 24
"""Into how many places a period is folded."""
BLUR = 2.0
"""Frames over which an onset counts before folding: players are not clocks."""

Scores = NDArray[np.float64]


def tempo_path(
    strength: Floats, slowest: float, fastest: float, progress: Progress = SILENT
) -> tuple[Floats, float]:
    """The period in frames at each frame, and how strong the repetition is (0 to 1)."""
    lags = np.geomspace(60 / max(fastest, slowest + 1) / STEP, 60 / slowest / STEP, LAGS)
    size, every = int(WINDOW_SECONDS / STEP), int(EVERY_SECONDS / STEP)
    starts = range(0, max(1, len(strength) - size // 2), every)
    blurred = _blurred(strength)
    scores, repeated = np.zeros((len(starts), LAGS)), np.zeros((len(starts), LAGS))
    for number, start in enumerate(starts):
        progress(number / len(starts))
        repeated[number] = repetition(strength[start : start + size], lags)
        scores[number] = np.maximum(repeated[number], 0.0) * prominence(blurred[start : start + size], lags)
    preference = np.exp(-0.5 * (np.log2(60 / (lags * STEP) / FAVOURITE) / OCTAVES) ** 2)
    path = _steady_path(scores * preference, np.log(lags))
    chosen = repeated[np.arange(len(path)), path]
    middles = np.array([start + min(size, len(strength)) / 2 for start in starts])
    periods = np.interp(np.arange(len(strength)), middles, lags[path])
    return np.asarray(periods, np.float32), float(np.clip(np.median(chosen), 0.0, 1.0))


def repetition(strength: Floats, lags: Scores) -> Scores:
    """The autocorrelation at each lag, helped by that at twice and three times the lag."""
    size = 2 ** int(np.ceil(np.log2(2 * len(strength))))
    spectrum = np.fft.rfft(strength, size)
    whole = np.fft.irfft(np.abs(spectrum) ** 2, size)[: len(strength)]
    whole = whole / (whole[0] + 1e-9)
    places = np.arange(len(whole))
    smooth = np.convolve(whole, [0.25, 0.5, 0.25], mode="same")
    at = [np.interp(lags * factor, places, smooth, right=0.0) for factor in (1, 2, 3)]
    return np.asarray((at[0] + 0.5 * at[1] + 0.25 * at[2]) / 1.75)


def prominence(strength: Floats, lags: Scores) -> Scores:
    """How far the strongest place of each period rises above the mean, in spreads of the strength."""
    level = (strength - strength.mean()) / (float(strength.std()) + 1e-9)
    places, counts = _fold(tuple(lags), len(level))
    sums = np.bincount(places, np.tile(level, len(lags)), len(counts))
    folded = (sums / counts).reshape(len(lags), PLACES)
    return np.asarray(folded.max(axis=1) - folded.mean(axis=1))


@lru_cache(maxsize=2)
def _fold(lags: tuple[float, ...], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each frame falls for each lag, and how many fall there: the same for all windows of a length."""
    periods = np.array(lags)[:, None]
    within = np.minimum(np.arange(count) % periods * (PLACES / periods), PLACES - 1).astype(np.intp)
    places = (within + PLACES * np.arange(len(lags))[:, None]).ravel()
    return places, np.maximum(np.bincount(places, minlength=PLACES * len(lags)), 1)


def _blurred(strength: Floats) -> Floats:
    reach = int(4 * BLUR)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / BLUR) ** 2)
    above = np.maximum(strength, 0.0)
    return np.asarray(np.convolve(above, kernel / kernel.sum(), mode="same"), np.float32)


def _steady_path(scores: Scores, logs: Scores) -> NDArray[np.intp]:
    """The best lag in each window, where changing it costs."""
    cost = CHANGE * (logs[:, None] - logs[None, :]) ** 2
    best = scores[0].copy()
    came = np.zeros(scores.shape, np.intp)
    for number in range(1, len(scores)):
        choices = best[None, :] - cost
        came[number] = choices.argmax(axis=1)
        best = choices[np.arange(len(best)), came[number]] + scores[number]
    path = np.zeros(len(scores), np.intp)
    path[-1] = int(best.argmax())
    for number in range(len(scores) - 1, 0, -1):
        path[number - 1] = came[number, path[number]]
    return path
