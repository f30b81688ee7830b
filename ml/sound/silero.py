"""Where somebody speaks, by a network that was trained to tell: models of the silero-vad family.

The model takes pieces of 512 samples at 16 kHz (256 at 8 kHz), those of the fifth generation with the last 64 (32) of
the piece before in front, and a memory; it gives the chance that the piece is speech. Thresholds and lengths are those
of its makers' `get_speech_timestamps`: speech begins above the threshold and ends 0.15 below it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.runtime.looped import ALL, FIRST, LAST, looped
from ml.runtime.runtime import Runtime
from ml.sound.activity import PLAIN, Shape, Span, spans
from ml.sound.rates import LISTENING_RATE, Read, Samples

PIECE = 512
STEPS = 625
"""Pieces a run: twenty seconds of sound."""
BELOW = 0.15
MEMORIES = ({"stateN": "state"}, {"hn": "h", "cn": "c"})


@dataclass(frozen=True)
class Detector:
    """A looped model. `context` are the samples of the last piece that come in front; `memory` maps outputs to
    inputs, `shapes` are the inputs' shapes."""

    path: Path
    context: int
    memory: dict[str, str]
    shapes: dict[str, tuple[int, ...]]
    sound: str
    rate: str
    chance: str


@contextmanager
def detector(runtime: Runtime, model: Path, progress: Progress = SILENT) -> Iterator[Detector]:
    """Read the model's inputs and make its looped form. Raises ModelError for another kind of model."""
    signature = runtime.signature(model, progress)
    inputs = {port.name: port for port in signature.inputs}
    outputs = [port.name for port in signature.outputs]
    memory = next((item for item in MEMORIES if set(item) <= set(outputs) and set(item.values()) <= set(inputs)), None)
    others = [name for name in inputs if memory is None or name not in memory.values()]
    rates = [name for name in others if inputs[name].dtype.startswith("int") and not inputs[name].shape]
    sounds = [name for name in others if inputs[name].dtype == "float32" and len(inputs[name].shape) == 2]
    told = [name for name in outputs if memory is not None and name not in memory]
    if memory is None or len(sounds) != 1 or len(told) != 1 or len(others) != 1 + len(rates):
        raise ModelError("This model does not find speech as silero-vad does.", "Use another model.")
    shapes = {
        name: tuple(side if side is not None else 1 for side in inputs[name].shape) for name in memory.values()
    }
    with tempfile.TemporaryDirectory(prefix="atelier-") as folder:
        path = looped(model, Path(folder) / "looped.onnx", memory, rates)
        yield Detector(
            path, 64 if "stateN" in memory else 0, memory, shapes, sounds[0], rates[0] if rates else "", told[0]
        )
        runtime.forget(path)


def chances(
    runtime: Runtime, found: Detector, read: Read, count: int, progress: Progress = SILENT
) -> NDArray[np.float32]:
    """The chance of speech, 0 to 1, for each piece of 512 samples at 16 kHz, in order."""
    memory = {name: np.zeros(shape, np.float32) for name, shape in found.shapes.items()}
    pieces = -(-count // PIECE)
    result = np.zeros(pieces, np.float32)
    for first in range(0, pieces, STEPS):
        progress(first / max(pieces, 1))
        steps = min(STEPS, pieces - first)
        sound = read(first * PIECE - found.context, steps * PIECE + found.context)
        feeds: dict[str, NDArray[np.generic]] = {ALL + found.sound: windows(sound, found.context)}
        feeds |= {FIRST + name: value for name, value in memory.items()}
        if found.rate:
            feeds[found.rate] = np.array(LISTENING_RATE, np.int64)
        outputs = runtime.run(found.path, feeds, progress)
        memory = {name: outputs[LAST + output] for output, name in found.memory.items()}
        result[first : first + steps] = outputs[ALL + found.chance].reshape(steps, -1)[:, 0]
    progress(1.0)
    return result


def windows(sound: Samples, context: int) -> Samples:
    """(pieces, 1, context + 512) from sound that begins `context` samples before the first piece."""
    seen = np.lib.stride_tricks.sliding_window_view(sound, context + PIECE)[::PIECE]
    return np.ascontiguousarray(seen[:, None, :])


def speech_by_model(
    runtime: Runtime, model: Path, read: Read, count: int, threshold: float = 0.5, shape: Shape = PLAIN,
    progress: Progress = SILENT,
) -> list[Span]:
    """Spans of speech in `count` samples at 16 kHz."""
    with detector(runtime, model, progress) as found:
        chance = chances(runtime, found, read, count, progress)
    low = max(threshold - BELOW, 0.01)
    return spans(chance, PIECE / LISTENING_RATE, threshold, low, shape, count / LISTENING_RATE)
