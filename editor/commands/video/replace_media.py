"""Another file under a clip, in the same place."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.clips import editable_clips
from editor.commands.video.edits import tidy
from editor.display.timeline import timeline_of, track_of
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import ZERO, MediaItem, MediaSource


@command("video.replace_media", label="Replace media")
def replace_media(
    project: Project, *, clips: tuple[RecordId, ...], item: RecordId, offset: Fraction = ZERO
) -> None:
    """Let clips show another file of the bin, in step: its second 0 is the old file's second `offset`.

        before   [ A 5s.. ]        offset 4
        after    [ B 1s.. ]
    """
    media = project.find(item, MediaItem)
    offset = offset.limit_denominator(10**9)
    found = editable_clips(project, clips)
    for clip in found:
        if timeline_of(project, clip.id).id != media.parent:
            raise ExpectedError(tr("This file is in the bin of another timeline."))
        wanted = track_of(project, clip).media
        if (wanted == "audio" and not media.facts.has_audio) or (
            wanted == "video" and not (media.facts.has_video or media.facts.still)
        ):
            raise ExpectedError(tr("{name} does not fit this track.", name=media.name))
        start = clip.source_start - offset
        if start < 0:
            raise ExpectedError(tr("{name} begins after this clip does.", name=media.name))
        project.put(msgspec.structs.replace(clip, source=MediaSource(item=media.id), source_start=start))
    tidy(project, found[0].id)
