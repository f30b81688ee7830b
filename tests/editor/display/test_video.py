"""Frames of a timeline: what shows when, where, and how much of it; and what is heard."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from editor.commands.registry import run
from editor.display.display import Display
from editor.display.engine import Request
from editor.display.timeline import tracks_of
from editor.display.video.engine import VideoEngine
from editor.display.video.sound import sound_plan
from editor.document.project import Project
from editor.model.video import Clip, MediaFacts
from render.audio import SAMPLE_RATE
from render.color import Color
from render.geometry import IntRect
from tests.render.video.clips import HEIGHT, WIDTH, make_film, onset_of, read_frame_number

RED, GREEN, BLUE = Color(1, 0, 0), Color(0, 1, 0), Color(0, 0, 1)


class Files:
    """Stands for the project's media table."""

    def __init__(self) -> None:
        self.paths: dict[str, Path] = {}

    def find(self, media: str) -> Path | None:
        return self.paths.get(media)


class Studio:
    """A project with one timeline of 160 x 96 at 25 frames a second, and its display."""

    def __init__(self) -> None:
        self.project = Project.in_memory()
        self.project.media = Files()
        self.document = run(self.project, "video.new_document", width=WIDTH, height=HEIGHT)
        self.display = Display(self.project)
        self.tracks = {track.name: track.id for track in tracks_of(self.project, self.document)}

    def run(self, name: str, /, **parameters: object) -> str:
        return run(self.project, f"video.{name}", **parameters)

    def film(self, path: Path, frames: int = 100) -> str:
        self.project.media.paths["film"] = path
        facts = MediaFacts(
            media="film", name="film", duration=Fraction(frames, 25), width=WIDTH, height=HEIGHT, rate=Fraction(25),
            has_video=True, has_audio=True,
        )
        return self.run("import_media", document=self.document, facts=facts)

    def frame(self, time: Fraction | int, scale: float = 1.0) -> np.ndarray:
        return self.display.render_whole(self.document, scale, time=Fraction(time))

    def color(self, track: str, start: int, end: int, color: Color) -> str:
        return self.run(
            "add_color", track=self.tracks[track], start=Fraction(start), duration=Fraction(end - start), color=color
        )


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", frames=100, onset=1.0)


