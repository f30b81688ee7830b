"""What a media file holds, without reading it whole: headers, one decoded frame, and a bounded look at the packets."""

from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, cast

import av.error
import numpy as np
from av.container import InputContainer
from av.sidedata.sidedata import SideData
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideoStream

from render.video.container import choose_threads, open_media
from render.video.errors import MediaError
from render.video.media import AudioStream, Chapter, ColorTags, MediaInfo, SubtitleStream, VideoStream

MICROSECOND = Fraction(1, 1_000_000)
PACKETS_LOOKED_AT = 400
INDEX_ENTRIES_LOOKED_AT = 2_000
DEFAULT_RATE = Fraction(25)


def probe(path: Path) -> MediaInfo:
    """Raises MediaError when there is no picture and no sound to be had."""
    with open_media(path) as container:
        notes: list[str] = []
        pictures = [stream for stream in container.streams.video if not _is_cover(stream)]
        firsts = {stream.index: _first_frame(path, stream.index) for stream in pictures}
        readable = [stream for stream in pictures if firsts[stream.index] is not None]
        if len(readable) < len(pictures):
            notes.append("A picture track could not be decoded.")
        starts = {stream.index: _video_start(stream, firsts[stream.index]) for stream in readable}
        origin = _origin(container, readable, starts)
        video = tuple(_video_stream(stream, firsts[stream.index], starts, origin, path) for stream in readable)
        audio = tuple(_audio_streams(container, origin))
        if not video and not audio and not container.streams.subtitles:
            raise MediaError(f"{path.name} has no picture and no sound that can be decoded.")
        return MediaInfo(
            path=path,
            container=container.format.name,
            duration=_duration(container, origin, video, audio),
            origin=origin,
            video=video,
            audio=audio,
            subtitles=tuple(_subtitle_streams(container)),
            chapters=tuple(_chapters(container, origin)),
            cover_art=any(_is_cover(stream) for stream in container.streams.video),
            notes=tuple(notes),
        )


def _is_cover(stream: AvVideoStream) -> bool:
    """A picture attached to a song, not a track."""
    return bool(stream.disposition & Disposition.attached_pic)


def _first_frame(path: Path, index: int) -> VideoFrame | None:
    """The first frame that decodes, through a handle of its own so that the caller's stays at its start."""
    with open_media(path) as container:
        choose_threads(container.streams[index])
        try:
            for packet in islice(container.demux(container.streams[index]), PACKETS_LOOKED_AT):
                try:
                    frames = packet.decode()
                except av.error.FFmpegError:
                    continue
                for frame in frames:
                    if isinstance(frame, VideoFrame):
                        return frame
        except av.error.FFmpegError:
            return None
    return None


def _video_start(stream: AvVideoStream, first: VideoFrame | None) -> Fraction:
    """When the first frame shows, in container time: decoded, since a header may tell the time of a frame not shown."""
    time_base = stream.time_base or MICROSECOND
    if first is not None and first.pts is not None:
        return first.pts * (first.time_base or time_base)
    return (stream.start_time or 0) * time_base


def _origin(container: InputContainer, pictures: list[AvVideoStream], starts: dict[int, Fraction]) -> Fraction:
    """The container time called 0: on the grid of the first picture track's frames, so that time n/rate is frame n.

    Sound that begins a little earlier (codec priming) gets a negative start instead of shifting the grid.
    """
    earliest = _container_start(container)
    if not pictures:
        sound = [stream.start_time * stream.time_base for stream in container.streams.audio
                 if stream.start_time is not None and stream.time_base is not None]
        return min(sound, default=earliest)
    first, step = starts[pictures[0].index], 1 / _rate(pictures[0])
    return first - max(0, int((first - earliest) / step)) * step


def _container_start(container: InputContainer) -> Fraction:
    start = cast("int | None", container.start_time)
    return Fraction(0) if start is None else start * MICROSECOND


def _rate(stream: AvVideoStream) -> Fraction:
    for rate in (stream.guessed_rate, stream.average_rate, stream.base_rate):
        if rate and Fraction(1, 100) <= rate <= 1000:
            return Fraction(rate)
    return DEFAULT_RATE


def _video_stream(
    stream: AvVideoStream, first: VideoFrame | None, starts: dict[int, Fraction], origin: Fraction, path: Path
) -> VideoStream:
    context = stream.codec_context
    aspect = stream.sample_aspect_ratio
    pixel_format = first.format if first is not None else context.format
    components = pixel_format.components if pixel_format is not None else ()
    time_base = stream.time_base or MICROSECOND
    duration = (stream.duration or 0) * time_base
    return VideoStream(
        index=stream.index,
        codec=context.name,
        width=first.width if first is not None else context.width,
        height=first.height if first is not None else context.height,
        rate=_rate(stream),
        time_base=time_base,
        start=starts[stream.index] - origin,
        duration=Fraction(duration),
        sample_aspect=Fraction(aspect) if aspect and Fraction(1, 20) <= aspect <= 20 else Fraction(1),
        orientation=orientation(first) if first is not None else (1, 0, 0, 1),
        color=_color_tags(first, context),
        pixel_format=pixel_format.name if pixel_format is not None else "",
        bits=max((component.bits for component in components), default=8),
        has_alpha=any(component.is_alpha for component in components),
        variable_rate=_has_variable_rate(stream, path),
        frame_count=stream.frames,
    )


