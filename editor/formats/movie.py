"""Media files in and films out.

`facts_of_file` looks at a file for the bin. `plan_export` freezes a timeline on the document thread; `MovieExport.run`
writes it on any thread, so that a person goes on editing meanwhile.
"""

import dataclasses
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from editor.base.errors import Cancelled, ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.engine import Request, Resources
from editor.display.timeline import end_of
from editor.display.video.drawing import VideoDrawing
from editor.display.video.engine import VideoEngine
from editor.display.video.sound import SoundPlan, sound_plan, to_samples
from editor.document.history import History
from editor.document.journal import MemoryJournal
from editor.document.project import Project
from editor.formats.provenance.credits import credits_of
from editor.formats.provenance.shown import Scope
from editor.formats.provenance.wishes import ALL, NoteWishes
from editor.formats.report import Report, ReportBuilder
from editor.model.video import ZERO, MediaFacts, VideoDocument
from render.audio.mix import limit
from render.geometry import IntRect
from render.video.encode import MovieSettings, MovieWriter, Planar
from render.video.errors import MediaError
from render.video.media import MediaInfo
from render.video.probe import probe

DRAWING_THREADS = 2
FRAMES_AHEAD = 4
Progress = Callable[[float], object]


def facts_of_file(path: Path, media: str) -> tuple[MediaFacts, Report]:
    """What a file holds, and sentences on what of it is not used. Raises ExpectedError when nothing can be read."""
    try:
        info = probe(path)
    except MediaError as error:
        raise ExpectedError(tr(str(error))) from error
    still = info.container.endswith("_pipe")
    picture = info.video[0] if info.video else None
    width, height = picture.upright_size if picture is not None else (0, 0)
    facts = MediaFacts(
        media=media,
        name=path.name,
        duration=ZERO if still else info.duration,
        width=width,
        height=height,
        rate=picture.rate if picture is not None and not picture.variable_rate and not still else ZERO,
        has_video=picture is not None and not still,
        has_audio=bool(info.audio),
        still=still,
    )
    return facts, _import_report(info)


def _import_report(info: MediaInfo) -> Report:
    report = ReportBuilder()
    for note in info.notes:
        report.dropped(tr(note))
    if len(info.video) > 1:
        report.dropped(tr("Only the first of several picture tracks is used."))
    if len(info.audio) > 1:
        report.dropped(tr("Only the first of several sound tracks is used."))
    if info.subtitles:
        report.dropped(tr("Subtitle tracks inside the file are not read yet."))
    if info.video and info.video[0].variable_rate:
        report.converted(tr("Frames are unevenly spaced: each is shown until the next one's time."))
    if info.video and info.video[0].color.is_hdr:
        report.converted(tr("High dynamic range is mapped to the range of a normal screen."))
    return report.report()


@dataclass(frozen=True, kw_only=True)
class MovieOptions:
    """0 stands for the timeline's own size and rate. `quality` is 0 (best) to 51; `video_bitrate` in bit/s wins.

    `start` and `end` bound the stretch in seconds; `end` None is the end of the last clip.
    """

    width: int = 0
    height: int = 0
    rate: Fraction = ZERO
    quality: int = 18
    video_bitrate: int = 0
    audio_bitrate: int = 192_000
    preset: str = "medium"
    sound: bool = True
    start: Fraction = ZERO
    end: Fraction | None = None


PLAIN = MovieOptions()
NO_RESOURCES = Resources()


def plan_export(
    project: Project,
    document: str,
    path: Path,
    options: MovieOptions = PLAIN,
    resources: Resources = NO_RESOURCES,
    notes: NoteWishes = ALL,
) -> "MovieExport":
    """Freeze what is to be written. Call on the document thread; raises ExpectedError for impossible wishes."""
    timeline = project.find(document, VideoDocument)
    end = options.end if options.end is not None else end_of(project, document)
    if end <= options.start:
        raise ExpectedError(tr("There is nothing to export: the timeline is empty."))
    rate = Fraction(options.rate or timeline.rate)
    settings = MovieSettings(
        width=options.width or timeline.width + timeline.width % 2,
        height=options.height or timeline.height + timeline.height % 2,
        rate=rate,
        quality=options.quality,
        video_bitrate=options.video_bitrate,
        preset=options.preset,
        audio=options.sound,
        audio_bitrate=options.audio_bitrate,
    )
    told = credits_of(project, document, Scope(span=(options.start, end), heard=options.sound), notes)
    if told is not None:
        settings = dataclasses.replace(
            settings, comment=told.sentence(), rights=told.rights(), packet=told.packet()
        )
    frozen = Project(dict(project.records), History(), MemoryJournal(), project.blobs, read_only=True)
    frozen.media = project.media
    frames = -((-(end - options.start) * rate).__floor__())
    said = tuple(told.sentences()) if told is not None else ()
    return MovieExport(frozen, timeline, path, settings, options.start, frames, resources, said)


