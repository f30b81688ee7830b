"""Frames of one picture track by exact time.

A frame shows from its time stamp to the next one's. To find the frame of time t the reader seeks to a key frame at or
before t and decodes forward; going forward a little is decoding on. Decoded frames stay in a small cache bounded in
bytes, so stepping back over a few frames decodes nothing. One lock a reader: any thread may ask.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import av.error
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from render.video.container import choose_threads, open_media, reading_sentence
from render.video.convert import frame_to_pixels
from render.video.errors import MediaError
from render.video.media import MediaInfo, VideoStream
from render.video.probe import probe

CACHE_BYTES = 96 * 1024 * 1024
DECODE_ON_SECONDS = Fraction(2)
SEEK_MARGINS = (Fraction(0), Fraction(1), Fraction(5), Fraction(30))
DAMAGED_PACKETS_BORNE = 2_000


@dataclass(frozen=True)
class Held:
    """A decoded frame: shown from `start` (inclusive) to `end` (exclusive), in seconds from the file's time 0."""

    start: Fraction
    end: Fraction
    frame: VideoFrame


class VideoReader:
    """Reads one picture track of a file; close it or use it as a context manager. Raises MediaError."""

    def __init__(
        self, path: Path, info: MediaInfo | None = None, track: int = 0, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self.info = info or probe(path)
        if track >= len(self.info.video):
            raise MediaError(f"{path.name} has no picture track {track + 1}.")
        self.path = path
        self.stream: VideoStream = self.info.video[track]
        self.damage: list[str] = []
        self._lock = Lock()
        self._cache: OrderedDict[Fraction, Held] = OrderedDict()
        self._cache_limit = cache_bytes
        self._cache_size = 0
        self._container: InputContainer | None = None
        self._frames: Iterator[Held] = iter(())
        self._position: Fraction | None = None
        self._tolerance = _tolerance(self.stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._frames = iter(())
            self._cache.clear()
            self._cache_size = 0
            if self._container is not None:
                self._container.close()
                self._container = None

    def read(self, time: Fraction, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
        """The picture at `time` as premultiplied RGBA, (height, width, 4) uint8, upright, at `size` (width, height).

        Before the first frame it is the first, after the last it is the last. Raises MediaError when nothing decodes.
        """
        held = self.frame(time)
        return frame_to_pixels(held.frame, self.stream, *(size or self.stream.upright_size))

    def frame(self, time: Fraction) -> Held:
        """The decoded frame that shows at `time`, with the span it shows for."""
        with self._lock:
            wanted = max(time, self.stream.start) + self._tolerance
            return self._cached(wanted) or self._search(wanted)

    def _cached(self, wanted: Fraction) -> Held | None:
        for start in reversed(self._cache):
            held = self._cache[start]
            if held.start <= wanted < held.end:
                self._cache.move_to_end(start)
                return held
        return None

    def _search(self, wanted: Fraction) -> Held:
        if self._position is not None and 0 <= wanted - self._position <= DECODE_ON_SECONDS:
            found = self._decode_until(wanted)
            if found is not None:
                return found
        for margin in SEEK_MARGINS:
            self._seek(wanted - margin)
            found = self._decode_until(wanted)
            if found is not None:
                return found
            if wanted - margin <= self.stream.start:
                break
        self._seek(self.stream.start)
        found = self._decode_until(wanted, or_last=True)
        if found is None:
            raise MediaError(f"No picture of {self.path.name} can be decoded at {float(wanted):.2f} s.")
        return found

    def _decode_until(self, wanted: Fraction, or_last: bool = False) -> Held | None:
        """Decode on to the frame that shows at `wanted`; None when the first frame met is later, or none is."""
        first = True
        last: Held | None = None
        for held in self._frames:
            self._position = held.end
            self._keep(held)
            if held.start > wanted:
                return held if or_last and last is None else (last if not first else None)
            if wanted < held.end:
                return held
            first, last = False, held
        self._position = None
        return last

    def _seek(self, time: Fraction) -> None:
        if self._container is None:
            self._container = open_media(self.path)
            choose_threads(self._container.streams[self.stream.index])
        stream = self._container.streams[self.stream.index]
        offset = int((max(time, self.stream.start) + self.info.origin) / self.stream.time_base)
        try:
            self._container.seek(offset, stream=stream)
        except av.error.FFmpegError:
            self._reopen()
        self._position = None
        self._frames = self._spans(self._decoded())

    def _reopen(self) -> None:
        """For files that cannot seek: begin again at the beginning."""
        if self._container is not None:
            self._container.close()
        self._container = open_media(self.path)
        choose_threads(self._container.streams[self.stream.index])

    def _decoded(self) -> Iterator[VideoFrame]:
        """Frames in the order they show; damaged packets are skipped and noted once."""
        assert self._container is not None
        damaged = 0
        try:
            for packet in self._container.demux(self._container.streams[self.stream.index]):
                try:
                    frames = packet.decode()
                except av.error.FFmpegError:
                    damaged += 1
                    self._note("Some pictures of this file are damaged and were skipped.")
                    if damaged > DAMAGED_PACKETS_BORNE:
                        return
                    continue
                yield from (frame for frame in frames if isinstance(frame, VideoFrame))
        except av.error.FFmpegError as error:
            self._note(reading_sentence(self.path, error))

    def _note(self, sentence: str) -> None:
        if sentence not in self.damage:
            self.damage.append(sentence)

    def _spans(self, frames: Iterator[VideoFrame]) -> Iterator[Held]:
        """Give every frame its span: to the next frame. Stated durations are not trusted: headers often lie."""
        step = 1 / self.stream.rate
        before: VideoFrame | None = None
        for frame in frames:
            if before is not None:
                yield Held(self._time(before), max(self._time(frame), self._time(before)), before)
            before = frame
        if before is not None:
            start = self._time(before)
            length = before.duration * self.stream.time_base if before.duration else step
            yield Held(start, start + max(length, step / 4), before)

    def _time(self, frame: VideoFrame) -> Fraction:
        stamp = frame.pts if frame.pts is not None else (frame.dts or 0)
        return stamp * (frame.time_base or self.stream.time_base) - self.info.origin

    def _keep(self, held: Held) -> None:
        size = sum(plane.buffer_size for plane in held.frame.planes)
        if held.start in self._cache:
            self._cache_size -= sum(plane.buffer_size for plane in self._cache.pop(held.start).frame.planes)
        self._cache[held.start] = held
        self._cache_size += size
        while self._cache_size > self._cache_limit and len(self._cache) > 1:
            _, dropped = self._cache.popitem(last=False)
            self._cache_size -= sum(plane.buffer_size for plane in dropped.frame.planes)


def _tolerance(stream: VideoStream) -> Fraction:
    """How much later than asked a time stamp may be: containers round stamps to their tick (1 ms in Matroska).

    Where a tick is as long as a frame the stamps are exact and nothing is forgiven.
    """
    step = 1 / stream.rate
    if stream.time_base >= step / 2:
        return Fraction(0)
    return min(stream.time_base, step / 4)
