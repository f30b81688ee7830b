"""A spoken word with its time, and what a recogniser is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ml.progress import Progress
from ml.sound.rates import Samples


@dataclass(frozen=True)
class Word:
    """From `start` to `end` in seconds; `text` with its punctuation, without spaces around."""

    text: str
    start: float
    end: float


class Recogniser(Protocol):
    """Hears one utterance at a time: (samples,) float32 at 16 kHz, at most `longest` seconds."""

    longest: float

    def words(self, samples: Samples, progress: Progress) -> list[Word]:
        """Times count from the first sample."""

    def close(self) -> None:
        """Let go of what is held."""
