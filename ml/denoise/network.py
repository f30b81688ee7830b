"""Denoising networks of any make: DnCNN, FFDNet, DRUNet, NAFNet, SCUNet and what is fed like them.

What the signature does not tell (does it give the picture or the noise, in which scale) is found out by feeding a grey
picture with a little noise: of the readings of the answer, the right one is that which is nearest to plain grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.runtime.images import ImageInput, feed, image_input, picture_of
from ml.runtime.runtime import Runtime
from ml.runtime.signature import Port, Signature
from ml.runtime.tiling import tiled

Floats = NDArray[np.float32]
Answer = Literal["picture", "noise", "negative_noise"]

TILE, OVERLAP = 512, 32
MULTIPLE = 64
"""No such network halves its picture more than six times; a larger step costs little but edges."""
PROBE_NOISE = 0.05
SILENT_ANSWER = 1e-5
"""A network whose answer is the same everywhere has not looked at the noise."""
CLEARLY = 0.7
"""Another scale is only believed when it leaves this share of the error of the usual one."""


@dataclass(frozen=True)
class Denoiser:
    """`level` is the input for the strength of the noise: none, a channel of the picture, or a port of its own."""

    model: InstalledModel
    picture: ImageInput
    level: Literal["none", "channel", "port"]
    level_port: Port | None
    scale: float = 1.0
    answer: Answer = "picture"

    @property
    def is_grey(self) -> bool:
        return self.picture.channels == 1


def open_denoiser(runtime: Runtime, model: InstalledModel, progress: Progress = SILENT) -> Denoiser:
    """Raises ModelError for a model that is no denoiser."""
    plain = _by_signature(model, runtime.signature(model.path, progress))
    found: dict[float, tuple[float, Denoiser]] = {}
    scales = [float(model.settings["scale"])] if "scale" in model.settings else [1.0, 255.0]
    for scale in scales:
        scaled = Denoiser(model, plain.picture, plain.level, plain.level_port, scale)
        found[scale] = _probed(runtime, scaled, progress)
        progress.check()
    best = found[scales[0]]
    for scale in scales[1:]:
        if found[scale][0] < CLEARLY * best[0]:
            best = found[scale]
    if best[0] > 2 * PROBE_NOISE:
        raise ModelError("The model {name} does not give the picture back: it is no denoiser.", name=model.name)
    return best[1]


def denoise(
    runtime: Runtime, denoiser: Denoiser, rgb: Floats, deviation: float, progress: Progress = SILENT
) -> Floats:
    """(height, width, 3) encoded colour from 0 to 1; `deviation` of its noise, for models that ask. Same out."""
    fixed = denoiser.picture.width
    if fixed is not None and fixed != denoiser.picture.height:
        raise ModelError("This model takes pictures of one shape only, and it is not a square.")
    tile, multiple = (fixed, fixed) if fixed else (TILE, MULTIPLE)

    def work(piece: Floats) -> Floats:
        if not denoiser.is_grey:
            return _run(runtime, denoiser, piece, deviation, progress)
        planes = [_run(runtime, denoiser, piece[..., i : i + 1], deviation, progress) for i in range(3)]
        return np.concatenate(planes, axis=2)

    return tiled(rgb, work, tile=tile, overlap=min(OVERLAP, tile // 4), multiple=multiple, progress=progress)


def _by_signature(model: InstalledModel, signature: Signature) -> Denoiser:
    pictures = [port for port in signature.inputs if len(port.shape) == 4]
    if not pictures:
        raise ModelError("The model {name} does not take pictures.", name=model.name)
    inputs = [(image_input(port), port) for port in pictures if _channels(port) in (1, 3, 4)]
    inputs.sort(key=lambda pair: -pair[0].channels)
    if not inputs:
        raise ModelError("The model {name} does not take pictures.", name=model.name)
    picture, chosen = inputs[0]
    others = [port for port in signature.inputs if port.name != chosen.name]
    if len(others) > 1:
        raise ModelError("The model {name} wants more than a picture and the strength of its noise.", name=model.name)
    if picture.channels == 4:
        return Denoiser(model, picture, "channel", None)
    return Denoiser(model, picture, "port" if others else "none", others[0] if others else None)


def _channels(port: Port) -> int | None:
    return next((side for side in (port.shape[1], port.shape[3]) if side in (1, 3, 4)), None)


def _probed(runtime: Runtime, denoiser: Denoiser, progress: Progress) -> tuple[float, Denoiser]:
    """The error of the best reading of what comes back for a noisy grey, and that reading."""
    sides = (denoiser.picture.height or MULTIPLE, denoiser.picture.width or MULTIPLE)
    channels = 1 if denoiser.is_grey else 3
    noise = np.random.default_rng(0).normal(0, PROBE_NOISE, (*sides, channels)).astype(np.float32)
    given = np.clip(0.5 + noise, 0, 1)
    readings: tuple[Answer, ...] = ("picture", "noise", "negative_noise")
    if "output" in denoiser.model.settings:
        readings = (denoiser.model.settings["output"],)
    raw = _raw(runtime, denoiser, given, PROBE_NOISE, progress)
    if not np.isfinite(raw).all() or float(raw.std()) < SILENT_ANSWER:
        return float("inf"), denoiser
    errors = {reading: float(np.sqrt(np.mean((_read(raw, given, reading) - 0.5) ** 2))) for reading in readings}
    best = min(errors, key=lambda reading: errors[reading])
    found = Denoiser(
        denoiser.model, denoiser.picture, denoiser.level, denoiser.level_port, denoiser.scale, best
    )
    return errors[best], found


def _run(runtime: Runtime, denoiser: Denoiser, piece: Floats, deviation: float, progress: Progress) -> Floats:
    raw = _raw(runtime, denoiser, piece, deviation, progress)
    return np.asarray(_read(raw, piece, denoiser.answer), np.float32)


def _read(raw: Floats, given: Floats, answer: Answer) -> Floats:
    if answer == "picture":
        return raw
    return given - raw if answer == "noise" else given + raw


def _raw(runtime: Runtime, denoiser: Denoiser, piece: Floats, deviation: float, progress: Progress) -> Floats:
    scale = denoiser.scale
    given = piece
    if denoiser.level == "channel":
        given = np.concatenate([piece, np.full((*piece.shape[:2], 1), deviation, np.float32)], axis=2)
    feeds: dict[str, NDArray[Any]] = {denoiser.picture.name: feed(given, denoiser.picture, scale=scale)}
    if denoiser.level_port is not None:
        feeds[denoiser.level_port.name] = _level(denoiser.level_port, deviation * scale, piece.shape[:2])
    answers = runtime.run(denoiser.model.path, feeds, progress)
    raw = picture_of(next(iter(answers.values()))) / np.float32(scale)
    if raw.shape[:2] != piece.shape[:2] or raw.shape[2] < piece.shape[2]:
        raise ModelError("The model {name} does not give a picture of the same size.", name=denoiser.model.name)
    return raw[..., : piece.shape[2]]


def _level(port: Port, value: float, sides: tuple[int, ...]) -> NDArray[Any]:
    """The noise as the port wants it: a number, or a plane as large as the picture."""
    if len(port.shape) < 4:
        return np.full([side or 1 for side in port.shape], value, port.dtype)
    height, width = port.shape[2] or sides[0], port.shape[3] or sides[1]
    return np.full((1, port.shape[1] or 1, height, width), value, port.dtype)
