"""Clean speech: a clip's sound without its noise, as a file of its own under the clip."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.commands.registry import run
from editor.display.timeline import end_of, facts_of, items_on, tracks_of
from editor.display.video.media import MediaPool, Unreadable, file_lookup
from editor.model.video import ZERO, Clip, MediaSource, VideoDocument
from editor.workflows.ai.run import note
from editor.workflows.ai.sound_file import put_in_bin, write_sound
from editor.workflows.ai.timeline_sound import sound_clips
from editor.workflows.ai.tool import Outcome
from ml.sound import spectral
from ml.sound.rates import LISTENING_RATE, Read, at_rate
from render.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.workflows.ai.sound import CleanSpeechOptions
    from editor.workflows.ai.tool import Request
    from ml.sound.rates import Samples
    from render.audio.reader import AudioReader

HANDLE = Fraction(2)
"""Seconds more than a clip shows are cleaned on both sides, so that it can be trimmed longer a little."""
BLOCK = 2 * SAMPLE_RATE
ALIKE = 10 * SAMPLE_RATE
METHOD = "log-spectral amplitude"


@dataclass(frozen=True)
class Stretch:
    """What of a file is cleaned: from second `start` for `duration`, for these clips."""

    reader: AudioReader
    name: str
    start: Fraction
    duration: Fraction
    clips: tuple[str, ...]

    @property
    def count(self) -> int:
        return int(self.duration * SAMPLE_RATE)

    def stereo(self, first: int, count: int) -> NDArray[np.float32]:
        """(count, 2); silence outside the stretch."""
        result = np.zeros((count, 2), np.float32)
        low, high = max(first, 0), min(first + count, self.count)
        if high > low:
            result[low - first : high - first] = self.reader.read(int(self.start * SAMPLE_RATE) + low, high - low)
        return result

    def channel(self, number: int) -> Read:
        return lambda first, count: self.stereo(first, count)[:, number]

    @property
    def is_mono(self) -> bool:
        return self.reader.stream.channels == 1


def clean_speech(request: Request, progress: Progress) -> Outcome:
    """Each selected clip, or every sound of the timeline, plays a cleaned file afterwards."""
    project = request.project
    clips = _clips(project, request.document, request.selection)
    pool = MediaPool(file_lookup(project))
    written: list[Path] = []
    try:
        stretches = _stretches(project, pool, clips)
        total = sum((item.duration for item in stretches), ZERO)
        done = ZERO
        for stretch in stretches:
            part = progress.part(float(done / total), float((done + stretch.duration) / total))
            written.append(_cleaned_file(request, stretch, part))
            item = put_in_bin(project, request.document, written[-1])
            run(project, "video.replace_media", clips=stretch.clips, item=item, offset=stretch.start)
            note(request, "clean_speech", item, method=METHOD)
            done += stretch.duration
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    finally:
        pool.close()
    sentence = tr_count(
        "The clip plays a cleaned sound; the original stays in the bin.",
        "{count} clips play a cleaned sound; the originals stay in the bin.",
        count=len(clips),
    )
    return Outcome(sentence, chosen=tuple(clip.id for clip in clips))


def _clips(project: Project, document: str, selection: tuple[str, ...]) -> list[Clip]:
    project.find(document, VideoDocument)
    chosen = sound_clips(project, document, selection)
    if not chosen and end_of(project, document):
        chosen = [
            item
            for track in tracks_of(project, document, "audio") if not track.muted and not track.locked
            for item in items_on(project, track.id) if isinstance(item, Clip) and item.enabled
        ]
    found = [clip for clip in chosen if (facts := facts_of(project, clip)) is not None and facts.has_audio]
    if not found:
        raise ExpectedError(
            tr("There is no sound to clean."), tr("Select a clip on a sound track that shows a file.")
        )
    return found


def _stretches(project: Project, pool: MediaPool, clips: list[Clip]) -> list[Stretch]:
    """One for each file: from its earliest second that shows to its latest, with handles."""
    by_item: dict[str, list[Clip]] = {}
    for clip in clips:
        assert isinstance(clip.source, MediaSource)
        by_item.setdefault(clip.source.item, []).append(clip)
    found = []
    for users in by_item.values():
        facts = facts_of(project, users[0])
        assert facts is not None
        try:
            reader = pool.sound(facts.media)
        except Unreadable as error:
            raise ExpectedError(str(error)) from error
        start = max(ZERO, min(clip.source_start for clip in users) - HANDLE)
        end = max(clip.source_time(clip.end) for clip in users) + HANDLE
        end = min(end, facts.duration) if facts.duration else end
        name = tr("{name} cleaned", name=Path(facts.name).stem)
        if end > start:
            found.append(Stretch(reader, name, start, end - start, tuple(clip.id for clip in users)))
    return found


def _cleaned_file(request: Request, stretch: Stretch, progress: Progress) -> Path:
    channels = 1 if stretch.is_mono else 2
    with tempfile.TemporaryDirectory(prefix="atelier-") as folder:
        parts = [progress.part(number / channels, (number + 0.9) / channels) for number in range(channels)]
        clean = [
            _one_channel(request, stretch, number, Path(folder), part) for number, part in enumerate(parts)
        ]
        blocks: Iterator[NDArray[np.float32]] = _together(clean, stretch.count, progress.part(0.9, 1.0))
        if request.options.even_loudness:
            from ml.sound.filters import evened

            blocks = evened(blocks, stretch.count, SAMPLE_RATE, channels)
        return write_sound(request.project, stretch.name, SAMPLE_RATE, channels, blocks)


def _one_channel(request: Request, stretch: Stretch, number: int, folder: Path, progress: Progress) -> Read:
    """The cleaned channel, kept on disk meanwhile: an hour is too much for memory."""
    options: CleanSpeechOptions = request.options
    read = stretch.channel(number)
    file = folder / f"{number}.raw"
    if request.model is None:
        spoken = spectral.speech_spans(read, SAMPLE_RATE, stretch.count, progress.part(0.0, 0.1))
        noise = spectral.noise_history(read, SAMPLE_RATE, stretch.count, spoken, progress.part(0.1, 0.4))
        work = progress.part(0.4, 1.0)
        return _kept(
            file, spectral.denoised(read, SAMPLE_RATE, stretch.count, noise, options.strength, work), stretch.count
        )
    from ml.sound import dtln
    from ml.sound.bands import joined

    count = int(stretch.duration * LISTENING_RATE)
    low = at_rate(read, SAMPLE_RATE, LISTENING_RATE)
    models = list(request.model.files.values())
    clean = _kept(file, dtln.denoised(request.runtime, models, low, count, progress), count)
    return joined(read, SAMPLE_RATE, clean, LISTENING_RATE, options.strength, options.keep_high_band)


def _kept(file: Path, blocks: Iterator[Samples], count: int) -> Read:
    """Blocks written to a file, to be read from anywhere."""
    with file.open("wb") as stream:
        for block in blocks:
            stream.write(np.ascontiguousarray(block, np.float32).tobytes())
    if file.stat().st_size == 0:
        return lambda first, number: np.zeros(number, np.float32)
    held = np.memmap(file, np.float32, mode="r")

    def read(first: int, number: int) -> Samples:
        result = np.zeros(number, np.float32)
        low, high = max(first, 0), min(first + number, len(held), count)
        if high > low:
            result[low - first : high - first] = held[low:high]
        return result

    return read


def _together(channels: list[Read], count: int, progress: Callable[[float], None]) -> Iterator[NDArray[np.float32]]:
    for first in range(0, count, BLOCK):
        progress(first / count)
        number = min(BLOCK, count - first)
        yield np.stack([read(first, number) for read in channels], axis=1)
