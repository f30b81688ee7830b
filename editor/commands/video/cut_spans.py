"""Taking stretches of time out of a whole timeline, as removing silences does."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import checked, cut_head, cut_tail, shifted, tidy
from editor.display.timeline import items_on, tracks_of, transitions_on
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.video import ZERO, Clip, Marker, TrackItem, VideoDocument

MOST_SPANS = 20_000


class TimeSpan(msgspec.Struct, frozen=True, kw_only=True):
    """From `start` to `end` in seconds."""

    start: Fraction
    end: Fraction


class _Cuts:
    """Stretches that go, in order and apart; what is before, between and after them stays."""

    def __init__(self, spans: list[tuple[Fraction, Fraction]]) -> None:
        self.spans = spans
        self.removed = [ZERO]
        for start, end in spans:
            self.removed.append(self.removed[-1] + end - start)

    def moved(self, time: Fraction) -> Fraction:
        """Where a time comes to lie; one inside a stretch comes to its beginning."""
        number = self._begun(time)
        if number and time < self.spans[number - 1][1]:
            return self.spans[number - 1][0] - self.removed[number - 1]
        return time - self.removed[number]

    def kept(self, start: Fraction, end: Fraction) -> list[tuple[int, Fraction, Fraction]]:
        """The parts of a stretch that stay: the number of spans before each, its start and its end."""
        found = []
        at, number = start, self._begun(start)
        if number and at < self.spans[number - 1][1]:
            at = self.spans[number - 1][1]
        while at < end:
            until = min(end, self.spans[number][0]) if number < len(self.spans) else end
            if until > at:
                found.append((number, at, until))
            if number == len(self.spans):
                break
            at, number = max(at, self.spans[number][1]), number + 1
        return found

    def _begun(self, time: Fraction) -> int:
        """How many stretches begin at `time` or before."""
        low, high = 0, len(self.spans)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.spans[middle][0] <= time else (low, middle)
        return low


@command("video.cut_spans", label="Cut stretches out")
def cut_spans(project: Project, *, document: RecordId, spans: tuple[TimeSpan, ...]) -> None:
    """Take stretches of time out of all tracks that are not locked and close the holes; markers move along.

        before   [    A    ][   B    ]
        spans        |--|   |-|
        after    [ A][ A ][  B   ]
    """
    timeline = project.find(document, VideoDocument)
    if len(spans) > MOST_SPANS:
        raise ExpectedError(tr("At most {count} stretches can be cut out at once.", count=MOST_SPANS))
    cuts = _Cuts(_on_frames(timeline, spans))
    links: dict[tuple[str, int], str] = {}
    for track in tracks_of(project, timeline.id):
        if not track.locked:
            _cut_track(project, track.id, cuts, links)
    for marker in project.children(timeline.id, Marker):
        start, end = cuts.moved(marker.time), cuts.moved(marker.time + marker.duration)
        if (start, end - start) != (marker.time, marker.duration):
            project.put(msgspec.structs.replace(marker, time=start, duration=end - start))
    tidy(project, timeline.id)
    project.select(tuple(key for key in project.selection if project.get(key) is not None))


def _on_frames(timeline: VideoDocument, spans: tuple[TimeSpan, ...]) -> list[tuple[Fraction, Fraction]]:
    """Sorted, joined where they touch, empty ones left out."""
    found: list[tuple[Fraction, Fraction]] = []
    for start, end in sorted((timeline.snap(checked(item.start)), timeline.snap(checked(item.end))) for item in spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _cut_track(project: Project, track: str, cuts: _Cuts, links: dict[tuple[str, int], str]) -> None:
    last: dict[str, str] = {}
    for item in items_on(project, track):
        kept = cuts.kept(item.start, item.end)
        if not kept:
            project.delete(item.id)
            continue
        for place, (number, start, end) in enumerate(kept):
            piece = _piece(item, start, end, cuts.removed[number])
            if place:
                piece = msgspec.structs.replace(
                    piece, id=project.new_id(), order=project.order_at_end(track)[0]
                )
            last[item.id] = piece.id
            piece = _linked(project, piece, place, number, links)
            if project.get(piece.id) != piece:
                project.put(piece)
    for transition in transitions_on(project, track):
        before = last.get(transition.before, transition.before)
        if before != transition.before:
            project.put(msgspec.structs.replace(transition, before=before))


def _piece(item: TrackItem, start: Fraction, end: Fraction, removed: Fraction) -> TrackItem:
    """Part of an item, earlier by what was removed before it; fades stay at the item's own ends only."""
    piece = item
    if end < item.end:
        piece = cut_tail(piece, end)
        piece = msgspec.structs.replace(piece, fade_out=ZERO) if isinstance(piece, Clip) else piece
    if start > item.start:
        piece = cut_head(piece, start)
        piece = msgspec.structs.replace(piece, fade_in=ZERO) if isinstance(piece, Clip) else piece
    return shifted(piece, -removed) if removed else piece


def _linked(
    project: Project, piece: TrackItem, place: int, number: int, links: dict[tuple[str, int], str]
) -> TrackItem:
    """Pieces of linked clips between the same two stretches are linked anew."""
    if not place or not isinstance(piece, Clip) or not piece.link:
        return piece
    key = (piece.link, number)
    if key not in links:
        links[key] = project.new_id()
    return msgspec.structs.replace(piece, link=links[key])
