"""Tempo and beats by dynamic programming.

D. Ellis, "Beat Tracking by Dynamic Programming", J. New Music Research 36(1), 2007: the beats are the sequence that is
strong at its onsets and even in its steps. His has one tempo; here it may drift (`tempo`), and the beats follow it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress
from ml.sound.onsets import STEP, Floats, onsets
from ml.sound.rates import Read
from ml.sound.tempo import tempo_path

TIGHTNESS = 100.0
"""How much a step of e times the period costs, squared, against the strength of an onset (Ellis has the same)."""
BASS_WEIGHT = 1.0
"""What is low counts more than its few bands: hats between the beats fill many, and dancers follow the drum."""
WEAKEST, BY_CHANCE, FEWEST = 0.12, 0.5, 6
"""No beat to speak of is where the steadiness is below the first plus the second divided by the count of beats, or
where there are fewer beats than the third: a few syllables fall evenly by chance, many do not. Speech of five seconds
and more has at most 0.10, sentences of three seconds up to 0.19 with five beats; music of a minute 0.17 and more."""


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
    periods, steadiness = tempo_path(felt, slowest, fastest, progress.part(0.8, 0.9))
    if steadiness < WEAKEST:
        return Beats(np.zeros(0), 0.0, 0, steadiness)
    places = follow(felt, periods, progress.part(0.9, 1.0))
    if len(places) < FEWEST or steadiness < WEAKEST + BY_CHANCE / len(places):
        return Beats(np.zeros(0), 0.0, 0, steadiness)
    exact = np.array([place + _summit(felt, place) for place in places])
    return Beats(exact * STEP, tempo_of(exact * STEP), first_of_bar(strength.levels, places, bar), steadiness)


def tempo_of(times: NDArray[np.float64]) -> float:
    """Beats a minute, from the mean of the steps that are near the median: a step is known to a frame, many finer."""
    steps = np.diff(times)
    if not len(steps):
        return 0.0
    usual = float(np.median(steps))
    return 60.0 / float(steps[np.abs(steps - usual) < 0.1 * usual].mean())


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


def first_of_bar(levels: NDArray[np.floating], places: list[int], bar: int) -> int:
    """Which of the first `bar` beats the bars begin with: where chords and instruments change most. A guess.

    The spectra of two beats before and two beats from each beat on are compared; harmony moves with the bars more
    surely than the drum does (M. Goto, "An Audio-based Real-time Beat Tracking System", J. New Music Research 2001).
    """
    if len(places) < 2 * bar:
        return 0
    edges = [*places, len(levels)]
    beats = np.array([levels[start:end].mean(axis=0, dtype=np.float32) for start, end in zip(edges, edges[1:])])
    pairs = (beats[1:] + beats[:-1]) / 2
    change = np.zeros(len(places))
    change[2:-1] = np.abs(pairs[2:] - pairs[:-2]).mean(axis=1)
    return int(np.argmax([change[start::bar].mean() for start in range(bar)]))
