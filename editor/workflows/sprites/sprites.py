"""The pictures of a sheet: files, the layers of an image, the frames of a timeline."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.document.project import Project
from editor.formats.report import ReportBuilder
from editor.model.record import DocumentRecord
from render.image_io.read import ANIMATED

MOST_SPRITES = 4096
MOST_PIXELS = 400_000_000
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Sprite:
    """`pixels` (h, w, 4), straight sRGB, are what is left of a picture of `width` times `height` where transparent
    edges were cut off; they lie at (x, y) of it."""

    name: str
    pixels: Pixels
    width: int
    height: int
    x: int = 0
    y: int = 0


def sprites_of(
    paths: list[Path], rate: float | None, trim: bool, progress: Progress, report: ReportBuilder
) -> list[Sprite]:
    """All pictures of all files, in their order. `rate` is how many frames a second are taken of timelines; without it
    each of theirs is, as of animated pictures always. `report` says what of the files is not there. Raises
    ExpectedError for what cannot be read, and for more than a sheet could hold."""
    found: list[Sprite] = []
    area = 0
    for number, path in enumerate(paths):
        progress(number / len(paths), path.name)
        for name, pixels in _pictures(path, rate, report):
            progress.check()
            found.append(trimmed(name, pixels) if trim else Sprite(name, pixels, pixels.shape[1], pixels.shape[0]))
            area += found[-1].pixels.shape[0] * found[-1].pixels.shape[1]
            if len(found) > MOST_SPRITES or area > MOST_PIXELS:
                raise ExpectedError(tr("These are more pictures than one sheet can hold."))
    return _named_apart(found)


def trimmed(name: str, pixels: Pixels) -> Sprite:
    """Without its transparent edges; of an empty picture one pixel is left."""
    height, width = pixels.shape[:2]
    rows, columns = np.flatnonzero(pixels[..., 3].any(1)), np.flatnonzero(pixels[..., 3].any(0))
    if not len(rows):
        return Sprite(name, np.zeros((1, 1, 4), np.uint8), width, height)
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    return Sprite(name, np.ascontiguousarray(pixels[top:bottom, left:right]), width, height, left, top)


def _named_apart(sprites: list[Sprite]) -> list[Sprite]:
    """A game asks for sprites by their names: those that are there already get a number."""
    taken: set[str] = set()
    made = []
    for one in sprites:
        name, number = one.name or tr("Layer"), 1
        while name in taken:
            number += 1
            name = f"{one.name}_{number}"
        taken.add(name)
        made.append(Sprite(name, one.pixels, one.width, one.height, one.x, one.y))
    return made


def _pictures(path: Path, rate: float | None, report: ReportBuilder) -> Iterator[tuple[str, Pixels]]:
    from editor.formats.registry import format_of

    if not path.is_file():
        raise ExpectedError(tr("There is no file {name}.", name=str(path)))
    if path.suffix.lower() != ".atelier" and format_of(path).family == "raster":
        yield from _of_file(path, report)
        return
    with _project_of(path) as project:
        for document in project.documents():
            yield from _of_document(project, document, rate)


def _of_file(path: Path, report: ReportBuilder) -> Iterator[tuple[str, Pixels]]:
    """A picture, or the frames of an animated one."""
    from editor.formats.image import load_frames

    for number, image in enumerate(load_frames(path, report)):
        animated = image.format in ANIMATED and image.frames > 1
        yield f"{path.stem}_{number:04}" if animated else path.stem, _in_bytes(image.pixels)


@contextmanager
def _project_of(path: Path) -> Iterator[Project]:
    """A project as it lies there, or a new one around what another program wrote."""
    from editor.formats.registry import import_file
    from editor.storage import open_project

    if path.suffix.lower() == ".atelier":
        with open_project(path, read_only=True) as opened:
            yield opened.project
        return
    project = Project.in_memory()
    import_file(project, path)
    yield project


def _of_document(project: Project, document: DocumentRecord, rate: float | None) -> Iterator[tuple[str, Pixels]]:
    from editor.model.raster import RasterDocument
    from editor.model.video import VideoDocument

    if isinstance(document, RasterDocument):
        yield from _layers(project, document)
    elif isinstance(document, VideoDocument):
        yield from _frames(project, document, rate)
    else:
        yield document.name, _drawn(project, document.id)


def _layers(project: Project, document: DocumentRecord) -> Iterator[tuple[str, Pixels]]:
    """Each layer and group as the image shows it alone, the lowest first; adjustments have no picture of their own."""
    from editor.model.raster import AdjustmentLayer, Layer
    from editor.workflows.ai.pictures import alone

    for layer in project.children(document.id, Layer):
        if layer.visible and not isinstance(layer, AdjustmentLayer):
            yield layer.name, _drawn(alone(project, layer), document.id)


def _frames(project: Project, document: Any, rate: float | None) -> Iterator[tuple[str, Pixels]]:
    from editor.display.display import Display
    from editor.display.timeline import end_of
    from render.kernels.convert import unpremultiply

    pace = Fraction(rate).limit_denominator(1000) if rate else document.rate
    count = int(end_of(project, document.id) * pace)
    if count > MOST_SPRITES:
        raise ExpectedError(tr("These are more pictures than one sheet can hold."), tr("Take fewer frames a second."))
    display = Display(project)
    try:
        for number in range(count):
            pixels = display.render_whole(document.id, time=number / pace)
            yield f"{document.name}_{number:04}", np.asarray(unpremultiply(np.asarray(pixels)))
    finally:
        display.close()


def _drawn(project: Project, document: str) -> Pixels:
    from editor.display.display import Display
    from render.kernels.convert import unpremultiply

    display = Display(project)
    try:
        return np.asarray(unpremultiply(np.asarray(display.render_whole(document))))
    finally:
        display.close()


def _in_bytes(pixels: Any) -> Pixels:
    from render.raster.depth import to_unit

    if pixels.dtype == np.uint8:
        return np.asarray(pixels)
    return np.rint(np.clip(to_unit(pixels), 0, 1) * 255).astype(np.uint8)
