"""Cutting clips in two."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import editable_items, snapped, split_item, tidy
from editor.display.timeline import items_on, timeline_of, tracks_of
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import Clip, TrackItem, VideoDocument


@command("video.split_clip", label="Split clip")
def split_clip(project: Project, *, clip: RecordId, time: Fraction, linked: bool = True) -> str:
    """Cut a clip or caption, and its partners, in two at `time`; returns the id of the right part.

        before   [     A     ]
        at             |
        after    [  A  ][  A' ]     A' shows what A would have shown
    """
    items = editable_items(project, (clip,), linked)
    timeline = timeline_of(project, clip)
    at = snapped(timeline, time)
    if not items[0].start < at < items[0].end:
        raise ExpectedError(tr("There is nothing to split at this point."), tr("Move the playhead over the clip."))
    right = _split(project, [item for item in items if item.start < at < item.end], at)
    tidy(project, timeline.id)
    return right[0]


@command("video.split_at", label="Split at playhead")
def split_at(project: Project, *, document: RecordId, time: Fraction) -> tuple[str, ...]:
    """Cut everything on tracks that are not locked at `time`; returns the ids of the right parts."""
    timeline = project.find(document, VideoDocument)
    at = snapped(timeline, time)
    crossing = [
        item
        for track in tracks_of(project, timeline.id) if not track.locked
        for item in items_on(project, track.id) if item.start < at < item.end
    ]
    if not crossing:
        raise ExpectedError(tr("There is nothing to split at this point."), tr("Move the playhead over a clip."))
    right = _split(project, crossing, at)
    tidy(project, timeline.id)
    return tuple(right)


def _split(project: Project, items: list[TrackItem], at: Fraction) -> list[str]:
    """Split each; right parts of clips that were linked are linked anew."""
    links: dict[str, str] = {}
    found = []
    for item in items:
        link = item.link if isinstance(item, Clip) else ""
        if link and link not in links:
            links[link] = project.new_id()
        found.append(split_item(project, item, at, links.get(link, "")))
    counts = {new: sum(isinstance(item, Clip) and item.link == old for item in items) for old, new in links.items()}
    for key in found:
        right = project.get(key)
        if isinstance(right, Clip) and right.link and counts.get(right.link, 0) < 2:
            project.put(msgspec.structs.replace(right, link=""))
    return found
