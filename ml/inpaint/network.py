"""Networks that fill holes: LaMa, MAT, MI-GAN and others that take a picture and a mask.

How the picture is scaled and which side of the mask is the hole is found out, where the model's settings do not say:
the right way is the one in which the known part of a small test picture comes back as it was, and the hole most like
what was there (many networks hand the known part through in any scale).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.runtime.images import ImageInput, feed, image_input, picture_of
from ml.runtime.runtime import Runtime
from ml.runtime.signature import Signature

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

RANGES = ((0.0, 1.0), (0.0, 255.0), (-1.0, 1.0))
GOOD, GOOD_HOLE = 0.02, 0.1
HOPELESS = 0.15
CLEARLY = 0.7
"""A less usual way to feed is only believed when it leaves this share of the error in the hole."""
MULTIPLE = 8
LARGEST = 1024
PROBE = 128
CONTEXT = 0.75
MOST_PARTS = 24


@dataclass(frozen=True)
class Inpainter:
    """`mask` is None when the mask is the picture's fourth channel. Ranges are the values of black and of white."""

    model: InstalledModel
    picture: ImageInput
    mask: ImageInput | None
    given: tuple[float, float] = (0.0, 1.0)
    answered: tuple[float, float] = (0.0, 1.0)
    mask_top: float = 1.0
    hole_is_high: bool = True

    @property
    def fixed(self) -> tuple[int, int] | None:
        """(height, width) where the model knows one size only."""
        if self.picture.height is None or self.picture.width is None:
            return None
        return self.picture.height, self.picture.width


def open_inpainter(runtime: Runtime, model: InstalledModel, progress: Progress = SILENT) -> Inpainter:
    """Raises ModelError for a model that fills no holes."""
    plain = _by_signature(model, runtime.signature(model.path, progress))
    found: list[tuple[float, float, Inpainter]] = []
    for candidate in _candidates(plain):
        progress.check()
        found.append(_probed(runtime, candidate, progress))
        if found[-1][0] < GOOD and found[-1][1] < GOOD_HOLE:
            break
    least = min(known for known, _, _ in found)
    if least > HOPELESS:
        raise ModelError("The model {name} changes what it should keep: it fills no holes.", name=model.name)
    likely = [(hole, read) for known, hole, read in found if known <= max(GOOD, 1.5 * least)]
    error, best = likely[0]
    for hole, read in likely[1:]:
        if hole < CLEARLY * error:
            error, best = hole, read
    return best


def fill(runtime: Runtime, inpainter: Inpainter, rgb: Floats, hole: Flags, progress: Progress = SILENT) -> Floats:
    """(height, width, 3) encoded colour from 0 to 1 with the hole filled; outside it is what was given.

    Each part of the hole is cut out with what is around it, brought to the model's size and put back.
    """
    result = rgb.copy()
    parts = _parts(hole)
    for number, part in enumerate(parts):
        progress(number / len(parts))
        rows, columns = _with_context(part, hole.shape, inpainter.fixed)
        inside = hole[rows, columns]
        made = _at_size(runtime, inpainter, result[rows, columns], inside, progress)
        result[rows, columns][inside] = made[inside]
    progress(1.0)
    return result


def _by_signature(model: InstalledModel, signature: Signature) -> Inpainter:
    ports = [port for port in signature.inputs if len(port.shape) == 4]
    inputs = [image_input(port) for port in ports]
    pictures = sorted((item for item in inputs if item.channels in (3, 4)), key=lambda item: item.channels)
    masks = [item for item in inputs if item.channels == 1]
    if len(pictures) == 1 and len(signature.inputs) == len(ports) == 1 + len(masks):
        picture = pictures[0]
        if picture.channels == 3 and len(masks) == 1:
            return Inpainter(model, picture, masks[0])
        if picture.channels == 4 and not masks:
            return Inpainter(model, picture, None)
    raise ModelError("The model {name} does not take a picture and a mask.", name=model.name)


def _candidates(plain: Inpainter) -> list[Inpainter]:
    """The ways to feed it, the usual first; the settings "range" and "hole" leave fewer."""
    settings = plain.model.settings
    whole = plain.picture.dtype.startswith(("uint", "int"))
    ranges: tuple[Any, ...] = ((0.0, 255.0),) if whole else RANGES
    if "range" in settings:
        ranges = (tuple(float(value) for value in settings["range"]),)
    sides = (settings["hole"] == 1,) if "hole" in settings else (True, False)
    top = 255.0 if plain.mask is not None and plain.mask.dtype == "uint8" else 1.0
    return [
        replace(plain, given=given, hole_is_high=side, mask_top=top) for side in sides for given in ranges
    ]


