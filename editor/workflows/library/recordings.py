"""Clips and sounds: a frame from inside the film, the shape of the sound."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.looks import Look
from editor.workflows.library.pictured import as_webp, look_of
from editor.workflows.library.small_pictures import SIDE, SmallPicture, shrink_premultiplied

WAVE = (256, 144)
BLUE = (110, 150, 205)
QUIETEST = 0.02
"""A sound whose loudest sample is below this is drawn as quiet as it is."""


def look_at_clip(path: Path) -> Look:
    """A frame from a tenth of the film, at most ten seconds in: the first one is often black."""
    from render.video.probe import probe
    from render.video.reader import VideoReader

    info = probe(path)
    if not info.video:
        return look_at_sound(path)
    seconds = float(info.duration)
    moment = Fraction(min(10.0, seconds / 10)).limit_denominator(1000)
    width, height = info.video[0].upright_size
    scale = min(1.0, SIDE / max(width, height))
    with VideoReader(path, info) as reader:
        frame = reader.read(moment, (max(1, round(width * scale)), max(1, round(height * scale))))
    return look_of(SmallPicture(shrink_premultiplied(frame, SIDE), width, height), seconds)


def look_at_sound(path: Path) -> Look:
    """The waveform, its loudest moment as high as the picture, drawn in a blue that reads on dark and on light."""
    from render.audio import SAMPLE_RATE
    from render.audio.peaks import measure
    from render.audio.reader import AudioReader
    from render.video.probe import probe

    info = probe(path)
    if not info.audio:
        raise ExpectedError(tr("{name} has no sound.", name=path.name))
    seconds = float(info.duration)
    with AudioReader(path) as reader:
        peaks = measure(reader, round(seconds * SAMPLE_RATE))
    width, height = WAVE
    columns = peaks.between(0.0, seconds, width)
    columns = columns / max(float(np.abs(columns[:, :2]).max(initial=0.0)), QUIETEST)
    picture = np.zeros((height, width, 4), np.uint8)
    picture[..., :3] = BLUE
    rows = (np.arange(height) - (height - 1) / 2) / (height / 2 - 8)
    low, high = np.minimum(columns[:, 0], -0.01), np.maximum(columns[:, 1], 0.01)
    picture[..., 3] = np.where((-rows[:, None] >= low[None]) & (-rows[:, None] <= high[None]), 255, 0)
    return Look(thumbnail=as_webp(picture), seconds=seconds)
