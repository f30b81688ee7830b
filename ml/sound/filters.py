"""FFmpeg's sound filters, as far as its library in PyAV has them, over a stream of blocks.

What filters hold back comes at the end, so the result is as long as the sound and in step with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError

Stereo = NDArray[np.float32]


class FilterChain:
    """Filters in a row for (samples, channels) float32 blocks at one rate."""

    def __init__(self, filters: list[tuple[str, str]], rate: int, channels: int = 2) -> None:
        import av.filter

        missing = [name for name, _ in filters if name not in av.filter.filters_available]
        if missing:
            raise ModelError("FFmpeg here lacks the filter {name}.", name=missing[0])
        self.rate, self.channels = rate, channels
        self.layout = "mono" if channels == 1 else "stereo"
        self._graph = graph = av.filter.Graph()
        last: Any = graph.add_abuffer(sample_rate=rate, format="fltp", layout=self.layout, time_base=Fraction(1, rate))
        self._given = 0
        for name, arguments in (*filters, ("aformat", f"sample_fmts=fltp:channel_layouts={self.layout}")):
            following = graph.add(name, arguments or None)
            last.link_to(following)
            last = following
        sink = graph.add("abuffersink")
        last.link_to(sink)
        graph.configure()

    def push(self, block: Stereo) -> Stereo:
        """What comes out for a block; less at first, while filters look ahead."""
        from av.audio.frame import AudioFrame

        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout=self.layout)
        frame.sample_rate = self.rate
        frame.pts = self._given
        self._given += len(block)
        self._graph.push(frame)
        return self._pull()

    def finish(self) -> Stereo:
        """The rest."""
        self._graph.push(None)
        return self._pull()

    def _pull(self) -> Stereo:
        import av.error

        parts = []
        while True:
            try:
                frame: Any = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                break
            parts.append(np.asarray(frame.to_ndarray(), np.float32).T)
        return np.concatenate(parts) if parts else np.zeros((0, self.channels), np.float32)


def evened(blocks: Iterator[Stereo], count: int, rate: int, channels: int = 2) -> Iterator[Stereo]:
    """Blocks of (samples, channels) at an even loudness, `count` samples in all, in step with what came in."""
    chain = FilterChain([("highpass", "f=70:poles=2"), ("dynaudnorm", "f=200:g=21:p=0.85:m=8:b=1")], rate, channels)
    told = 0
    for block in blocks:
        result = chain.push(block)[: count - told]
        told += len(result)
        yield result
    result = chain.finish()[: count - told]
    yield result
    if told + len(result) < count:
        yield np.zeros((count - told - len(result), channels), np.float32)