def _probed(runtime: Runtime, candidate: Inpainter, progress: Progress) -> tuple[float, float, Inpainter]:
    """The errors in the known part of a smooth picture and in its hole, with the range of the answer that fits best."""
    height, width = candidate.fixed or (PROBE, PROBE)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.stack([0.2 + 0.6 * x / width, 0.2 + 0.6 * y / height, 0.5 + 0.3 * np.sin(x / 20)], 2)
    hole = np.zeros((height, width), bool)
    hole[height // 3 : height // 2, width // 3 : width // 2] = True
    raw = _raw(runtime, candidate, picture.astype(np.float32), hole, progress)
    found = []
    for answered in RANGES:
        read = replace(candidate, answered=answered)
        error = np.abs(_read(read, raw) - picture).mean(axis=2)
        found.append((float(error[~hole].mean()), float(error[hole].mean()), read))
    return min(found, key=lambda told: 4 * told[0] + told[1])


def _raw(runtime: Runtime, inpainter: Inpainter, rgb: Floats, hole: Flags, progress: Progress) -> Floats:
    black, white = inpainter.given
    mask = (hole if inpainter.hole_is_high else ~hole).astype(np.float32)[..., None] * inpainter.mask_top
    picture = rgb * np.float32(white - black) + np.float32(black)
    picture[hole] = (black + white) / 2
    if inpainter.mask is None:
        feeds = {inpainter.picture.name: feed(np.concatenate([picture, mask], axis=2), inpainter.picture)}
    else:
        feeds = {
            inpainter.picture.name: feed(picture, inpainter.picture), inpainter.mask.name: feed(mask, inpainter.mask)
        }
    raw = picture_of(next(iter(runtime.run(inpainter.model.path, feeds, progress).values())))
    if raw.shape != rgb.shape:
        raise ModelError("The model {name} does not give a picture of the same size.", name=inpainter.model.name)
    return raw


def _read(inpainter: Inpainter, raw: Floats) -> Floats:
    black, white = inpainter.answered
    return (raw - np.float32(black)) / np.float32(white - black)


def _at_size(runtime: Runtime, inpainter: Inpainter, rgb: Floats, hole: Flags, progress: Progress) -> Floats:
    """A part of the picture through the model at a size that it takes, and back."""
    import cv2

    height, width = rgb.shape[:2]
    if inpainter.fixed is not None:
        target = inpainter.fixed
    else:
        scale = min(1.0, LARGEST / max(height, width))
        target = (_multiple(height * scale), _multiple(width * scale))
    size = (target[1], target[0])
    shrinks = target[0] < height
    small = cv2.resize(np.clip(rgb, 0, 1), size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    small_hole = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    raw = _raw(runtime, inpainter, np.asarray(small, np.float32), small_hole, progress)
    made = cv2.resize(np.clip(_read(inpainter, raw), 0, 1), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(made, 0, 1), np.float32)


def _multiple(value: float) -> int:
    return max(MULTIPLE, -(-round(value) // MULTIPLE) * MULTIPLE)


def _parts(hole: Flags) -> list[tuple[int, int, int, int]]:
    """The rectangles (top, left, bottom, right) of what hangs together; one around all where they are too many."""
    import cv2

    near = cv2.dilate(hole.astype(np.uint8), np.ones((31, 31), np.uint8))
    count, labels = cv2.connectedComponents(near)
    if count - 1 > MOST_PARTS:
        labels, count = hole.astype(np.int32), 2
    found = []
    for label in range(1, count):
        inside = (labels == label) & hole
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        found.append((int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1))
    return found


def _with_context(
    part: tuple[int, int, int, int], shape: tuple[int, ...], fixed: tuple[int, int] | None
) -> tuple[slice, slice]:
    """The part with its surroundings, a square where the model knows one size and the picture is large enough."""
    top, left, bottom, right = part
    side = max(bottom - top, right - left)
    wanted = [bottom - top + 2 * CONTEXT * side, right - left + 2 * CONTEXT * side]
    if fixed is not None:
        wanted = [max(*wanted, fixed[0]), max(*wanted, fixed[1])]
    spans = []
    for (first, last), length, size in zip(((top, bottom), (left, right)), wanted, shape):
        reach = min(size, max(round(length), 64))
        begin = min(max(0, (first + last - reach) // 2), size - reach)
        spans.append(slice(begin, begin + reach))
    return spans[0], spans[1]
