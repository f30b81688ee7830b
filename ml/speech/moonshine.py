"""English speech to text with Moonshine, whose smallest model comes inside a wheel.

N. Jeffries et al., "Moonshine: Speech Recognition for Live Transcription and Voice Commands" (2024): an encoder over
raw samples at 16 kHz and a decoder that writes one token at a time, with rotary positions, so an utterance costs what
its length is. It gives words without times; `utterances.spread` lays them over the sound.

Model files: `encoder` and `decoder` (with its memory of earlier steps as inputs and outputs), `tokens` (each token's
bytes after their count, one byte up to 127, else two).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError, ModelMissing
from ml.progress import Progress
from ml.runtime.runtime import Runtime
from ml.sound.rates import LISTENING_RATE, Samples
from ml.speech.utterances import spread
from ml.speech.words import Word

BEGIN, END = 1, 2
TOKENS_A_SECOND = 6.5
"""The makers' bound: more tokens than this for a second of sound is a decoder that repeats itself."""
LOUDEST = 0.5
UNSURE = -1.6
"""The mean logarithm of the tokens' chances below which what was heard is taken for noise."""
PACKAGE = "moonshine_voice"
FILES = {"encoder": "encoder_model.ort", "decoder": "decoder_model_merged.ort", "tokens": "tokenizer.bin"}
Arrays = dict[str, NDArray[Any]]


def bundled_files() -> dict[str, Path]:
    """The files of the model that its makers' package carries; none of the package's code is run.

    Raises ModelMissing where the package is not there for this system.
    """
    found = find_spec(PACKAGE)
    if found is not None and found.origin is not None:
        folder = Path(found.origin).parent / "assets" / "tiny-en"
        files = {role: folder / name for role, name in FILES.items()}
        if all(path.is_file() for path in files.values()):
            return files
    raise ModelMissing(
        "The speech recogniser that comes along is not there on this system.",
        "Install a model for captions: AI > Models.",
    )


class Moonshine:
    """Hears English. `files` by role, as `bundled_files` gives them or as a catalogue model holds them."""

    longest = 20.0
    pause = 1.0

    def __init__(self, runtime: Runtime, files: Mapping[str, Path]) -> None:
        self.runtime = runtime
        self.files = files
        self.tokens = read_tokens(files["tokens"].read_bytes())
        self.past = {
            port.name: tuple(side if side is not None else 0 for side in port.shape)
            for port in runtime.signature(files["decoder"]).inputs
            if port.name.startswith("past_key_values.")
        }
        if not self.past:
            raise ModelError("This model does not write text from speech as Moonshine does.")

    def words(self, samples: Samples, progress: Progress) -> list[Word]:
        return spread(self.text(samples, progress), samples)

    def text(self, samples: Samples, progress: Progress) -> str:
        """What is said in (samples,) float32 at 16 kHz. Soft speech is made louder first."""
        peak = float(np.abs(samples).max(initial=0.0))
        if len(samples) < LISTENING_RATE // 10 or peak < 1e-4:
            return ""
        sound = (samples * np.float32(min(LOUDEST / peak, 20.0) if peak < LOUDEST else 1.0))[None]
        return text_of(self.tokens, self._written(sound, progress))

    def close(self) -> None:
        """The runtime is the caller's."""

    def _written(self, sound: Samples, progress: Progress) -> list[int]:
        mask = np.ones(sound.shape, np.int64)
        encoder = self.runtime.run(self.files["encoder"], {"input_values": sound, "attention_mask": mask}, progress)
        hidden = next(iter(encoder.values()))
        memory: Arrays = {name: np.zeros((1, *shape[1:]), np.float32) for name, shape in self.past.items()}
        most = int(sound.shape[1] / LISTENING_RATE * TOKENS_A_SECOND) + 2
        written: list[int] = []
        sureness = 0.0
        for step in range(most):
            progress(step / most)
            last = np.array([[written[-1] if written else BEGIN]], np.int64)
            feeds = {
                "input_ids": last, "encoder_hidden_states": hidden, "encoder_attention_mask": mask,
                "use_cache_branch": np.array([step > 0]), **memory,
            }
            outputs = self.runtime.run(self.files["decoder"], feeds, progress)
            token, chance = likeliest(outputs["logits"][0, -1])
            if token == END or repeats(written, token):
                break
            written.append(token)
            sureness += chance
            self._remember(memory, outputs, step)
        return written if written and sureness / len(written) > UNSURE else []

    def _remember(self, memory: Arrays, outputs: Mapping[str, NDArray[Any]], step: int) -> None:
        """What the next step is given: of the sound it is worked out once, in the first step."""
        for name in memory:
            if step == 0 or ".decoder." in name:
                memory[name] = outputs[name.replace("past_key_values", "present")]


def likeliest(logits: NDArray[np.float32]) -> tuple[int, float]:
    """The token to write, and the logarithm of its chance."""
    token = int(logits.argmax())
    return token, -float(np.log(np.exp(logits - logits[token]).sum()))


def repeats(written: list[int], token: int) -> bool:
    """Whether a decoder goes in circles: the same four tokens for the fourth time in a row."""
    last = [*written, token][-16:]
    return len(last) == 16 and last[:4] == last[4:8] == last[8:12] == last[12:]


def read_tokens(data: bytes) -> list[bytes]:
    """The bytes of each token, by its number. Raises ModelError for a file that is cut off."""
    found: list[bytes] = []
    at = 0
    while at < len(data):
        count = data[at]
        at += 1
        if count >= 128:
            if at >= len(data):
                break
            count = data[at] * 128 + count - 128
            at += 1
        found.append(data[at : at + count])
        at += count
    if at != len(data) or not found:
        raise ModelError("The model file is damaged or cut off.", "Get it again.")
    return found


def text_of(tokens: list[bytes], written: list[int]) -> str:
    """Tokens as text: a low block stands for a space, <0x..> for one byte."""
    parts = [tokens[number] for number in written if 0 <= number < len(tokens)]
    joined = b"".join(part for part in parts if not (part.startswith(b"<") and part.endswith(b">") and len(part) > 2))
    return joined.replace("\u2581".encode(), b" ").decode("utf-8", errors="replace").strip()
