"""Markers: named points of the timeline."""

from fractions import Fraction

import msgspec

from editor.commands.registry import command
from editor.commands.video.edits import checked, snapped
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import ZERO, Marker, VideoDocument
from render.color import Color

ORANGE = Color(0.95, 0.55, 0.2)


@command("video.set_marker", label="Set marker")
def set_marker(
    project: Project,
    *,
    document: RecordId,
    time: Fraction,
    duration: Fraction = ZERO,
    name: str = "",
    comment: str = "",
    color: Color = ORANGE,
) -> str:
    """Set a marker at a frame; one that is already there is changed. Returns its id."""
    timeline = project.find(document, VideoDocument)
    at = snapped(timeline, time)
    length = min(timeline.snap(checked(duration)), checked(at + checked(duration)) - at)
    there = next((item for item in project.children(timeline.id, Marker) if item.time == at), None)
    if there is not None:
        project.put(msgspec.structs.replace(there, duration=length, name=name, comment=comment, color=color))
        return there.id
    key = project.new_id()
    order = project.order_at_end(timeline.id)[0]
    project.put(
        Marker(
            id=key, parent=timeline.id, order=order, time=at, duration=length, name=name, comment=comment, color=color
        )
    )
    return key


@command("video.delete_marker", label="Delete marker")
def delete_marker(project: Project, *, marker: RecordId) -> None:
    """Remove a marker."""
    project.delete(project.find(marker, Marker).id)
