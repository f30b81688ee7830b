"""Clips onto a track: files from the bin, other documents, plain colours."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import Mode, checked, editable, make_room, span, tidy
from editor.commands.video.tracks import new_track
from editor.display.timeline import timeline_of, tracks_of
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.record import DocumentRecord
from editor.model.values import RecordId
from editor.model.video import ZERO, Clip, ColorSource, MediaFacts, MediaItem, MediaSource, Source, Track
from render.color import BLACK, Color

STILL_SECONDS = Fraction(5)


@command("video.add_clip", label="Add clip")
def add_clip(
    project: Project,
    *,
    track: RecordId,
    item: RecordId,
    start: Fraction,
    source_start: Fraction = ZERO,
    duration: Fraction | None = None,
    mode: Mode = "overwrite",
    with_sound: bool = True,
) -> str:
    """Put an item of the bin on a track; its sound goes, linked, to a sound track. Returns the clip's id.

        overwrite  [ A      ][ B ]  +  [new]  →  [ A ][new][B]
        insert     [ A      ][ B ]  +  [new]  →  [ A ][new][ A ][ B ]
    """
    found = editable(project, track)
    timeline = timeline_of(project, found.id)
    media = project.find(item, MediaItem)
    if media.parent != timeline.id:
        raise ExpectedError(tr("This file is in the bin of another timeline."))
    _check_kind(found, media.facts)
    length = _length(media.facts, checked(source_start), duration)
    begin, length = span(timeline, start, length)
    tracks = [found.id]
    if with_sound and found.media == "video" and media.facts.has_audio:
        tracks.append(_sound_track(project, timeline.id, found))
    link = project.new_id() if len(tracks) > 1 else ""
    keys = []
    for key in tracks:
        made = Clip(
            id=project.new_id(), name=media.name, source=MediaSource(item=media.id), start=begin,
            duration=length, source_start=checked(source_start), link=link,
        )
        keys.append(_place(project, key, made, mode))
    tidy(project, timeline.id)
    return keys[0]


@command("video.add_embed", label="Add document to timeline")
def add_embed(
    project: Project,
    *,
    track: RecordId,
    document: RecordId,
    start: Fraction,
    duration: Fraction = STILL_SECONDS,
    part: str | None = None,
    mode: Mode = "overwrite",
) -> str:
    """Show another document (an image, a page, a scene, a timeline) as a clip; returns the clip's id."""
    shown = project.find(document, DocumentRecord)
    return _add_picture(project, track, shown.name, Embed(document=document, part=part), start, duration, mode)


@command("video.add_color", label="Add colour clip")
def add_color(
    project: Project,
    *,
    track: RecordId,
    start: Fraction,
    duration: Fraction = STILL_SECONDS,
    color: Color = BLACK,
    mode: Mode = "overwrite",
) -> str:
    """A clip of one colour over the whole frame; returns its id."""
    return _add_picture(project, track, tr("Colour"), ColorSource(color=color), start, duration, mode)


def _add_picture(
    project: Project, track: str, name: str, source: Source, start: Fraction, duration: Fraction, mode: Mode
) -> str:
    found = editable(project, track)
    if found.media != "video":
        raise ExpectedError(tr("A picture needs a video track; {name} is of another kind.", name=found.name))
    timeline = timeline_of(project, found.id)
    begin, length = span(timeline, start, duration)
    made = Clip(id=project.new_id(), name=name, source=source, start=begin, duration=length)
    key = _place(project, found.id, made, mode)
    tidy(project, timeline.id)
    return key


def _place(project: Project, track: str, clip: Clip, mode: Mode) -> str:
    make_room(project, track, clip.start, clip.end, mode)
    project.put(msgspec.structs.replace(clip, parent=track, order=project.order_at_end(track)[0]))
    return clip.id


def _check_kind(track: Track, facts: MediaFacts) -> None:
    if track.media == "caption":
        raise ExpectedError(tr("A caption track holds text only."))
    if track.media == "video" and not (facts.has_video or facts.still):
        raise ExpectedError(tr("{name} has no picture.", name=facts.name), tr("Put it on a sound track."))
    if track.media == "audio" and not facts.has_audio:
        raise ExpectedError(tr("{name} has no sound.", name=facts.name), tr("Put it on a video track."))


def _length(facts: MediaFacts, source_start: Fraction, duration: Fraction | None) -> Fraction:
    if duration is not None:
        return duration
    if facts.still:
        return STILL_SECONDS
    if source_start >= facts.duration > 0:
        raise ExpectedError(tr("{name} ends before that point.", name=facts.name))
    return facts.duration - source_start if facts.duration else STILL_SECONDS


def _sound_track(project: Project, document: str, track: Track) -> str:
    """The sound track with the same number as the picture track, else the first that is not locked, else a new one."""
    pictures, sounds = tracks_of(project, document, "video"), tracks_of(project, document, "audio")
    number = next(place for place, other in enumerate(pictures) if other.id == track.id)
    if number < len(sounds) and not sounds[number].locked:
        return sounds[number].id
    free = next((sound.id for sound in sounds if not sound.locked), None)
    return free or new_track(project, document, "audio")