def center(pixels: np.ndarray) -> tuple[int, ...]:
    return tuple(int(value) for value in pixels[HEIGHT // 2, WIDTH // 2])


def test_an_empty_timeline_is_black(studio: Studio) -> None:
    assert center(studio.frame(5)) == (0, 0, 0, 255)


def test_every_frame_of_a_cut_is_the_right_one(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    studio.run("add_clip", track=studio.tracks["V1"], item=item, start=Fraction(1), source_start=Fraction(10, 25))
    for number in range(0, 90, 7):
        assert read_frame_number(studio.frame(1 + Fraction(number, 25))) == number + 10
    assert center(studio.frame(Fraction(24, 25))) == (0, 0, 0, 255)


def test_upper_tracks_cover_lower_ones_and_opacity_mixes(studio: Studio) -> None:
    studio.color("V1", 0, 4, RED)
    top = studio.color("V2", 2, 4, BLUE)
    assert center(studio.frame(1)) == (255, 0, 0, 255)
    assert center(studio.frame(3)) == (0, 0, 255, 255)
    studio.run("set_opacity", clips=(top,), opacity=0.25)
    assert center(studio.frame(3)) == pytest.approx((191, 0, 64, 255), abs=1)
    studio.run("set_track", track=studio.tracks["V2"], hidden=True)
    assert center(studio.frame(3)) == (255, 0, 0, 255)


def test_a_dissolve_goes_evenly_from_one_to_the_other(studio: Studio) -> None:
    first = studio.color("V1", 0, 2, RED)
    studio.color("V1", 2, 4, GREEN)
    studio.run("add_dissolve", clip=first, duration=Fraction(1))
    shares = [center(studio.frame(Fraction(37, 25) + Fraction(n, 25)))[1] for n in range(25)]
    assert shares == sorted(shares)
    assert shares[12] == pytest.approx(127, abs=2)
    assert shares[0] == pytest.approx(255 - shares[24], abs=2)
    assert center(studio.frame(Fraction(36, 25))) == (255, 0, 0, 255)
    assert center(studio.frame(Fraction(5, 2))) == (0, 255, 0, 255)


def test_dissolve_shows_material_beyond_the_cut(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    first = studio.run(
        "add_clip", track=studio.tracks["V1"], item=item, start=Fraction(0), duration=Fraction(1),
        source_start=Fraction(1),
    )
    studio.color("V1", 1, 3, Color(0, 0, 0))
    studio.run("add_dissolve", clip=first, duration=Fraction(8, 25))
    drawing = studio.display.drawing(studio.document, time=Fraction(27, 25))
    times = [layer.picture.time for stack in drawing.stacks for layer in stack if hasattr(layer.picture, "time")]
    assert times == [Fraction(52, 25)]


def test_placement_scales_moves_and_turns(studio: Studio) -> None:
    clip = studio.color("V1", 0, 2, RED)
    studio.run("set_placement", clips=(clip,), scale=0.5, x=40.0, y=-24.0)
    frame = studio.frame(1)
    filled = np.argwhere(frame[..., 0] > 200)
    assert filled.min(axis=0).tolist() == [0, 80]
    assert filled.max(axis=0).tolist() == [47, 159]
    studio.run("set_placement", clips=(clip,), scale=0.5, x=0.0, y=0.0, rotation=90.0)
    filled = np.argwhere(studio.frame(1)[..., 0] > 200)
    assert (filled.max(axis=0) - filled.min(axis=0) + 1).tolist() == [80, 48]


def test_keys_and_fades_move_opacity(studio: Studio) -> None:
    clip = studio.color("V1", 0, 4, Color(1, 1, 1))
    studio.run("set_opacity_key", clip=clip, time=Fraction(0), value=0.0)
    studio.run("set_opacity_key", clip=clip, time=Fraction(2), value=1.0)
    assert center(studio.frame(1))[0] == pytest.approx(128, abs=2)
    studio.run("remove_keys", clip=clip)
    studio.run("set_fades", clips=(clip,), fade_out=Fraction(2))
    assert center(studio.frame(3))[0] == pytest.approx(128, abs=2)


def test_pieces_make_up_the_whole(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    clip = studio.run("add_clip", track=studio.tracks["V1"], item=item, start=Fraction(0))
    studio.run("set_placement", clips=(clip,), scale=0.8, rotation=10.0)
    whole = studio.frame(1)
    drawing = studio.display.drawing(studio.document, time=Fraction(1))
    for region in (IntRect(0, 0, 64, 64), IntRect(64, 32, 96, 64)):
        piece = studio.display.render(drawing, Request(region))
        part = whole[region.y : region.bottom, region.x : region.right].astype(int)
        assert np.abs(piece - part).max() <= 1


def test_preview_scale_gives_a_smaller_frame(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    studio.run("add_clip", track=studio.tracks["V1"], item=item, start=Fraction(0))
    assert studio.frame(Fraction(42, 25), 0.5).shape == (HEIGHT // 2, WIDTH // 2, 4)
    assert read_frame_number(studio.frame(Fraction(42, 25), 0.5)) == 42


def test_another_document_shows_at_the_clips_own_time(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    studio.run("add_clip", track=studio.tracks["V1"], item=item, start=Fraction(0))
    outer = studio.run("new_document", width=WIDTH, height=HEIGHT)
    track = tracks_of(studio.project, outer, "video")[0].id
    studio.run("add_embed", track=track, document=studio.document, start=Fraction(3), duration=Fraction(2))
    frame = studio.display.render_whole(outer, time=3 + Fraction(17, 25))
    assert read_frame_number(frame) == 17


def test_a_missing_file_is_a_hatched_frame_and_a_sentence(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    studio.run("add_clip", track=studio.tracks["V1"], item=item, start=Fraction(0))
    studio.project.media.paths["film"] = Path("/nowhere/film.mp4")
    assert studio.frame(1).shape == (HEIGHT, WIDTH, 4)
    drawing = studio.display.drawing(studio.document, time=Fraction(1))
    assert any("film" in sentence for sentence in drawing.problems)


def test_undo_brings_back_the_same_key(studio: Studio) -> None:
    clip = studio.color("V1", 0, 2, RED)
    before = studio.display.drawing(studio.document, time=Fraction(1)).key
    studio.run("set_opacity", clips=(clip,), opacity=0.5)
    assert studio.display.drawing(studio.document, time=Fraction(1)).key != before
    studio.project.undo()
    assert studio.display.drawing(studio.document, time=Fraction(1)).key == before


def engine_of(studio: Studio) -> VideoEngine:
    engine = studio.display.engine(studio.document)
    assert isinstance(engine, VideoEngine)
    return engine


def test_sound_begins_where_the_clip_puts_it(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    studio.run("add_clip", track=studio.tracks["V1"], item=item, start=Fraction(2), source_start=Fraction(1, 2))
    plan = sound_plan(engine_of(studio), studio.document)
    assert plan.length == (2 + Fraction(88, 25)) * SAMPLE_RATE
    assert abs(onset_of(plan.read(0, plan.length)) - 2.5) < 0.002


def test_muting_volume_and_blocks(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    clip = studio.run("add_clip", track=studio.tracks["A1"], item=item, start=Fraction(0))
    loud = sound_plan(engine_of(studio), studio.document)
    whole = loud.read(0, loud.length)
    pieces = np.concatenate([loud.read(first, 1000) for first in range(0, loud.length - 1000, 1000)])
    assert np.array_equal(whole[: len(pieces)], pieces)
    studio.run("set_volume", clips=(clip,), volume=0.5)
    quiet = sound_plan(engine_of(studio), studio.document)
    assert np.allclose(quiet.read(60_000, 1000), whole[60_000:61_000] / 2, atol=1e-6)
    studio.run("set_track", track=studio.tracks["A1"], muted=True)
    assert not sound_plan(engine_of(studio), studio.document).read(0, 200_000).any()


def test_a_cross_fade_keeps_the_loudness(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    first = studio.run(
        "add_clip", track=studio.tracks["A1"], item=item, start=Fraction(0), duration=Fraction(1),
        source_start=Fraction(2),
    )
    studio.run(
        "add_clip", track=studio.tracks["A1"], item=item, start=Fraction(1), duration=Fraction(1),
        source_start=Fraction(2),
    )
    studio.run("add_dissolve", clip=first, duration=Fraction(1, 2))
    plan = sound_plan(engine_of(studio), studio.document)
    one, two = plan.sounds
    assert (one.power, two.power) == (True, True)
    assert one.start + one.length == round(1.24 * SAMPLE_RATE) or one.start + one.length > SAMPLE_RATE
    assert two.start < SAMPLE_RATE


def test_a_timeline_inside_is_heard(studio: Studio, film: Path) -> None:
    item = studio.film(film)
    studio.run("add_clip", track=studio.tracks["V1"], item=item, start=Fraction(0))
    outer = studio.run("new_document", width=WIDTH, height=HEIGHT)
    track = tracks_of(studio.project, outer, "video")[0].id
    studio.run("add_embed", track=track, document=studio.document, start=Fraction(3), duration=Fraction(4))
    plan = sound_plan(engine_of(studio), outer)
    assert abs(onset_of(plan.read(0, plan.length)) - 4.0) < 0.002


def test_clip_times_stay_exact(studio: Studio) -> None:
    clip = studio.project.find(studio.color("V1", 1, 2, RED), Clip)
    assert (clip.start, clip.duration) == (Fraction(1), Fraction(1))
