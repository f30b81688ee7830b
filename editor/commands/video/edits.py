"""The parts that timeline edits are made of: cutting items, clearing a stretch, shifting what follows, keeping order.

Nothing here is a command; every function writes through the open transaction.
"""

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Literal, TypeVar

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.notes import hand_down
from editor.display.timeline import item_of, items_on, partners_of, timeline_of, tracks_of, transitions_on
from editor.document.project import Project
from editor.model.provenance import Provenance
from editor.model.video import LATEST, ZERO, Clip, Track, TrackItem, Transition, VideoDocument

Mode = Literal["overwrite", "insert"]
FINEST = 10**9
I = TypeVar("I", bound=TrackItem)  # noqa: E741  (an item)


def checked(time: Fraction) -> Fraction:
    """A time on the timeline. Raises ExpectedError outside 0 to 100 hours."""
    if not ZERO <= time <= LATEST:
        raise ExpectedError(tr("This time lies outside the timeline, which runs from 0 to 100 hours."))
    return time.limit_denominator(FINEST)


def snapped(document: VideoDocument, time: Fraction) -> Fraction:
    """The nearest frame boundary to a time on the timeline."""
    return document.snap(checked(time))


def snapped_length(document: VideoDocument, length: Fraction) -> Fraction:
    """Whole frames, at least one."""
    return max(document.frame, snapped(document, length))


def span(document: VideoDocument, start: Fraction, length: Fraction) -> tuple[Fraction, Fraction]:
    """Start and length on whole frames. Raises ExpectedError when they leave the timeline or there is no length."""
    if length <= 0:
        raise ExpectedError(tr("A clip or caption must last at least one frame."))
    begin, whole = snapped(document, start), snapped_length(document, length)
    checked(begin + whole)
    return begin, whole


def editable(project: Project, track: str) -> Track:
    """The track, unless it is locked. Raises ExpectedError then."""
    found = project.find(track, Track)
    if found.locked:
        raise ExpectedError(tr("Track {name} is locked.", name=found.name), tr("Unlock it to edit what lies on it."))
    return found


def editable_items(project: Project, keys: Iterable[str], linked: bool) -> list[TrackItem]:
    """The items named, and with `linked` their partners on tracks that are not locked. Each once, in order."""
    found: dict[str, TrackItem] = {}
    for key in keys:
        item = item_of(project, key)
        editable(project, item.parent or "")
        found[key] = item
    if linked:
        for item in list(found.values()):
            for partner in partners_of(project, item):
                if not project.find(partner.parent or "", Track).locked:
                    found.setdefault(partner.id, partner)
    if not found:
        raise ExpectedError(tr("No clip was named."), tr("Select a clip first."))
    return list(found.values())


# One item


def cut_head(item: I, time: Fraction) -> I:
    """The item beginning at `time`, which may be earlier or later; its end and what it shows when stay."""
    delta = time - item.start
    changed = msgspec.structs.replace(item, start=time, duration=item.duration - delta)
    if isinstance(changed, Clip):
        changed = msgspec.structs.replace(
            changed,
            source_start=changed.source_start + delta * changed.speed,
            opacity_keys=tuple(_key_shifted(key, -delta) for key in changed.opacity_keys),
            placement_keys=tuple(_key_shifted(key, -delta) for key in changed.placement_keys),
        )
    return _with_fitting_fades(changed)


def cut_tail(item: I, time: Fraction) -> I:
    """The item ending at `time`."""
    return _with_fitting_fades(msgspec.structs.replace(item, duration=time - item.start))


def shifted(item: I, delta: Fraction) -> I:
    """The item later by `delta`. Raises ExpectedError when it would leave the timeline."""
    checked(item.start + delta)
    checked(item.end + delta)
    return msgspec.structs.replace(item, start=item.start + delta)


K = TypeVar("K", bound=msgspec.Struct)


def _key_shifted(key: K, delta: Fraction) -> K:
    return msgspec.structs.replace(key, time=key.time + delta)  # type: ignore[attr-defined]


def _with_fitting_fades(item: I) -> I:
    if not isinstance(item, Clip) or item.fade_in + item.fade_out <= item.duration:
        return item
    fade_in = min(item.fade_in, item.duration)
    return msgspec.structs.replace(item, fade_in=fade_in, fade_out=min(item.fade_out, item.duration - fade_in))


