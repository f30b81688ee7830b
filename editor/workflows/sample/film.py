"""The timeline "Film": the lake, the still life and the poster by live links, captions, and music."""

from fractions import Fraction
from pathlib import Path

from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.movie import facts_of_file
from editor.model.video import Placement, Track
from render.color import Color

WIDTH, HEIGHT, RATE = 1280, 720, 25
SECONDS = 10
CUTS = (Fraction(0), Fraction(3), Fraction(6), Fraction(SECONDS))
BACKDROP = Color.from_hex("#171330")
CAPTIONS = (
    ("A lake, painted in layers", 1, 2), ("A still life in three dimensions", 4, 2), ("One poster shows both", 7, 2),
)  # fmt: skip
# First and last placement of each clip: the camera moves slowly over all three.
MOVES = (
    (Placement(scale=1.48, x=66.0, y=-20.0), Placement(scale=1.62, x=-80.0, y=30.0)),
    (Placement(scale=1.16, x=-70.0, y=4.0), Placement(scale=1.16, x=70.0, y=-14.0)),
    (Placement(scale=1.75, y=330.0), Placement(scale=0.94)),
)


def make_film(project: Project, picture: str, still: str, poster: str, music: Path) -> str:
    """`music` lies in a file of its own, as films and sounds do. Returns the timeline's id."""
    film: str = run(project, "video.new_document", name="Film", width=WIDTH, height=HEIGHT, rate=RATE)
    tracks = {track.name: track.id for track in project.children(film, Track)}
    run(project, "video.add_color", track=tracks["V1"], start=0, duration=SECONDS, color=BACKDROP)
    clips: list[str] = []
    for document, start, end in zip((picture, still, poster), CUTS[:-1], CUTS[1:], strict=True):
        clips.append(
            run(project, "video.add_embed", track=tracks["V2"], document=document, start=start, duration=end - start)
        )
    for clip, start, end, move in zip(clips, CUTS[:-1], CUTS[1:], MOVES, strict=True):
        rest = Fraction(6, 5) if clip == clips[-1] else Fraction(1, RATE)
        for time, value in zip((start, end - rest), move, strict=True):
            run(project, "video.set_placement_key", clip=clip, time=time, value=value)
    for clip in clips[:-1]:
        run(project, "video.add_dissolve", clip=clip, edge="tail", duration=1)
    run(project, "video.set_fades", clips=tuple(clips[:1]), fade_in=Fraction(1, 2))
    run(project, "video.set_fades", clips=tuple(clips[-1:]), fade_out=Fraction(4, 5))
    for text, second, duration in CAPTIONS:
        run(project, "video.add_caption", document=film, start=second, duration=duration, text=text)
    _sound(project, film, tracks["A1"], music)
    return film


def _sound(project: Project, film: str, track: str, music: Path) -> None:
    if project.media is None:
        raise RuntimeError("the sample needs a media table for its music")
    facts, _ = facts_of_file(music, project.media.add(music))
    item: str = run(project, "video.import_media", document=film, facts=facts)
    run(project, "video.add_clip", track=track, item=item, start=0)
