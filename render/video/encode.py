"""MP4 out: H.264 and AAC, exact frame times, BT.709 tags, index at the front.

The file is written beside its target under a temporary name and renamed when complete, so a cancelled or failed export
leaves nothing. Frame n is stamped n in a time base of 1/rate: no rounding anywhere.
"""

import errno
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec import Codec
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from render.audio import SAMPLE_RATE
from render.boxes import xmp_box
from render.video.container import writing_sentence
from render.video.errors import MediaError

H264_ENCODERS = ("libx264", "libopenh264", "h264_videotoolbox", "h264_mf")
BT709 = 1
AAC_FRAME = 1024


@dataclass(frozen=True, kw_only=True)
class MovieSettings:
    """`width` and `height` must be even (4:2:0). `quality` is x264's CRF, used when `video_bitrate` (bit/s) is 0.

    `comment` and `rights` are for people; `packet` is XMP, put where ISO 16684-3 wants it in MP4: a `uuid` box of its
    own.
    """

    width: int
    height: int
    rate: Fraction
    quality: int = 18
    video_bitrate: int = 0
    preset: str = "medium"
    audio: bool = True
    audio_bitrate: int = 192_000
    comment: str = ""
    rights: str = ""
    packet: bytes = b""


class Planar:
    """Frames as H.264 keeps them, 4:2:0. Whoever draws elsewhere does this there, and sends a third of the bytes."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def planes(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(height * 3 / 2, width) uint8, from (height, width, 4) uint8 premultiplied RGBA over black, sRGB."""
        return np.asarray(self.frame(pixels).to_ndarray(), dtype=np.uint8)

    def frame(self, pixels: NDArray[np.uint8]) -> VideoFrame:
        return self._reformatter.reformat(
            VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgba"), format="yuv420p",
            dst_colorspace=Colorspace.ITU709, src_color_range=ColorRange.JPEG, dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP,
        )  # fmt: skip


