"""Tracks: add, remove, reorder, and their switches."""

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import editable
from editor.display.timeline import timeline_of, tracks_of
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import Gain, Pan, Track, TrackKind, VideoDocument

LETTERS = {"video": "V", "audio": "A", "caption": "C"}
MOST_TRACKS = 200


@command("video.add_track", label="Add track")
def add_track(project: Project, *, document: RecordId, media: TrackKind = "video", name: str = "") -> str:
    """Add a track above (picture) or below (sound) those of its kind; returns its id."""
    timeline = project.find(document, VideoDocument)
    return new_track(project, timeline.id, media, name)


def new_track(project: Project, document: str, media: TrackKind, name: str = "") -> str:
    """Put a track at the end of the list; the name counts on by itself."""
    tracks = tracks_of(project, document)
    if len(tracks) >= MOST_TRACKS:
        raise ExpectedError(tr("A timeline holds at most {count} tracks.", count=MOST_TRACKS))
    number = 1 + sum(track.media == media for track in tracks)
    key = project.new_id()
    order = project.order_at_end(document)[0]
    named = name.strip() or f"{LETTERS[media]}{number}"
    project.put(Track(id=key, parent=document, order=order, media=media, name=named))
    return key


@command("video.remove_track", label="Remove track")
def remove_track(project: Project, *, track: RecordId) -> None:
    """Remove a track and everything on it."""
    project.delete(editable(project, track).id)


@command("video.set_track", label="Change track")
def set_track(
    project: Project,
    *,
    track: RecordId,
    name: str | None = None,
    hidden: bool | None = None,
    muted: bool | None = None,
    locked: bool | None = None,
    volume: Gain | None = None,
    pan: Pan | None = None,
) -> None:
    """Set what is given: name, hidden, muted, locked, volume, pan."""
    found = project.find(track, Track)
    given = {"hidden": hidden, "muted": muted, "locked": locked, "volume": volume, "pan": pan}
    changes: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    if name is not None and name.strip():
        changes["name"] = name.strip()
    project.put(msgspec.structs.replace(found, **changes))


@command("video.move_track", label="Move track")
def move_track(project: Project, *, track: RecordId, after: RecordId | None = None) -> None:
    """Put a track right after another in the list (None: first, at the bottom of the picture)."""
    found = project.find(track, Track)
    if after == track:
        return
    if after is not None and project.find(after, Track).parent != found.parent:
        raise ExpectedError(tr("These tracks belong to different timelines."))
    timeline_of(project, found.id)
    project.put(msgspec.structs.replace(found, order=project.order_after(found.parent, after)))
