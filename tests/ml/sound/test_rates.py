"""Sound at other rates: right, without clicks, and the same however it is read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.sound.rates import at_rate, blocks, reader_of

RATES = [(48_000, 16_000), (48_000, 24_000), (44_100, 16_000), (22_050, 48_000), (16_000, 48_000), (8_000, 8_000)]


@pytest.mark.parametrize(("rate", "wanted"), RATES)
def test_a_tone_keeps_its_pitch_and_place(rate: int, wanted: int) -> None:
    def tone(samples: int) -> np.ndarray:
        return np.sin(2 * np.pi * 440 * np.arange(samples * 2) / samples).astype(np.float32)

    heard = at_rate(reader_of(tone(rate)), rate, wanted)(0, 2 * wanted)
    inside = slice(wanted // 10, -wanted // 10)
    assert np.abs(heard - tone(wanted))[inside].max() < 1e-3


def test_what_the_lower_rate_cannot_hold_is_gone() -> None:
    high = np.sin(2 * np.pi * 11_000 * np.arange(48_000) / 48_000).astype(np.float32)
    assert np.abs(at_rate(reader_of(high), 48_000, 16_000)(1000, 10_000)).max() < 1e-3


@settings(max_examples=20)
@given(st.sampled_from(RATES), st.integers(-500, 3000), st.integers(1, 3000), st.integers(50, 1000))
def test_pieces_are_the_same_as_the_whole(rates: tuple[int, int], first: int, count: int, size: int) -> None:
    sound = np.random.default_rng(0).normal(size=4000).astype(np.float32)
    read = at_rate(reader_of(sound), *rates)
    whole = read(first, count)
    pieces = np.concatenate([piece for _, piece in blocks(read, first, count, size)])
    assert whole.shape == (count,)
    assert np.abs(whole - pieces).max() < 1e-3, "what noise shows of the margin of a block"
