"""The rows of a timeline from top to bottom: captions, pictures (the upper one covering), sounds; and what is where."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from editor.display.timeline import items_on, tracks_of, transitions_on
from editor.document.project import Project
from editor.model.video import Clip, Track, TrackItem, Transition

Part = Literal["body", "head", "tail"]
EDGE_PIXELS = 7.0
LARGEST_EDGE_SHARE = 0.3
DISSOLVE_HANDLE = 0.5


@dataclass(frozen=True)
class Hit:
    """What lies under the pointer."""

    item: TrackItem
    part: Part


def rows_of(project: Project, document: str) -> list[Track]:
    """Tracks in the order of rows, the top one first."""
    captions = tracks_of(project, document, "caption")
    pictures = tracks_of(project, document, "video")
    return [*reversed(captions), *reversed(pictures), *tracks_of(project, document, "audio")]


def track_at(project: Project, document: str, row: float) -> Track | None:
    rows = rows_of(project, document)
    return rows[int(row)] if 0 <= row < len(rows) else None


def hit(project: Project, document: str, seconds: float, row: float, scale: float) -> Hit | None:
    """The clip or caption at a place, and whether near one of its ends."""
    track = track_at(project, document, row)
    if track is None:
        return None
    edge = EDGE_PIXELS / scale
    best: Hit | None = None
    for item in items_on(project, track.id):
        start, end = float(item.start), float(item.end)
        if end < seconds - edge or start > seconds + edge:
            continue
        inside = start <= seconds < end
        reach = min(edge, (end - start) * LARGEST_EDGE_SHARE)
        if inside and seconds - start <= reach:
            return Hit(item, "head")
        if inside and end - seconds <= reach:
            return Hit(item, "tail")
        if inside:
            return Hit(item, "body")
        if best is None:
            best = Hit(item, "head" if start > seconds else "tail")
    return best


def transition_at(project: Project, document: str, seconds: float, row: float) -> Transition | None:
    """The dissolve drawn at a place: it covers the lower half of its row."""
    track = track_at(project, document, row)
    if track is None or row % 1 < DISSOLVE_HANDLE:
        return None
    for transition in transitions_on(project, track.id):
        after = project.get(transition.after)
        if isinstance(after, Clip):
            low, high = after.start - transition.in_offset, after.start + transition.out_offset
            if low <= Fraction(seconds) < high:
                return transition
    return None


def items_in(project: Project, document: str, times: tuple[float, float], rows: tuple[float, float]) -> list[str]:
    """Ids of the items that a rectangle touches."""
    low, high = sorted(times)
    first, last = sorted(rows)
    found: list[str] = []
    for number, track in enumerate(rows_of(project, document)):
        if number + 1 > first and number < last:
            found.extend(
                item.id for item in items_on(project, track.id) if float(item.start) < high and float(item.end) > low
            )
    return found
