"""Moving the head or the tail of a clip."""

from fractions import Fraction
from typing import Literal

from editor.commands.registry import command
from editor.commands.video.edits import cut_head, cut_tail, editable_items, shift_from, shifted, snapped, tidy
from editor.display.timeline import facts_of, item_of, items_on, timeline_of
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import LATEST, ZERO, Clip, TrackItem, VideoDocument

Edge = Literal["head", "tail"]


@command("video.trim_clip", label="Trim clip")
def trim_clip(
    project: Project,
    *,
    clip: RecordId,
    edge: Edge,
    time: Fraction,
    ripple: bool = False,
    linked: bool = True,
) -> None:
    """Move one edge of a clip to `time`, with the same edge of its partners. What it shows when stays in place.

    The edge stops at the neighbour, at the source's own beginning and end, and one frame before the other edge. With
    `ripple` the neighbours follow instead:

        tail         [ A    ]  [ B ]  →  [ A      ][ B ]   stops at B
        head         [ A    ]  [ B ]  →      [ A  ]  [ B ]
        tail ripple  [ A    ][ B ]    →  [ A  ][ B ]
        head ripple  [ A    ][ B ]    →  [ A  ][ B ]       A begins later in its source
    """
    first = item_of(project, clip)
    timeline = timeline_of(project, first.id)
    wanted = snapped(timeline, max(ZERO, time))
    items = [first, *(
        item for item in editable_items(project, (clip,), linked)
        if item.id != clip and _edge(item, edge) == _edge(first, edge)
    )]
    low, high = zip(*(_limits(project, timeline, item, edge, ripple) for item in items), strict=True)
    wanted = max(*low, min(*high, wanted)) if len(items) > 1 else max(low[0], min(high[0], wanted))
    keep = {item.id for item in items}
    for item in items:
        _trim(project, item, edge, wanted, ripple, keep)
    tidy(project, timeline.id)


def _edge(item: TrackItem, edge: Edge) -> Fraction:
    return item.start if edge == "head" else item.end


def _trim(project: Project, item: TrackItem, edge: Edge, time: Fraction, ripple: bool, keep: set[str]) -> None:
    if edge == "tail":
        project.put(cut_tail(item, time))
        if ripple:
            shift_from(project, item.parent or "", item.end, time - item.end, keep)
    elif ripple:
        delta = time - item.start
        project.put(shifted(cut_head(item, time), -delta) if delta >= 0 else _grown_head(item, delta))
        shift_from(project, item.parent or "", item.end, -delta, keep)
    else:
        project.put(cut_head(item, time))


def _grown_head(item: TrackItem, delta: Fraction) -> TrackItem:
    """Longer at the head by -delta, beginning where it began."""
    return cut_head(shifted(item, -delta), item.start)


def _limits(
    project: Project, timeline: VideoDocument, item: TrackItem, edge: Edge, ripple: bool
) -> tuple[Fraction, Fraction]:
    """The earliest and the latest place for the edge."""
    others = [other for other in items_on(project, item.parent or "") if other.id != item.id]
    before = max((other.end for other in others if other.end <= item.start), default=ZERO)
    after = min((other.start for other in others if other.start >= item.end), default=LATEST)
    source_low, source_high = _source_limits(project, timeline, item)
    if edge == "head":
        return (source_low if ripple else max(before, source_low)), item.end - timeline.frame
    return item.start + timeline.frame, (source_high if ripple else min(after, source_high))


def _source_limits(project: Project, timeline: VideoDocument, item: TrackItem) -> tuple[Fraction, Fraction]:
    """From when to when on the timeline the source has something to show; never inside the item as it is."""
    facts = facts_of(project, item) if isinstance(item, Clip) else None
    if facts is None or facts.still or not isinstance(item, Clip) or not facts.duration:
        return ZERO, LATEST
    first = item.start - item.source_start / item.speed
    last = item.start + (facts.duration - item.source_start) / item.speed
    first = -((-first * timeline.rate).__floor__()) / timeline.rate
    return max(ZERO, min(item.start, first)), min(LATEST, max(item.end, timeline.snap(max(ZERO, last))))
