"""The video family: a timeline of tracks, clips, dissolves, captions and markers.

All times are exact seconds (`Fraction`). On a timeline, starts and lengths lie on whole frames of the document's rate;
commands see to that. Tracks are listed bottom first: a later video track covers an earlier one. Clips of one track do
not overlap; a transition reaches from one clip into the next without moving either.
"""

from fractions import Fraction
from typing import Annotated, Literal

import msgspec

from editor.model.embed import Embed
from editor.model.lookup import ColorLookup
from editor.model.record import DocumentRecord, Record, record
from editor.model.values import RecordId, Unit
from render.color import BLACK, WHITE, Color

TrackKind = Literal["video", "audio", "caption"]
Gain = Annotated[float, msgspec.Meta(ge=0.0, le=16.0)]
Pan = Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)]
PixelCount = Annotated[int, msgspec.Meta(ge=2, le=16384)]
Offset = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
Scale = Annotated[float, msgspec.Meta(ge=0.001, le=1000.0)]

ZERO = Fraction(0)
LATEST = Fraction(100 * 3600)
"""No time on a timeline lies beyond: a hundred hours."""


@record("video.document")
class VideoDocument(DocumentRecord, frozen=True, kw_only=True):
    """A timeline: picture size in pixels, frames and sound samples a second."""

    family = "video"

    width: PixelCount = 1920
    height: PixelCount = 1080
    rate: Fraction = Fraction(25)
    sample_rate: Annotated[int, msgspec.Meta(ge=8000, le=192000)] = 48000
    background: Color = BLACK

    def __post_init__(self) -> None:
        if not 1 <= self.rate <= 1000 or self.rate.denominator > 100_000:
            raise ValueError("the frame rate must lie between 1 and 1000")

    @property
    def frame(self) -> Fraction:
        """How long one frame lasts."""
        return 1 / self.rate

    def snap(self, time: Fraction) -> Fraction:
        """The nearest frame boundary; halfway goes up."""
        return Fraction((time * self.rate + Fraction(1, 2)).__floor__()) / self.rate


class MediaFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a media file was found to hold when it was imported: enough to edit while the file is away.

    `media` is the id of the project's media row, which knows the file. `rate` is 0 where frames are unevenly spaced.
    """

    media: str
    name: str
    duration: Fraction = ZERO
    width: int = 0
    height: int = 0
    rate: Fraction = ZERO
    has_video: bool = False
    has_audio: bool = False
    still: bool = False


@record("video.media")
class MediaItem(Record, frozen=True, kw_only=True):
    """An imported file in a document's bin. A child of the document."""

    name: str = ""
    facts: MediaFacts


@record("video.track")
class Track(Record, frozen=True, kw_only=True):
    """A child of the document. `hidden` is for pictures and captions, `muted` for sound; `locked` refuses edits."""

    media: TrackKind = "video"
    name: str = ""
    hidden: bool = False
    muted: bool = False
    locked: bool = False
    volume: Gain = 1.0
    pan: Pan = 0.0


class MediaSource(msgspec.Struct, frozen=True, kw_only=True, tag="media"):
    """A clip shows an item of the bin."""

    item: RecordId


class ColorSource(msgspec.Struct, frozen=True, kw_only=True, tag="color"):
    """A clip shows one colour."""

    color: Color = BLACK


Source = MediaSource | ColorSource | Embed


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a picture lies on the frame: its centre's offset from the frame's centre in document pixels, a factor on
    top of fitting inside the frame, and degrees clockwise."""

    x: Offset = 0.0
    y: Offset = 0.0
    scale: Scale = 1.0
    rotation: Annotated[float, msgspec.Meta(ge=-36000.0, le=36000.0)] = 0.0


class OpacityKey(msgspec.Struct, frozen=True, kw_only=True):
    """`time` counts from the clip's start; the value holds, or runs on a line, until the next key."""

    time: Fraction
    value: Unit
    hold: bool = False


