"""Presets of clips and captions: each part goes where there is a picture or a sound for it."""

from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.commands.video.clips import editable_clips
from editor.commands.video.edits import editable
from editor.display.timeline import partners_of, timeline_of, track_of
from editor.document.project import Project
from editor.formats.preset.content import CaptionContent, ClipColors, ClipContent, ClipFades, ClipPicture, ClipSound
from editor.model.video import Caption, Clip, Placement, TrackKind
from editor.workflows.library.placing import Spot
from editor.workflows.library.placing_lookups import items_meant


def put_on_clips(project: Project, content: ClipContent, host: str, spot: Spot) -> tuple[str, ...]:
    """Raises ExpectedError where there is no clip for it."""
    found = _meant(project, host, spot, ("video", "audio"))
    if not found:
        raise ExpectedError(tr("There is no clip for this preset here."), tr("Choose a clip, or drop it on one."))
    clips = editable_clips(project, found)
    seen = tuple(clip.id for clip in clips if track_of(project, clip).media == "video")
    heard = _sounding(project, clips)
    if content.picture is not None and seen:
        _put_picture(project, content.picture, seen)
    if content.colors is not None and seen:
        _put_colors(project, content.colors, seen)
    if content.fades is not None:
        _put_fades(project, content.fades, tuple(clip.id for clip in clips))
    if content.sound is not None and heard:
        _put_sound(project, content.sound, heard)
    pictured = content.picture is not None or content.colors is not None
    if not (content.fades is not None or (pictured and seen) or (content.sound is not None and heard)):
        raise ExpectedError(
            tr("This preset is for pictures, and a sound was chosen.") if pictured
            else tr("This preset is for sounds, and a picture was chosen."),
            tr("Choose another clip."),
        )  # fmt: skip
    return tuple(dict.fromkeys((*found, *heard)))


def put_on_captions(project: Project, content: CaptionContent, host: str, spot: Spot) -> tuple[str, ...]:
    """Raises ExpectedError where there is no caption."""
    found = _meant(project, host, spot, ("caption",))
    if not found:
        raise ExpectedError(
            tr("There is no caption for this preset here."), tr("Choose captions, or drop it on one.")
        )
    for key in found:
        editable(project, project.find(key, Caption).parent or "")
    run(project, "project.set_fields", records=found, values={"style": content.style})
    return found


def _meant(project: Project, host: str, spot: Spot, media: tuple[TrackKind, ...]) -> tuple[str, ...]:
    """A preset that fell on a row of the list of layers is for that item alone."""
    if not spot.node:
        return items_meant(project, host, spot.track, spot.time, media)
    item = project.get(spot.node)
    fits = isinstance(item, Clip | Caption) and track_of(project, item).media in media
    return (spot.node,) if fits and project.index.root(spot.node) == host else ()


def _sounding(project: Project, clips: list[Clip]) -> tuple[str, ...]:
    """Clips that are heard: those chosen, and the sounds that belong to chosen pictures, unless they are locked."""
    found = [clip.id for clip in clips if track_of(project, clip).media == "audio"]
    for clip in clips:
        for other in partners_of(project, clip):
            track = track_of(project, other)
            if track.media == "audio" and not track.locked:
                found.append(other.id)
    return tuple(dict.fromkeys(found))


def _put_picture(project: Project, picture: ClipPicture, clips: tuple[str, ...]) -> None:
    """Offsets grow and shrink with the frame."""
    share = timeline_of(project, clips[0]).width / picture.width
    keys = [
        msgspec.structs.replace(key, value=_scaled(key.value, share)) for key in picture.placement_keys
    ]
    values = {
        "opacity": picture.opacity, "placement": _scaled(picture.placement, share),
        "opacity_keys": picture.opacity_keys, "placement_keys": keys,
    }  # fmt: skip
    run(project, "project.set_fields", records=clips, values=values)


def _scaled(placement: Placement, share: float) -> Placement:
    if share == 1.0:
        return placement
    most = 1e6
    x, y = (min(most, max(-most, value * share)) for value in (placement.x, placement.y))
    return msgspec.structs.replace(placement, x=x, y=y)


def _put_colors(project: Project, colors: ClipColors, clips: tuple[str, ...]) -> None:
    if colors.lookup is None:
        run(project, "video.remove_lookup", clips=clips)
        return
    run(
        project, "video.set_lookup", clips=clips, table=colors.lookup.table, name=colors.lookup.name,
        strength=colors.strength,
    )  # fmt: skip


def _put_fades(project: Project, fades: ClipFades, clips: tuple[str, ...]) -> None:
    """A preset of a long clip may have longer fades than a short one has room for; there they meet in the middle."""
    for key in clips:
        length = project.find(key, Clip).duration
        whole = fades.fade_in + fades.fade_out
        share = min(Fraction(1), length / whole) if whole else Fraction(1)
        run(
            project, "video.set_fades", clips=(key,), fade_in=fades.fade_in * share, fade_out=fades.fade_out * share
        )


def _put_sound(project: Project, sound: ClipSound, clips: tuple[str, ...]) -> None:
    run(project, "video.set_volume", clips=clips, volume=sound.volume, pan=sound.pan)
