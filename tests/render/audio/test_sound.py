"""Sound by exact sample: alignment, joins, mixing and waveforms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from render.audio import SAMPLE_RATE
from render.audio.mix import Sound, mix
from render.audio.peaks import Peaks, measure
from render.audio.reader import CHUNK, AudioReader
from tests.render.video.clips import make_wave


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000, 96000])
def test_a_tone_stays_one_tone_across_chunks(tmp_path: Path, rate: int) -> None:
    seconds = 7
    times = np.arange(rate * seconds) / rate
    path = make_wave(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 1000 * times), rate)
    with AudioReader(path) as reader:
        got = reader.read(0, SAMPLE_RATE * seconds)
    wanted = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(SAMPLE_RATE * seconds) / SAMPLE_RATE)
    inner = slice(1000, -1000)
    assert np.abs(got[inner, 0] - wanted[inner]).max() < 0.001
    assert np.array_equal(got[:, 0], got[:, 1])


def test_an_impulse_is_where_it_was(tmp_path: Path) -> None:
    samples = np.zeros(44100 * 6)
    samples[round(44100 * 4.5)] = 1
    with AudioReader(make_wave(tmp_path / "click.wav", samples, 44100)) as reader:
        got = reader.read(0, SAMPLE_RATE * 6)
        assert np.abs(got[:, 0]).argmax() == 4.5 * SAMPLE_RATE
        around = reader.read(int(4.5 * SAMPLE_RATE) - 10, 20)
        assert np.abs(around[:, 0]).argmax() == 10


def test_reading_in_any_order_is_the_same(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).uniform(-0.9, 0.9, (44100 * 6, 2))
    path = make_wave(tmp_path / "noise.wav", noise, 44100)
    with AudioReader(path) as one, AudioReader(path) as other:
        late = other.read(CHUNK * 2 - 500, 1000)
        assert np.array_equal(one.read(0, CHUNK * 3)[CHUNK * 2 - 500 : CHUNK * 2 + 500], late)


def test_outside_the_track_is_silence(tmp_path: Path) -> None:
    with AudioReader(make_wave(tmp_path / "short.wav", np.full(4800, 0.5), 48000)) as reader:
        got = reader.read(-100, 10_000)
    assert not got[:100].any()
    assert np.allclose(got[150:4800], 0.5, atol=0.01)
    assert not got[4900:].any()


def ones(first: int, count: int) -> np.ndarray:
    return np.ones((count, 2), dtype=np.float32)


def test_mixing_places_gains_and_fades() -> None:
    sound = Sound(read=ones, start=100, length=1000, gain=0.5, fade_in=100, fade_out=200)
    whole = mix([sound], 0, 1300)
    assert not whole[:100].any()
    assert not whole[1100:].any()
    assert np.allclose(whole[200:900], 0.5)
    assert np.allclose(whole[150, 0], 0.25, atol=0.01)
    assert np.allclose(whole[1000, 0], 0.25, atol=0.01)


def test_blocks_of_any_size_give_the_same_mix() -> None:
    sounds = [
        Sound(read=ones, start=100, length=1000, gain=0.5, fade_in=333, fade_out=200),
        Sound(read=ones, start=0, length=700, pan=-0.5),
    ]
    whole = mix(sounds, 0, 1200)
    pieces = np.concatenate([mix(sounds, first, min(77, 1200 - first)) for first in range(0, 1200, 77)])
    assert np.array_equal(whole, pieces)


def test_pan_lowers_the_other_side() -> None:
    right = mix([Sound(read=ones, start=0, length=10, pan=1.0)], 0, 10)
    assert not right[:, 0].any()
    assert np.allclose(right[:, 1], 1)


def test_peaks_show_the_loud_part_at_every_zoom(tmp_path: Path) -> None:
    samples = np.zeros(48000 * 10)
    samples[48000 * 4 : 48000 * 5] = 0.8
    with AudioReader(make_wave(tmp_path / "loud.wav", samples, 48000)) as reader:
        peaks = measure(reader, 48000 * 10)
    for columns in (10, 100, 1000):
        loudest = peaks.between(0, 10, columns)[:, 1]
        assert loudest[: columns * 4 // 10 - 1].max() < 0.05
        assert loudest[columns * 9 // 20] > 0.75
    again = Peaks.from_bytes(peaks.to_bytes())
    assert all(np.array_equal(one, other) for one, other in zip(peaks.levels, again.levels, strict=True))
    assert np.abs(peaks.between(-5, 0, 10)).max() == 0
    assert np.abs(peaks.between(20, 30, 10)).max() == 0
