"""Speech to text with models of the Whisper family, in many languages, through whisper.cpp.

A. Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022). The weights are one file in
ggml's format. whisper.cpp runs in a process of its own (`whisper_process`), because a second in it can be long: the
process is killed when the work should stop. It is given the path of a file that is there, so the downloader of the
package that brings it is never reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ml.errors import ModelError
from ml.progress import Progress
from ml.sound.rates import LISTENING_RATE, Samples
from ml.speech.side_process import SideProcess
from ml.speech.words import Word, stands_alone

MAGIC = 0x67676D6C
NOTES = {"[": "]", "(": ")", "♪": "♪", "*": "*"}
"""What is no speech is written between these."""
LONGEST_NOTE = 6
"""In words; a bracket that is not closed by then stands for itself."""
SHORTEST = LISTENING_RATE
"""whisper.cpp hears nothing in less than a second: shorter utterances get silence behind them."""


class Whisper:
    """Hears the language named, or with "auto" the one that the model hears in the first utterance."""

    longest = 28.0
    pause = 3.0
    """whisper.cpp hears half a minute at a time, however little is said in it."""

    def __init__(self, model: Path, language: str = "auto") -> None:
        check_file(model)
        self.language = language
        self._process = SideProcess("ml.speech.whisper_process:serve", (str(model.resolve()),))

    def words(self, samples: Samples, progress: Progress) -> list[Word]:
        quiet = np.zeros(max(0, SHORTEST + LISTENING_RATE // 10 - len(samples)), np.float32)
        sound = np.concatenate([np.asarray(samples, np.float32), quiet])
        answer: dict[str, Any] = self._process.ask((sound.tobytes(), self.language), progress)
        if "failed" in answer:
            raise ModelError(
                "The model {name} failed: {reason}", "Use another model.", name="Whisper", reason=answer["failed"]
            )
        if self.language == "auto" and answer["language"]:
            self.language = answer["language"]
        length = len(samples) / LISTENING_RATE
        return joined([(text, start, end) for text, start, end in answer["words"] if start < length])

    def close(self) -> None:
        self._process.close()


def check_file(model: Path) -> None:
    """Raises ModelError for a file that whisper.cpp would not take; what it is given must be safe to read."""
    try:
        head = np.fromfile(model, "<u4", 12)
        size = model.stat().st_size
    except OSError as error:
        raise ModelError(
            "The model's file {name} is missing.", "Install the model again.", name=model.name
        ) from error
    if len(head) < 12 or head[0] != MAGIC:
        raise ModelError("This file is not a Whisper model in ggml's format.", "Get the file whose name begins ggml.")
    vocabulary, audio, width, heads, layers = (int(value) for value in head[1:6])
    bands = int(head[10])
    sensible = (
        1 <= vocabulary <= 1_000_000 and 1 <= audio <= 10_000 and 1 <= heads <= 256 and 1 <= layers <= 256
        and 1 <= width <= 65_536 and 1 <= bands <= 1024
    )
    if not sensible or size < width * vocabulary // 2:
        raise ModelError("The model file is damaged or cut off.", "Get it again.")


def joined(pieces: list[tuple[str, float, float]]) -> list[Word]:
    """Pieces as words: a piece begins a new one with a space, or when the script has none. Notes such as [music] go."""
    words: list[Word] = []
    for text, start, end in pieces:
        bare = text.strip()
        if not bare:
            continue
        if words and not text.startswith(" ") and not stands_alone(bare):
            last = words[-1]
            words[-1] = Word(last.text + bare, last.start, max(end, last.end))
        else:
            words.append(Word(bare, start, max(end, start + 0.02)))
    return list(_without_notes(words))


def _without_notes(words: list[Word]) -> Iterator[Word]:
    place = 0
    while place < len(words):
        closing = NOTES.get(words[place].text[0])
        near = words[place : place + LONGEST_NOTE] if closing else []
        end = next((number for number, word in enumerate(near) if word.text.rstrip(".,!?")[-1:] == closing), None)
        if end is None:
            yield words[place]
        place += 1 + (end or 0)
