"""Playing: the clock leads, frames follow in order, sound and loops are exact."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.playback.clock import Span
from app.playback.player import Player, _LoopingMix
from app.playback.sound import BLOCK, SoundFeeder
from editor.display.video.sound import SoundPlan
from render.audio.mix import Sound
from tests.editor.display.test_video import RED, Studio
from tests.render.video.clips import make_film, read_frame_number

pytestmark = pytest.mark.app


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", frames=100, onset=1.0)


@pytest.fixture
def studio(film: Path) -> Studio:
    made = Studio()
    item = made.film(film)
    made.run("add_clip", track=made.tracks["V1"], item=item, start=Fraction(0))
    return made


@pytest.fixture
def player(qtbot, studio: Studio) -> Iterator[Player]:
    made = Player(studio.project, studio.document, studio.display, sound=False)
    made.set_scale(1.0)
    yield made
    made.close()


def test_seeking_shows_the_exact_frame(qtbot, player: Player) -> None:
    for number in (0, 57, 13, 99):
        with qtbot.waitSignal(player.frame_shown) as shown:
            player.seek(Fraction(number, 25))
        pixels, time = shown.args
        assert time == Fraction(number, 25)
        assert read_frame_number(pixels) == number


def test_scrubbing_ends_on_the_last_place(qtbot, player: Player) -> None:
    shown: list[Fraction] = []
    player.frame_shown.connect(lambda pixels, time: shown.append(time))
    for number in range(60):
        player.seek(Fraction(number, 25))
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == Fraction(59, 25))
    assert len(shown) < 60


def test_playing_shows_frames_in_order_each_as_it_is(qtbot, player: Player) -> None:
    shown: list[tuple[int, int]] = []
    player.frame_shown.connect(lambda pixels, time: shown.append((int(time * 25), read_frame_number(pixels))))
    player.play()
    qtbot.waitUntil(lambda: len(shown) >= 8)
    player.pause()
    assert all(asked == got for asked, got in shown)
    numbers = [number for number, _ in shown[:8]]
    assert numbers == sorted(set(numbers))


def test_it_stops_at_the_end_and_begins_anew(qtbot, player: Player) -> None:
    player.seek(Fraction(95, 25))
    player.play()
    qtbot.waitUntil(lambda: not player.playing)
    assert player.position == 4
    player.play()
    assert player.playing
    qtbot.waitUntil(lambda: player.position < 2)
    player.pause()


def test_keys_j_k_l(qtbot, player: Player) -> None:
    player.seek(Fraction(2))
    player.shuttle(1)
    player.shuttle(1)
    assert player.speed == 2
    player.shuttle(-1)
    assert player.speed == -1
    qtbot.waitUntil(lambda: player.position < 2)
    player.shuttle(0)
    assert not player.playing


def test_looping_between_in_and_out(qtbot, player: Player) -> None:
    player.set_range(Fraction(1), Fraction(3, 2))
    player.loop = True
    seen: list[Fraction] = []
    player.position_changed.connect(seen.append)
    player.play()
    qtbot.waitUntil(lambda: any(two < one for one, two in zip(seen, seen[1:], strict=False)), timeout=4000)
    player.pause()
    assert all(1 <= time < Fraction(3, 2) for time in seen)


def test_an_edit_shows_at_once(qtbot, studio: Studio, player: Player) -> None:
    with qtbot.waitSignal(player.frame_shown):
        player.seek(Fraction(1))
    with qtbot.waitSignal(player.frame_shown) as shown:
        studio.color("V2", 0, 2, RED)
    assert tuple(shown.args[0][10, 10]) == (255, 0, 0, 255)


def test_span_arithmetic() -> None:
    span = Span(Fraction(2), Fraction(1), Fraction(4), Fraction(1), loop=True)
    assert [span.at(Fraction(n)) for n in (0, 1, 2, 3, 5)] == [2, 3, 1, 2, 1]
    once = Span(Fraction(2), Fraction(1), Fraction(4), Fraction(-2))
    assert (once.at(Fraction(10)), once.is_over(Fraction(1, 4)), once.is_over(Fraction(1))) == (1, False, True)


def counting(first: int, count: int) -> np.ndarray:
    return np.repeat(np.arange(first, first + count, dtype=np.float32)[:, None], 2, axis=1)


def test_the_loop_is_exact_to_the_sample() -> None:
    plan = SoundPlan((Sound(read=counting, start=0, length=48000 * 10),), 48000 * 10)
    span = Span(Fraction(1), Fraction(1), Fraction(2), loop=True)
    got = _LoopingMix(plan, span).read(47_990, 20)
    assert got[:, 0].tolist() == [*range(95_990, 96_000), *range(48_000, 48_010)]


def test_the_feeder_gives_samples_in_order_and_silence_for_late_ones() -> None:
    feeder = SoundFeeder(lambda first, count: counting(first, count) / 1e6)
    try:
        feeder.wait_until_ready(5.0)
        first = feeder.take(BLOCK + 100)
        assert np.allclose(first[:, 0], np.arange(BLOCK + 100) / 1e6)
        feeder.take(10 * 48_000)
        assert feeder.late > 0
    finally:
        feeder.stop()
