"""What an AI tool hears: the mix of a timeline or some of its clips, read block by block however long it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.display import Display
from editor.display.timeline import end_of, partners_of, track_of
from editor.display.video.engine import VideoEngine
from editor.display.video.sound import SoundPlan, sound_plan, to_samples
from editor.model.video import ZERO, Clip, VideoDocument
from ml.sound.rates import LISTENING_RATE, Read, at_rate
from render.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from editor.document.project import Project
    from ml.sound.rates import Samples

PROBES, PROBE = 24, SAMPLE_RATE // 2
TURNED_OVER = 0.02
"""What is left in the mean of two channels, as a share of their power, when they cancel each other out. Two voices that
have nothing to do with each other leave half of it."""


@dataclass(frozen=True)
class Heard:
    """A stretch of sound on the timeline, from `start` for `duration` seconds. Sample 0 lies at `start`."""

    plan: SoundPlan
    start: Fraction
    duration: Fraction

    def mono(self, rate: int = LISTENING_RATE) -> Read:
        """Both channels' mean at a rate; half their difference where one is the other turned over, as a cable that is
        wrongly soldered makes them: their mean would be silence."""
        return at_rate(self._difference if self._is_turned_over() else self._mean, SAMPLE_RATE, rate)

    def count(self, rate: int = LISTENING_RATE) -> int:
        return int(self.duration * rate)

    def _mean(self, first: int, count: int) -> Samples:
        return np.asarray(self._stereo(first, count).mean(axis=1), np.float32)

    def _difference(self, first: int, count: int) -> Samples:
        both = self._stereo(first, count)
        return np.asarray((both[:, 0] - both[:, 1]) / 2, np.float32)

    def _stereo(self, first: int, count: int) -> Samples:
        return np.asarray(self.plan.read(to_samples(self.start) + first, count), np.float32)

    def _is_turned_over(self) -> bool:
        """Listened to in a few places, spread over the whole, so that an hour costs no more than a minute."""
        total, power, shared = self.count(SAMPLE_RATE), 0.0, 0.0
        step = max(total // PROBES, PROBE)
        for first in range(0, total, step):
            both = self._stereo(first, min(PROBE, total - first)).astype(np.float64)
            power += float(np.square(both).mean(axis=1).sum())
            shared += float(np.square(both.mean(axis=1)).sum())
        return shared < TURNED_OVER * power


@contextmanager
def listening(project: Project, document: str, selection: tuple[str, ...] = ()) -> Iterator[Heard]:
    """The sound of the selected clips, or of the whole timeline. Raises ExpectedError where there is none."""
    timeline = project.find(document, VideoDocument)
    chosen = sound_clips(project, document, selection)
    display = Display(project)
    engine = display.engine(timeline.id)
    assert isinstance(engine, VideoEngine)
    try:
        plan = sound_plan(engine, timeline.id, only={clip.id for clip in chosen} if chosen else None)
        start = min((clip.start for clip in chosen), default=ZERO)
        end = max((clip.end for clip in chosen), default=end_of(project, timeline.id))
        if not plan.sounds or end <= start:
            raise ExpectedError(
                tr("There is no sound to listen to."), tr("Put a film or a sound on the timeline, or unmute its track.")
            )
        yield Heard(plan, start, end - start)
    finally:
        display.close()
        engine.pool.close()


def sound_clips(project: Project, document: str, selection: tuple[str, ...]) -> list[Clip]:
    """The selected clips that are heard: of a picture, the sound that is linked to it."""
    found: dict[str, Clip] = {}
    for key in selection:
        item = project.get(key)
        if not isinstance(item, Clip) or project.index.root(key) != document:
            continue
        for clip in (item, *partners_of(project, item)):
            if track_of(project, clip).media == "audio":
                found[clip.id] = clip
    return list(found.values())
