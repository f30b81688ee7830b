"""The graphics card and what happens when it gives up: smaller pieces first, the processor as last resort."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from ml.errors import OutOfMemory
from ml.runtime import sessions as module
from ml.runtime.memory import CAN_SHRINK
from ml.runtime.messages import Setup
from ml.runtime.providers import CPU
from ml.runtime.sessions import GPU_FAILED, Failure, Sessions
from ml.runtime.tiling import tiled
from tests.ml import small_models

CARD = "CUDAExecutionProvider"
REAL = onnxruntime.InferenceSession


class Card:
    """A session on a card that holds `room` values, or fails as `says`; the processor's sessions are real."""

    room = 10**9
    says = ""
    loads = True

    def __init__(self, model: str, options: object, providers: list[str]) -> None:
        self.providers = providers
        if providers[0] == CARD and not Card.loads:
            raise RuntimeError("CUDA failure 999: unknown error")
        self.real = REAL(model, options, providers=[CPU])

    def get_providers(self) -> list[str]:
        return self.providers

    def get_outputs(self) -> list[object]:
        return self.real.get_outputs()

    def run(self, names: list[str], feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
        if self.providers[0] == CARD:
            if sum(item.size for item in feeds.values()) > Card.room:
                raise RuntimeError("BFCArena: Failed to allocate memory for requested buffer of size 123")
            if Card.says:
                raise RuntimeError(Card.says)
        return self.real.run(names, feeds)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> type[Card]:
    monkeypatch.setattr(module, "usable_gpu", lambda: CARD)
    monkeypatch.setattr(onnxruntime, "InferenceSession", Card)
    for name, value in (("room", 10**9), ("says", ""), ("loads", True)):
        monkeypatch.setattr(Card, name, value)
    return Card


@pytest.fixture
def blur(tmp_path: Path) -> str:
    return str(small_models.blur(tmp_path / "blur.onnx", channels=1))


def held() -> Sessions:
    return Sessions(Setup(threads=1, gpu=True, budget=1 << 30))


FEEDS = {"x": np.ones((1, 1, 32, 32), np.float32)}


def test_a_card_that_works_does_it(card, blur) -> None:
    sessions = held()
    assert sessions.run(blur, 1, FEEDS)["y"].shape == (1, 1, 32, 32)
    assert sessions.get(blur, 1).provider == CARD and sessions.take_notice() == ""


@pytest.mark.parametrize("says", ["CUDNN_STATUS_EXECUTION_FAILED", "CUDA failure 700: an illegal memory access"])
def test_where_the_card_fails_the_processor_does_it_and_says_so(card, blur, says) -> None:
    card.says = says
    sessions = held()
    assert sessions.run(blur, 1, FEEDS)["y"].shape == (1, 1, 32, 32)
    assert sessions.get(blur, 1).provider == CPU
    assert sessions.take_notice() == GPU_FAILED and sessions.take_notice() == ""
    card.says = ""
    sessions.run(blur, 1, FEEDS)
    assert sessions.get(blur, 1).provider == CPU, "it is not tried again and again"


def test_a_model_that_the_card_does_not_load_is_loaded_for_the_processor(card, blur) -> None:
    card.loads = False
    sessions = held()
    assert sessions.get(blur, 1).provider == CPU and sessions.take_notice() == GPU_FAILED


def test_a_card_without_room_gets_a_smaller_piece_before_the_processor_does_it(card, blur) -> None:
    card.room = 20 * 20
    sessions = held()
    with pytest.raises(Failure) as caught:
        sessions.run(blur, 1, FEEDS, shrinks=True)
    assert caught.value.kind == "memory" and sessions.get(blur, 1).provider == CARD
    assert sessions.run(blur, 1, {"x": FEEDS["x"][:, :, :16, :16]}, shrinks=True)["y"].shape == (1, 1, 16, 16)
    assert sessions.run(blur, 1, FEEDS)["y"].shape == (1, 1, 32, 32)
    assert sessions.get(blur, 1).provider == CPU and sessions.take_notice() == GPU_FAILED


def test_tiles_say_whether_they_would_get_smaller() -> None:
    seen = []

    def function(part):
        seen.append((part.shape[0], CAN_SHRINK.get()))
        if part.shape[0] > 64:
            raise OutOfMemory("full")
        return part

    tiled(np.zeros((256, 256, 1), np.float32), function, tile=256, overlap=8)
    assert seen[:3] == [(256, True), (128, True), (64, False)] and not CAN_SHRINK.get()


def test_no_card_is_looked_for_when_none_is_wanted(card, blur) -> None:
    sessions = Sessions(Setup(threads=1, gpu=False, budget=1 << 30))
    assert sessions.get(blur, 1).provider == CPU


def test_the_model_used_longest_ago_is_let_go(card, tmp_path) -> None:
    sessions = Sessions(Setup(threads=1, gpu=False, budget=100))
    paths = [str(small_models.blur(tmp_path / f"{index}.onnx")) for index in range(3)]
    kept = [sessions.get(path, 40) for path in paths]
    assert sessions.get(paths[1], 40) is kept[1] and sessions.get(paths[2], 40) is kept[2]
    assert sessions.get(paths[0], 40) is not kept[0]
