"""Style networks: the fast ones of one style each (Johnson et al., 2016), and those that take a style picture as well.

The scale of the numbers is found out on a small picture. A network that takes any size sees the whole picture at once,
since it evens out what it sees as a whole; one of a fixed size gets overlapping tiles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.runtime.images import ImageInput, feed, image_input, picture_of
from ml.runtime.runtime import Runtime
from ml.runtime.signature import Port
from ml.runtime.tiling import tiled

Floats = NDArray[np.float32]

MULTIPLE = 16
STYLE_SIDE = 512
PROBE = 64
STYLE_NAMES = ("style", "reference", "ref")


@dataclass(frozen=True)
class Stylist:
    """`style` is the input for the style picture, None where the style is in the weights."""

    model: InstalledModel
    content: ImageInput
    style: ImageInput | None
    scale: float = 255.0
    answer_scale: float = 255.0

    @property
    def fixed(self) -> int | None:
        return self.content.width


def open_stylist(runtime: Runtime, model: InstalledModel, progress: Progress = SILENT) -> Stylist:
    """Raises ModelError for a model that does not turn pictures into pictures."""
    ports = runtime.signature(model.path, progress).inputs
    pictures = [(port, image_input(port)) for port in ports if len(port.shape) == 4]
    if len(pictures) != len(ports) or not 1 <= len(pictures) <= 2 or any(i.channels != 3 for _, i in pictures):
        raise ModelError("The model {name} does not take a picture, or a picture and a style.", name=model.name)
    content, style = _told_apart(pictures)
    if content.width != content.height:
        raise ModelError("This model takes pictures of one shape only, and it is not a square.")
    plain = Stylist(model, content, style)
    if "scale" in model.settings:
        scale = float(model.settings["scale"])
        return replace(plain, scale=scale, answer_scale=float(model.settings.get("answer_scale", scale)))
    return _scaled(runtime, plain, progress)


def stylise(
    runtime: Runtime, stylist: Stylist, rgb: Floats, reference: Floats | None = None, side: int = 1024,
    progress: Progress = SILENT,
) -> Floats:
    """(height, width, 3) encoded colour, 0 to 1, redrawn; worked on with its longer side at `side` pixels at most.

    `reference` is the style picture for networks that take one.
    """
    import cv2

    if stylist.style is not None and reference is None:
        raise ModelError("The model {name} needs a picture whose style it takes.", name=stylist.model.name)
    height, width = rgb.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = rgb
    if scale < 1:
        small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)
    style = None if reference is None or stylist.style is None else _style_picture(reference, stylist.style)

    def work(piece: Floats) -> Floats:
        return _run(runtime, stylist, piece, style, progress)

    fixed = stylist.fixed
    tile = fixed or -(-max(small.shape[:2]) // MULTIPLE) * MULTIPLE
    made = tiled(
        np.clip(small, 0, 1), work, tile=tile, overlap=min(48, tile // 4), multiple=fixed or MULTIPLE,
        progress=progress,
    )
    if scale < 1:
        made = np.asarray(cv2.resize(made, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray(np.clip(made, 0, 1), np.float32)


def _told_apart(pictures: list[tuple[Port, ImageInput]]) -> tuple[ImageInput, ImageInput | None]:
    """Content and style, by their names, else in the model's order."""
    if len(pictures) == 1:
        return pictures[0][1], None
    first, second = pictures
    if any(word in first[0].name.lower() for word in STYLE_NAMES):
        first, second = second, first
    return first[1], second[1]


def _scaled(runtime: Runtime, plain: Stylist, progress: Progress) -> Stylist:
    """With the scales that a network answers sensibly to: bright stays bright, and not everything is clipped."""
    side = plain.fixed or PROBE
    ramp = np.linspace(0.1, 0.9, side, dtype=np.float32)
    picture = np.ascontiguousarray(np.broadcast_to(ramp[None, :, None], (side, side, 3)))
    found: list[tuple[float, Stylist]] = []
    for scale in (255.0, 1.0):
        style = None if plain.style is None else _style_picture(picture, plain.style)
        raw = _raw(runtime, replace(plain, scale=scale), picture, style, progress)
        answer = 1.0 if float(np.percentile(np.abs(raw), 95)) <= 1.6 else 255.0
        values = np.clip(raw / answer, 0, 1).mean(axis=(0, 2))
        found.append((_alike(values, ramp), replace(plain, scale=scale, answer_scale=answer)))
    return max(found, key=lambda pair: pair[0])[1]


def _alike(values: Floats, ramp: Floats) -> float:
    """How much of a ramp is left: its contrast, less where it does not rise with the ramp."""
    spread = float(np.std(values))
    if spread < 1e-6:
        return 0.0
    together = float(np.mean((values - values.mean()) * (ramp - ramp.mean())))
    return spread * max(0.1, together / (spread * float(np.std(ramp))))


def _style_picture(reference: Floats, wanted: ImageInput) -> Floats:
    import cv2

    if wanted.height and wanted.width:
        size = (wanted.width, wanted.height)
    else:
        scale = STYLE_SIDE / max(reference.shape[:2])
        tall, broad = (max(MULTIPLE, round(s * scale / MULTIPLE) * MULTIPLE) for s in reference.shape[:2])
        size = (broad, tall)
    return np.asarray(cv2.resize(np.clip(reference, 0, 1), size, interpolation=cv2.INTER_AREA), np.float32)


def _run(runtime: Runtime, stylist: Stylist, piece: Floats, style: Floats | None, progress: Progress) -> Floats:
    return np.asarray(np.clip(_raw(runtime, stylist, piece, style, progress) / stylist.answer_scale, 0, 1), np.float32)


def _raw(runtime: Runtime, stylist: Stylist, piece: Floats, style: Floats | None, progress: Progress) -> Floats:
    feeds = {stylist.content.name: feed(piece, stylist.content, scale=stylist.scale)}
    if stylist.style is not None and style is not None:
        feeds[stylist.style.name] = feed(style, stylist.style, scale=stylist.scale)
    raw = picture_of(next(iter(runtime.run(stylist.model.path, feeds, progress).values())))
    if raw.shape[2] != 3:
        raise ModelError("The model {name} does not give a colour picture.", name=stylist.model.name)
    more = [made - given for made, given in zip(raw.shape[:2], piece.shape[:2])]
    if min(more) < 0 or max(more) > MULTIPLE:  # a few pixels more come from padding inside
        raise ModelError("The model {name} does not give a picture of the same size.", name=stylist.model.name)
    return raw[: piece.shape[0], : piece.shape[1]]
