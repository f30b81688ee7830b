"""Tempo and beats by dynamic programming.

D. Ellis, "Beat Tracking by Dynamic Programming", J. New Music Research 36(1), 2007: the tempo is the best lag of the
onset strength's autocorrelation under a preference for 120 beats a minute; the beats are the sequence that is strong at
its onsets and even in its steps. Here the tempo may drift: it is found for each few seconds, on a path that changes
little (Viterbi over lags), and the beats follow it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress
from ml.sound.onsets import RATE, STEP, Floats, onsets
from ml.sound.rates import Read

WINDOW_SECONDS, EVERY_SECONDS = 12.0, 3.0
FAVOURITE, OCTAVES = 120.0, 0.9
"""The preferred tempo and the spread of the preference, as Ellis has them (he: 120 and 0.9 octaves)."""
TIGHTNESS = 100.0
CHANGE = 60.0
"""How much a change of tempo by a factor of e costs on the path, squared."""
LAGS = 160
BASS_WEIGHT = 2.0
"""What is low counts more than its few bands: hats between the beats fill many, and dancers follow the drum."""
WEAKEST = 0.08
"""Autocorrelation below which there is no beat to speak of."""


@dataclass(frozen=True)
class Beats:
    """`times` in seconds; `tempo` in beats a minute, the median; `first` is the index of a bar's first beat;
    `steadiness` from 0 to 1 is how much of the sound repeats at the tempo."""

    times: NDArray[np.float64]
    tempo: float
    first: int
    steadiness: float


def find_beats(
    read: Read, count: int, slowest: float = 60.0, fastest: float = 200.0, bar: int = 4, progress: Progress = SILENT
) -> Beats:
    """The beats of `count` samples of one channel at 24 kHz; none where nothing repeats."""
    strength = onsets(read, count, progress.part(0.0, 0.8))
    if len(strength.all_bands) < int(2.0 / STEP):
        return Beats(np.zeros(0), 0.0, 0, 0.0)
    felt = np.asarray(strength.all_bands + BASS_WEIGHT * strength.bass, np.float32)
    periods, steadiness = tempo_path(felt, slowest, fastest)
    progress(0.85)
    if steadiness < WEAKEST:
        return Beats(np.zeros(0), 0.0, 0, steadiness)
    places = follow(felt, periods, progress.part(0.85, 1.0))
    exact = np.array([place + _summit(felt, place) for place in places])
    intervals = np.diff(exact)
    tempo = 60.0 / (float(np.median(intervals)) * STEP) if len(intervals) else 0.0
    return Beats(exact * STEP, tempo, first_of_bar(strength.bass, strength.all_bands, places, bar), steadiness)


def tempo_path(strength: Floats, slowest: float, fastest: float) -> tuple[Floats, float]:
    """The period in frames at each frame, and how strong the repetition is (0 to 1)."""
    lags = np.geomspace(60 / max(fastest, slowest + 1) / STEP, 60 / slowest / STEP, LAGS)
    size, every = int(WINDOW_SECONDS / STEP), int(EVERY_SECONDS / STEP)
    starts = range(0, max(1, len(strength) - size // 2), every)
    scores = np.array([_repetition(strength[start : start + size], lags) for start in starts])
    preference = np.exp(-0.5 * (np.log2(60 / (lags * STEP) / FAVOURITE) / OCTAVES) ** 2)
    path = _steady_path(scores * preference, np.log(lags))
    chosen = scores[np.arange(len(path)), path]
    middles = np.array([start + min(size, len(strength)) / 2 for start in starts])
    periods = np.interp(np.arange(len(strength)), middles, lags[path])
    return np.asarray(periods, np.float32), float(np.clip(np.median(chosen), 0.0, 1.0))


def _repetition(strength: Floats, lags: NDArray[np.float64]) -> NDArray[np.float64]:
    """The autocorrelation at each lag, helped by that at twice and three times the lag."""
    size = 2 ** int(np.ceil(np.log2(2 * len(strength))))
    spectrum = np.fft.rfft(strength, size)
    whole = np.fft.irfft(np.abs(spectrum) ** 2, size)[: len(strength)]
    whole = whole / (whole[0] + 1e-9)
    places = np.arange(len(whole))
    smooth = np.convolve(whole, [0.25, 0.5, 0.25], mode="same")
    at = [np.interp(lags * factor, places, smooth, right=0.0) for factor in (1, 2, 3)]
    return np.asarray((at[0] + 0.5 * at[1] + 0.25 * at[2]) / 1.75)


def _steady_path(scores: NDArray[np.float64], logs: NDArray[np.float64]) -> NDArray[np.intp]:
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


def follow(strength: Floats, periods: Floats, progress: Progress = SILENT) -> list[int]:
    """The frames of the beats: Ellis's recursion, with the period of each moment."""
    local = _blurred(strength, float(np.median(periods)))
    total = local.astype(np.float64).copy()
    before = np.full(len(local), -1, np.intp)
    began = False
    threshold = 0.01 * float(local.max())
    for frame in range(len(local)):
        if frame % 2000 == 0:
            progress(frame / len(local))
        period = float(periods[frame])
        low, high = frame - round(2 * period), frame - round(period / 2)
        if high < 0:
            continue
        distances = frame - np.arange(max(low, 0), high + 1)
        choices = total[max(low, 0) : high + 1] - TIGHTNESS * np.log(distances / period) ** 2
        best = int(choices.argmax())
        if not began and local[frame] < threshold:
            continue
        began = True
        total[frame] = local[frame] + choices[best]
        before[frame] = max(low, 0) + best
    return _trimmed(_back(total, before, periods), local)


def _blurred(strength: Floats, period: float) -> Floats:
    """Smoothed with a Gaussian of a thirty-second of the period, scaled to its spread."""
    reach = max(1, int(period))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * 32.0 / period) ** 2)
    smooth = np.convolve(strength / (strength.std() + 1e-9), kernel, mode="same")
    return np.asarray(smooth, np.float32)


def _back(total: NDArray[np.float64], before: NDArray[np.intp], periods: Floats) -> list[int]:
    """From the best of the last period's ends to the beginning."""
    tail = max(1, int(periods[-1]))
    place = len(total) - tail + int(total[-tail:].argmax())
    found = [place]
    while before[place] >= 0:
        place = int(before[place])
        found.append(place)
    return found[::-1]


def _trimmed(places: list[int], local: Floats) -> list[int]:
    """Without beats before the music and after it: weak ones at both ends go."""
    if not places:
        return []
    strong = np.maximum(local[places], 0.0)
    smooth = np.convolve(strong, [0.5, 1.0, 0.5], mode="same")
    threshold = 0.5 * float(np.sqrt((smooth**2).mean()))
    kept = np.flatnonzero(smooth > threshold)
    return places[kept[0] : kept[-1] + 1] if len(kept) else []


def _summit(strength: Floats, place: int) -> float:
    """Where between frames the strength is highest: the top of a parabola through three values."""
    if not 0 < place < len(strength) - 1:
        return 0.0
    left, middle, right = (float(value) for value in strength[place - 1 : place + 2])
    bend = left - 2 * middle + right
    return float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0


def first_of_bar(bass: Floats, strength: Floats, places: list[int], bar: int) -> int:
    """Which of the first `bar` beats the bars begin with: where the bass begins most strongly. A guess."""
    if len(places) < 2 * bar:
        return 0
    near = np.array([bass[max(0, place - 3) : place + 4].max() + 0.5 * strength[place] for place in places])
    return int(np.argmax([near[start::bar].mean() for start in range(bar)]))


__all__ = ["RATE", "Beats", "find_beats"]
