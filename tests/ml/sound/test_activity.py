"""Where somebody speaks: spans hold, are apart and inside; made and real recordings."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.sound.activity import Shape, Span, silences, spans, speech_by_energy
from ml.sound.rates import LISTENING_RATE, Samples, reader_of
from tests.ml.sound.files import listened
from tests.ml.sound.sounds import talk


def found_in(sound: Samples) -> list[Span]:
    return speech_by_energy(reader_of(sound), len(sound))


@pytest.mark.parametrize("noise", [0.0, 0.003, 0.01])
def test_speech_is_found_at_any_noise(noise: float) -> None:
    wanted = [(1.0, 2.5), (4.0, 7.0)]
    found = found_in(talk(9.0, wanted, noise))
    assert len(found) == len(wanted)
    for span, (start, end) in zip(found, wanted, strict=True):
        assert abs(span.start - start) < 0.2
        assert abs(span.end - end) < 0.3


def test_noise_that_grows_is_not_speech() -> None:
    rng = np.random.default_rng(3)
    sound = rng.normal(size=20 * LISTENING_RATE) * np.geomspace(0.001, 0.02, 20 * LISTENING_RATE)
    assert sum(span.end - span.start for span in found_in(sound.astype(np.float32))) < 1.0


def test_noise_of_a_clip_after_a_gap_is_not_speech() -> None:
    """Between the clips of a timeline there is no sound at all, so a quiet room begins suddenly."""
    sound = np.concatenate([np.zeros(80_000, np.float32), talk(10.0, [(6.0, 8.0)]), np.zeros(80_000, np.float32)])
    [found] = found_in(sound)
    assert abs(found.start - 11.0) < 0.2
    assert abs(found.end - 13.0) < 0.3


def test_silence_and_nothing_hold_no_speech() -> None:
    assert found_in(np.zeros(5 * LISTENING_RATE, np.float32)) == []
    assert found_in(np.zeros(0, np.float32)) == []


@given(
    st.lists(st.floats(0, 1), max_size=200), st.floats(0.2, 0.9), st.floats(0, 1.0), st.floats(0, 0.5),
    st.floats(0, 0.5),
)
def test_spans_are_in_order_apart_and_inside(
    chance: list[float], begin: float, pause: float, burst: float, padding: float
) -> None:
    step = 0.03
    found = spans(np.array(chance), step, begin, begin - 0.15, Shape(pause, burst, padding))
    length = len(chance) * step
    edges = [edge for span in found for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(-1e-9 <= edge <= length + 1e-9 for edge in edges)
    assert all(span.end - span.start >= burst - 1e-9 for span in found)
    quiet = silences(found, length)
    assert sum(item.end - item.start for item in [*found, *quiet]) == pytest.approx(length, abs=1e-6)


SAMPLES = "audio/speechbrain+speechbrain/tests/samples"


def annotated(corpora: Path) -> list[tuple[Samples, np.ndarray, np.ndarray]]:
    """Sounds; whether there is speech in each hundredth of a second, as their makers have it; and where they say."""
    found = []
    for name, file in (("VAD_train", "train"), ("VAD_dev", "valid")):
        sound = listened(corpora / SAMPLES / "VAD" / f"{file}.wav")
        truth, told = np.zeros(len(sound) // 160, bool), np.zeros(len(sound) // 160, bool)
        for item in json.loads((corpora / SAMPLES / "annotation" / f"{name}.json").read_text()).values():
            at = item["wav"]["start"] / LISTENING_RATE
            told[item["wav"]["start"] // 160 : item["wav"]["stop"] // 160] = True
            times = [float(time) + at for time in item["speech"].split()]
            for start, end in zip(times[::2], times[1::2]):
                truth[int(start * 100) : int(end * 100)] = True
        found.append((sound, truth, told))
    return found


def agreement(found: list[Span], truth: np.ndarray, told: np.ndarray) -> float:
    """The share of the annotated hundredths of a second on which both agree."""
    marked = np.zeros(len(truth), bool)
    for span in found:
        marked[int(span.start * 100) : int(span.end * 100)] = True
    return float((marked == truth)[told].mean())


@pytest.mark.conformance
def test_annotated_recordings(corpora: Path) -> None:
    assert min(agreement(found_in(sound), truth, told) for sound, truth, told in annotated(corpora)) > 0.8
