"""Captions: text on caption tracks."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import clear, editable, span
from editor.commands.video.tracks import new_track
from editor.display.timeline import timeline_of, tracks_of
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import Caption, CaptionStyle, Track, VideoDocument

LONGEST_TEXT = 10_000
PLAIN = CaptionStyle()


@command("video.add_caption", label="Add caption")
def add_caption(
    project: Project,
    *,
    document: RecordId,
    start: Fraction,
    duration: Fraction = Fraction(3),
    text: str = "",
    track: RecordId | None = None,
    style: CaptionStyle = PLAIN,
) -> str:
    """Put a caption on a caption track (made when there is none), over what was there; returns its id."""
    timeline = project.find(document, VideoDocument)
    place = _caption_track(project, timeline.id, track)
    begin, length = span(timeline, start, duration)
    clear(project, place, begin, begin + length)
    key = project.new_id()
    order = project.order_at_end(place)[0]
    project.put(
        Caption(
            id=key, parent=place, order=order, start=begin, duration=length, text=checked_text(text), style=style
        )
    )
    return key


@command("video.edit_caption", label="Edit caption")
def edit_caption(
    project: Project, *, caption: RecordId, text: str | None = None, style: CaptionStyle | None = None
) -> None:
    """Change a caption's text or look."""
    found = project.find(caption, Caption)
    editable(project, found.parent or "")
    changed = msgspec.structs.replace(
        found, text=found.text if text is None else checked_text(text), style=style or found.style
    )
    project.put(changed)


def checked_text(text: str) -> str:
    """Raises ExpectedError for more than anyone reads."""
    if len(text) > LONGEST_TEXT:
        raise ExpectedError(tr("A caption holds at most {count} letters.", count=LONGEST_TEXT))
    return text


def _caption_track(project: Project, document: str, track: str | None) -> str:
    if track is not None:
        found = editable(project, track)
        if found.media != "caption" or timeline_of(project, found.id).id != document:
            raise ExpectedError(tr("Captions need a caption track of the same timeline."))
        return found.id
    free: Track | None = next((item for item in tracks_of(project, document, "caption") if not item.locked), None)
    return free.id if free is not None else new_track(project, document, "caption")
