"""Text to speech with eSpeak NG, in a hundred languages, with the time of each word.

A formant synthesiser: clear, small and plainly a machine. Its library is under the GPL (version 3), so it runs in a
process of its own and is never loaded into this one. Text goes to it a sentence or so at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ml.errors import ModelError, ModelMissing
from ml.progress import SILENT, Progress
from ml.sound.rates import Samples
from ml.speech.sentences import Sentence, sentences
from ml.speech.side_process import SideProcess
from ml.speech.words import Word

WORDS_A_MINUTE = 165
PACKAGE = "espeakng_loader"
LIBRARIES = ("libespeak-ng.so", "libespeak-ng.dylib", "espeak-ng.dll")
PARAGRAPH_SECONDS = 0.35


@dataclass(frozen=True)
class Spoken:
    """A piece of speech: (samples,) float32 at `rate`, and its words with their times in seconds from its start."""

    samples: Samples
    rate: int
    words: tuple[Word, ...]


class Espeak:
    """The voices of eSpeak NG. Close it when done."""

    def __init__(self) -> None:
        library, data = bundled_library()
        self._process = SideProcess("ml.speech.espeak_process:serve", (str(library), str(data)))

    def voices(self, progress: Progress = SILENT) -> list[tuple[str, str, str]]:
        """(language, name, identifier) of every voice."""
        return [tuple(item) for item in self._process.ask({"do": "voices"}, progress)["voices"]]

    def speak(
        self, text: str, voice: str, pace: float = 1.0, pitch: int = 50, loudness: float = 1.0,
        progress: Progress = SILENT,
    ) -> Iterator[Spoken]:
        """A sentence at a time. Raises ModelError for a voice that it does not have."""
        length = max(len(text), 1)
        for sentence in sentences(text):
            progress(sentence.start / length, sentence.text[:60])
            yield self._sentence(sentence, voice, pace, pitch, loudness, progress)
        progress(1.0)

    def phonemes(self, text: str, voice: str, progress: Progress = SILENT) -> list[str]:
        """The sounds of a text in the international phonetic alphabet, a clause each."""
        answer = self._process.ask({"do": "phonemes", "text": text, "voice": voice}, progress)
        _check(answer, voice)
        return [str(clause) for clause in answer["phonemes"]]

    def close(self) -> None:
        self._process.close()

    def _sentence(
        self, sentence: Sentence, voice: str, pace: float, pitch: int, loudness: float, progress: Progress
    ) -> Spoken:
        question = {
            "do": "speak", "text": sentence.text, "voice": voice, "rate": round(WORDS_A_MINUTE * pace),
            "pitch": pitch, "volume": round(100 * loudness),
        }
        answer = self._process.ask(question, progress)
        _check(answer, voice)
        rate = int(answer["rate"])
        samples: Samples = np.frombuffer(answer["samples"], "<i2").astype(np.float32) / np.float32(32768)
        if sentence.ends_paragraph:
            samples = np.concatenate([samples, np.zeros(int(PARAGRAPH_SECONDS * rate), np.float32)])
        return Spoken(samples, rate, timed(sentence.text, answer["words"], samples, rate))


def timed(text: str, events: list[tuple[int, int, int]], samples: Samples, rate: int) -> tuple[Word, ...]:
    """Words with times from eSpeak's events (letter from 1, letters, milliseconds).

    Several events of one word are one; words that eSpeak speaks as one share its time by their letters.
    """
    loud = np.flatnonzero(np.abs(samples) > 0.003)
    last = (int(loud[-1]) + 1) / rate if len(loud) else len(samples) / rate
    groups: list[tuple[float, list[str]]] = []
    begun = sorted((position - 1, time / 1000) for position, _, time in events)
    for found in re.finditer(r"\S+", text):
        inside = [time for position, time in begun if found.start() <= position < found.end()]
        if inside and any(letter.isalnum() for letter in found.group()) or not groups:
            groups.append((inside[0] if inside else 0.0, [found.group()]))
        elif any(letter.isalnum() for letter in found.group()):
            groups[-1][1].append(found.group())
        else:
            groups[-1][1][-1] += f" {found.group()}"
    words: list[Word] = []
    for place, (start, texts) in enumerate(groups):
        end = groups[place + 1][0] if place + 1 < len(groups) else last
        edges = np.concatenate([[0.0], np.cumsum([len(item) + 1.0 for item in texts])])
        edges = start + (max(end, start + 0.01) - start) * edges / edges[-1]
        words += [Word(item, float(edges[at]), float(edges[at + 1])) for at, item in enumerate(texts)]
    return tuple(words)


def bundled_library() -> tuple[Path, Path]:
    """The shared library and its data, as the package carries them. Raises ModelMissing."""
    found = find_spec(PACKAGE)
    if found is not None and found.origin is not None:
        folder = Path(found.origin).parent
        for name in LIBRARIES:
            if (folder / name).is_file() and (folder / "espeak-ng-data").is_dir():
                return folder / name, folder / "espeak-ng-data"
    raise ModelMissing("eSpeak NG is not there on this system.", "Install Atelier again, with everything it needs.")


def _check(answer: dict[str, object], voice: str) -> None:
    if answer.get("failed") == "voice":
        raise ModelError(
            "eSpeak NG has no voice {name}.",
            "Use a language such as en, fr or de, with +f2 behind it for another voice.",
            name=voice,
        )
    if "failed" in answer:
        raise ModelError("This text could not be spoken.", "Leave out what is no text.")
