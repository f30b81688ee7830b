"""Waveforms: the lowest and highest sample of every stretch, at several resolutions, for drawing at any zoom."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.audio import SAMPLE_RATE
from render.audio.reader import AudioReader
from render.video.errors import ExportCancelled

BASE = 256
FACTOR = 4
LEVELS = 6
BLOCK = 4 * SAMPLE_RATE

PeakArray = NDArray[np.int8]


@dataclass(frozen=True)
class Peaks:
    """`levels[k]`: (stretches, 2) int8, lowest and highest of both channels over 256·4**k samples; 127 is the most."""

    levels: tuple[PeakArray, ...]

    def between(self, start: float, end: float, columns: int) -> NDArray[np.float32]:
        """(columns, 2) float32 lowest and highest for equal parts of the time from `start` to `end` in seconds."""
        spacing = max(1e-9, (end - start) * SAMPLE_RATE / columns)
        level = 0
        while level + 1 < len(self.levels) and BASE * FACTOR ** (level + 1) <= spacing:
            level += 1
        peaks = self.levels[level]
        unit = BASE * FACTOR**level
        edges = (start * SAMPLE_RATE + np.arange(columns + 1) * spacing) / unit
        low = np.clip(np.floor(edges[:-1]), 0, max(0, len(peaks) - 1)).astype(np.int64)
        result = np.zeros((columns, 2), dtype=np.float32)
        inside = (edges[1:] > 0) & (edges[:-1] < len(peaks))
        if not inside.any() or not len(peaks):
            return result
        bounds = np.append(low[inside], min(len(peaks), int(np.ceil(edges[1:][inside][-1]))))
        bounds[-1] = max(bounds[-1], bounds[-2] + 1)
        bounds = np.minimum(bounds, len(peaks))
        starts = np.minimum(bounds[:-1], len(peaks) - 1)
        span = peaks[: bounds[-1]]
        result[inside, 0] = np.minimum.reduceat(span[:, 0], starts) / 127
        result[inside, 1] = np.maximum.reduceat(span[:, 1], starts) / 127
        return result

    def to_bytes(self) -> bytes:
        return self.levels[0].tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Peaks":
        return cls(_pyramid(np.frombuffer(data, dtype=np.int8).reshape(-1, 2)))


def measure(
    reader: AudioReader,
    length: int,
    progress: Callable[[float], object] = lambda part: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Peaks:
    """Read `length` samples once, in blocks. Raises ExportCancelled when asked to stop."""
    parts: list[PeakArray] = []
    for first in range(0, max(length, 1), BLOCK):
        if cancelled():
            raise ExportCancelled
        block = reader.read(first, min(BLOCK, length - first) if length else 0)
        parts.append(_base(block))
        progress(min(1.0, (first + BLOCK) / max(length, 1)))
    return Peaks(_pyramid(np.concatenate(parts)))


def _base(block: NDArray[np.float32]) -> PeakArray:
    padded = np.pad(block, ((0, -len(block) % BASE), (0, 0)))
    stretches = padded.reshape(-1, BASE * 2)
    both = np.stack([stretches.min(axis=1, initial=0), stretches.max(axis=1, initial=0)], axis=1)
    return np.clip(np.round(both * 127), -127, 127).astype(np.int8)


def _pyramid(base: PeakArray) -> tuple[PeakArray, ...]:
    levels = [base]
    while len(levels) < LEVELS and len(levels[-1]) > FACTOR:
        last = levels[-1]
        padded = np.pad(last, ((0, -len(last) % FACTOR), (0, 0)), mode="edge").reshape(-1, FACTOR, 2)
        levels.append(np.stack([padded[..., 0].min(axis=1), padded[..., 1].max(axis=1)], axis=1))
    return tuple(levels)
