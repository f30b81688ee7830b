"""Text to speech with voices of the Piper family: VITS networks fed with phonemes from eSpeak NG.

J. Kim, J. Kong, J. Son, "Conditional Variational Autoencoder with Adversarial Learning for End-to-End Text-to-Speech"
(2021). A voice is an ONNX file and a JSON file beside it: which number stands for which phoneme, eSpeak's name for the
language, samples a second, how much chance there is in the sound and in the lengths, and the speakers.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.runtime.runtime import Runtime
from ml.sound.rates import LISTENING_RATE, Samples, at_rate, reader_of
from ml.speech.espeak import PARAGRAPH_SECONDS, Espeak, Spoken
from ml.speech.sentences import sentences
from ml.speech.utterances import spread

BEGIN, END, PAD = "^", "$", "_"
BREATH_SECONDS = 0.2
MARKS = re.compile(r"([.,;:!?…]+)(?=\s|$)")
LARGEST_CONFIG = 4 << 20


@dataclass(frozen=True)
class Voice:
    """What the JSON file says."""

    numbers: dict[str, list[int]]
    language: str
    rate: int
    noise: float
    length: float
    length_noise: float
    speakers: dict[str, int]
    by_letters: bool


def read_voice(path: Path) -> Voice:
    """Raises ModelError for a file that describes no such voice."""
    try:
        if path.stat().st_size > LARGEST_CONFIG:
            raise ValueError("too large")
        told = json.loads(path.read_text(encoding="utf-8"))
        inference = told.get("inference", {})
        voice = Voice(
            {str(name): [int(item) for item in ids] for name, ids in told["phoneme_id_map"].items()},
            str(told.get("espeak", {}).get("voice", "en")), int(told["audio"]["sample_rate"]),
            float(inference.get("noise_scale", 0.667)), float(inference.get("length_scale", 1.0)),
            float(inference.get("noise_w", 0.8)),
            {str(name): int(item) for name, item in (told.get("speaker_id_map") or {}).items()},
            told.get("phoneme_type") == "text",
        )
    except FileNotFoundError as error:
        raise ModelError(
            "The voice's description {name} is missing.", "Install both of the voice's files together.", name=path.name
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError("The voice's description is damaged.", "Get it again.") from error
    if not 4000 <= voice.rate <= 192_000 or not {BEGIN, END, PAD} <= set(voice.numbers):
        raise ModelError("The voice's description is damaged.", "Get it again.")
    return voice


class Piper:
    """A voice. `speaker` names one of several, "" the first."""

    def __init__(self, runtime: Runtime, model: Path, config: Path, speaker: str = "") -> None:
        self.runtime, self.model = runtime, model
        self.voice = read_voice(config)
        inputs = {port.name for port in runtime.signature(model).inputs}
        if not {"input", "input_lengths", "scales"} <= inputs:
            raise ModelError("This model does not speak as Piper's voices do.", "Use another model.")
        self.speaker = self.voice.speakers.get(speaker, 0) if "sid" in inputs else None
        self.espeak = None if self.voice.by_letters else Espeak()

    def speak(
        self, text: str, pace: float = 1.0, loudness: float = 1.0, progress: Progress = SILENT
    ) -> Iterator[Spoken]:
        """A sentence at a time. The times of words are by their letters over where there is sound."""
        whole = max(len(text), 1)
        for sentence in sentences(text):
            progress(sentence.start / whole, sentence.text[:60])
            numbers = self.numbers(self.phonemes(sentence.text, progress))
            if len(numbers) <= 3:
                continue
            samples = np.clip(self._sound(numbers, pace, progress) * np.float32(loudness), -1.0, 1.0)
            heard = at_rate(reader_of(samples), self.voice.rate, LISTENING_RATE)
            listened = heard(0, int(len(samples) * LISTENING_RATE / self.voice.rate))
            words = tuple(spread(sentence.text, listened))
            pause = PARAGRAPH_SECONDS if sentence.ends_paragraph else BREATH_SECONDS
            silence = np.zeros(int(pause * self.voice.rate), np.float32)
            yield Spoken(np.concatenate([samples, silence]), self.voice.rate, words)
        progress(1.0)

    def phonemes(self, text: str, progress: Progress = SILENT) -> str:
        """Sounds with the punctuation that the voice learnt to breathe at."""
        if self.espeak is None:
            return unicodedata.normalize("NFD", text.lower())
        parts = MARKS.split(text)
        result = ""
        for clause, mark in zip(parts[::2], [*parts[1::2], ""]):
            if clause.strip():
                told = self.espeak.phonemes(clause.strip(), self.voice.language, progress)
                result += (" " if result else "") + " ".join(re.sub(r"\([a-z-]+\)", "", item) for item in told)
            result += mark[:1]
        return unicodedata.normalize("NFD", result)

    def numbers(self, phonemes: str) -> list[int]:
        """What the network is fed: begin, each phoneme with a pad behind it, end. Unknown ones are left out."""
        known = self.voice.numbers
        found = [*known[BEGIN], *known[PAD]]
        for phoneme in phonemes:
            if phoneme in known and phoneme not in (BEGIN, END, PAD):
                found += [*known[phoneme], *known[PAD]]
        return [*found, *known[END]]

    def close(self) -> None:
        if self.espeak is not None:
            self.espeak.close()

    def _sound(self, numbers: list[int], pace: float, progress: Progress) -> Samples:
        scales = [self.voice.noise, self.voice.length / max(pace, 0.1), self.voice.length_noise]
        feeds: dict[str, NDArray[Any]] = {
            "input": np.array([numbers], np.int64), "input_lengths": np.array([len(numbers)], np.int64),
            "scales": np.array(scales, np.float32),
        }
        if self.speaker is not None:
            feeds["sid"] = np.array([self.speaker], np.int64)
        output = next(iter(self.runtime.run(self.model, feeds, progress).values()))
        samples = np.asarray(output, np.float32).reshape(-1)
        sound = np.nan_to_num(samples, posinf=1.0, neginf=-1.0)
        return np.asarray(sound / max(1.0, float(np.abs(sound).max(initial=0.0))), np.float32)