def _color_tags(first: VideoFrame | None, context: Any) -> ColorTags:
    """The frame knows best; the header serves where the frame is silent."""
    named = (
        ("primaries", "color_primaries"), ("transfer", "color_trc"), ("matrix", "colorspace"),
    )
    tags = {}
    for name, attribute in named:
        value = int(getattr(first, attribute, 2) or 0)
        tags[name] = value if value not in (0, 2) else int(getattr(context, attribute, 2) or 2)
    value = int(getattr(first, "color_range", 0) or getattr(context, "color_range", 0) or 0)
    full = value == 2 or str(context.pix_fmt).startswith("yuvj")
    return ColorTags(**tags, full_range=full)


def orientation(frame: VideoFrame) -> tuple[int, int, int, int]:
    """The frame's display matrix as quarter turns and flips: (a, b, c, d), x' = a·x + c·y, y' = b·x + d·y."""
    for data in cast(list[SideData], list(frame.side_data)):
        if data.type.name == "DISPLAYMATRIX":
            numbers = np.frombuffer(bytes(data), dtype=np.int32)
            a, b, c, d = (float(numbers[place]) for place in (0, 1, 3, 4))
            if abs(a) + abs(d) >= abs(b) + abs(c):
                return (-1 if a < 0 else 1, 0, 0, -1 if d < 0 else 1)
            return (0, -1 if b < 0 else 1, -1 if c < 0 else 1, 0)
    return (1, 0, 0, 1)


def _has_variable_rate(stream: AvVideoStream, path: Path) -> bool:
    """Whether frames are unevenly spaced in the file's beginning (all of it where the container has a full index)."""
    entries = [entry.timestamp for entry in islice(stream.index_entries, INDEX_ENTRIES_LOOKED_AT)]
    if len(entries) < 3 or stream.frames and len(stream.index_entries) < stream.frames:
        entries = _packet_times(path, stream.index)
    times = sorted(entries)
    gaps = sorted(second - first for first, second in pairwise(times) if second > first)
    if len(gaps) < 2 or stream.time_base is None:
        return False
    middle = gaps[len(gaps) // 2]
    tolerance = max(2.0, 0.02 * middle)
    return sum(abs(gap - middle) > tolerance for gap in gaps) > 0


def _packet_times(path: Path, index: int) -> list[int]:
    with open_media(path) as container:
        try:
            packets = islice(container.demux(container.streams[index]), PACKETS_LOOKED_AT)
            return [packet.pts for packet in packets if packet.pts is not None]
        except av.error.FFmpegError:
            return []


def _audio_streams(container: InputContainer, origin: Fraction) -> list[AudioStream]:
    found = []
    for stream in container.streams.audio:
        context = stream.codec_context
        if not getattr(context, "sample_rate", 0):
            continue
        time_base = stream.time_base or MICROSECOND
        start = stream.start_time * time_base - origin if stream.start_time is not None else Fraction(0)
        found.append(
            AudioStream(
                index=stream.index,
                codec=context.name,
                sample_rate=context.sample_rate,
                channels=context.channels,
                layout=context.layout.name,
                start=Fraction(start),
                duration=Fraction((stream.duration or 0) * time_base),
                language=stream.language or "",
            )
        )
    return found


def _subtitle_streams(container: InputContainer) -> list[SubtitleStream]:
    return [
        SubtitleStream(index=stream.index, codec=_codec_name(stream), language=stream.language or "")
        for stream in container.streams.subtitles
    ]


def _codec_name(stream: Any) -> str:
    return str(stream.codec_context.name) if stream.codec_context is not None else "unknown"


def _chapters(container: InputContainer, origin: Fraction) -> list[Chapter]:
    found = []
    for chapter in container.chapters():
        base = chapter["time_base"] or MICROSECOND
        found.append(
            Chapter(
                start=Fraction(chapter["start"] * base) - origin,
                end=Fraction(chapter["end"] * base) - origin,
                title=chapter["metadata"].get("title", ""),
            )
        )
    return found


def _duration(
    container: InputContainer, origin: Fraction, video: tuple[VideoStream, ...], audio: tuple[AudioStream, ...]
) -> Fraction:
    """The longest track, exact where the tracks tell their lengths; else what the container says."""
    spans = [(track.start, track.duration) for track in video] + [(track.start, track.duration) for track in audio]
    ends = [start + duration for start, duration in spans if duration > 0]
    if ends and len(ends) == len(video) + len(audio):
        return max(ends)
    if container.duration is None:
        return max(ends, default=Fraction(0))
    stated = container.duration * MICROSECOND + _container_start(container) - origin
    return max(Fraction(0), stated, *ends)
