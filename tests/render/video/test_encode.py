"""MP4 files hold exactly what was written: count, length, pictures, sound in step; or nothing at all."""

from __future__ import annotations

import errno
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from render.audio import SAMPLE_RATE
from render.audio.reader import AudioReader
from render.video import encode
from render.video.encode import MovieSettings, MovieWriter
from render.video.errors import MediaError
from render.video.probe import probe
from render.video.reader import VideoReader
from tests.render.video.clips import frame_number_picture, make_film, onset_of, read_frame_number

RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(24000, 1001), Fraction(12)]


@pytest.mark.parametrize("rate", RATES)
def test_count_length_and_step(tmp_path: Path, rate: Fraction) -> None:
    path = make_film(tmp_path / "film.mp4", frames=61, rate=rate, onset=1.0)
    info = probe(path)
    picture = info.video[0]
    assert (picture.rate, picture.frame_count, picture.duration, picture.start) == (rate, 61, 61 / rate, 0)
    with VideoReader(path) as reader:
        assert [read_frame_number(reader.read(n / rate)) for n in range(61)] == list(range(61))
    with AudioReader(path) as sound:
        assert abs(onset_of(sound.read(0, round(61 / rate * SAMPLE_RATE))) - 1.0) < 0.001


def test_colour_tags_and_colours_survive(tmp_path: Path) -> None:
    path = tmp_path / "red.mp4"
    picture = np.full((96, 160, 4), (200, 40, 90, 255), dtype=np.uint8)
    with MovieWriter(path, MovieSettings(width=160, height=96, rate=Fraction(25), audio=False)) as writer:
        for _ in range(5):
            writer.write_frame(picture)
        writer.finish()
    color = probe(path).video[0].color
    assert (color.primaries, color.transfer, color.matrix, color.full_range) == (1, 1, 1, False)
    with VideoReader(path) as reader:
        assert np.abs(reader.read(Fraction(0)).astype(int) - picture).max() <= 4


def test_the_index_is_at_the_front(tmp_path: Path) -> None:
    data = make_film(tmp_path / "film.mp4").read_bytes()
    assert data.find(b"moov") < data.find(b"mdat")


def test_leaving_early_leaves_nothing(tmp_path: Path) -> None:
    settings = MovieSettings(width=160, height=96, rate=Fraction(25))
    with MovieWriter(tmp_path / "film.mp4", settings) as writer:
        writer.write_frame(frame_number_picture(1))
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(b"old")
    with MovieWriter(target, MovieSettings(width=160, height=96, rate=Fraction(25))) as writer:
        writer.write_frame(frame_number_picture(1))
    assert target.read_bytes() == b"old"


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(encode.os, "replace", full)
    with pytest.raises(MediaError, match="disk is full"):
        make_film(tmp_path / "film.mp4", frames=3)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="could not be written"):
        make_film(tmp_path / "nowhere" / "film.mp4", frames=3)


@pytest.mark.parametrize("change", [{"width": 161}, {"height": 0}, {"rate": Fraction(0)}, {"quality": 99}])
def test_impossible_settings_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    values = {"width": 160, "height": 96, "rate": Fraction(25), **change}
    with pytest.raises(MediaError):
        MovieWriter(tmp_path / "film.mp4", MovieSettings(**values))
