"""The engine of the video family: from records to the plan of a frame."""

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from operator import is_

from editor.base.translation import tr
from editor.display.cache import PixelCache
from editor.display.engine import DrawContext
from editor.display.lookups import Lookups
from editor.display.timeline import tracks_of
from editor.display.video.animate import dissolve_share, opacity_at, placement_at, placing_map
from editor.display.video.drawing import Layer, Stack, Text, VideoDrawing
from editor.display.video.media import MediaPool, file_lookup
from editor.display.video.pictures import (
    ColorPicture,
    DocumentPicture,
    FilmPicture,
    GradedPicture,
    MissingPicture,
)
from editor.document.change import Change
from editor.model.embed import Embed
from editor.model.record import Record
from editor.model.video import (
    ZERO,
    Caption,
    Clip,
    ColorSource,
    MediaItem,
    Track,
    Transition,
    VideoDocument,
)
from render.geometry import Rect
from render.video.compose import Picture

PICTURE_CACHE_BYTES = 128 << 20


@dataclass(frozen=True)
class Dissolve:
    """A transition with the clips it joins and the time of the cut."""

    transition: Transition
    before: Clip
    after: Clip

    @property
    def start(self) -> Fraction:
        return self.after.start - self.transition.in_offset

    @property
    def end(self) -> Fraction:
        return self.after.start + self.transition.out_offset


@dataclass(frozen=True)
class Lane:
    """What lies on one track, sorted. `records` are the very objects that it was made from."""

    records: tuple[Record, ...]
    items: tuple[Clip | Caption, ...]
    starts: tuple[Fraction, ...]
    dissolves: tuple[Dissolve, ...]

    def item_at(self, time: Fraction) -> Clip | Caption | None:
        place = bisect_right(self.starts, time) - 1
        return self.items[place] if place >= 0 and time < self.items[place].end else None

    def dissolve_at(self, time: Fraction) -> Dissolve | None:
        return next((found for found in self.dissolves if found.start <= time < found.end), None)


class VideoEngine:
    """One for each Display. Keeps sorted lanes by identity of their records, and open files."""

    def __init__(self, context: DrawContext) -> None:
        self.context = context
        self.pool = MediaPool(file_lookup(context.project))
        self.cache = PixelCache(PICTURE_CACHE_BYTES)
        self.lookups = Lookups(context.project)
        self._lanes: dict[str, Lane] = {}

    def parts(self, document: str) -> tuple[str, ...]:
        return ()

    def damage(self, document: str, change: Change) -> Rect | None:
        return None

    def prepare(self, document: str, part: str | None, time: Fraction | None) -> VideoDrawing:
        """The frame that shows at `time` (None: the first)."""
        timeline = self.context.project.find(document, VideoDocument)
        at = max(ZERO, time if time is not None else ZERO)
        stacks: list[Stack] = []
        texts: list[Text] = []
        for track in tracks_of(self.context.project, document):
            if track.hidden or track.media == "audio":
                continue
            lane = self.lane(track)
            if track.media == "caption":
                item = lane.item_at(at)
                if isinstance(item, Caption) and item.text.strip():
                    texts.append(Text(item))
            elif stack := self._stack(timeline, lane, at):
                stacks.append(stack)
        return VideoDrawing(
            size=(float(timeline.width), float(timeline.height)),
            background=timeline.background,
            stacks=tuple(stacks),
            texts=tuple(texts),
            resources=self.context.resources,
        )

    def lane(self, track: Track) -> Lane:
        """The sorted content of a track; the same object as long as nothing on it changed."""
        records = self.context.project.records
        found = tuple(map(records.__getitem__, self.context.project.index.children(track.id)))
        known = self._lanes.get(track.id)
        if known is not None and len(known.records) == len(found) and all(map(is_, known.records, found)):
            return known
        items = sorted(
            (item for item in found if isinstance(item, Clip | Caption)), key=lambda item: (item.start, item.id)
        )
        dissolves = [
            Dissolve(item, before, after)
            for item in found
            if isinstance(item, Transition)
            and isinstance(before := records.get(item.before), Clip)
            and isinstance(after := records.get(item.after), Clip)
        ]
        lane = Lane(found, tuple(items), tuple(item.start for item in items), tuple(dissolves))
        self._lanes[track.id] = lane
        return lane

    def _stack(self, timeline: VideoDocument, lane: Lane, time: Fraction) -> Stack:
        found = lane.dissolve_at(time)
        if found is None:
            item = lane.item_at(time)
            return (self._layer(timeline, item, time, 1.0),) if isinstance(item, Clip) and item.enabled else ()
        share = dissolve_share(found.transition, found.after.start, time, timeline.frame)
        sides = ((found.before, 1.0 - share), (found.after, share))
        return tuple(self._layer(timeline, clip, time, part) for clip, part in sides if clip.enabled)

    def _layer(self, timeline: VideoDocument, clip: Clip, time: Fraction, share: float) -> Layer:
        picture = self._graded(clip, self.picture(timeline, clip, clip.source_time(time)))
        inside = min(max(time, clip.start), clip.end - timeline.frame)
        place = placing_map(placement_at(clip, inside), picture.size, timeline)
        return Layer(picture, place, opacity_at(clip, inside) if share == 1.0 else _base_opacity(clip, inside), share)

    def _graded(self, clip: Clip, picture: Picture) -> Picture:
        """Through the clip's color lookup, if it has one."""
        if clip.lookup is None or clip.lookup_strength <= 0 or isinstance(picture, MissingPicture):
            return picture
        table = self.lookups.find(clip.lookup.table)
        if table is None:
            return MissingPicture(clip.name, tr("Its color lookup is damaged."), picture.size)
        return GradedPicture(picture, table, clip.lookup_strength, self.cache)

    def picture(self, timeline: VideoDocument, clip: Clip, time: Fraction) -> Picture:
        """What a clip shows at a time of its source."""
        frame = (float(timeline.width), float(timeline.height))
        source = clip.source
        if isinstance(source, ColorSource):
            return ColorPicture(source.color, frame)
        if isinstance(source, Embed):
            return DocumentPicture(self.context.embedded(source, max(ZERO, time)), self.cache)
        item = self.context.project.get(source.item)
        if not isinstance(item, MediaItem):
            return MissingPicture(clip.name, tr("This clip's file was removed from the bin."), frame)
        facts = item.facts
        size = (float(facts.width), float(facts.height)) if facts.width and facts.height else frame
        if facts.rate > 0 and not facts.still:
            time = Fraction((time * facts.rate + Fraction(1, 1000)).__floor__()) / facts.rate
        return FilmPicture(facts.media, clip.name, time, size, self.pool.state(facts.media), self.pool, self.cache)


def _base_opacity(clip: Clip, time: Fraction) -> float:
    """Inside a dissolve the clip's own fades rest."""
    from msgspec.structs import replace

    return opacity_at(replace(clip, fade_in=ZERO, fade_out=ZERO), time)