@dataclass(frozen=True)
class MovieExport:
    """A film about to be written: `frames` frames from `start` on; `said` is what it says of its origin."""

    project: Project
    timeline: VideoDocument
    path: Path
    settings: MovieSettings
    start: Fraction
    frames: int
    resources: Resources
    said: tuple[str, ...] = ()

    def run(
        self, progress: Progress = lambda part: None, cancelled: Callable[[], bool] = lambda: False,
        pictures: Iterator[NDArray[np.uint8]] | None = None,
    ) -> Report:
        """Write the file. Raises ExpectedError with a sentence, or Cancelled; then nothing is left on disk.

        `pictures` are the frames as planes, where others have drawn them (see `Frames`).
        """
        display = Display(self.project, self.resources, cache_bytes=64 << 20)
        engine = display.engine(self.timeline.id)
        assert isinstance(engine, VideoEngine)
        report = ReportBuilder()
        for sentence in self.said:
            report.noted(sentence)
        try:
            with MovieWriter(self.path, self.settings) as writer:
                plan = sound_plan(engine, self.timeline.id)
                drawn = pictures or self.drawn(engine, report, 0, self.frames, DRAWING_THREADS)
                for number, pixels in enumerate(drawn):
                    if cancelled():
                        raise Cancelled
                    (writer.write_planes if pictures else writer.write_frame)(pixels)
                    if self.settings.audio:
                        writer.write_sound(self._sound(plan, number))
                    progress((number + 1) / self.frames)
                writer.finish()
        except MediaError as error:
            raise ExpectedError(tr(str(error))) from error
        finally:
            display.close()
            engine.pool.close()
        if (self.settings.width, self.settings.height) != (self.timeline.width, self.timeline.height):
            report.converted(tr("The picture was fitted into another frame size."))
        return report.report()

    def _sound(self, plan: SoundPlan, number: int) -> NDArray[np.float32]:
        """The samples that belong to one frame: rounding never adds up."""
        first = to_samples(self.start)
        low = to_samples(Fraction(number) / self.settings.rate)
        high = to_samples(Fraction(number + 1) / self.settings.rate)
        return limit(plan.read(first + low, high - low))

    def drawn(
        self, engine: VideoEngine, report: ReportBuilder, first: int, end: int, count: int
    ) -> Generator[NDArray[np.uint8]]:
        """Frames in order; a few are drawn ahead on `count` threads."""
        waiting: deque[Future[NDArray[np.uint8]]] = deque()
        told: set[str] = set()
        with ThreadPoolExecutor(count, thread_name_prefix="export") as threads:
            try:
                for number in range(first, end):
                    drawing = self.prepared(engine, number)
                    for problem in drawing.problems:
                        if problem not in told:
                            told.add(problem)
                            report.dropped(problem)
                    waiting.append(threads.submit(self.draw, drawing))
                    if len(waiting) > FRAMES_AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def prepared(self, engine: VideoEngine, number: int) -> VideoDrawing:
        """The plan of a frame."""
        return engine.prepare(self.timeline.id, None, self.start + number / self.settings.rate)

    def draw(self, drawing: VideoDrawing) -> NDArray[np.uint8]:
        """Fitted into the output size, with black bars where the shapes differ."""
        width, height = self.settings.width, self.settings.height
        scale = min(width / drawing.size[0], height / drawing.size[1])
        left = (width - round(drawing.size[0] * scale)) // 2
        top = (height - round(drawing.size[1] * scale)) // 2
        return np.asarray(drawing.draw(Request(IntRect(-left, -top, width, height), scale)), dtype=np.uint8)


class Frames:
    """A film's frames by their numbers, as `MovieExport.run` would write them; media stay open from call to call."""

    def __init__(self, plan: MovieExport) -> None:
        self.plan = plan
        self._display = Display(plan.project, plan.resources, cache_bytes=64 << 20)
        engine = self._display.engine(plan.timeline.id)
        assert isinstance(engine, VideoEngine)
        self._engine = engine
        self._planar = Planar()

    def between(self, first: int, end: int, threads: int = DRAWING_THREADS) -> Iterator[NDArray[np.uint8]]:
        """Frames `first` to `end` as planes (see `Planar`); one thread is the caller's own."""
        end, plan = min(end, self.plan.frames), self.plan
        drawn: Generator[NDArray[np.uint8]]
        if threads == 1:
            drawn = (plan.draw(plan.prepared(self._engine, number)) for number in range(first, end))
        else:
            drawn = plan.drawn(self._engine, ReportBuilder(), first, end, threads or DRAWING_THREADS)
        with closing(drawn):
            for pixels in drawn:
                yield self._planar.planes(pixels)

    def close(self) -> None:
        self._display.close()
        self._engine.pool.close()


def export_movie(
    project: Project,
    document: str,
    path: Path,
    options: MovieOptions = PLAIN,
    progress: Progress = lambda part: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """Plan and write in one go, on this thread."""
    return plan_export(project, document, path, options).run(progress, cancelled)


def import_file(project: Project, document: str, path: Path, linked: bool = False) -> tuple[str, Report]:
    """Put a file into a timeline's bin; returns the item's id. The file stays where it is. `linked`: as the item that
    follows its file, which whoever asks notes beside it.

    Raises ExpectedError when it cannot be read, or when this project keeps no table of files.
    """
    if project.media is None:
        raise ExpectedError(tr("This project cannot refer to files."), tr("Save it first."))
    facts, report = facts_of_file(path, "")
    facts = replace(facts, media=project.media.add(path))
    return run(project, "video.import_media", document=document, facts=facts, linked=linked), report
