"""What may be dropped on the tracks: files, and documents of the project."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

from app.library.dragging import local_paths
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.timeline import tracks_of
from editor.model.video import TrackKind
from editor.tools.video.rows import track_at
from editor.workflows.library.placing import Spot, place_files

if TYPE_CHECKING:
    from app.timeline.panel import TimelinePanel

DOCUMENT_MIME = "application/x-atelier-document"
ITEM_MIME = "application/x-atelier-media-item"


def accepts(data: QMimeData) -> bool:
    local = any(url.isLocalFile() for url in data.urls())
    return local or data.hasFormat(DOCUMENT_MIME) or data.hasFormat(ITEM_MIME)


def drop(panel: TimelinePanel, data: QMimeData, seconds: float, row: float, linked: bool = False) -> None:
    """Add what was dropped where it fell; several files follow one another."""
    time = Fraction(seconds).limit_denominator(10**6)
    if data.hasFormat(DOCUMENT_MIME):
        document = bytes(data.data(DOCUMENT_MIME).data()).decode()
        panel.run("video.add_embed", track=_track(panel, row, "video"), document=document, start=time)
    elif data.hasFormat(ITEM_MIME):
        place_item(panel, bytes(data.data(ITEM_MIME).data()).decode(), time, row)
    else:
        under = track_at(panel.project, panel.document, row)
        panel.take_files(local_paths(data), Spot(track=under.id if under else "", time=time), linked)


def take_files(panel: TimelinePanel, paths: list[Path], spot: Spot, linked: bool) -> None:
    """Bring files in at once: for a timeline that no window gave a way of its own."""
    placed = place_files(panel.project, paths, panel.document, spot, linked=linked)
    for path, report in placed.reports.items():
        for sentence in (*report.dropped, *report.converted):
            panel.tell(f"{path.name}: {sentence}")
    for error in placed.refused.values():
        panel.tell(str(error))


def place_item(panel: TimelinePanel, item: str, time: Fraction, row: float) -> Fraction:
    """A file of the bin on the track under the pointer if it fits there, else on the first of its kind."""
    from editor.model.video import Clip, MediaItem

    facts = panel.project.find(item, MediaItem).facts
    kind: TrackKind = "video" if facts.has_video or facts.still else "audio"
    clip = panel.run("video.add_clip", track=_track(panel, row, kind), item=item, start=time)
    made = panel.project.get(clip) if clip else None
    return made.end if isinstance(made, Clip) else time


def _track(panel: TimelinePanel, row: float, kind: TrackKind) -> str:
    under = track_at(panel.project, panel.document, row)
    if under is not None and under.media == kind and not under.locked:
        return under.id
    free = next((track for track in tracks_of(panel.project, panel.document, kind) if not track.locked), None)
    if free is not None:
        return free.id
    made = panel.run("video.add_track", document=panel.document, media=kind)
    if made is None:
        raise ExpectedError(tr("There is no track for this."))
    return str(made)
