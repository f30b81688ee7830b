"""Sound of one track by exact sample number.

Compressed sound decodes differently just after a seek, and resampling depends on where it began. So sound is decoded in
fixed chunks, each from a little before its start and from an input sample that falls on an output sample: a chunk is
the same whoever asks and in whatever order, and neighbours join without a click. (Known limit: AAC's noise substitution
draws from a generator that a seek does not reset, so such noise may differ between two readings.)
"""

from collections import OrderedDict
from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from numpy.typing import NDArray

from render.audio import SAMPLE_RATE
from render.video.container import open_media, reading_sentence
from render.video.errors import MediaError
from render.video.media import AudioStream, MediaInfo
from render.video.probe import probe

Samples = NDArray[np.float32]

CHUNK = 2 * SAMPLE_RATE
CHUNKS_KEPT = 12
PREROLL = Fraction(3, 10)
JITTER = Fraction(1, 50)
"""Time stamps this close to where the last frame ended are rounding, not a gap."""


class AudioReader:
    """Reads one sound track of a file; any thread may ask. Raises MediaError."""

    def __init__(self, path: Path, info: MediaInfo | None = None, track: int = 0) -> None:
        self.info = info or probe(path)
        if track >= len(self.info.audio):
            raise MediaError(f"{path.name} has no sound track {track + 1}.")
        self.path = path
        self.stream: AudioStream = self.info.audio[track]
        self.damage: list[str] = []
        self._lock = Lock()
        self._chunks: OrderedDict[int, Samples] = OrderedDict()
        self._container: InputContainer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._chunks.clear()
            if self._container is not None:
                self._container.close()
                self._container = None

    def read(self, start: int, count: int) -> Samples:
        """(count, 2) float32 from sample `start`; silence before the track and after it."""
        result = np.zeros((count, 2), dtype=np.float32)
        position = max(start, 0)
        while position < start + count:
            chunk = self._chunk(position // CHUNK)
            offset = position % CHUNK
            taken = chunk[offset : offset + start + count - position]
            result[position - start : position - start + len(taken)] = taken
            position += CHUNK - offset
        return result

    def _chunk(self, number: int) -> Samples:
        with self._lock:
            if number in self._chunks:
                self._chunks.move_to_end(number)
                return self._chunks[number]
            chunk = self._decode(number * CHUNK)
            self._chunks[number] = chunk
            while len(self._chunks) > CHUNKS_KEPT:
                self._chunks.popitem(last=False)
            return chunk

    def _decode(self, start: int) -> Samples:
        """At most CHUNK samples from `start`: fewer at the end of the track."""
        rate = self.stream.sample_rate
        grid = rate // gcd(rate, SAMPLE_RATE)
        first = int(((start * rate) // SAMPLE_RATE - PREROLL * rate) // grid) * grid
        skipped = start - first * SAMPLE_RATE // rate
        layout = "mono" if self.stream.channels == 1 else "stereo"
        resampler = AudioResampler(format="flt", layout=layout, rate=SAMPLE_RATE)
        parts: list[Samples] = []
        have = 0
        for frame in self._from(first):
            for part in _resampled(resampler, frame):
                parts.append(part)
                have += len(part)
            if have >= skipped + CHUNK:
                break
        else:
            parts.extend(_resampled(resampler, None))
        whole = np.concatenate(parts) if parts else np.zeros((0, 2), dtype=np.float32)
        return np.ascontiguousarray(whole[skipped : skipped + CHUNK])

    def _from(self, first: int) -> Iterator[AudioFrame]:
        """Frames from input sample `first` on without gap or overlap: silence fills holes, doubles are cut."""
        expected = first
        for frame in self._decoded(Fraction(first, self.stream.sample_rate)):
            at = self._sample_of(frame)
            if abs(at - expected) <= JITTER * self.stream.sample_rate and expected != first:
                at = expected
            if at + frame.samples <= expected:
                continue
            if at > expected:
                yield from _silence(frame, at - expected)
                expected = at
            yield _tail(frame, expected - at)
            expected = at + frame.samples

    def _sample_of(self, frame: AudioFrame) -> int:
        """The input sample number of a frame's beginning; coarse stamps are put back on the codec's frame grid."""
        rate = self.stream.sample_rate
        base = frame.time_base or Fraction(1, rate)
        exact = ((frame.pts or 0) * base - self.info.origin) * rate
        size = self._frame_size
        if base * rate > 1 and size:
            origin = self.stream.start * rate
            snapped = origin + round((exact - origin) / size) * size
            if abs(snapped - exact) <= 2 * base * rate:
                exact = snapped
        return round(exact)

    def _decoded(self, time: Fraction) -> Iterator[AudioFrame]:
        container = self._open_at(time)
        try:
            for packet in container.demux(container.streams[self.stream.index]):
                try:
                    frames: list[Any] = packet.decode()
                except av.error.FFmpegError:
                    self._note("Some sound of this file is damaged and was left silent.")
                    continue
                yield from (frame for frame in frames if isinstance(frame, AudioFrame) and frame.samples)
        except av.error.FFmpegError as error:
            self._note(reading_sentence(self.path, error))

    def _open_at(self, time: Fraction) -> InputContainer:
        if self._container is None:
            self._container = open_media(self.path)
        stream = self._container.streams[self.stream.index]
        self._frame_size = int(getattr(stream.codec_context, "frame_size", 0) or 0)
        base = stream.time_base or Fraction(1, 1_000_000)
        earliest = self.stream.start - Fraction(1)
        try:
            self._container.seek(int((max(time, earliest) + self.info.origin) // base), stream=stream)
        except av.error.FFmpegError:
            self._container.close()
            self._container = open_media(self.path)
        return self._container

    def _note(self, sentence: str) -> None:
        if sentence not in self.damage:
            self.damage.append(sentence)


def _resampled(resampler: AudioResampler, frame: AudioFrame | None) -> list[Samples]:
    """(samples, 2) parts; one channel is heard on both sides at its own level."""
    if frame is not None:
        frame.pts = None
    parts = []
    for part in resampler.resample(frame):
        samples = np.asarray(part.to_ndarray(), dtype=np.float32).reshape(-1, part.layout.nb_channels)
        parts.append(np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples)
    return parts


def _silence(like: AudioFrame, count: int) -> Iterator[AudioFrame]:
    """Zeros in the format of `like`, a second at a time so that a broken stamp cannot ask for gigabytes."""
    if count > 24 * 3600 * like.sample_rate:
        return
    while count > 0:
        piece = min(count, like.sample_rate)
        yield _frame(like, np.zeros_like(like.to_ndarray(), shape=_shape(like, piece)))
        count -= piece


def _tail(frame: AudioFrame, skip: int) -> AudioFrame:
    if skip <= 0:
        return frame
    array = frame.to_ndarray()
    width = 1 if frame.format.is_planar else frame.layout.nb_channels
    return _frame(frame, np.ascontiguousarray(array[:, skip * width :]))


def _shape(frame: AudioFrame, samples: int) -> tuple[int, int]:
    channels = frame.layout.nb_channels
    return (channels, samples) if frame.format.is_planar else (1, channels * samples)


def _frame(like: AudioFrame, array: Any) -> AudioFrame:
    made = AudioFrame.from_ndarray(array, format=like.format.name, layout=like.layout.name)
    made.sample_rate = like.sample_rate
    return made
