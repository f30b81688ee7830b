"""New timelines, and the files in their bin."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.display.timeline import timeline_of
from editor.document.project import Project
from editor.model.origin import Origin
from editor.model.values import RecordId
from editor.model.video import ZERO, MediaFacts, MediaItem, PixelCount, Track, TrackKind, VideoDocument

FIRST_TRACKS: tuple[tuple[TrackKind, str], ...] = (("video", "V1"), ("video", "V2"), ("audio", "A1"), ("audio", "A2"))


@command("video.new_document", label="New timeline")
def new_document(
    project: Project,
    *,
    name: str = "Timeline",
    width: PixelCount = 1920,
    height: PixelCount = 1080,
    rate: Fraction = Fraction(25),
) -> str:
    """Make a timeline with two picture and two sound tracks; returns its id."""
    if not 1 <= rate <= 1000 or rate.denominator > 100_000:
        raise ExpectedError(tr("The frame rate must lie between 1 and 1000 frames a second."))
    key = project.new_id()
    project.put(
        VideoDocument(
            id=key, order=project.order_at_end(None)[0], name=name.strip() or "Timeline",
            width=width, height=height, rate=rate,
        )
    )
    for (media, track_name), order in zip(
        FIRST_TRACKS, project.order_at_end(key, len(FIRST_TRACKS)), strict=True
    ):
        project.put(Track(id=project.new_id(), parent=key, order=order, media=media, name=track_name))
    return key


@command("video.set_size", label="Change frame size")
def set_size(project: Project, *, document: RecordId, width: PixelCount, height: PixelCount) -> None:
    """Change the picture's size in pixels; clips are fitted anew."""
    item = project.find(document, VideoDocument)
    project.put(msgspec.structs.replace(item, width=width, height=height))


@command("video.import_media", label="Import media")
def import_media(project: Project, *, document: RecordId, facts: MediaFacts, linked: bool = False) -> str:
    """Put a file into the timeline's bin; the same file again is the same item. Returns the item's id.

    A live link that follows its file (linked) is an item beside the one that stays as it is."""
    timeline = project.find(document, VideoDocument)
    if facts.duration < 0 or facts.rate < 0 or facts.width < 0 or facts.height < 0:
        raise ExpectedError(tr("These facts about a media file make no sense."))
    if not (facts.has_video or facts.has_audio or facts.still):
        raise ExpectedError(tr("{name} has neither picture nor sound.", name=facts.name))
    for item in project.children(timeline.id, MediaItem):
        if item.facts.media == facts.media and _follows_its_file(project, item) == linked:
            return item.id
    key = project.new_id()
    facts = msgspec.structs.replace(facts, duration=max(ZERO, facts.duration).limit_denominator(10**9))
    order = project.order_at_end(timeline.id)[0]
    project.put(MediaItem(id=key, parent=timeline.id, order=order, name=facts.name, facts=facts))
    return key


def _follows_its_file(project: Project, item: MediaItem) -> bool:
    return any(note.linked for note in project.children(item.id, Origin))


@command("video.remove_media", label="Remove from bin")
def remove_media(project: Project, *, item: RecordId) -> None:
    """Take a file out of the bin; clips that show it become placeholders. The file itself is not touched."""
    found = project.find(item, MediaItem)
    timeline_of(project, found.id)
    project.delete(found.id)
