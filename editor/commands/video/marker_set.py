"""Many markers at once, as what listens to a timeline brings them."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import checked
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import ZERO, Marker, VideoDocument
from render.color import Color

MOST_MARKERS = 100_000
ORANGE = Color(0.95, 0.55, 0.2)


class MarkedTime(msgspec.Struct, frozen=True, kw_only=True):
    """A point in seconds, or a span when `duration` is not 0."""

    time: Fraction
    duration: Fraction = ZERO
    name: str = ""
    color: Color = ORANGE


@command("video.set_markers", label="Set markers")
def set_markers(
    project: Project, *, document: RecordId, markers: tuple[MarkedTime, ...], comment: str = ""
) -> tuple[str, ...]:
    """Set markers at frames, and take away those that an earlier call set with the same comment.

    A marker that somebody else set on the same frame is left alone. Returns the ids of the new ones.
    """
    timeline = project.find(document, VideoDocument)
    if len(markers) > MOST_MARKERS:
        raise ExpectedError(tr("A timeline holds at most {count} markers.", count=MOST_MARKERS))
    taken: set[Fraction] = set()
    for there in project.children(timeline.id, Marker):
        if comment and there.comment == comment:
            project.delete(there.id)
        else:
            taken.add(there.time)
    wanted: dict[Fraction, tuple[Fraction, MarkedTime]] = {}
    for item in markers:
        at = timeline.snap(checked(item.time))
        end = timeline.snap(checked(item.time + checked(item.duration)))
        if at not in taken:
            wanted.setdefault(at, (max(ZERO, end - at), item))
    keys = []
    for at, order in zip(sorted(wanted), project.order_at_end(timeline.id, len(wanted)) if wanted else ()):
        length, item = wanted[at]
        keys.append(project.new_id())
        project.put(
            Marker(
                id=keys[-1], parent=timeline.id, order=order, time=at, duration=length, name=item.name,
                comment=comment, color=item.color,
            )
        )
    return tuple(keys)
