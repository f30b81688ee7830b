"""Sounds made in tests: clicks on beats, something like speech, a room."""

from __future__ import annotations

import numpy as np

from ml.sound.onsets import RATE as MUSIC_RATE
from ml.sound.rates import LISTENING_RATE


def drum(length: float, pitch: float, rng: np.random.Generator | None = None) -> np.ndarray:
    """A struck thing that fades; with `rng` a rattle."""
    time = np.arange(int(length * MUSIC_RATE)) / MUSIC_RATE
    body = np.sin(2 * np.pi * pitch * time) if rng is None else rng.normal(size=len(time)) * 0.5
    return (body * np.exp(-time * 6 / length)).astype(np.float32)


def rhythm(times: np.ndarray, seconds: float, period: float, seed: int = 0, bar: int = 4) -> np.ndarray:
    """A drum on each time, a chord that changes with each bar, hats between: (samples,) at 24 kHz."""
    rng = np.random.default_rng(seed)
    sound = rng.normal(size=int(seconds * MUSIC_RATE)).astype(np.float32) * 0.004
    for place, time in enumerate(times):
        put(sound, time, drum(0.15, 60.0))
        put(sound, time + period / 2, drum(0.04, 0.0, rng) * 0.04)
        root = (220.0, 261.6, 329.6, 196.0)[place // bar % 4]
        for factor in (1.0, 1.25, 1.5):
            put(sound, time, drum(period, root * factor) * 0.15)
    return sound / np.abs(sound).max() * np.float32(0.7)


def put(sound: np.ndarray, time: float, what: np.ndarray) -> None:
    first = round(time * MUSIC_RATE)
    room = len(sound) - first
    if first >= 0 and room > 0:
        sound[first : first + len(what)] += what[:room]


def talk(seconds: float, spans: list[tuple[float, float]], noise: float = 0.003, seed: int = 1) -> np.ndarray:
    """Voiced syllables, four a second, within the spans; noise everywhere. (samples,) at 16 kHz."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * LISTENING_RATE)) / LISTENING_RATE
    buzz = sum(np.sin(2 * np.pi * 130 * number * time) / number for number in range(1, 20))
    syllables = 0.35 + 0.65 * np.abs(np.sin(2 * np.pi * 2 * time))
    inside = np.zeros(len(time))
    for start, end in spans:
        inside[int(start * LISTENING_RATE) : int(end * LISTENING_RATE)] = 1.0
    return (buzz * syllables * inside * 0.12 + rng.normal(size=len(time)) * noise).astype(np.float32)


def engine(seconds: float, before: float = 0.6, seed: int = 4) -> np.ndarray:
    """Hardly anything, then a motor with a pitch that goes on and on: (samples,) at 16 kHz."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * LISTENING_RATE)) / LISTENING_RATE
    hum = sum(np.sin(2 * np.pi * 90 * number * time) / number for number in range(1, 30))
    sound = (hum * 0.1 + rng.normal(size=len(time)) * 0.02) * np.where(time < before, 0.01, 1.0)
    return np.asarray(sound, np.float32)


def f_measure(truth: np.ndarray, found: np.ndarray, near: float = 0.07) -> float:
    """As beat trackers are judged: a beat within 70 ms counts, once."""
    left = list(found)
    hits = 0
    for time in truth:
        match = min(left, key=lambda other: abs(other - time), default=None)
        if match is not None and abs(match - time) <= near:
            left.remove(match)
            hits += 1
    return 2 * hits / max(len(truth) + len(found), 1)
