"""A film whose frames are drawn as tasks and written here, each once and in order."""

import os
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Self, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from editor.formats.movie import Frames, MovieExport, MovieOptions, plan_export
from editor.formats.provenance.wishes import ALL, NOTHING, NoteWishes
from editor.formats.report import Report
from editor.workflows.farm.projects import Packed, opened_project, packed_project
from editor.workflows.farm.tasks import Check, Done, Given, Task, Workplace, no_check

PIXELS_A_TASK = 16 << 20
PARTS = 24
"""So many at least, so that many workers have something to do, unless they had fewer than LEAST frames."""
LEAST, MOST = 4, 48
ROW = 4
"""Parts one after the other that one worker draws best: its decoders go on where they were."""
EARLY = 256 << 20
"""Bytes of frames whose turn has not come; more of them wait on the disk."""


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
    progress: Callable[[float], object] = lambda share: None, check: Check = no_check, notes: NoteWishes = ALL,
) -> Report:  # fmt: skip
    """Draw a timeline's frames at a workplace and write the film. Raises ExpectedError, or what `check` raises."""
    with packed_project(project) as (opened, packed):
        plan = plan_export(opened, document, target, options or MovieOptions(), notes=notes)
        tasks = tasks_of(plan, document, packed, frames_a_task(plan))
        results = place.run(tasks, packed.files, check)
        try:
            return plan.run(progress, pictures=_in_order(tasks, results))
        finally:
            results.close()  # type: ignore[attr-defined]


def frames_a_task(plan: MovieExport) -> int:
    """By what they cost, and never by who works: results of one farm are found by another."""
    by_size = PIXELS_A_TASK // (plan.settings.width * plan.settings.height)
    return max(1, min(MOST, by_size, max(LEAST, plan.frames // PARTS)))


def tasks_of(plan: MovieExport, document: str, packed: Packed, size: int) -> list[Task]:
    """The film in pieces of a few frames."""
    found = []
    for first in range(0, plan.frames, size):
        part = FilmPart(
            document=document, width=plan.settings.width, height=plan.settings.height, rate=plan.settings.rate,
            start=plan.start, first=first, count=min(size, plan.frames - first),
        )  # fmt: skip
        name = tr("Frames {first} to {last}", first=first + 1, last=first + part.count)
        work = "editor.workflows.farm.film:film_frames"
        found.append(Task(work=work, wish=part, shared=packed.contents, name=name, row=str(first // (size * ROW))))
    return found


def film_frames(given: Given, part: FilmPart) -> bytes:
    """The frames as H.264 keeps them, (count, height * 3 / 2, width) uint8: all that the film needs of them.

    The timeline and its media stay open for the next part.
    """
    look = (part.document, part.width, part.height, part.rate, part.start)
    project = opened_project(given)
    frames: Frames = given.keep(
        f"frames {given.contents[0].digest} {look}", lambda: _frames(project, part), lambda kept: kept.close()
    )
    planes = []
    for drawn in frames.between(part.first, part.first + part.count, given.threads):
        given.check()
        planes.append(drawn.data)
    return b"".join(planes)


def _frames(project: Project, part: FilmPart) -> Frames:
    options = MovieOptions(width=part.width, height=part.height, rate=part.rate, start=part.start, sound=False)
    return Frames(plan_export(project, part.document, Path("frames.mp4"), options, notes=NOTHING))


def _in_order(tasks: list[Task], results: Iterator[Done]) -> Iterator[NDArray[np.uint8]]:
    """Frames one after the other; tasks that are early wait."""
    with Early(EARLY) as early:
        for task in tasks:
            key = task.key()
            while key not in early:
                done = next(results)
                early.put(done.task.key(), done.required())
            frames = np.frombuffer(early.pop(key), np.uint8)
            yield from frames.reshape(task.wish.count, task.wish.height * 3 // 2, task.wish.width)


class Early:
    """Results before their turn: so many bytes in memory, the others in a file that has no name."""

    def __init__(self, most: int) -> None:
        self.most, self.held = most, 0
        self._memory: dict[str, bytes] = {}
        self._places: dict[str, tuple[int, int]] = {}
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._memory or key in self._places

    def put(self, key: str, data: bytes) -> None:
        """Raises ExpectedError when there is no room on the disk."""
        if not self.held or self.held + len(data) <= self.most:
            self._memory[key] = data
            self.held += len(data)
            return
        try:
            if self._file is None:
                self._file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - it lives as long as we do
            self._places[key] = (self._file.seek(0, os.SEEK_END), len(data))
            self._file.write(data)
        except OSError as error:
            sentence = tr("There is no room for frames that came early: {reason}", reason=str(error))
            raise ExpectedError(sentence) from error

    def pop(self, key: str) -> bytes:
        if key in self._memory:
            data = self._memory.pop(key)
            self.held -= len(data)
            return data
        place, size = self._places.pop(key)
        assert self._file is not None
        self._file.seek(place)
        return self._file.read(size)
