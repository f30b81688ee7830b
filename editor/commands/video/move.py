"""Moving clips along the timeline and between tracks."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import Mode, checked, editable, editable_items, make_room, shifted, tidy
from editor.display.timeline import timeline_of, track_of, tracks_of
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import LATEST, TrackItem, VideoDocument


@command("video.move_clips", label="Move clips")
def move_clips(
    project: Project,
    *,
    clips: tuple[RecordId, ...],
    delta: Fraction,
    track_offset: int = 0,
    mode: Mode = "overwrite",
    linked: bool = True,
) -> None:
    """Move clips or captions by `delta` seconds, and by whole tracks among those of their kind.

    The first one lands on a frame; nothing goes before 0 or past the outermost track. Where they land:

        overwrite  [ A ][  B  ][ C ]  move A onto B  →       [ A ][B][ C ]
        insert     [ A ][  B  ][ C ]  move C onto A  →  [ C ][ A ][  B  ]
    """
    items = editable_items(project, clips, linked)
    timeline = timeline_of(project, items[0].id)
    if any(timeline_of(project, item.id).id != timeline.id for item in items):
        raise ExpectedError(tr("These clips belong to different timelines."))
    step = _step(timeline, items, delta)
    targets = _targets(project, timeline.id, items, track_offset)
    keep = {item.id for item in items}
    moved = [shifted(item, step) for item in items]
    for track in dict.fromkeys(targets.values()):
        editable(project, track)
        landing = [item for item in moved if targets[item.id] == track]
        if mode == "insert":
            start, end = min(item.start for item in landing), max(item.end for item in landing)
            make_room(project, track, start, end, "insert", keep)
        for item in landing:
            make_room(project, track, item.start, item.end, "overwrite", keep)
    for item in moved:
        track = targets[item.id]
        order = item.order if item.parent == track else project.order_at_end(track)[0]
        project.put(msgspec.structs.replace(item, parent=track, order=order))
    tidy(project, timeline.id)


def _step(timeline: VideoDocument, items: list[TrackItem], delta: Fraction) -> Fraction:
    """The shift that puts the first item on a frame and keeps all of them on the timeline."""
    if abs(delta) > LATEST:
        checked(delta)
    earliest = min(item.start for item in items)
    latest = max(item.end for item in items)
    step = timeline.snap(items[0].start + delta.limit_denominator(10**9)) - items[0].start
    if latest + step > LATEST:
        checked(latest + step)
    return max(step, -earliest)


def _targets(project: Project, document: str, items: list[TrackItem], offset: int) -> dict[str, str]:
    """Which track each item lands on: those of the first item's kind move by `offset` tracks, as far as all can."""
    media = track_of(project, items[0]).media
    tracks = [track.id for track in tracks_of(project, document, media)]
    places = {item.id: tracks.index(item.parent) for item in items if item.parent in tracks}
    offset = max(-min(places.values()), min(len(tracks) - 1 - max(places.values()), offset))
    return {
        item.id: tracks[places[item.id] + offset] if item.id in places else item.parent or "" for item in items
    }
