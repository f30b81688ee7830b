"""A film whose frames are drawn by a farm and written here, each once and in order."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import zstandard
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.movie import MovieExport, MovieOptions, plan_export
from editor.formats.report import Report
from editor.storage import open_project
from editor.workflows.farm.cache import key_of
from editor.workflows.farm.cluster import Farm
from editor.workflows.farm.contents import Content, content_of
from editor.workflows.farm.tasks import FilmPart, Inputs, film_frames, program_digest

FRAMES_A_PIECE = 8


def render_film(
    farm: Farm, project: Path, document: str, target: Path, options: MovieOptions | None = None,
    progress: Callable[[float], object] = lambda share: None, check: Callable[[], object] = lambda: None,
) -> Report:  # fmt: skip
    """Draw a timeline's frames on the farm and write the film. Raises ExpectedError, or what `check` raises."""
    options = options or MovieOptions()
    with open_project(project, read_only=True) as opened:
        plan = plan_export(opened.project, document, target, options)
        files = [(content_of(project), project)]
        for row in opened.media.rows():
            found = opened.media.find(row.id)
            if found is None:
                raise ExpectedError(tr("{name} is missing, and the farm needs it.", name=row.name))
            files.append((_named(content_of(found), row.name), found))
        inputs = Inputs(project=files[0][0], media=tuple(content for content, _ in files[1:]))
        parts = {key_of("film", program_digest(), inputs, part): part for part in parts_of(plan, document)}
        pieces = farm.send(files)

        def submit(key: str, again: bool) -> object:
            if again:
                pieces.update(farm.send(files))
            return farm.submit(film_frames, inputs, parts[key], pieces, key=key)

        results = farm.run(list(parts), submit, check)
        return plan.run(progress, pictures=_in_order(list(parts), parts, results))


def parts_of(plan: MovieExport, document: str, size: int = FRAMES_A_PIECE) -> list[FilmPart]:
    """The film in pieces of a few frames."""
    settings = plan.settings
    return [
        FilmPart(
            document=document, width=settings.width, height=settings.height, rate=settings.rate, start=plan.start,
            first=first, count=min(size, plan.frames - first),
        )
        for first in range(0, plan.frames, size)
    ]  # fmt: skip


def _in_order(
    keys: list[str], parts: dict[str, FilmPart], results: Iterator[tuple[str, bytes]]
) -> Iterator[NDArray[np.uint8]]:
    """Frames one after the other; pieces that are early wait."""
    early: dict[str, bytes] = {}
    for key in keys:
        while key not in early:
            done, data = next(results)
            early[done] = data
        part = parts[key]
        frames = np.frombuffer(zstandard.ZstdDecompressor().decompress(early.pop(key)), np.uint8)
        yield from frames.reshape(part.count, part.height, part.width, 4)


def _named(content: Content, name: str) -> Content:
    """Under the name by which the project knows the file."""
    return Content(name=name, size=content.size, digest=content.digest, pieces=content.pieces)
