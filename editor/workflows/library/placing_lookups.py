"""Colour lookups on their way onto documents: an adjustment layer of an image, or the look of clips."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.timeline import items_on, track_of, tracks_of
from editor.document.project import Project
from editor.formats.lut.reading import read_lookup
from editor.model.record import DocumentRecord
from editor.model.video import Caption, Clip, TrackKind


def put_lookup_on(
    project: Project, path: Path, name: str, host: str, track: str = "", time: Fraction = Fraction(0)
) -> tuple[str, ...]:
    """The table becomes part of the project; what it was put on comes back. In an image it is a layer above the chosen
    one. On a timeline it is the look of the clip at that place, without a track of the chosen clips or of the topmost
    one. Raises ExpectedError where there are no colors to lead through it."""
    shown = project.get(host) if host else None
    family = shown.family if isinstance(shown, DocumentRecord) else ""
    if family not in ("raster", "video"):
        raise ExpectedError(
            tr("A color lookup is put on an image or on a clip."), tr("Open an image or a timeline and try again.")
        )
    clips = _clips(project, host, track, time) if family == "video" else ()
    table = project.blobs.put(read_lookup(path).to_bytes())
    if family == "raster":
        return (run(project, "raster.add_lookup", document=host, table=table, name=name),)
    run(project, "video.set_lookup", clips=clips, table=table, name=name)
    return clips


def _clips(project: Project, host: str, track: str, time: Fraction) -> tuple[str, ...]:
    """Which clips are meant."""
    found = items_meant(project, host, track, time, ("video",))
    if not found:
        raise ExpectedError(tr("There is no clip for the color lookup here."), tr("Drop it on a clip with a picture."))
    return found


def items_meant(
    project: Project, host: str, track: str, time: Fraction, media: Sequence[TrackKind]
) -> tuple[str, ...]:
    """What on tracks of some kinds is meant when something falls on a timeline: the item at that place of that track;
    without a track those that are chosen, else the one that is shown, of the kind named first that has one."""
    chosen = [item for key in project.selection if isinstance(item := project.get(key), Clip | Caption)]
    seen = tuple(
        item.id for item in chosen if project.index.root(item.id) == host and track_of(project, item).media in media
    )
    if not track and seen:
        return seen
    lanes = [
        item.id for kind in media for item in reversed(tracks_of(project, host, kind))
        if not item.hidden and not item.locked
    ]  # fmt: skip
    for lane in [track] if track else lanes:
        for item in items_on(project, lane):
            if item.start <= time < item.end and track_of(project, item).media in media:
                return (item.id,)
    return ()
