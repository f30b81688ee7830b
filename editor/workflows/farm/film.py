"""A film whose frames are drawn as tasks and written here, each once and in order."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from editor.base.translation import tr
from editor.formats.movie import MovieExport, MovieOptions, plan_export
from editor.formats.report import Report
from editor.workflows.farm.projects import Packed, opened_project, packed_project
from editor.workflows.farm.tasks import Check, Done, Given, Task, Workplace, no_check

FRAMES_A_TASK = 8


class FilmPart(msgspec.Struct, frozen=True, kw_only=True):
    """Frames `first` to `first + count` of a timeline, as the film that is written wants them."""

    document: str
    width: int
    height: int
    rate: Fraction
    start: Fraction
    first: int
    count: int


def render_film(
    place: Workplace, project: Path, document: str, target: Path, options: MovieOptions | None = None,
    progress: Callable[[float], object] = lambda share: None, check: Check = no_check,
) -> Report:  # fmt: skip
    """Draw a timeline's frames at a workplace and write the film. Raises ExpectedError, or what `check` raises."""
    with packed_project(project) as (opened, packed):
        plan = plan_export(opened, document, target, options or MovieOptions())
        tasks = tasks_of(plan, document, packed)
        results = place.run(tasks, packed.files, check)
        try:
            return plan.run(progress, pictures=_in_order(tasks, results))
        finally:
            results.close()  # type: ignore[attr-defined]


def tasks_of(plan: MovieExport, document: str, packed: Packed, size: int = FRAMES_A_TASK) -> list[Task]:
    """The film in pieces of a few frames."""
    found = []
    for first in range(0, plan.frames, size):
        part = FilmPart(
            document=document, width=plan.settings.width, height=plan.settings.height, rate=plan.settings.rate,
            start=plan.start, first=first, count=min(size, plan.frames - first),
        )  # fmt: skip
        name = tr("Frames {first} to {last}", first=first + 1, last=first + part.count)
        work = "editor.workflows.farm.film:film_frames"
        found.append(Task(work=work, wish=part, shared=packed.contents, name=name))
    return found


def film_frames(given: Given, part: FilmPart) -> bytes:
    """The frames, (count, height, width, 4) uint8, premultiplied sRGB."""
    project = opened_project(given)
    options = MovieOptions(width=part.width, height=part.height, rate=part.rate, start=part.start, sound=False)
    plan = plan_export(project, part.document, Path("frames.mp4"), options)
    frames = []
    for pixels in plan.frames_between(part.first, part.first + part.count):
        given.check()
        frames.append(np.ascontiguousarray(pixels).tobytes())
    return b"".join(frames)


def _in_order(tasks: list[Task], results: Iterator[Done]) -> Iterator[NDArray[np.uint8]]:
    """Frames one after the other; tasks that are early wait."""
    early: dict[str, bytes] = {}
    for task in tasks:
        key = task.key()
        while key not in early:
            done = next(results)
            early[done.task.key()] = done.required()
        frames = np.frombuffer(early.pop(key), np.uint8)
        yield from frames.reshape(task.wish.count, task.wish.height, task.wish.width, 4)
