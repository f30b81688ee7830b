"""Reading a timeline: its tracks, what lies on them, where it ends. Writes nothing; commands and views ask here."""

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from editor.model.video import (
    ZERO,
    Caption,
    Clip,
    Marker,
    MediaFacts,
    MediaItem,
    MediaSource,
    Track,
    TrackItem,
    TrackKind,
    Transition,
    VideoDocument,
)


def timeline_of(project: Project, key: str) -> VideoDocument:
    """The video document that owns a record. Raises ExpectedError when there is none."""
    return project.find(project.index.root(key), VideoDocument)


def tracks_of(project: Project, document: str, media: TrackKind | None = None) -> list[Track]:
    """Tracks in order, the bottom one first."""
    return [track for track in project.children(document, Track) if media is None or track.media == media]


def items_on(project: Project, track: str) -> list[TrackItem]:
    """Clips and captions of a track by time."""
    records = project.records
    found = [
        item for key in project.index.children(track) if isinstance(item := records[key], Clip | Caption)
    ]
    return sorted(found, key=lambda item: (item.start, item.id))


def transitions_on(project: Project, track: str) -> list[Transition]:
    return project.children(track, Transition)


def markers_of(project: Project, document: str) -> list[Marker]:
    return sorted(project.children(document, Marker), key=lambda marker: (marker.time, marker.id))


def item_of(project: Project, key: str) -> TrackItem:
    """A clip or a caption. Raises ExpectedError when there is none of that id."""
    item = project.get(key)
    if not isinstance(item, Clip | Caption):
        raise ExpectedError(tr("This clip is no longer there."))
    return item


def track_of(project: Project, item: TrackItem | Transition) -> Track:
    return project.find(item.parent or "", Track)


def partners_of(project: Project, item: TrackItem) -> list[Clip]:
    """The other clips with the same link: the sound of a picture, the picture of a sound."""
    if not isinstance(item, Clip) or not item.link:
        return []
    return [
        other
        for track in tracks_of(project, project.index.root(item.id))
        for other in project.children(track.id, Clip)
        if other.link == item.link and other.id != item.id
    ]


def end_of(project: Project, document: str) -> Fraction:
    """Where the last clip or caption ends; 0 for an empty timeline."""
    ends = (item.end for track in tracks_of(project, document) for item in items_on(project, track.id))
    return max(ends, default=ZERO)


def item_at(items: list[TrackItem], time: Fraction) -> TrackItem | None:
    """What shows at `time` among items sorted by start."""
    place = bisect_right(items, time, key=lambda item: item.start) - 1
    return items[place] if place >= 0 and time < items[place].end else None


def facts_of(project: Project, clip: Clip) -> MediaFacts | None:
    """What is known of the file behind a clip; None for other sources or when the item was removed."""
    if isinstance(clip.source, MediaSource):
        item = project.get(clip.source.item)
        return item.facts if isinstance(item, MediaItem) else None
    return None


def edges_of(project: Project, document: str) -> Iterator[Fraction]:
    """Every time that dragging may snap to: starts and ends of items, and markers."""
    for track in tracks_of(project, document):
        for item in items_on(project, track.id):
            yield item.start
            yield item.end
    for marker in markers_of(project, document):
        yield marker.time
