"""Models of the silero-vad family: their memory is carried along; others are refused; the real one against its loop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.sound.rates import LISTENING_RATE, reader_of
from ml.sound.silero import PIECE, STEPS, chances, detector, speech_by_model
from tests.ml.small_models import save
from tests.ml.sound.test_activity import SAMPLES, agreement, annotated, listened

MODEL = "models/snakers4+silero-vad/src/silero_vad/data/silero_vad.onnx"


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def tiny(path: Path) -> Path:
    """The chance is the loudest sample; the memory counts pieces and lies a thousandth of that on top."""
    nodes = [
        helper.make_node("Abs", ["input"], ["loud"]),
        helper.make_node("ReduceMax", ["loud"], ["most"], axes=[1], keepdims=1),
        helper.make_node("Add", ["state", "one"], ["stateN"]),
        helper.make_node("ReduceMax", ["stateN"], ["count"], axes=[0, 2], keepdims=0),
        helper.make_node("Mul", ["count", "little"], ["more"]),
        helper.make_node("Add", ["most", "more"], ["output"]),
    ]
    return save(
        path, nodes, {"input": [None, None], "state": [2, None, 128], "sr": ([], TensorProto.INT64)},
        {"output": [None, 1], "stateN": [None, None, None]}, {"one": np.float32(1), "little": np.float32(0.001)},
    )


def test_the_memory_runs_through_all_pieces(runtime: Runtime, tmp_path: Path) -> None:
    sound = np.zeros((STEPS + 30) * PIECE, np.float32)
    sound[400 * PIECE + 5] = 0.5
    with detector(runtime, tiny(tmp_path / "tiny.onnx")) as found:
        told = chances(runtime, found, reader_of(sound), len(sound))
    expected = np.arange(1, STEPS + 31) * 0.001
    expected[400] += 0.5
    assert np.abs(told - expected).max() < 1e-5, "the piece after hears the last 64 samples of the one before"


def test_another_model_is_refused_in_a_sentence(runtime: Runtime, tmp_path: Path) -> None:
    node = helper.make_node("Identity", ["x"], ["y"])
    path = save(tmp_path / "other.onnx", [node], {"x": [1, 4]}, {"y": [1, 4]})
    with pytest.raises(ModelError, match="silero-vad"):
        speech_by_model(runtime, path, reader_of(np.zeros(1000, np.float32)), 1000)


@pytest.mark.conformance
def test_the_real_model_gives_what_a_plain_loop_gives(corpora: Path, runtime: Runtime) -> None:
    import onnxruntime

    sound = listened(corpora / "audio/ggml-org+whisper.cpp/samples/jfk.mp3")
    session = onnxruntime.InferenceSession(str(corpora / MODEL), providers=["CPUExecutionProvider"])
    state, before, expected = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32), []
    for place in range(0, len(sound), PIECE):
        piece = reader_of(sound)(place, PIECE)
        feeds = {"input": np.concatenate([before, piece])[None], "state": state, "sr": np.array(LISTENING_RATE)}
        told, state = session.run(None, feeds)
        before = piece[-64:]
        expected.append(told[0, 0])
    with detector(runtime, corpora / MODEL) as found:
        heard = chances(runtime, found, reader_of(sound), len(sound))
    assert np.abs(heard - expected).max() < 1e-4


@pytest.mark.conformance
def test_annotated_recordings_and_a_barking_dog(corpora: Path, runtime: Runtime) -> None:
    def found_in(sound: np.ndarray) -> list:
        return speech_by_model(runtime, corpora / MODEL, reader_of(sound), len(sound))

    assert min(agreement(found_in(sound), truth, told) for sound, truth, told in annotated(corpora)) > 0.85
    assert found_in(listened(corpora / SAMPLES / "ESC50/audio/1-100032-A-0.wav")) == []
