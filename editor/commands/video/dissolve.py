"""Cross dissolves between two clips that meet."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import checked, editable, snapped, tidy
from editor.commands.video.trim import Edge
from editor.display.timeline import items_on, timeline_of, transitions_on
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import ZERO, Clip, Transition


@command("video.add_dissolve", label="Cross dissolve")
def add_dissolve(
    project: Project, *, clip: RecordId, edge: Edge = "tail", duration: Fraction = Fraction(1)
) -> str:
    """Dissolve from a clip into its neighbour, half before and half after the cut; returns the transition's id.

    Where the sources have no more material beyond the cut, their last or first frame is held. On sound tracks it is
    a cross fade of constant power.

        before   [  A  ][  B  ]
        after    [  A ][×][ B ]     neither clip moves
    """
    found = project.find(clip, Clip)
    editable(project, found.parent or "")
    timeline = timeline_of(project, found.id)
    before, after = _pair(project, found, edge)
    for old in transitions_on(project, found.parent or ""):
        if (old.before, old.after) == (before.id, after.id):
            project.delete(old.id)
    length = max(2 * timeline.frame, snapped(timeline, duration))
    half = timeline.snap(length / 2)
    key = project.new_id()
    order = project.order_at_end(found.parent)[0]
    project.put(
        Transition(
            id=key, parent=found.parent, order=order, before=before.id, after=after.id,
            in_offset=min(half, before.duration), out_offset=min(length - half, after.duration),
        )
    )
    tidy(project, timeline.id)
    if project.get(key) is None:
        raise ExpectedError(tr("There is no room for a dissolve: another one takes up the clip."))
    return key


@command("video.set_dissolve", label="Change dissolve")
def set_dissolve(project: Project, *, transition: RecordId, in_offset: Fraction, out_offset: Fraction) -> None:
    """Set how long before and after the cut a dissolve runs, as far as its clips reach."""
    found = project.find(transition, Transition)
    editable(project, found.parent or "")
    timeline = timeline_of(project, found.id)
    head, tail = timeline.snap(checked(in_offset)), timeline.snap(checked(out_offset))
    if head + tail <= 0:
        raise ExpectedError(tr("A dissolve must last at least one frame."))
    project.put(msgspec.structs.replace(found, in_offset=head, out_offset=tail))
    tidy(project, timeline.id)


def _pair(project: Project, clip: Clip, edge: Edge) -> tuple[Clip, Clip]:
    """The two clips that meet at that edge."""
    for other in items_on(project, clip.parent or ""):
        if isinstance(other, Clip) and edge == "tail" and other.start == clip.end:
            return clip, other
        if isinstance(other, Clip) and edge == "head" and other.end == clip.start > ZERO:
            return other, clip
    raise ExpectedError(
        tr("No other clip touches this one here."), tr("A dissolve joins two clips that meet without a gap.")
    )
