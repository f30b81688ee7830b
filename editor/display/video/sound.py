"""What a timeline sounds like: an immutable plan of all its sounds, mixed block by block on any thread."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from editor.display.timeline import end_of, facts_of, tracks_of
from editor.display.video.engine import Dissolve, VideoEngine
from editor.display.video.media import MediaPool, Unreadable
from editor.model.embed import Embed
from editor.model.video import ZERO, Clip, Track, VideoDocument
from render.audio import SAMPLE_RATE
from render.audio.mix import Sound, mix
from render.video.errors import MediaError

Samples = NDArray[np.float32]
DEEPEST = 8


def to_samples(time: Fraction) -> int:
    """The nearest sample number; halfway goes up."""
    return int((time * SAMPLE_RATE + Fraction(1, 2)).__floor__())


@dataclass(frozen=True)
class SoundPlan:
    """`read(first, count)` gives the mix as (count, 2) float32; equal plans give equal samples."""

    sounds: tuple[Sound, ...]
    length: int

    def read(self, first: int, count: int) -> Samples:
        return mix(self.sounds, first, count)


def sound_plan(
    engine: VideoEngine, document: str, depth: int = 0, only: Collection[str] | None = None
) -> SoundPlan:
    """The sounds of a timeline now, tracks and clips in order; timelines inside it are heard too. `only`: the clips
    that are heard, whatever is muted; None for all as they are."""
    project = engine.context.project
    project.find(document, VideoDocument)
    sounds: list[Sound] = []
    for track in tracks_of(project, document):
        silent = track.muted if track.media == "audio" else track.hidden or track.muted
        if (not silent or only is not None) and track.media != "caption" and depth < DEEPEST:
            sounds.extend(_track_sounds(engine, track, depth, only))
    return SoundPlan(tuple(sounds), to_samples(end_of(project, document)))


def _track_sounds(
    engine: VideoEngine, track: Track, depth: int, only: Collection[str] | None = None
) -> list[Sound]:
    lane = engine.lane(track)
    into = {found.after.id: found for found in lane.dissolves}
    out_of = {found.before.id: found for found in lane.dissolves}
    found = []
    for item in lane.items:
        if only is not None and item.id not in only:
            continue
        if isinstance(item, Clip) and item.enabled and item.speed == 1 and item.volume * track.volume > 0:
            sound = _clip_sound(engine, track, item, depth)
            if sound is not None:
                found.append(_crossed(sound, item, into.get(item.id), out_of.get(item.id)))
    return found


def _clip_sound(engine: VideoEngine, track: Track, clip: Clip, depth: int) -> Sound | None:
    source = clip.source
    if isinstance(source, Embed):
        inner = engine.context.project.get(source.document)
        if not isinstance(inner, VideoDocument):
            return None
        read = sound_plan(engine, inner.id, depth + 1).read
    elif track.media == "audio" and (facts := facts_of(engine.context.project, clip)) is not None and facts.has_audio:
        read = FileSound(engine.pool, facts.media).read
    else:
        return None
    start = to_samples(clip.start)
    return Sound(
        read=read,
        start=start,
        length=to_samples(clip.end) - start,
        source_start=to_samples(clip.source_start),
        gain=clip.volume * track.volume,
        pan=max(-1.0, min(1.0, clip.pan + track.pan)),
        fade_in=to_samples(clip.fade_in),
        fade_out=to_samples(clip.fade_out),
    )


def _crossed(sound: Sound, clip: Clip, into: Dissolve | None, out_of: Dissolve | None) -> Sound:
    """Longer on the sides where a cross fade runs, with the cross fade instead of the clip's own fade."""
    start, end, first = sound.start, sound.start + sound.length, sound.source_start
    fade_in, fade_out = sound.fade_in, sound.fade_out
    if into is not None:
        begin = to_samples(max(ZERO, into.start))
        first, start, fade_in = first - (start - begin), begin, to_samples(into.end) - begin
    if out_of is not None:
        end = to_samples(out_of.end)
        fade_out = end - to_samples(out_of.start)
    if into is None and out_of is None:
        return sound
    return replace(
        sound, start=start, length=end - start, source_start=first, fade_in=fade_in, fade_out=fade_out, power=True
    )


@dataclass(frozen=True)
class FileSound:
    """The sound of a file; silence where it cannot be read (the picture says why)."""

    pool: MediaPool
    media: str

    def read(self, first: int, count: int) -> Samples:
        try:
            return self.pool.sound(self.media).read(first, count)
        except (Unreadable, MediaError):
            return np.zeros((count, 2), dtype=np.float32)
