"""How strongly notes begin at each moment: the spectral flux of a mel spectrogram in decibels.

P. Masri, "Computer Modelling of Sound for Transformation and Synthesis of Musical Signal" (1996) for the flux; the mel
bands and the decibels after D. Ellis, "Beat Tracking by Dynamic Programming" (2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress
from ml.sound.rates import Read

RATE = 24_000
SIZE, HOP = 1024, 256
STEP = HOP / RATE
BANDS = 48
LOWEST, HIGHEST = 30.0, 11_000.0
BASS = 8
"""So many of the lowest bands are bass drum and bass."""
DEPTH = 70.0
BLOCK = 2000

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Onsets:
    """Strengths each hundredth of a second or so (`STEP`), of all bands and of the lowest; mean removed, spread 1.

    `levels` is (frames, bands) in decibels, at half precision: an hour of it is 32 MB.
    """

    all_bands: Floats
    bass: Floats
    levels: NDArray[np.float16]


def onsets(read: Read, count: int, progress: Progress = SILENT) -> Onsets:
    """Of `count` samples of one channel at 24 kHz."""
    total = count // HOP + 1
    bands = mel_bands()
    levels = np.zeros((total, BANDS), np.float32)
    for first in range(0, total, BLOCK):
        progress(first / total)
        number = min(BLOCK, total - first)
        sound = read(first * HOP - SIZE // 2, (number - 1) * HOP + SIZE)
        frames = np.lib.stride_tricks.sliding_window_view(sound, SIZE)[::HOP]
        power = np.abs(np.fft.rfft(frames * _WINDOW, axis=1)) ** 2
        levels[first : first + number] = 10 * np.log10(power @ bands + 1e-10)
    np.maximum(levels, levels.max() - DEPTH, out=levels)
    flux = np.maximum(np.diff(levels, axis=0, prepend=levels[:1]), 0.0)
    strength, bass = _levelled(flux.mean(axis=1)), _levelled(flux[:, :BASS].mean(axis=1))
    return Onsets(strength, bass, levels.astype(np.float16))


_WINDOW = np.hanning(SIZE).astype(np.float32)


def mel_bands() -> Floats:
    """(bins, bands) triangles of equal area, evenly spaced on the mel scale (Slaney's is linear below 1 kHz; this is
    O'Shaughnessy's logarithm of 1987, for which the difference does not matter here)."""
    lowest, highest = (2595 * float(np.log10(1 + hertz / 700)) for hertz in (LOWEST, HIGHEST))
    edges = np.linspace(lowest, highest, BANDS + 2)
    hertz = 700 * (10 ** (edges / 2595) - 1)
    bins = np.fft.rfftfreq(SIZE, 1 / RATE)[:, None]
    width = np.maximum(np.diff(hertz), RATE / SIZE)
    rising = (bins - hertz[:-2]) / width[:-1]
    falling = (hertz[2:] - bins) / width[1:]
    return np.asarray(np.maximum(np.minimum(rising, falling), 0.0) * 2 / (hertz[2:] - hertz[:-2]), np.float32)


def _levelled(strength: NDArray[np.floating]) -> Floats:
    """Against the mean of the second around, so that loud parts do not outvote soft ones."""
    reach = int(0.5 / STEP)
    kernel = np.ones(2 * reach + 1) / (2 * reach + 1)
    around = np.convolve(np.pad(strength, reach, mode="edge"), kernel, mode="valid")
    above = strength - around
    spread = float(above.std()) or 1.0
    return np.asarray(above / spread, np.float32)
