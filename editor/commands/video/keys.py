"""Keyframes: opacity and placement that change over a clip."""

from fractions import Fraction

import msgspec

from editor.commands.registry import command
from editor.commands.video.clips import editable_clips
from editor.commands.video.edits import snapped
from editor.display.timeline import timeline_of
from editor.document.project import Project
from editor.model.values import RecordId, Unit
from editor.model.video import Clip, OpacityKey, Placement, PlacementKey


@command("video.set_opacity_key", label="Set opacity key")
def set_opacity_key(
    project: Project, *, clip: RecordId, time: Fraction, value: Unit, hold: bool = False
) -> None:
    """Set the opacity at a time of the timeline; between keys it runs on a line, or holds."""
    found, at = _place(project, clip, time)
    keys = [key for key in found.opacity_keys if key.time != at]
    keys.append(OpacityKey(time=at, value=value, hold=hold))
    ordered = tuple(sorted(keys, key=lambda key: key.time))
    project.put(msgspec.structs.replace(found, opacity_keys=ordered))


@command("video.set_placement_key", label="Set placement key")
def set_placement_key(
    project: Project, *, clip: RecordId, time: Fraction, value: Placement, hold: bool = False
) -> None:
    """Set where the picture lies at a time of the timeline; between keys it moves on a line, or holds."""
    found, at = _place(project, clip, time)
    keys = [key for key in found.placement_keys if key.time != at]
    keys.append(PlacementKey(time=at, value=value, hold=hold))
    ordered = tuple(sorted(keys, key=lambda key: key.time))
    project.put(msgspec.structs.replace(found, placement_keys=ordered))


@command("video.remove_keys", label="Remove keys")
def remove_keys(project: Project, *, clip: RecordId, time: Fraction | None = None) -> None:
    """Remove the keys at a time of the timeline, or all of them."""
    if time is None:
        found = editable_clips(project, (clip,))[0]
        project.put(msgspec.structs.replace(found, opacity_keys=(), placement_keys=()))
        return
    found, at = _place(project, clip, time)
    project.put(
        msgspec.structs.replace(
            found,
            opacity_keys=tuple(key for key in found.opacity_keys if key.time != at),
            placement_keys=tuple(key for key in found.placement_keys if key.time != at),
        )
    )


def _place(project: Project, key: str, time: Fraction) -> tuple[Clip, Fraction]:
    """The clip, and the frame as a time from its start."""
    clip = editable_clips(project, (key,))[0]
    return clip, snapped(timeline_of(project, clip.id), time) - clip.start
