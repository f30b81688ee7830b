"""Image generation on documents: what the model is shown, and where its pictures go."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr, tr_count
from editor.commands.raster.selection import coverage
from editor.commands.registry import run
from editor.model.raster import Layer, RasterDocument
from editor.workflows.ai.pictures import Picture, chosen_layer, put_layer, read_image, read_layer, tile_blobs
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome
from ml.generation.folder import ModelFolder, open_folder
from ml.generation.generate import Wish, generate
from render.geometry import IntRect
from render.raster.depth import from_unit, to_unit

if TYPE_CHECKING:
    from editor.workflows.ai.tool import Request

Floats = NDArray[np.float32]
NATIVE = 512
STEP = 64
"""Sides that every UNet of this type can halve three times beside the factor 8 of its latents."""
NAME_LENGTH = 60
GROWN = 9
"""Pixels by which a hole is widened where the picture ends, so that no half-transparent edge is shown to the model."""


def generate_image(request: Request, progress: Progress) -> Outcome:
    """Pictures from words: layers of the image on top, or a new image."""
    options, folder = request.options, _folder(request)
    wish = Wish(**_words(request), width=options.width, height=options.height)
    pictures = generate(folder, request.runtime, wish, options.count, with_time_left(progress))
    document, made = request.document, []
    for number, picture in enumerate(pictures):
        rgba = np.dstack([picture, np.ones(picture.shape[:2], np.float32)])
        name = options.prompt[:NAME_LENGTH] if number == 0 else f"{options.prompt[:NAME_LENGTH]} {number + 1}"
        if isinstance(request.project.get(document), RasterDocument):
            key = put_layer(request.project, document, _centred(request, document, rgba), name)
        else:
            document = _new_image(request, rgba, name)
            key = request.project.children(document, Layer)[0].id
        _note(request, "generate_image", key, request.seed + number)
        made.append(key)
    return Outcome(
        tr_count("The picture was made.", "{count} pictures were made.", count=len(made)),
        chosen=tuple(made[-1:]),
    )


def change_image(request: Request, progress: Progress) -> Outcome:
    """A new layer from the chosen one, closer to the words; where something is selected, only there."""
    folder = _folder(request)
    layer = chosen_layer(request.project, request.document, request.selection)
    picture = read_layer(request.project, layer, progress)
    height, width = picture.alpha.shape
    size = working_size(folder, width, height)
    shown = resized(over_gray(picture.rgba), size)
    wish = Wish(**_words(request), width=size[0], height=size[1], picture=shown, strength=request.options.strength)
    made = generate(folder, request.runtime, wish, 1, with_time_left(progress))[0]
    alpha = picture.alpha
    chosen = coverage(request.project, request.document, IntRect(picture.x, picture.y, width, height))
    if chosen is not None:
        alpha = alpha * to_unit(chosen)
    rgba = np.dstack([resized(made, (width, height)), alpha])
    key = put_layer(
        request.project, request.document, Picture(rgba, picture.x, picture.y),
        request.options.prompt[:NAME_LENGTH] or layer.name, layer.id,
    )
    _note(request, "change_image", key, request.seed)
    return Outcome(tr("{name} was changed on a new layer.", name=layer.name), chosen=(key,))


def fill_with_words(request: Request, progress: Progress) -> Outcome:
    """New pixels where something is selected, or where the image is transparent; all else stays as it is."""
    folder, image = _folder(request), read_image(request.project, request.document, progress)
    hole = _hole(request, image.rgba)
    box = around(hole, request.options.surroundings, NATIVE)
    part = np.ascontiguousarray(image.rgba[box.y : box.bottom, box.x : box.right])
    inside = np.ascontiguousarray(hole[box.y : box.bottom, box.x : box.right])
    size = working_size(folder, box.width, box.height)
    mask = (cv2.resize(inside, size, interpolation=cv2.INTER_AREA) > 0.01).astype(np.float32)
    wish = Wish(
        **_words(request), width=size[0], height=size[1], picture=resized(over_gray(part), size), mask=mask
    )
    made = generate(folder, request.runtime, wish, 1, with_time_left(progress))[0]
    rgba = np.dstack([resized(made, (box.width, box.height)), inside])
    key = put_layer(
        request.project, request.document, Picture(rgba, box.x, box.y), request.options.prompt[:NAME_LENGTH]
    )
    _note(request, "fill_with_words", key, request.seed)
    return Outcome(tr("The selection was filled on a new layer."), chosen=(key,))


def _folder(request: Request) -> ModelFolder:
    if not request.options.prompt.strip():
        raise ExpectedError(tr("Say in words what the picture should show."))
    assert request.model is not None  # a tool without a method of its own is refused before
    return open_folder(request.model)


def _words(request: Request) -> dict[str, Any]:
    options = request.options
    return {
        "prompt": options.prompt, "avoid": options.avoid, "steps": options.steps, "guidance": options.guidance,
        "sampler": options.sampler, "seed": request.seed,
    }  # fmt: skip


def _note(request: Request, tool: str, key: str, seed: int) -> None:
    parameters = {name: str(value) for name, value in msgspec.to_builtins(request.options).items()}
    if seed != request.seed:
        parameters["picture_seed"] = str(seed)
    note(request, tool, key, generated=True, parameters=parameters)


def _centred(request: Request, document: str, rgba: Floats) -> Picture:
    sheet = request.project.find(document, RasterDocument)
    return Picture(rgba, (sheet.width - rgba.shape[1]) // 2, (sheet.height - rgba.shape[0]) // 2)


def _new_image(request: Request, rgba: Floats, name: str) -> str:
    height, width = rgba.shape[:2]
    key: str = run(
        request.project, "raster.import_picture", name=name, width=width, height=height,
        tiles=tile_blobs(request.project, from_unit(rgba, "uint8")),
    )
    return key


def _hole(request: Request, rgba: Floats) -> Floats:
    """(height, width), 0 to 1: what is to be filled."""
    height, width = rgba.shape[:2]
    chosen = coverage(request.project, request.document, IntRect(0, 0, width, height))
    if chosen is not None:
        return to_unit(chosen)
    empty = (rgba[..., 3] < 0.5).astype(np.float32)
    if not empty.any():
        raise ExpectedError(
            tr("Nothing is selected, and no part of the image is empty."),
            tr("Select what should be filled, or make the canvas larger first."),
        )
    return np.asarray(cv2.dilate(empty, np.ones((GROWN, GROWN), np.uint8)), np.float32)


def around(hole: Floats, share: float, least: int) -> IntRect:
    """The box that is shown to the model: the hole's, with `share` of its size on each side, at least `least` large,
    within the image."""
    rows, columns = np.flatnonzero(hole.max(axis=1) > 0), np.flatnonzero(hole.max(axis=0) > 0)
    if not len(rows):
        raise ExpectedError(tr("The selection is empty."))
    spans = []
    for places, length in ((columns, hole.shape[1]), (rows, hole.shape[0])):
        first, last = int(places[0]), int(places[-1]) + 1
        wanted = min(length, max(least, round((last - first) * (1 + 2 * share))))
        start = min(max((first + last - wanted) // 2, 0), length - wanted)
        spans.append((start, wanted))
    (x, width), (y, height) = spans
    return IntRect(x, y, width, height)


def working_size(folder: ModelFolder, width: int, height: int) -> tuple[int, int]:
    """A size of the model's own area and nearly the picture's shape."""
    side = folder.unet.get("sample_size", NATIVE // 8)
    native = (int(side) if isinstance(side, int) else NATIVE // 8) * 8
    scale = (native * native / (width * height)) ** 0.5
    sides = [max(STEP, round(length * scale / STEP) * STEP) for length in (width, height)]
    return sides[0], sides[1]


def resized(picture: Floats, size: tuple[int, int]) -> Floats:
    """(height, width, 3) float32 at (width, height)."""
    if (picture.shape[1], picture.shape[0]) == size:
        return np.asarray(picture, np.float32)
    is_smaller = size[0] * size[1] < picture.shape[0] * picture.shape[1]
    way = cv2.INTER_AREA if is_smaller else cv2.INTER_CUBIC
    return np.asarray(np.clip(cv2.resize(picture, size, interpolation=way), 0.0, 1.0), np.float32)


def over_gray(rgba: Floats) -> Floats:
    """Colour alone; transparent parts become a middle gray, which tells a model least."""
    alpha = rgba[..., 3:]
    return np.clip(rgba[..., :3] * alpha + 0.5 * (1.0 - alpha), 0.0, 1.0).astype(np.float32)


def with_time_left(progress: Progress) -> Progress:
    """The same progress, which also says how long it will still take."""
    began = time.monotonic()

    def publish(share: float, _text: str) -> None:
        seconds = (time.monotonic() - began) * (1.0 - share) / max(share, 1e-6)
        known = share > 0.12  # what comes before is loading, which says nothing about the steps
        progress(share, tr("About {time} left", time=duration_text(seconds)) if known else "")

    def stopped() -> bool:
        progress.check()
        return False

    return Progress(publish, stopped)


def duration_text(seconds: float) -> str:
    """"40 s" or "3 min"."""
    return tr("{count} s", count=max(1, round(seconds))) if seconds < 90 else tr(
        "{count} min", count=round(seconds / 60)
    )
