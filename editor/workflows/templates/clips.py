"""Films, sounds and stills in the clips of a template: another file in the same place, of the same length."""

from fractions import Fraction

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.timeline import partners_of, timeline_of, track_of
from editor.document.project import Project
from editor.model.video import ZERO, Clip, MediaFacts, MediaItem, MediaSource
from editor.workflows.templates.fill import Filling
from editor.workflows.templates.sources import SourceFile
from editor.workflows.templates.texts import noted


def put_clip(filling: Filling, source: SourceFile) -> str:
    """The clip keeps its place, length, speed and trimming; where the file ends too early, the trimming moves.

    Sound that is linked to the picture is replaced with it, and silent when the file has none. Says so when the file
    is shorter than the clip.
    """
    project, clip = filling.project, filling.item
    if not isinstance(clip, Clip) or not (source.is_clip or source.is_picture):
        raise ExpectedError(tr("{name} is neither film, sound nor picture.", name=source.path.name))
    if project.media is None:
        raise ExpectedError(tr("Films and sounds stay in their own files: save the project first."))
    partners = partners_of(project, clip)
    timeline = timeline_of(project, clip.id)
    before = _size_of(project, clip)
    facts = source.facts(source.known_in(project.media))
    item: str = run(project, "video.import_media", document=timeline.id, facts=facts)
    _show(project, clip, item, facts)
    for partner in partners:
        if track_of(project, partner).media != "audio" or facts.has_audio:
            _show(project, partner, item, facts)
        if track_of(project, partner).media == "audio" and partner.enabled != facts.has_audio:
            run(project, "video.enable_clips", clips=(partner.id,), enabled=facts.has_audio)
    if before is not None and facts.width and facts.height:
        _scale(filling, clip, before, facts)
    return "" if lasts(facts, clip) else tr("{name} is shorter than its place.", name=source.path.name)


def _show(project: Project, clip: Clip, item: str, facts: MediaFacts) -> None:
    """Let a clip show an item of the bin from where it was trimmed, or earlier so that the file lasts to its end."""
    wanted = clip.source_start if isinstance(clip.source, MediaSource) else ZERO
    if facts.duration and not facts.still:
        wanted = max(ZERO, min(wanted, facts.duration - clip.duration * clip.speed))
    elif facts.still:
        wanted = ZERO
    if not isinstance(clip.source, MediaSource) and clip.source_start:
        run(project, "project.set_fields", records=(clip.id,), values={"source_start": "0"})
    start = project.find(clip.id, Clip).source_start
    run(project, "video.replace_media", clips=(clip.id,), item=item, offset=Fraction(start - wanted))


def lasts(facts: MediaFacts, clip: Clip) -> bool:
    """Whether a file is long enough for a clip's place."""
    return facts.still or not facts.duration or facts.duration >= clip.duration * clip.speed


def _size_of(project: Project, clip: Clip) -> tuple[float, float] | None:
    """How large what a clip shows now stands on the frame."""
    timeline = timeline_of(project, clip.id)
    item = project.get(clip.source.item) if isinstance(clip.source, MediaSource) else None
    width, height = (
        (item.facts.width, item.facts.height) if isinstance(item, MediaItem) else (timeline.width, timeline.height)
    )
    if not width or not height:
        return None
    share = min(timeline.width / width, timeline.height / height) * clip.placement.scale
    return width * share, height * share


def _scale(filling: Filling, clip: Clip, before: tuple[float, float], facts: MediaFacts) -> None:
    """Fill (or fit inside) the part of the frame that was covered; a clip with placement keys keeps its movement."""
    if clip.placement_keys or track_of(filling.project, clip).media != "video":
        return
    target = filling.target
    if len(target.designed) == 2 and target.filled == (clip.placement.scale,):
        before = (target.designed[0], target.designed[1])
    timeline = timeline_of(filling.project, clip.id)
    inside = min(timeline.width / facts.width, timeline.height / facts.height)
    shares = (before[0] / (facts.width * inside), before[1] / (facts.height * inside))
    scale = min(shares) if filling.slot.fit == "fit" else max(shares)
    scale = round(min(1000.0, max(0.001, scale)), 6)
    if scale != clip.placement.scale:
        run(filling.project, "video.set_placement", clips=(clip.id,), scale=scale)
    now = filling.project.find(clip.id, Clip)
    noted(filling, before, (now.placement.scale,))