class MovieWriter:
    """Use as a context manager: leaving without `finish` removes what was written. Raises MediaError."""

    def __init__(self, path: Path, settings: MovieSettings) -> None:
        _check(settings)
        self.path = path
        self.settings = settings
        self._temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        self._frames = 0
        self._samples = 0
        self._pending = np.zeros((0, 2), dtype=np.float32)
        self._planar = Planar()
        self._container: OutputContainer | None = None
        try:
            self._container = av.open(
                f"file:{self._temporary}", "w", format="mp4", options={"movflags": "+faststart", "use_editlist": "1"}
            )
            self._video = self._add_video(self._container)
            self._audio = self._add_audio(self._container) if settings.audio else None
            for name, said in (("comment", settings.comment), ("copyright", settings.rights)):
                if said:
                    self._container.metadata[name] = said
            self._container.start_encoding()
        except (av.error.FFmpegError, OSError) as error:
            self.abort()
            raise MediaError(writing_sentence(path, _as_os_error(error))) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    @property
    def frames(self) -> int:
        return self._frames

    @property
    def samples(self) -> int:
        return self._samples + len(self._pending)

    def write_frame(self, pixels: NDArray[np.uint8]) -> None:
        """The next frame: (height, width, 4) uint8 premultiplied RGBA over black, sRGB."""
        if pixels.shape != (self.settings.height, self.settings.width, 4):
            raise ValueError(f"a frame of {pixels.shape} does not fit {self.settings}")
        self._write(self._planar.frame(pixels))

    def write_planes(self, planes: NDArray[np.uint8]) -> None:
        """The next frame as `Planar.planes` gives it."""
        if planes.shape != (self.settings.height * 3 // 2, self.settings.width):
            raise ValueError(f"planes of {planes.shape} do not fit {self.settings}")
        self._write(VideoFrame.from_ndarray(planes, format="yuv420p"))

    def _write(self, frame: VideoFrame) -> None:
        frame.pts = self._frames
        frame.time_base = 1 / self.settings.rate
        frame.color_range = ColorRange.MPEG
        frame.color_primaries = frame.color_trc = frame.colorspace = BT709
        self._frames += 1
        self._mux(self._video, frame)

    def write_sound(self, block: NDArray[np.float32]) -> None:
        """The next samples: (count, 2) float32 at 48 kHz."""
        if self._audio is None:
            return
        self._pending = np.concatenate([self._pending, block]) if len(self._pending) else block
        whole = len(self._pending) // AAC_FRAME * AAC_FRAME
        for first in range(0, whole, AAC_FRAME):
            self._mux_sound(self._pending[first : first + AAC_FRAME])
        self._pending = self._pending[whole:]

    def finish(self) -> None:
        """Flush, write the index, make it durable, and give the file its name."""
        assert self._container is not None
        if self._audio is not None and len(self._pending):
            self._mux_sound(self._pending)
            self._pending = self._pending[:0]
        self._mux(self._video, None)
        if self._audio is not None:
            self._mux(self._audio, None)
        try:
            self._container.close()
            self._container = None
            with self._temporary.open("rb+") as file:
                if self.settings.packet:
                    file.seek(0, os.SEEK_END)
                    file.write(xmp_box(self.settings.packet))
                os.fsync(file.fileno())
            os.replace(self._temporary, self.path)
        except (av.error.FFmpegError, OSError) as error:
            self.abort()
            raise MediaError(writing_sentence(self.path, _as_os_error(error))) from error

    def abort(self) -> None:
        """Leave nothing behind; harmless after `finish`."""
        if self._container is not None:
            container, self._container = self._container, None
            with suppress(av.error.FFmpegError, OSError):  # a full disk must not hide why we are here
                container.close()
        self._temporary.unlink(missing_ok=True)

    def _add_video(self, container: OutputContainer) -> VideoStream:
        settings = self.settings
        stream = container.add_stream(_h264_encoder(), rate=settings.rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = settings.width, settings.height
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = 1 / settings.rate
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = ColorRange.MPEG
        context.gop_size = max(1, round(2 * settings.rate))
        context.thread_type = "AUTO"
        options = {"preset": settings.preset}
        if settings.video_bitrate:
            stream.bit_rate = settings.video_bitrate
        else:
            options["crf"] = str(settings.quality)
        stream.options = dict(options)
        return stream

    def _add_audio(self, container: OutputContainer) -> AudioStream:
        stream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        assert isinstance(stream, AudioStream)
        stream.bit_rate = self.settings.audio_bitrate
        stream.time_base = Fraction(1, SAMPLE_RATE)
        return stream

    def _mux_sound(self, block: NDArray[np.float32]) -> None:
        assert self._audio is not None
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._samples
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._samples += len(block)
        self._mux(self._audio, frame)

    def _mux(self, stream: VideoStream | AudioStream, frame: VideoFrame | AudioFrame | None) -> None:
        assert self._container is not None
        try:
            for packet in stream.encode(frame):  # type: ignore[arg-type]
                self._container.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            self.abort()
            raise MediaError(writing_sentence(self.path, _as_os_error(error))) from error


def _h264_encoder() -> str:
    for name in H264_ENCODERS:
        try:
            return Codec(name, "w").name
        except (av.error.FFmpegError, ValueError):
            continue
    raise MediaError("This computer has no H.264 encoder that Atelier can use.")


def _check(settings: MovieSettings) -> None:
    if settings.width < 2 or settings.height < 2 or settings.width % 2 or settings.height % 2:
        raise MediaError("A film's width and height must be even numbers of pixels.")
    if settings.width > 8192 or settings.height > 8192:
        raise MediaError("H.264 holds at most 8192 × 8192 pixels.")
    if not Fraction(1) <= settings.rate <= 1000:
        raise MediaError("A film's rate must lie between 1 and 1000 frames a second.")
    if not 0 <= settings.quality <= 51:
        raise MediaError("A film's quality must lie between 0 (best) and 51.")


def _as_os_error(error: Exception) -> OSError:
    return error if isinstance(error, OSError) else OSError(errno.EIO, str(error))
