"""Path tracing as tasks: a still in tiles, an animation in frames; put together the same way whoever traced them.

Tiles and their seeds follow from the picture alone, never from how many work on it: one machine and a farm give the
same bits. The look (exposure, tone mapping, background) is put on at the end, as the fast renderer does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.display import Display
from editor.display.scene.engine import SceneDrawing, SceneEngine
from editor.formats.image import save
from editor.formats.registry import ExportOptions
from editor.formats.report import ReportBuilder
from editor.workflows.farm.contents import Content
from editor.workflows.farm.projects import opened_project, packed_project
from editor.workflows.farm.tasks import Check, Given, Task, Workplace, no_check
from render.image_io.values import ImageData
from render.scene.errors import SceneRenderError
from render.scene.tracing import Part, Tracer, developed
from render.scene.values import View
from render.video.encode import MovieSettings, MovieWriter
from render.video.errors import MediaError

TILE = 128
LARGEST = 16_384
NUMBERED = "#"
FILMS = (".mp4", ".mov", ".mkv", ".webm")


@dataclass(frozen=True, kw_only=True)
class TraceOptions:
    """`width` 0 is the document's own. With `rate` an animation from `start` to `end` in seconds, else one moment."""

    camera: str | None = None
    width: int = 0
    samples: int = 64
    seed: int = 0
    tile: int = TILE
    start: Fraction = Fraction(0)
    end: Fraction | None = None
    rate: Fraction | None = None

    def times(self) -> list[Fraction]:
        if self.rate is None or self.end is None:
            return [self.start]
        count = -((-(self.end - self.start) * self.rate).__floor__())
        if not (self.rate > 0 and 0 < count <= 1_000_000):
            raise ExpectedError(tr("The stretch to render is empty or far too long."))
        return [self.start + number / self.rate for number in range(count)]


