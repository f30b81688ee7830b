"""Ten seconds of music by formula: a soft chord in four steps, a plucked figure above it, a slow bass."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE, SECONDS = 48_000, 10.0
CHORDS = ((57, 60, 64, 67), (53, 57, 60, 64), (48, 55, 60, 64), (55, 59, 62, 67))
"""MIDI notes: A minor 7, F major 7, C, G."""
PLUCKS = (0, 2, 1, 3, 2, 1)
CHORD_SECONDS = SECONDS / len(CHORDS)

Sound = NDArray[np.float64]


def frequency(note: float) -> float:
    """Equal temperament around A4 = 440 Hz = note 69."""
    return float(440.0 * 2.0 ** ((note - 69.0) / 12.0))


def music() -> Sound:
    """(samples, 2) from -1 to 1."""
    mix = np.zeros((int(RATE * SECONDS), 2))
    for number, chord in enumerate(CHORDS):
        start = number * CHORD_SECONDS
        for place, note in enumerate(chord):
            _add(mix, _pad(frequency(note), CHORD_SECONDS + 0.8), start, 0.075, 0.3 + 0.4 * place / 3)
        _add(mix, _bass(frequency(chord[0] - 12), CHORD_SECONDS), start, 0.20, 0.5)
        step = CHORD_SECONDS / len(PLUCKS)
        for place, choice in enumerate(PLUCKS):
            side = 0.25 + 0.5 * (place % 2)
            _add(mix, _pluck(frequency(chord[choice] + 12)), start + place * step, 0.16, side)
            _add(mix, _pluck(frequency(chord[choice] + 12)), start + (place + 0.75) * step, 0.045, 1 - side)
    time = np.arange(len(mix)) / RATE
    fade = np.clip(time / 0.6, 0, 1) * np.clip((SECONDS - time) / 1.6, 0, 1)
    return np.asarray(np.tanh(1.15 * mix * fade[:, None]))


def _pad(pitch: float, seconds: float) -> Sound:
    """Three slightly detuned voices with a few soft overtones."""
    time = np.arange(int(RATE * seconds)) / RATE
    tone = sum(
        np.sin(2 * np.pi * pitch * detune * overtone * time) / overtone**1.8
        for detune in (0.9975, 1.0, 1.0025)
        for overtone in (1, 2, 3)
    )
    return np.asarray(tone * np.clip(time / 0.5, 0, 1) * np.clip((seconds - time) / 0.8, 0, 1))


def _pluck(pitch: float) -> Sound:
    time = np.arange(int(RATE * 0.9)) / RATE
    tone = np.sin(2 * np.pi * pitch * time) + 0.4 * np.sin(4 * np.pi * pitch * time) * np.exp(-time * 9)
    return np.asarray(tone * np.exp(-time * 5.5) * np.clip(time / 0.004, 0, 1))


def _bass(pitch: float, seconds: float) -> Sound:
    time = np.arange(int(RATE * seconds)) / RATE
    return np.asarray(np.sin(2 * np.pi * pitch * time) * np.exp(-time * 0.7) * np.clip(time / 0.02, 0, 1))


def _add(mix: Sound, tone: Sound, start: float, volume: float, side: float) -> None:
    """Mix a tone in, from left (0) to right (1) at equal power; what is past the end is cut."""
    first = int(start * RATE)
    tone = tone[: max(0, len(mix) - first)]
    mix[first : first + len(tone), 0] += tone * volume * np.cos(side * np.pi / 2)
    mix[first : first + len(tone), 1] += tone * volume * np.sin(side * np.pi / 2)


def write_music(path: Path) -> None:
    """A WAV file, 16 bit, stereo."""
    samples = np.rint(music() * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
