"""Noise out of speech: less of it, nothing else lost, in step; the built-in method, FFmpeg's leveller and DTLN."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.sound import dtln
from ml.sound.bands import joined
from ml.sound.filters import FilterChain, evened
from ml.sound.rates import LISTENING_RATE, Samples, reader_of
from ml.sound.spectral import denoised, noise_history, speech_spans
from tests.ml.small_models import save
from tests.ml.sound.files import listened
from tests.ml.sound.sounds import talk


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def cleaned(sound: Samples, strength: float = 0.8) -> Samples:
    read = reader_of(sound)
    spoken = speech_spans(read, LISTENING_RATE, len(sound))
    noise = noise_history(read, LISTENING_RATE, len(sound), spoken)
    return np.concatenate(list(denoised(read, LISTENING_RATE, len(sound), noise, strength)))


def si_sdr(clean: Samples, heard: Samples) -> float:
    """Scale-invariant signal to distortion in decibels (J. Le Roux et al., 2019)."""
    clean, heard = clean - clean.mean(), heard - heard.mean()
    target = clean * ((heard @ clean) / (clean @ clean))
    return float(10 * np.log10((target @ target) / ((heard - target) @ (heard - target))))


def noisy(clean: Samples, decibels: float) -> Samples:
    noise = np.random.default_rng(5).normal(size=len(clean)).astype(np.float32)
    return clean + noise * np.float32(np.sqrt((clean @ clean) / (noise @ noise) / 10 ** (decibels / 10)))


@pytest.mark.parametrize("decibels", [0.0, 10.0])
def test_noise_goes_and_speech_stays(decibels: float) -> None:
    clean = talk(8.0, [(1.0, 3.0), (4.0, 6.5)], noise=0.0)
    given = noisy(clean, decibels)
    result = cleaned(given)
    assert result.shape == given.shape
    assert si_sdr(clean, result) > si_sdr(clean, given) + 4.0
    silent = slice(int(7.0 * LISTENING_RATE), None)
    assert result[silent].std() < 0.25 * given[silent].std()


def test_strength_says_how_much() -> None:
    clean = talk(6.0, [(1.0, 3.0)], noise=0.0)
    given = noisy(clean, 5.0)
    left = [cleaned(given, strength)[4 * LISTENING_RATE :].std() for strength in (0.0, 0.3, 0.6, 1.0)]
    assert left == sorted(left, reverse=True)
    assert np.abs(cleaned(given, 0.0) - given).max() < 1e-4


@pytest.mark.parametrize("count", [0, 1, 100, 5000, 163_841])
def test_the_length_is_kept(count: int) -> None:
    sound = np.random.default_rng(0).normal(size=count).astype(np.float32) * np.float32(0.01)
    assert cleaned(sound).shape == (count,)


def test_the_high_band_is_kept_or_left_out() -> None:
    time = np.arange(48_000) / 48_000
    low, high = (np.sin(2 * np.pi * pitch * time).astype(np.float32) * 0.3 for pitch in (440.0, 12_000.0))
    clean = reader_of(np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000).astype(np.float32) * 0.3)
    for keep, wanted in ((True, low + high), (False, low)):
        read = joined(reader_of(low + high), 48_000, clean, 16_000, 1.0, keep)
        assert np.abs(read(8000, 30_000) - wanted[8000:38_000]).max() < 0.05


def test_loudness_is_evened_in_step() -> None:
    quiet, loud = (talk(8.0, [(0.2, 7.8)], 0.0) * np.float32(factor) for factor in (0.1, 1.0))
    sound = np.concatenate([quiet, loud, quiet])[:, None]
    parts = (sound[place : place + 7000] for place in range(0, len(sound), 7000))
    result = np.concatenate(list(evened(parts, len(sound), LISTENING_RATE, 1)))
    assert result.shape == sound.shape
    levels = [result[at : at + 32_000].std() / sound[at : at + 32_000].std() for at in (32_000, 176_000)]
    assert levels[0] > 2.0 * levels[1]


def test_a_filter_that_ffmpeg_lacks_is_named() -> None:
    with pytest.raises(ModelError, match="nosuchfilter"):
        FilterChain([("nosuchfilter", "")], 16_000)


def test_another_model_is_refused_in_a_sentence(runtime: Runtime, tmp_path: Path) -> None:
    node = helper.make_node("Identity", ["x"], ["y"])
    other = save(tmp_path / "other.onnx", [node], {"x": [1, 4]}, {"y": [1, 4]})
    with pytest.raises(ModelError, match="DTLN"):
        list(dtln.denoised(runtime, [other, other], reader_of(np.zeros(1000, np.float32)), 1000))


def stage(path: Path, size: int, factor: float) -> Path:
    """Shaped as one of DTLN's two: the first gives a mask, the second samples; the memory counts frames."""
    nodes = [
        helper.make_node("Mul", ["x", "f"], ["scaled"]),
        helper.make_node("Mul", ["x", "nothing"], ["flat"]),
        helper.make_node("Add", ["flat", "f"], ["mask"]),
        helper.make_node("Identity", ["scaled" if size == 512 else "mask"], ["y"]),
        helper.make_node("Add", ["m", "one"], ["n"]),
    ]
    constants = {"f": np.float32(factor), "one": np.float32(1), "nothing": np.float32(0)}
    memory = [1, 2, 4, 2]
    return save(path, nodes, {"x": [1, 1, size], "m": memory}, {"y": [1, 1, size], "n": memory}, constants)