class PlacementKey(msgspec.Struct, frozen=True, kw_only=True):
    """As OpacityKey, for the whole placement."""

    time: Fraction
    value: Placement
    hold: bool = False


@record("video.clip")
class Clip(Record, frozen=True, kw_only=True):
    """A child of a track: shows `source` from its time `source_start` on, at `start` for `duration`.

    Clips with the same `link` (picture and sound of one file) are edited together. Colours go through `lookup`, as much
    as `lookup_strength` says, before the picture is placed.
    """

    name: str = ""
    source: Source
    start: Fraction
    duration: Fraction
    source_start: Fraction = ZERO
    speed: Fraction = Fraction(1)
    enabled: bool = True
    link: str = ""
    opacity: Unit = 1.0
    placement: Placement = Placement()
    lookup: ColorLookup | None = None
    lookup_strength: Unit = 1.0
    opacity_keys: tuple[OpacityKey, ...] = ()
    placement_keys: tuple[PlacementKey, ...] = ()
    volume: Gain = 1.0
    pan: Pan = 0.0
    fade_in: Fraction = ZERO
    fade_out: Fraction = ZERO

    def __post_init__(self) -> None:
        if not (self.start >= 0 and self.duration > 0 and self.speed > 0 and self.end <= LATEST):
            raise ValueError("a clip's start, length and speed must be positive, and its end within a hundred hours")

    @property
    def end(self) -> Fraction:
        return self.start + self.duration

    def source_time(self, time: Fraction) -> Fraction:
        """The time inside the source that shows at timeline time `time`."""
        return self.source_start + (time - self.start) * self.speed


@record("video.transition")
class Transition(Record, frozen=True, kw_only=True):
    """A child of a track: the cut from clip `before` to clip `after` becomes a dissolve.

    As in OpenTimelineIO, it begins `in_offset` before the cut and ends `out_offset` after it.
    """

    before: RecordId
    after: RecordId
    in_offset: Fraction
    out_offset: Fraction

    def __post_init__(self) -> None:
        if not (self.in_offset >= 0 and self.out_offset >= 0 and self.in_offset + self.out_offset > 0):
            raise ValueError("a transition's offsets must not be negative, nor both nothing")


class CaptionStyle(msgspec.Struct, frozen=True, kw_only=True):
    """How a caption looks. `size` is the letter size and `margin` the distance from the edge, as parts of the frame's
    height."""

    family: str = "sans-serif"
    size: Annotated[float, msgspec.Meta(gt=0.0, le=1.0)] = 0.055
    color: Color = WHITE
    background: Color = Color(0.0, 0.0, 0.0, 0.55)
    align: Literal["left", "center", "right"] = "center"
    edge: Literal["top", "middle", "bottom"] = "bottom"
    margin: Unit = 0.06
    bold: bool = False
    italic: bool = False


@record("video.caption")
class Caption(Record, frozen=True, kw_only=True):
    """A child of a caption track: text shown from `start` for `duration`."""

    start: Fraction
    duration: Fraction
    text: str = ""
    style: CaptionStyle = CaptionStyle()

    def __post_init__(self) -> None:
        if not (self.start >= 0 and self.duration > 0 and self.end <= LATEST):
            raise ValueError("a caption's start and length must be positive, and its end within a hundred hours")

    @property
    def end(self) -> Fraction:
        return self.start + self.duration


@record("video.marker")
class Marker(Record, frozen=True, kw_only=True):
    """A child of the document: a named point, or a span when `duration` is not 0."""

    time: Fraction
    duration: Fraction = ZERO
    name: str = ""
    comment: str = ""
    color: Color = Color(0.95, 0.55, 0.2)

    def __post_init__(self) -> None:
        if not (self.time >= 0 and self.duration >= 0 and self.time + self.duration <= LATEST):
            raise ValueError("a marker must lie on the timeline")


TrackItem = Clip | Caption
