"""The look and the sound of clips: opacity, placement, volume, fades, on and off, links."""

from collections.abc import Iterable
from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import checked, editable, tidy
from editor.display.lookups import read_table
from editor.display.timeline import timeline_of, track_of
from editor.document.project import Project
from editor.model.lookup import ColorLookup
from editor.model.values import Blob, RecordId, Unit
from editor.model.video import Clip, Gain, Offset, Pan, Scale


def editable_clips(project: Project, keys: Iterable[str]) -> list[Clip]:
    """The clips named. Raises ExpectedError when one is missing, or on a locked track, or none is named."""
    found = [project.find(key, Clip) for key in keys]
    if not found:
        raise ExpectedError(tr("No clip was named."), tr("Select a clip first."))
    for clip in found:
        editable(project, clip.parent or "")
    return found


@command("video.set_opacity", label="Change opacity")
def set_opacity(project: Project, *, clips: tuple[RecordId, ...], opacity: Unit) -> None:
    """Set how opaque the picture is, 0 to 1; opacity keys are removed."""
    for clip in editable_clips(project, clips):
        project.put(msgspec.structs.replace(clip, opacity=opacity, opacity_keys=()))


@command("video.set_lookup", label="Change color lookup")
def set_lookup(
    project: Project, *, clips: tuple[RecordId, ...], table: Blob, name: str = "", strength: Unit = 1.0
) -> None:
    """Lead the colors of clips through a lookup (a Cube or 3DL file), as much as `strength` says."""
    found = editable_clips(project, clips)
    read_table(project, table)
    lookup = ColorLookup(table=table, name=name)
    for clip in found:
        if track_of(project, clip).media != "video":
            raise ExpectedError(tr("A sound has no colors."), tr("Choose a clip with a picture."))
        project.put(msgspec.structs.replace(clip, lookup=lookup, lookup_strength=strength))


@command("video.remove_lookup", label="Remove color lookup")
def remove_lookup(project: Project, *, clips: tuple[RecordId, ...]) -> None:
    """Show the colors of clips as they are."""
    for clip in editable_clips(project, clips):
        project.put(msgspec.structs.replace(clip, lookup=None, lookup_strength=1.0))


@command("video.set_placement", label="Place picture")
def set_placement(
    project: Project,
    *,
    clips: tuple[RecordId, ...],
    x: Offset | None = None,
    y: Offset | None = None,
    scale: Scale | None = None,
    rotation: float | None = None,
) -> None:
    """Set what is given: offset of the centre in pixels, scale, degrees clockwise; placement keys are removed."""
    if rotation is not None:
        rotation = rotation % 360.0
    given = {"x": x, "y": y, "scale": scale, "rotation": rotation}
    changes = {name: value for name, value in given.items() if value is not None}
    for clip in editable_clips(project, clips):
        placement = msgspec.structs.replace(clip.placement, **changes)
        project.put(msgspec.structs.replace(clip, placement=placement, placement_keys=()))


@command("video.set_volume", label="Change volume")
def set_volume(
    project: Project, *, clips: tuple[RecordId, ...], volume: Gain | None = None, pan: Pan | None = None
) -> None:
    """Set the loudness as a factor (1 is unchanged) and the balance from -1 (left) to 1 (right)."""
    given = {"volume": volume, "pan": pan}
    for clip in editable_clips(project, clips):
        project.put(
            msgspec.structs.replace(clip, **{name: value for name, value in given.items() if value is not None})
        )


@command("video.set_fades", label="Change fades")
def set_fades(
    project: Project,
    *,
    clips: tuple[RecordId, ...],
    fade_in: Fraction | None = None,
    fade_out: Fraction | None = None,
) -> None:
    """Fade a clip's picture or sound in and out over so many seconds, at most its length together."""
    for clip in editable_clips(project, clips):
        head = min(clip.duration, checked(fade_in)) if fade_in is not None else clip.fade_in
        tail = min(clip.duration, checked(fade_out)) if fade_out is not None else clip.fade_out
        if head + tail > clip.duration:
            head, tail = (head, clip.duration - head) if fade_in is not None else (clip.duration - tail, tail)
        project.put(msgspec.structs.replace(clip, fade_in=head, fade_out=tail))


@command("video.enable_clips", label="Enable clips")
def enable_clips(project: Project, *, clips: tuple[RecordId, ...], enabled: bool) -> None:
    """Turn clips off without removing them, or on again."""
    for clip in editable_clips(project, clips):
        project.put(msgspec.structs.replace(clip, enabled=enabled))


@command("video.link_clips", label="Link clips")
def link_clips(project: Project, *, clips: tuple[RecordId, ...], linked: bool = True) -> None:
    """Let clips be edited together from now on, or each on its own."""
    found = editable_clips(project, clips)
    if len({timeline_of(project, clip.id).id for clip in found}) > 1:
        raise ExpectedError(tr("These clips belong to different timelines."))
    link = project.new_id() if linked and len(found) > 1 else ""
    for clip in found:
        project.put(msgspec.structs.replace(clip, link=link))
    tidy(project, found[0].id)