def test_models_shaped_like_dtln_are_run_in_step(runtime: Runtime, tmp_path: Path) -> None:
    models = [stage(tmp_path / "2.onnx", 512, 0.25), stage(tmp_path / "1.onnx", 257, 0.5)]
    sound = np.random.default_rng(0).normal(size=40_001).astype(np.float32)
    result = np.concatenate(list(dtln.denoised(runtime, models, reader_of(sound), len(sound))))
    assert np.abs(result - sound / 2).max() < 1e-4, "half the magnitudes, a quarter of four frames that overlap"


def mixtures(corpora: Path) -> Iterator[tuple[Samples, Samples]]:
    """Speech and the same with noise of a street and a room, both recorded by others."""
    folder = corpora / "audio/speechbrain+speechbrain/tests/samples"
    for number, noise in enumerate(("noise2", "noise3", "noise5")):
        clean = listened(folder / f"ASR/spk1_snt{number + 1}.wav")
        rough = np.resize(listened(folder / f"noise/{noise}.wav"), len(clean))
        yield clean, clean + rough * np.float32(np.sqrt((clean @ clean) / (rough @ rough) / 10**0.5))


@pytest.mark.conformance
def test_recorded_noise_gets_less(corpora: Path) -> None:
    gains = [si_sdr(clean, cleaned(given)) - si_sdr(clean, given) for clean, given in mixtures(corpora)]
    assert np.mean(gains) > 1.0


@pytest.mark.conformance
def test_dtln_gives_what_its_makers_loop_gives(corpora: Path, runtime: Runtime) -> None:
    folder = corpora / "models/breizhn+DTLN/pretrained_model"
    models = [folder / "model_1.onnx", folder / "model_2.onnx"]
    gains = []
    for clean, given in mixtures(corpora):
        result = np.concatenate(list(dtln.denoised(runtime, models, reader_of(given), len(given))))
        assert result.shape == given.shape
        gains.append(si_sdr(clean, result) - si_sdr(clean, given))
    assert np.mean(gains) > 3.0
    expected = frame_by_frame(models, given)
    assert np.abs(result[: len(expected)] - expected).max() < 1e-3


def frame_by_frame(models: list[Path], sound: Samples) -> Samples:
    """The makers' real-time loop, with plain onnxruntime."""
    import onnxruntime

    masking, shaping = (onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]) for path in models)
    names = [[port.name for port in session.get_inputs()] for session in (masking, shaping)]
    memory = [np.zeros((1, 2, 128, 2), np.float32)] * 2
    held, added, told = np.zeros(512, np.float32), np.zeros(512, np.float32), []
    for place in range(0, len(sound) - 128, 128):
        held = np.concatenate([held[128:], sound[place : place + 128]])
        spectrum = np.fft.rfft(held)
        mask, memory[0] = masking.run(
            None, dict(zip(names[0], [np.abs(spectrum)[None, None].astype(np.float32), memory[0]]))
        )
        frame = np.fft.irfft(spectrum * mask[0, 0]).astype(np.float32)
        out, memory[1] = shaping.run(None, dict(zip(names[1], [frame[None, None], memory[1]])))
        added = np.concatenate([added[128:], np.zeros(128, np.float32)]) + out[0, 0]
        told.append(added[:128].copy())
    return np.concatenate(told)[384:]