class Traced(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle of a scene's picture at a time, seen by a camera."""

    document: str
    camera: str | None
    time: Fraction
    part: Part


def trace(
    place: Workplace, project: Path, document: str, target: Path, options: TraceOptions,
    progress: Callable[[float], object] = lambda share: None, check: Check = no_check,
) -> list[Path]:  # fmt: skip
    """Write a still, numbered stills (# in the name) or a film. Raises ExpectedError, or what `check` raises."""
    with packed_project(project) as (opened, packed):
        display = Display(opened)
        try:
            view = _look(display, document, options)
        finally:
            display.close()
        tasks = [
            task for time in options.times()
            for task in tasks_of(document, time, (view.width, view.height), options, packed.contents)
        ]  # fmt: skip
        pictures = _pictures(place, tasks, packed.files, (view.width, view.height), progress, check)
        return write_pictures(pictures, view, target, options)


def tasks_of(
    document: str, time: Fraction, size: tuple[int, int], options: TraceOptions, contents: tuple[Content, ...]
) -> list[Task]:
    """The picture in tiles, row by row; a frame of an animation is one tile, unless it is large."""
    width, height = size
    seed = options.seed if not time else hash_of(options.seed, time)
    tile = options.tile if options.rate is None else max(options.tile, 1024)
    found = []
    for y in range(0, height, tile):
        for x in range(0, width, tile):
            part = Part(width, height, x, y, min(tile, width - x), min(tile, height - y), options.samples, seed)
            wish = Traced(document=document, camera=options.camera, time=time, part=part)
            name = tr("Tile {x}, {y} at {time} s", x=x, y=y, time=round(float(time), 3))
            found.append(Task(work="editor.workflows.farm.tracing:traced", wish=wish, shared=contents, name=name,
                              seconds=3600.0))  # fmt: skip
    return found


def traced(given: Given, wish: Traced) -> bytes:
    """The light of a rectangle, (part_height, part_width, 4) float32, premultiplied."""
    project, size = opened_project(given), (wish.part.width, wish.part.height)
    key = f"scene {given.contents[0].digest} {wish.document} {wish.camera} {wish.time} {size}"
    tracer, camera = given.keep(key, lambda: _prepared(project, wish))
    given.check()
    try:
        light = tracer.trace(camera, wish.part, given.threads)
    except SceneRenderError as error:
        raise ExpectedError(tr(str(error))) from error
    return bytes(np.ascontiguousarray(light).data)


def hash_of(seed: int, time: Fraction) -> int:
    """Noise that stands still over moving pictures looks like dirt on the lens."""
    return (seed * 1_000_003 + time.numerator * 8191 + time.denominator) % (1 << 31)


def _prepared(project: Any, wish: Traced) -> tuple[Tracer, Any]:
    display = Display(project)
    try:
        drawing = _drawing(display, wish.document, wish.camera, wish.time)
        scene = drawing.plan.scene(drawing.studio.store)
        shown = drawing.plan.document.environment.visible
        return Tracer(scene, shown), drawing.plan.camera(wish.camera, wish.part.width / wish.part.height)
    except SceneRenderError as error:
        raise ExpectedError(tr(str(error))) from error
    finally:
        display.close()


def _drawing(display: Display, document: str, camera: str | None, time: Fraction) -> SceneDrawing:
    engine = display.engine(document)
    if not isinstance(engine, SceneEngine):
        raise ExpectedError(tr("Only a 3D scene can be traced."))
    drawing = engine.prepare(document, camera, time)
    assert isinstance(drawing, SceneDrawing)
    return drawing


def _look(display: Display, document: str, options: TraceOptions) -> View:
    """Size and look of the picture. Raises ExpectedError for impossible wishes."""
    drawing = _drawing(display, document, options.camera, options.start)
    record, (own_width, own_height) = drawing.plan.document, drawing.size
    width = options.width or round(own_width)
    height = max(1, round(own_height * width / own_width))
    if not (0 < width <= LARGEST and height <= LARGEST and 0 < options.samples <= 65_536 and options.tile >= 8):
        raise ExpectedError(tr("A picture has 1 to {most} pixels a side, and 1 to 65536 samples.", most=LARGEST))
    if options.camera is not None and options.camera not in drawing.plan.cameras:
        raise ExpectedError(tr("The scene has no such camera."))
    back = record.background
    return View(
        drawing.plan.camera(options.camera, width / height), width, height, exposure=2.0**record.exposure,
        background=(back.red, back.green, back.blue, back.alpha), tone_mapping=record.tone_mapping,
    )  # fmt: skip


def _pictures(
    place: Workplace, tasks: list[Task], files: dict[str, Path], size: tuple[int, int],
    progress: Callable[[float], object], check: Check,
) -> Iterator[np.ndarray]:  # fmt: skip
    """Whole pictures in the order of time; each tile is put where it belongs, whenever it comes."""
    order = list(dict.fromkeys(task.wish.time for task in tasks))
    left = {time: sum(task.wish.time == time for task in tasks) for time in order}
    made: dict[Fraction, np.ndarray] = {}
    results = place.run(tasks, files, check)
    try:
        for number, done in enumerate(results):
            part, time, data = done.task.wish.part, done.task.wish.time, done.required()
            picture = made.setdefault(time, np.zeros((size[1], size[0], 4), np.float32))
            tile = np.frombuffer(data, np.float32).reshape(part.part_height, part.part_width, 4)
            picture[part.y : part.y + part.part_height, part.x : part.x + part.part_width] = tile
            left[time] -= 1
            progress((number + 1) / len(tasks))
            while order and not left[order[0]]:
                yield made.pop(order.pop(0))
    finally:
        results.close()  # type: ignore[attr-defined]


def write_pictures(pictures: Iterator[np.ndarray], view: View, target: Path, options: TraceOptions) -> list[Path]:
    """EXR keeps the light itself; other pictures and films get the look."""
    if target.suffix.lower() in FILMS:
        _write_film(pictures, view, target, options.rate or Fraction(24))
        return [target]
    if options.rate is not None and NUMBERED not in target.name:
        raise ExpectedError(
            tr("Many pictures need numbers in their name."), tr("Write # where they go, such as shot_####.png.")
        )
    written = []
    for number, light in enumerate(pictures):
        path = numbered(target, number + 1)
        report = ReportBuilder()
        save(_picture(light, view, path), path, ExportOptions(), report)
        written.append(path)
    return written


def numbered(target: Path, number: int) -> Path:
    """`####` becomes 0001."""
    width = target.name.count(NUMBERED)
    return target.with_name(target.name.replace(NUMBERED * width, f"{number:0{width}}")) if width else target


def _picture(light: np.ndarray, view: View, path: Path) -> ImageData:
    if path.suffix.lower() == ".exr":
        straight = np.concatenate([light[..., :3] / np.maximum(light[..., 3:], 1e-6), light[..., 3:]], axis=2)
        return ImageData(np.ascontiguousarray(straight, dtype=np.float32), "exr", linear=True, bits=32)
    return ImageData(np.round(developed(light, view) * 255).astype(np.uint8), "png")


def _write_film(pictures: Iterator[np.ndarray], view: View, target: Path, rate: Fraction) -> None:
    width, height = view.width + view.width % 2, view.height + view.height % 2
    settings = MovieSettings(width=width, height=height, rate=rate, audio=False)
    try:
        with MovieWriter(target, settings) as writer:
            for light in pictures:
                shown = developed(light, view)
                frame = np.zeros((settings.height, settings.width, 4), np.uint8)
                frame[..., 3] = 255
                flat = shown[..., :3] * shown[..., 3:]
                frame[: view.height, : view.width, :3] = np.round(flat * 255)
                writer.write_frame(frame)
            writer.finish()
    except MediaError as error:
        raise ExpectedError(tr(str(error))) from error
