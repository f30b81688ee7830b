"""Taking clips away, with or without closing the hole."""

from fractions import Fraction

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import editable, editable_items, shift_from, snapped, tidy
from editor.display.timeline import items_on, timeline_of
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import ZERO, Marker, Transition


@command("video.delete_clips", label="Delete clips")
def delete_clips(project: Project, *, clips: tuple[RecordId, ...], linked: bool = True) -> None:
    """Remove clips, captions, dissolves or markers and leave the hole.

        before   [ A ][ B ][ C ]
        after    [ A ]     [ C ]
    """
    keys = _delete_others(project, clips)
    if keys:
        items = editable_items(project, keys, linked)
        timeline = timeline_of(project, items[0].id)
        for item in items:
            project.delete(item.id)
        tidy(project, timeline.id)
    _deselect(project)


@command("video.ripple_delete", label="Ripple delete")
def ripple_delete(project: Project, *, clips: tuple[RecordId, ...], linked: bool = True) -> None:
    """Remove clips or captions and close the hole on their tracks.

        before   [ A ][ B ][ C ]
        after    [ A ][ C ]
    """
    keys = _delete_others(project, clips)
    if keys:
        items = editable_items(project, keys, linked)
        timeline = timeline_of(project, items[0].id)
        for item in sorted(items, key=lambda item: item.start, reverse=True):
            project.delete(item.id)
            shift_from(project, item.parent or "", item.end, -item.duration)
        tidy(project, timeline.id)
    _deselect(project)


@command("video.close_gap", label="Close gap")
def close_gap(project: Project, *, track: RecordId, time: Fraction) -> None:
    """Pull what follows an empty stretch to its beginning.

        before   [ A ]     [ B ][ C ]
        at          |
        after    [ A ][ B ][ C ]
    """
    found = editable(project, track)
    timeline = timeline_of(project, found.id)
    at = snapped(timeline, time)
    items = items_on(project, found.id)
    if any(item.start <= at < item.end for item in items):
        raise ExpectedError(tr("There is no gap at this point."))
    before = max((item.end for item in items if item.end <= at), default=ZERO)
    after = min((item.start for item in items if item.start > at), default=None)
    if after is not None:
        shift_from(project, found.id, after, before - after)
        tidy(project, timeline.id)


def _delete_others(project: Project, keys: tuple[str, ...]) -> list[str]:
    """Delete the dissolves and markers among `keys`; returns the rest."""
    rest = []
    for key in keys:
        item = project.get(key)
        if isinstance(item, Transition):
            editable(project, item.parent or "")
            project.delete(key)
        elif isinstance(item, Marker):
            project.delete(key)
        else:
            rest.append(key)
    return rest


def _deselect(project: Project) -> None:
    project.select(tuple(key for key in project.selection if project.get(key) is not None))
