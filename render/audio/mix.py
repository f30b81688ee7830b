"""Mixing: many sounds into one block, each with its place, gain, fades and pan.

Pan law: constant power, sin/cos with 0 dB at the centre for a stereo source (balance), as FFmpeg and most editors do
for stereo tracks: turning right only lowers the left. Fades are linear in amplitude. No clipping happens here; `limit`
is the last step before integers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
ReadSamples = Callable[[int, int], Samples]


@dataclass(frozen=True, kw_only=True)
class Sound:
    """One placed sound. Samples are of the mix (48 kHz).

    `read(first, count)` gives the source; source sample `source_start` plays at mix sample `start`, for `length`
    samples. `fade_in` and `fade_out` are in samples; with `power` they follow a sine, so that two of them crossing keep
    one loudness. `pan` runs from -1 (left) to 1 (right).
    """

    read: ReadSamples
    start: int
    length: int
    source_start: int = 0
    gain: float = 1.0
    pan: float = 0.0
    fade_in: int = 0
    fade_out: int = 0
    power: bool = False


def mix(sounds: Sequence[Sound], first: int, count: int) -> Samples:
    """(count, 2) float32 from mix sample `first`: the sum in the given order, so that it is the same each time."""
    result = np.zeros((count, 2), dtype=np.float32)
    for sound in sounds:
        low, high = max(first, sound.start), min(first + count, sound.start + sound.length)
        if high <= low or sound.gain == 0:
            continue
        block = sound.read(sound.source_start + low - sound.start, high - low)
        result[low - first : high - first] += block * _gains(sound, low - sound.start, high - low)
    return result


def limit(block: Samples) -> Samples:
    """Full scale is the end: what is louder is cut."""
    return np.clip(block, -1.0, 1.0)


def _gains(sound: Sound, offset: int, count: int) -> NDArray[np.float32]:
    """(count, 2) or (1, 2) factors from `offset` samples into the sound."""
    left, right = min(1.0, 1.0 - sound.pan), min(1.0, 1.0 + sound.pan)
    gains = np.array([[left * sound.gain, right * sound.gain]], dtype=np.float32)
    inside_fade_in = offset < sound.fade_in
    inside_fade_out = offset + count > sound.length - sound.fade_out
    if not (inside_fade_in or inside_fade_out):
        return gains
    places = np.arange(offset, offset + count, dtype=np.float32) + 0.5
    envelope = np.ones(count, dtype=np.float32)
    if inside_fade_in:
        envelope *= np.clip(places / sound.fade_in, 0, 1)
    if inside_fade_out and sound.fade_out:
        envelope *= np.clip((sound.length - places) / sound.fade_out, 0, 1)
    if sound.power:
        envelope = np.sin(envelope * np.float32(np.pi / 2))
    return np.asarray(gains * envelope[:, None], dtype=np.float32)