# One track


def split_item(project: Project, item: TrackItem, time: Fraction, link: str = "") -> str:
    """Cut in two at `time`, which lies inside; returns the id of the right part. A dissolve at the end follows it."""
    right = msgspec.structs.replace(
        cut_head(item, time), id=project.new_id(), order=project.order_at_end(item.parent)[0]
    )
    left = cut_tail(item, time)
    if isinstance(right, Clip) and isinstance(left, Clip):
        right = msgspec.structs.replace(right, link=link, fade_in=ZERO)
        left = msgspec.structs.replace(left, fade_out=ZERO)
    project.put(left)
    project.put(right)
    hand_down(project, project.children(item.id, Provenance), right.id)
    for transition in transitions_on(project, item.parent or ""):
        if transition.before == item.id:
            project.put(msgspec.structs.replace(transition, before=right.id))
    return right.id


def clear(project: Project, track: str, start: Fraction, end: Fraction, keep: Collection[str] = ()) -> None:
    """Make a stretch of a track empty: whole items go, others are cut back, one around the stretch is cut in two.

        before   [ A      ][ B ][    C   ]
        stretch        |----------|
        after    [ A  ]            [  C  ]
    """
    for item in items_on(project, track):
        if item.id in keep or item.end <= start or item.start >= end:
            continue
        if item.start < start and item.end > end:
            split_item(project, item, end)
            project.put(cut_tail(item_of(project, item.id), start))
        elif item.start < start:
            project.put(cut_tail(item, start))
        elif item.end > end:
            project.put(cut_head(item, end))
        else:
            project.delete(item.id)


def shift_from(
    project: Project, track: str, time: Fraction, delta: Fraction, keep: Collection[str] = ()
) -> None:
    """Move every item that begins at `time` or later. Raises ExpectedError when one would leave the timeline."""
    for item in items_on(project, track):
        if item.start >= time and item.id not in keep:
            project.put(shifted(item, delta))


def open_gap(project: Project, track: str, time: Fraction, length: Fraction, keep: Collection[str] = ()) -> None:
    """Push everything from `time` on to the right, cutting in two what lies across.

        before   [ A ][    B    ][ C ]
        at               |
        after    [ A ][B ]      [ B ][ C ]
    """
    for item in items_on(project, track):
        if item.start < time < item.end and item.id not in keep:
            split_item(project, item, time)
    shift_from(project, track, time, length, keep)


def make_room(
    project: Project, track: str, start: Fraction, end: Fraction, mode: Mode, keep: Collection[str] = ()
) -> None:
    """Empty the stretch by clearing it ("overwrite") or by pushing what is there to the right ("insert")."""
    if mode == "insert":
        open_gap(project, track, start, end - start, keep)
    else:
        clear(project, track, start, end, keep)


# Dissolves


def tidy(project: Project, key: str) -> None:
    """Drop dissolves whose clips no longer meet, and shorten those that reach beyond their clips, in the document."""
    for track in tracks_of(project, timeline_of(project, key).id):
        transitions = transitions_on(project, track.id)
        if transitions:
            _tidy_track(project, track.id, transitions)


def _tidy_track(project: Project, track: str, transitions: list[Transition]) -> None:
    used: dict[str, Fraction] = {}
    for transition in sorted(transitions, key=lambda item: (_cut(project, item), item.id)):
        before, after = project.get(transition.before), project.get(transition.after)
        meets = (
            isinstance(before, Clip) and isinstance(after, Clip)
            and before.parent == track and after.parent == track and before.end == after.start
        )
        if not meets:
            project.delete(transition.id)
            continue
        assert isinstance(before, Clip)
        assert isinstance(after, Clip)
        in_offset = min(transition.in_offset, before.duration - used.get(before.id, ZERO))
        out_offset = min(transition.out_offset, after.duration)
        if in_offset + out_offset <= 0 or in_offset < 0:
            project.delete(transition.id)
            continue
        used[after.id] = out_offset
        if (in_offset, out_offset) != (transition.in_offset, transition.out_offset):
            project.put(msgspec.structs.replace(transition, in_offset=in_offset, out_offset=out_offset))


def _cut(project: Project, transition: Transition) -> Fraction:
    after = project.get(transition.after)
    return after.start if isinstance(after, Clip) else ZERO
