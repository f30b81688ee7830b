"""Noise taken out of speech by two small recurrent networks in a row: models of the DTLN family.

N. Westhausen and B. Meyer, "Dual-Signal Transformation LSTM Network for Real-Time Noise Suppression" (Interspeech
2020), at 16 kHz: frames of 512 samples, a new one each 128. The first model sees a frame's magnitudes and gives a mask;
the masked frame goes through the second, which works on samples; frames are added where they overlap. Each remembers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.runtime.looped import ALL, FIRST, LAST, looped
from ml.runtime.runtime import Runtime
from ml.sound.rates import Read, Samples

FRAME, HOP = 512, 128
BINS = FRAME // 2 + 1
STEPS = 1250
"""Frames a run: ten seconds."""


@dataclass
class Stage:
    """One of the two models in its looped form, with what it remembers."""

    path: Path
    given: str
    told: str
    memory_in: str
    memory_out: str
    memory: NDArray[np.float32]

    def run(self, runtime: Runtime, values: Samples, progress: Progress) -> Samples:
        """(frames, n) to (frames, n)."""
        feeds = {ALL + self.given: values[:, None, None, :], FIRST + self.memory_in: self.memory}
        outputs = runtime.run(self.path, feeds, progress)
        self.memory = outputs[LAST + self.memory_out]
        return np.asarray(outputs[ALL + self.told].reshape(len(values), -1), np.float32)


def denoised(
    runtime: Runtime, models: Iterable[Path], read: Read, count: int, progress: Progress = SILENT
) -> Iterator[Samples]:
    """Blocks of cleaned sound at 16 kHz, `count` samples in all, in step with what `read` gives.

    `models` are the two files in any order. Raises ModelError when they are others.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="atelier-")))
        stages = [_stage(runtime, model, folder / f"{place}.onnx", progress) for place, model in enumerate(models)]
        by_size = dict(stages)
        if set(by_size) != {BINS, FRAME}:
            raise ModelError("These models do not clean speech as DTLN does.", "Install both parts of the model.")
        for stage in by_size.values():
            stack.callback(runtime.forget, stage.path)
        yield from _through(runtime, by_size[BINS], by_size[FRAME], read, count, progress)


def _through(
    runtime: Runtime, masking: Stage, shaping: Stage, read: Read, count: int, progress: Progress
) -> Iterator[Samples]:
    """Frame n is samples n * HOP - (FRAME - HOP) and on, so that the first sample lies under as many as the others."""
    ahead = FRAME - HOP
    total = -(-(count + ahead) // HOP)
    tail = np.zeros(ahead, np.float32)
    skip = ahead
    told = 0
    for first in range(0, total, STEPS):
        progress(first / total)
        number = min(STEPS, total - first)
        sound = read(first * HOP - ahead, (number - 1) * HOP + FRAME)
        spectra = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP], axis=1)
        mask = masking.run(runtime, np.abs(spectra).astype(np.float32), progress)
        frames = shaping.run(runtime, np.fft.irfft(spectra * mask, FRAME, axis=1).astype(np.float32), progress)
        result = np.zeros(number * HOP + ahead, np.float32)
        result[:ahead] = tail
        for part in range(FRAME // HOP):
            piece = frames[:, part * HOP : (part + 1) * HOP].reshape(-1)
            result[part * HOP : part * HOP + len(piece)] += piece
        tail = result[number * HOP :]
        ready = result[skip : number * HOP]
        skip = max(0, skip - number * HOP)
        yield ready[: count - told]
        told += len(ready)
    yield tail[: max(0, count - told)]
    progress(1.0)


def _stage(runtime: Runtime, model: Path, target: Path, progress: Progress) -> tuple[int, Stage]:
    """The model's frame size, and the model looped. Raises ModelError for one that is no such stage."""
    signature = runtime.signature(model, progress)
    if len(signature.inputs) != 2 or len(signature.outputs) != 2:
        raise ModelError("These models do not clean speech as DTLN does.", "Install both parts of the model.")
    given = next((port for port in signature.inputs if len(port.shape) == 3), None)
    memory = next((port for port in signature.inputs if len(port.shape) == 4), None)
    told = next((port for port in signature.outputs if len(port.shape) == 3), None)
    kept = next((port for port in signature.outputs if len(port.shape) == 4), None)
    if given is None or memory is None or told is None or kept is None or given.shape[2] is None:
        raise ModelError("These models do not clean speech as DTLN does.", "Install both parts of the model.")
    path = looped(model, target, {kept.name: memory.name})
    start = np.zeros(tuple(side or 1 for side in memory.shape), np.float32)
    return given.shape[2], Stage(path, given.name, told.name, memory.name, kept.name, start)


