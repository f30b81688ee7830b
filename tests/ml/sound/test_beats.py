"""Beats: found to a few hundredths of a second, at a drifting tempo too; none in noise and silence; bars guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.progress import Silent
from ml.sound.beats import find_beats
from ml.sound.onsets import BLOCK, HOP, RATE, SIZE
from ml.sound.rates import LISTENING_RATE, Samples, at_rate, reader_of
from tests.ml.sound.files import listened
from tests.ml.sound.sounds import f_measure, rhythm
from tests.ml.sound.test_cleaning import cleaned

SECONDS = 24.0


def steady(tempo: float, begin: float = 0.4) -> np.ndarray:
    return np.arange(begin, SECONDS - 0.2, 60 / tempo)


@pytest.mark.parametrize("tempo", [84.0, 96.0, 120.0, 133.3, 160.0])
def test_a_steady_beat_is_found(tempo: float) -> None:
    times = steady(tempo)
    sound = rhythm(times, SECONDS, 60 / tempo)
    found = find_beats(reader_of(sound), len(sound))
    assert abs(found.tempo - tempo) < 0.01 * tempo
    assert f_measure(times, found.times) > 0.97
    close = np.abs(found.times[:, None] - times[None]).min(axis=1)
    assert np.median(close) < 0.015, "beats lie where the drum is struck"


def test_bars_begin_where_the_chord_changes() -> None:
    times = steady(110.0)
    sound = rhythm(times[2:], SECONDS, 60 / 110.0)
    found = find_beats(reader_of(sound), len(sound))
    first = found.times[found.first]
    place = int(np.abs(times - first).argmin())
    assert (place - 2) % 4 == 0


def test_the_beat_follows_a_tempo_that_drifts() -> None:
    time, times = 0.4, []
    while time < SECONDS - 0.3:
        times.append(time)
        time += 60 / (100 + 12 * time / SECONDS)
    sound = rhythm(np.array(times), SECONDS, 0.57)
    found = find_beats(reader_of(sound), len(sound))
    assert f_measure(np.array(times), found.times) > 0.95


def test_a_range_of_tempi_chooses_the_octave() -> None:
    sound = rhythm(steady(72.0), SECONDS, 60 / 72)
    for slowest, fastest, tempo in ((50.0, 100.0, 72.0), (100.0, 200.0, 144.0)):
        assert abs(find_beats(reader_of(sound), len(sound), slowest, fastest).tempo - tempo) < 1.0


@pytest.mark.parametrize("level", [0.0, 0.1])
def test_silence_and_noise_have_no_beat(level: float) -> None:
    sound = np.random.default_rng(0).normal(size=int(20 * RATE)).astype(np.float32) * np.float32(level)
    assert len(find_beats(reader_of(sound), len(sound)).times) == 0


@pytest.mark.parametrize("seed", range(4))
def test_words_that_fall_as_they_like_have_no_beat(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = 0.2 + np.cumsum(rng.uniform(0.25, 0.9, 30))
    for count in (5, 15, 30):
        sound = rhythm(times[:count], float(times[count - 1]) + 1.0, 0.21)
        assert len(find_beats(reader_of(sound), len(sound)).times) == 0


def test_a_loop_of_four_seconds_has_a_beat() -> None:
    times = np.arange(0.1, 4.0, 0.5)
    sound = rhythm(times, 4.0, 0.5)
    assert f_measure(times, find_beats(reader_of(sound), len(sound)).times) > 0.9


@pytest.mark.conformance
@pytest.mark.parametrize("clean", [False, True])
def test_recorded_speech_has_no_beat(corpora: Path, clean: bool) -> None:
    files = [
        *(f"speechbrain+speechbrain/tests/samples/ASR/spk1_snt{number}.wav" for number in range(1, 7)),
        "snakers4+silero-vad/tests/data/test.mp3", "ggml-org+whisper.cpp/samples/jfk.mp3",
    ]
    sounds = [listened(corpora / "audio" / name) for name in files]
    for speech in (*sounds, np.concatenate(sounds)):
        heard = at_rate(reader_of(cleaned(speech) if clean else speech), LISTENING_RATE, RATE)
        assert len(find_beats(heard, int(len(speech) * RATE / LISTENING_RATE)).times) == 0


def test_less_than_two_seconds_have_none() -> None:
    sound = rhythm(np.array([0.2, 0.7]), 1.5, 0.5)
    assert len(find_beats(reader_of(sound), len(sound)).times) == 0
    assert len(find_beats(reader_of(sound), 0).times) == 0


def test_it_reads_a_little_at_a_time_and_can_be_stopped() -> None:
    class Stop(Exception):
        pass

    class StopsAtHalf(Silent):
        def __call__(self, share: float, text: str = "") -> None:
            if share > 0.5:
                raise Stop

        def part(self, start: float, end: float) -> StopsAtHalf:
            return self

    asked: list[int] = []
    minute = rhythm(steady(120.0), SECONDS, 0.5)

    def read(first: int, count: int) -> Samples:
        asked.append(count)
        return np.resize(minute, count)

    with pytest.raises(Stop):
        find_beats(read, 600 * RATE, progress=StopsAtHalf())
    assert max(asked) <= BLOCK * HOP + SIZE
