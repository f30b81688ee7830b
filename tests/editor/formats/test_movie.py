"""A film that was exported, read back: the right frames, exactly as many, and sound in step."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.formats.movie import MovieOptions, export_movie, facts_of_file, plan_export
from render.audio import SAMPLE_RATE
from render.audio.reader import AudioReader
from render.color import Color
from render.video.probe import probe
from render.video.reader import VideoReader
from tests.editor.display.test_video import Studio
from tests.render.video.clips import HEIGHT, WIDTH, make_film, make_wave, onset_of


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", frames=100, onset=1.0)


@pytest.fixture
def studio(film: Path) -> Studio:
    made = Studio()
    item = made.film(film)
    made.run(
        "add_clip", track=made.tracks["V1"], item=item, start=Fraction(2), source_start=Fraction(1, 2),
        duration=Fraction(3),
    )
    return made


def test_frames_and_sound_come_back(studio: Studio, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    parts: list[float] = []
    export_movie(studio.project, studio.document, target, progress=parts.append)
    info = probe(target)
    assert (info.video[0].frame_count, info.video[0].duration, info.video[0].rate) == (125, Fraction(5), Fraction(25))
    assert parts[-1] == 1.0
    assert parts == sorted(parts)
    with VideoReader(target) as reader:
        for number in (0, 49, 50, 51, 77, 124):
            ours = studio.frame(Fraction(number, 25)).astype(int)
            assert np.abs(reader.read(Fraction(number, 25)).astype(int) - ours).mean() < 3
    with AudioReader(target) as sound:
        assert abs(onset_of(sound.read(0, 5 * SAMPLE_RATE)) - 2.5) < 0.010


def test_another_size_and_rate(studio: Studio, tmp_path: Path) -> None:
    target = tmp_path / "small.mp4"
    options = MovieOptions(width=100, height=100, rate=Fraction(30000, 1001), start=Fraction(2), end=Fraction(4))
    report = export_movie(studio.project, studio.document, target, options)
    picture = probe(target).video[0]
    assert (picture.width, picture.height, picture.rate) == (100, 100, Fraction(30000, 1001))
    assert picture.frame_count == 60
    assert report.converted
    with VideoReader(target) as reader:
        frame = reader.read(Fraction(0))
    assert frame[2, 50, :3].max() < 20
    assert frame[97, 50, :3].max() < 20


def test_editing_goes_on_while_exporting(studio: Studio, tmp_path: Path) -> None:
    job = plan_export(studio.project, studio.document, tmp_path / "out.mp4")
    studio.color("V2", 0, 5, Color(1, 0, 0))
    job.run()
    with VideoReader(tmp_path / "out.mp4") as reader:
        assert reader.read(Fraction(0))[HEIGHT // 2, WIDTH // 2, 0] < 20


def test_cancelling_leaves_nothing(studio: Studio, tmp_path: Path) -> None:
    calls = iter([False] * 20 + [True] * 1000)
    with pytest.raises(Cancelled):
        export_movie(studio.project, studio.document, tmp_path / "out.mp4", cancelled=lambda: next(calls))
    assert list(tmp_path.iterdir()) == []


def test_sentences_for_what_cannot_be(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="nothing to export"):
        plan_export(studio.project, studio.run("new_document"), tmp_path / "out.mp4")
    with pytest.raises(ExpectedError, match="even"):
        export_movie(studio.project, studio.document, tmp_path / "out.mp4", MovieOptions(width=101))
    with pytest.raises(ExpectedError, match="could not be written"):
        export_movie(studio.project, studio.document, tmp_path / "no" / "out.mp4")


def test_a_missing_file_is_in_the_report(studio: Studio, tmp_path: Path) -> None:
    studio.project.media.paths["film"] = tmp_path / "gone.mp4"
    report = export_movie(studio.project, studio.document, tmp_path / "out.mp4", MovieOptions(sound=False))
    assert any("gone.mp4" in sentence or "film" in sentence for sentence in report.dropped)


def test_facts_of_files(film: Path, tmp_path: Path) -> None:
    facts, report = facts_of_file(film, "id")
    assert (facts.width, facts.height, facts.rate, facts.duration) == (WIDTH, HEIGHT, Fraction(25), Fraction(4))
    assert (facts.has_video, facts.has_audio, facts.still) == (True, True, False)
    assert report.lossless
    sound, _ = facts_of_file(make_wave(tmp_path / "a.wav", np.zeros(48000), 48000), "id")
    assert (sound.has_video, sound.has_audio, sound.duration) == (False, True, Fraction(1))
    (tmp_path / "bad.mp4").write_bytes(b"no film")
    with pytest.raises(ExpectedError):
        facts_of_file(tmp_path / "bad.mp4", "id")
