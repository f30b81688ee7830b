"""Many captions at once, as recognised speech brings them."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.captions import PLAIN, checked_text
from editor.commands.video.edits import checked
from editor.commands.video.tracks import new_track
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import Caption, CaptionStyle, VideoDocument

MOST_CAPTIONS = 100_000


class TimedText(msgspec.Struct, frozen=True, kw_only=True):
    """What is read from `start` for `duration`, in seconds."""

    start: Fraction
    duration: Fraction
    text: str


@command("video.add_captions", label="Add captions")
def add_captions(
    project: Project,
    *,
    document: RecordId,
    captions: tuple[TimedText, ...],
    name: str = "",
    style: CaptionStyle = PLAIN,
) -> str:
    """Put captions on a new caption track, on whole frames, each until the next at most; returns the track's id."""
    timeline = project.find(document, VideoDocument)
    if len(captions) > MOST_CAPTIONS:
        raise ExpectedError(tr("A caption track holds at most {count} captions.", count=MOST_CAPTIONS))
    placed = _placed(timeline, captions)
    track = new_track(project, timeline.id, "caption", name)
    for (start, end, text), order in zip(placed, project.order_at_end(track, len(placed)) if placed else ()):
        project.put(
            Caption(
                id=project.new_id(), parent=track, order=order, start=start, duration=end - start, text=text,
                style=style,
            )
        )
    return track


def _placed(timeline: VideoDocument, captions: tuple[TimedText, ...]) -> list[tuple[Fraction, Fraction, str]]:
    """Start, end and text on frames, in order, without overlap; those that begin on one frame follow each other."""
    placed: list[tuple[Fraction, Fraction, str]] = []
    for item in sorted(captions, key=lambda item: item.start):
        if item.duration <= 0:
            raise ExpectedError(tr("A clip or caption must last at least one frame."))
        start = timeline.snap(checked(item.start))
        end = timeline.snap(checked(item.start + item.duration))
        if placed:
            before, before_end, text = placed[-1]
            start = max(start, before + timeline.frame)
            placed[-1] = before, min(before_end, start), text
        placed.append((start, max(checked(end), checked(start + timeline.frame)), checked_text(item.text)))
    return placed
