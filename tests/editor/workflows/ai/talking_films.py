"""Films that speak, laid on timelines with trims and offsets, and how tools are called on them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.display.timeline import items_on, markers_of, tracks_of
from editor.document.project import Project
from editor.formats.registry import ImportOptions, import_file
from editor.model.provenance import Provenance
from editor.model.video import Clip, MediaItem
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import TOOLS, Outcome, Request, load_tools
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from ml.sound.rates import LISTENING_RATE, Samples, at_rate, reader_of
from render.audio import SAMPLE_RATE
from render.video.encode import MovieSettings, MovieWriter
from tests.render.video.clips import frame_number_picture, make_wave

RATE = Fraction(25)
load_tools()


def talking_film(path: Path, sound: Samples) -> Path:
    """A film of `sound` (16 kHz, one channel) with counted frames."""
    seconds = len(sound) / LISTENING_RATE
    with MovieWriter(path, MovieSettings(width=160, height=96, rate=RATE, preset="ultrafast")) as writer:
        for number in range(int(seconds * RATE)):
            writer.write_frame(frame_number_picture(number))
        writer.write_sound(_stereo(sound, int(seconds * SAMPLE_RATE)))
        writer.finish()
    return path


def sound_file(path: Path, sound: Samples, rate: int = LISTENING_RATE) -> Path:
    return make_wave(path, sound, rate)


def _stereo(sound: Samples, count: int) -> np.ndarray:
    heard = at_rate(reader_of(sound), LISTENING_RATE, SAMPLE_RATE)(0, count)
    return np.repeat(heard[:, None], 2, axis=1)


class Reel:
    """A project with one file imported; its timeline is empty until something is laid."""

    def __init__(self, path: Path, project: Project | None = None) -> None:
        self.project = project or Project.in_memory()
        [self.document] = import_file(self.project, path, ImportOptions(name="Talk")).documents
        self.item = self.project.children(self.document, MediaItem)[0]
        clips = tuple(clip.id for track in self.tracks() for clip in items_on(self.project, track.id))
        run(self.project, "video.delete_clips", clips=clips, linked=True)

    def lay(self, start: float, seconds: float | None = None, skip: float = 0.0) -> str:
        """A clip of the film, or of the sound, from its second `skip` on; returns the id of the sound's clip."""
        kind = "video" if self.item.facts.has_video else "audio"
        track = next(track for track in self.tracks() if track.media == kind)
        clip = run(
            self.project, "video.add_clip", track=track.id, item=self.item.id, start=exact(start),
            source_start=exact(skip), duration=exact(seconds) if seconds else None,
        )
        made = self.project.find(clip, Clip)
        return next(item.id for item in self.clips("audio") if item.id == clip or made.link and item.link == made.link)

    def tracks(self) -> list[Any]:
        return list(tracks_of(self.project, self.document))

    def clips(self, media: str) -> list[Any]:
        return [item for track in self.tracks() if track.media == media for item in items_on(self.project, track.id)]

    def markers(self) -> list[tuple[float, float, str]]:
        found = markers_of(self.project, self.document)
        return [(float(item.time), float(item.duration), item.name) for item in found]

    def captions(self) -> list[tuple[float, float, str]]:
        return [(float(item.start), float(item.end), item.text) for item in self.clips("caption")]

    def notes(self) -> list[Provenance]:
        return [item for item in self.project.records.values() if isinstance(item, Provenance)]

    def call(
        self, name: str, runtime: Runtime, selection: tuple[str, ...] = (), model: InstalledModel | None = None,
        progress: Progress | None = None, time: float = 0.0, **options: Any,
    ) -> Outcome:
        tool = TOOLS[name]
        request = Request(
            project=self.project, document=self.document, selection=selection, options=tool.options(**options),
            runtime=runtime, store=ModelStore(Path("nowhere")), model=model, time=exact(time),
        )
        return run_tool(tool, request, progress or Progress())


def exact(seconds: float) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)
