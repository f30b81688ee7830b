"""Where somebody speaks: spans hold, are apart and inside; made and real recordings."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.sound.activity import Shape, Span, louder_than_the_room, silences, spans, speech_by_energy
from ml.sound.rates import LISTENING_RATE, Samples, reader_of
from tests.ml.sound.files import listened
from tests.ml.sound.sounds import engine, talk


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


def test_what_is_loud_but_no_voice_is_not_speech() -> None:
    """A motor has a pitch but no syllables, gusts and a struck room have no pitch."""
    rng = np.random.default_rng(5)
    noise = rng.normal(size=8 * LISTENING_RATE)
    gusts = noise * 10 ** (np.repeat(rng.normal(size=80), LISTENING_RATE // 10) / 5 - 1.5)
    room = noise * np.exp(-np.arange(len(noise)) / LISTENING_RATE * 9) * 0.5
    for sound in (engine(8.0), gusts.astype(np.float32), room.astype(np.float32)):
        padded = np.concatenate([np.zeros(8000, np.float32), sound])
        assert louder_than_the_room(reader_of(padded), len(padded)), "it is loud"
        assert found_in(padded) == []


def test_a_voice_is_found_after_a_motor_has_started() -> None:
    wanted = (5.0, 7.0)
    sound = talk(9.0, [wanted], noise=0.001) + engine(9.0, before=20.0) * 0.1
    [found] = found_in(np.asarray(sound, np.float32))
    assert abs(found.start - wanted[0]) < 0.2 and abs(found.end - wanted[1]) < 0.3


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


@pytest.mark.conformance
@pytest.mark.parametrize("name", ["noise/noise2", "noise/noise3", "noise/noise5", "RIRs/rir1", "RIRs/rir4"])
def test_recorded_noise_and_an_echo_hold_no_speech(corpora: Path, name: str) -> None:
    assert found_in(listened(corpora / SAMPLES / f"{name}.wav")) == []


@pytest.mark.conformance
def test_speech_in_some_noise_is_still_found(corpora: Path) -> None:
    clean = listened(corpora / SAMPLES / "ASR/spk1_snt1.wav")
    for name in ("noise2", "noise3", "noise5"):
        rough = np.resize(listened(corpora / SAMPLES / f"noise/{name}.wav"), len(clean))
        mixed = clean + rough * np.float32(np.sqrt((clean @ clean) / (rough @ rough) / 10))
        assert sum(span.end - span.start for span in found_in(mixed)) > 0.8 * len(clean) / LISTENING_RATE
