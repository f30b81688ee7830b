"""The right frame for every time, whatever order it is asked in and whatever the container does to stamps."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from render.video.errors import MediaError
from render.video.probe import probe
from render.video.reader import VideoReader
from tests.render.video.clips import make_film, make_matroska, read_frame_number

NTSC = Fraction(30000, 1001)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", frames=150, rate=NTSC)


def test_every_frame_at_its_exact_start_and_just_before_its_end(film: Path) -> None:
    with VideoReader(film) as reader:
        for number in range(150):
            start = number / NTSC
            assert read_frame_number(reader.read(start)) == number
            assert read_frame_number(reader.read(start + Fraction(99, 100) / NTSC)) == number


def test_any_order_gives_the_same_frames(film: Path) -> None:
    with VideoReader(film, cache_bytes=100_000) as reader:
        order = np.random.default_rng(7).permutation(150)[:40]
        assert [read_frame_number(reader.read(int(number) / NTSC)) for number in order] == list(order)


def test_outside_the_film_the_nearest_frame_holds(film: Path) -> None:
    with VideoReader(film) as reader:
        assert read_frame_number(reader.read(Fraction(-3))) == 0
        assert read_frame_number(reader.read(Fraction(3600))) == 149


def test_millisecond_stamps_do_not_shift_frames(tmp_path: Path) -> None:
    """30 frames a second in Matroska: stamps 0, 33, 67, 100 ms for the exact times n/30."""
    path = make_matroska(tmp_path / "round.mkv", [round(1000 * n / 30) for n in range(40)])
    with VideoReader(path) as reader:
        assert [read_frame_number(reader.read(Fraction(n, 30))) for n in range(40)] == list(range(40))


def test_variable_rate_holds_each_frame_until_the_next(tmp_path: Path) -> None:
    path = make_matroska(tmp_path / "varies.mkv", [0, 40, 80, 500, 540, 1200, 1240])
    with VideoReader(path) as reader:
        assert reader.stream.variable_rate
        asked = {0: 0, 38: 0, 41: 1, 120: 2, 499 - 5: 2, 500: 3, 1100: 5 - 1, 1200: 5, 1300: 6}
        got = {stamp: read_frame_number(reader.read(Fraction(stamp, 1000))) for stamp in asked}
        assert got == asked


def test_scaled_reading_gives_the_size_asked_for(film: Path) -> None:
    with VideoReader(film) as reader:
        assert reader.read(Fraction(1), (80, 48)).shape == (48, 80, 4)


def test_many_threads_share_one_reader(film: Path) -> None:
    wrong: list[int] = []
    with VideoReader(film) as reader:

        def work(first: int) -> None:
            numbers = range(first, 150, 4)
            wrong.extend(number for number in numbers if read_frame_number(reader.read(number / NTSC)) != number)

        threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_the_cache_is_bounded(film: Path) -> None:
    with VideoReader(film, cache_bytes=300_000) as reader:
        for number in range(150):
            reader.frame(number / NTSC)
        assert reader._cache_size <= 300_000


def test_a_truncated_film_gives_what_it_can(tmp_path: Path) -> None:
    whole = make_matroska(tmp_path / "whole.mkv", [40 * n for n in range(100)])
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with VideoReader(cut) as reader:
        assert read_frame_number(reader.read(Fraction(0))) == 0
        late = read_frame_number(reader.read(Fraction(99, 25)))
        assert 10 < late < 99


def test_damage_in_the_middle_is_skipped_and_told(tmp_path: Path) -> None:
    whole = make_film(tmp_path / "film.mp4", frames=150)
    data = bytearray(whole.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(np.random.default_rng(1).integers(0, 256, 2000, dtype=np.uint8))
    hurt = tmp_path / "hurt.mp4"
    hurt.write_bytes(data)
    with VideoReader(hurt) as reader:
        assert read_frame_number(reader.read(Fraction(0))) == 0
        reader.read(Fraction(5))


@pytest.mark.parametrize("content", [b"", b"hello", bytes(5000), b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/x.ts\n"])
def test_what_is_no_media_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing.mp4"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=r"thing\.mp4.*\.$"):
        probe(path)


def test_a_playlist_reads_no_other_file(tmp_path: Path) -> None:
    make_film(tmp_path / "secret.mp4", frames=5)
    playlist = tmp_path / "list.ffconcat"
    playlist.write_text("ffconcat version 1.0\nfile secret.mp4\n")
    with pytest.raises(MediaError):
        probe(playlist)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is not there"):
        probe(tmp_path / "gone.mov")
