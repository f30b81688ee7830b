"""Sound files of the corpora as samples."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from ml.sound.rates import LISTENING_RATE, Samples


def listened(path: Path, rate: int = LISTENING_RATE) -> Samples:
    """All of a file's first sound, one channel."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", rate)
        parts = []
        for frame in container.decode(audio=0):
            frame.pts = None
            parts += [item.to_ndarray()[0] for item in resampler.resample(frame)]
        parts += [item.to_ndarray()[0] for item in resampler.resample(None)]
    return np.concatenate(parts).astype(np.float32)
