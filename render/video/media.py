"""What a media file holds, as plain values: the answer of `probe`."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class ColorTags:
    """H.273 code points as FFmpeg numbers them; 2 means unspecified. `full_range`: luma runs 0-255, not 16-235."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    full_range: bool = False

    @property
    def is_hdr(self) -> bool:
        """PQ (16, SMPTE ST 2084) or HLG (18, ARIB STD-B67)."""
        return self.transfer in (16, 18)


@dataclass(frozen=True, kw_only=True)
class VideoStream:
    """One picture track. `orientation` is (a, b, c, d) of the display matrix rounded to quarter turns and flips:
    x' = a·x + c·y, y' = b·x + d·y. `width` and `height` are the stored pixels."""

    index: int
    codec: str
    width: int
    height: int
    rate: Fraction
    time_base: Fraction
    start: Fraction
    duration: Fraction
    sample_aspect: Fraction = Fraction(1)
    orientation: tuple[int, int, int, int] = (1, 0, 0, 1)
    color: ColorTags = field(default_factory=ColorTags)
    pixel_format: str = ""
    bits: int = 8
    has_alpha: bool = False
    variable_rate: bool = False
    frame_count: int = 0

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height with square pixels after rotation: what a person sees."""
        width = max(1, round(self.width * self.sample_aspect))
        return (self.height, width) if self.orientation[0] == 0 else (width, self.height)


@dataclass(frozen=True, kw_only=True)
class AudioStream:
    """One sound track; `start` is its offset in seconds from the file's time 0 (negative: it begins before)."""

    index: int
    codec: str
    sample_rate: int
    channels: int
    layout: str
    start: Fraction
    duration: Fraction
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class SubtitleStream:
    """A text or picture subtitle track; not read yet, only reported."""

    index: int
    codec: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A named part of the file, in seconds from its time 0."""

    start: Fraction
    end: Fraction
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class MediaInfo:
    """A media file. `origin` is the container time that we call 0; `notes` are sentences on what is odd about it."""

    path: Path
    container: str
    duration: Fraction
    origin: Fraction
    video: tuple[VideoStream, ...] = ()
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    cover_art: bool = False
    notes: tuple[str, ...] = ()
