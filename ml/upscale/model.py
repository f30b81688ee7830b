"""What an upscaling model wants and gives, read off the model: RGB or luma, how many times larger, 0 to 1 or 0 to 255.

Models of any maker come as "one picture in, a larger one out". Whether that is a network for luma alone (FSRCNN,
ESPCN), for RGB (ESRGAN, SRVGG and their many children) or one of a fixed size shows in the ports; the rest is found
by a trial on a small picture of known colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.runtime.images import ImageInput, feed, image_input, picture_of
from ml.runtime.runtime import Runtime

Floats = NDArray[np.float32]
TRIAL_SIDE = 32
LARGEST_SCALE = 8
REACH = 16
"""Overlap for a model that does not say how far it looks."""


@dataclass(frozen=True)
class Upscaler:
    """`peak` is the value of white. `reach` is how many pixels of the input around one count for it."""

    model: InstalledModel
    port: ImageInput
    output: str
    scale: int
    peak: float
    reach: int

    @property
    def luma_only(self) -> bool:
        return self.port.channels == 1

    @property
    def fixed(self) -> int | None:
        """The side of the only square that it takes, or None."""
        return self.port.width if self.port.width is not None and self.port.height is not None else None

    def run(self, runtime: Runtime, picture: Floats, progress: Progress = SILENT) -> Floats:
        """(height, width, channels of the port), 0 to 1, to `scale` times that size."""
        feeds = {self.port.name: feed(picture, self.port, scale=self.peak)}
        made = runtime.run(self.model.path, feeds, progress)[self.output]
        return picture_of(made, (self.port.channels,)) / np.float32(self.peak)


def upscaler(runtime: Runtime, model: InstalledModel, progress: Progress = SILENT) -> Upscaler:
    """Look at a model and try it. Raises ModelError for one that enlarges no pictures."""
    signature = runtime.signature(model.path, progress)
    if len(signature.inputs) != 1:
        raise _unfit(model)
    port = image_input(signature.inputs[0])
    known: dict[str, Any] = {**signature.metadata, **model.settings}
    if port.channels not in (1, 3) or (port.width is not None and port.width != port.height):
        raise _unfit(model)
    output = signature.outputs[0].name
    trial = _trial(port)
    scale, answers = 0, {}
    for peak in _peaks(port, known):
        try:
            made = runtime.run(model.path, {port.name: feed(trial, port, scale=peak)}, progress)[output]
        except ModelError as error:
            raise _unfit(model) from error
        picture = picture_of(made, (port.channels,))
        scale = _scale(model, trial, picture)
        answers[peak] = _distance(trial, picture / np.float32(peak), scale)
    peak = min(answers, key=lambda one: answers[one])
    return Upscaler(model, port, output, scale, peak, _reach(known))


def _peaks(port: ImageInput, known: dict[str, Any]) -> tuple[float, ...]:
    if "range" in known:
        return (float(known["range"]),)
    return (255.0,) if port.dtype.startswith(("uint", "int")) else (1.0, 255.0)


def _reach(known: dict[str, Any]) -> int:
    try:
        return min(max(int(known["reach"]), 4), 128)
    except (KeyError, ValueError, TypeError):
        return REACH


def _trial(port: ImageInput) -> Floats:
    """A smooth picture of three different channels: any upscaler gives it back almost as it is."""
    side = port.width or TRIAL_SIDE
    down, across = np.mgrid[0:side, 0:side].astype(np.float32) / np.float32(side)
    channels = [0.2 + 0.5 * across, 0.7 - 0.4 * down, 0.3 + 0.2 * across * down]
    return np.stack(channels[: port.channels], axis=2).astype(np.float32)


def _scale(model: InstalledModel, trial: Floats, made: Floats) -> int:
    down, rest = divmod(made.shape[0], trial.shape[0])
    across, other = divmod(made.shape[1], trial.shape[1])
    if rest or other or down != across or not 2 <= down <= LARGEST_SCALE or made.shape[2] != trial.shape[2]:
        raise _unfit(model)
    return int(down)


def _distance(trial: Floats, made: Floats, scale: int) -> float:
    """How far the answer, made small again, is from what was asked; the edges, which suffer, are left out."""
    side, channels = trial.shape[0], trial.shape[2]
    small = made.reshape(side, scale, side, scale, channels).mean(axis=(1, 3))
    inner = np.s_[side // 4 : -(side // 4), side // 4 : -(side // 4)]
    found = float(np.abs(small[inner] - trial[inner]).mean())
    return found if np.isfinite(found) else float("inf")


def _unfit(model: InstalledModel) -> ModelError:
    return ModelError(
        "{name} does not enlarge pictures.", "Choose a model whose output is 2, 3 or 4 times the size of its input.",
        name=model.name,
    )
