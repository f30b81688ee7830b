"""A spoken word with its time, and what a recogniser is."""

from __future__ import annotations

from collections.abc import Iterable
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


def stands_alone(text: str) -> bool:
    """Whether letters are written without spaces between words: Chinese, Japanese, Thai and the like."""
    return any("\u0e00" <= letter <= "\u0eff" or "\u3040" <= letter <= "\u9fff" for letter in text)


def run_together(texts: Iterable[str]) -> str:
    """Words as a line: spaces between them, but none inside a script that has none."""
    line = ""
    for text in texts:
        joint = "" if not line or stands_alone(line[-1]) and stands_alone(text[:1]) else " "
        line += joint + text
    return line


class Recogniser(Protocol):
    """Hears one utterance at a time: (samples,) float32 at 16 kHz, at most `longest` seconds.

    Pauses up to `pause` seconds stay inside an utterance: more of a sentence is heard better, and some take as long for
    a word as for half a minute.
    """

    longest: float
    pause: float

    def words(self, samples: Samples, progress: Progress) -> list[Word]:
        """Times count from the first sample."""

    def close(self) -> None:
        """Let go of what is held."""
