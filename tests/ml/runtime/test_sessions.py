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
from ml.runtime.sessions import GPU_FAILED, Failure, Sessions, failure_of
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


KERNEL = "[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running "
TEXTS = {
    "run": [
        KERNEL + "Conv node. Name:'Conv_0' Status Message: CUDNN failure 4: CUDNN_STATUS_INTERNAL_ERROR ; GPU=0 ; "
        "hostname=here ; expr=cudnnFindConvolutionForwardAlgorithmEx(GetCudnnHandle(context), s_.x_tensor, s_.x_data)",
        KERNEL + "FusedConv node. Name:'Conv_34' Status Message: CUDNN error executing cudnnAddTensor(handle, &alpha)",
        KERNEL + "MatMul node. Name:'m' Status Message: CUBLAS failure 13: CUBLAS_STATUS_EXECUTION_FAILED ; GPU=0 ; "
        "hostname=here ; expr=cublasGemmStridedBatchedHelper(dimension, shape)",
        KERNEL + "Add node. Name:'a' Status Message: CUDA error cudaErrorNoKernelImageForDevice:no kernel image is "
        "available for execution on the device",
        "[ONNXRuntimeError] : 11 : EP_FAIL : Non-zero status code returned while running Conv node. Name:'c' Status "
        "Message: Failed to initialize CUDNN Frontend with the cudnn frontend json: {tensors, dim, stride, shape}",
        "[ONNXRuntimeError] : 1 : FAIL : CUDA failure 700: an illegal memory access was encountered ; GPU=0",
        KERNEL + "DmlFusedNode_0_0 node. Name:'DmlFusedNode_0_0' Status Message: providers\\dml\\DmlExecutionProvider"
        "\\src\\DmlGraphFusionHelper.cpp(1066) 887A0005 The GPU device instance has been suspended.",
        KERNEL + "Conv node. Name:'c' Status Message: providers\\dml\\DmlExecutionProvider\\src\\"
        "MLOperatorAuthorImpl.cpp(2468) 80070057 The parameter is incorrect.",
        KERNEL + "CoreML_1 node. Name:'CoreMLExecutionProvider_1' Status Message: Error executing model: Unable to "
        "compute the prediction using a neural network model.",
        KERNEL + "Shape_Broadcast node. Name:'/shape/rank' Status Message: something else",
    ],
    "memory": [
        KERNEL + "ConstantOfShape node. Name:'' Status Message: bfc_arena.cc:360 void* "
        "onnxruntime::BFCArena::AllocateRawInternal(size_t) Failed to allocate memory for requested buffer of size 42",
        KERNEL + "Conv node. Name:'c' Status Message: CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc",
        KERNEL + "Conv node. Name:'c' Status Message: CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED ; GPU=0",
        KERNEL + "MatMul node. Name:'m' Status Message: CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0",
        KERNEL + "Conv node. Name:'c' Status Message: providers\\dml\\DmlExecutionProvider\\src\\BucketizedBuffer"
        "Allocator.cpp(122) 8007000E Not enough memory resources are available to complete this operation.",
        "std::bad_alloc",
    ],
    "input": [
        KERNEL + "Reshape node. Name:'' Status Message: reshape_helper.h:84 size != 0 && (input_shape_size % size) == "
        "0 was false. The input tensor cannot be reshaped to the requested shape. Input shape:{7}, requested shape:{2}",
        KERNEL + "Add node. Name:'' Status Message: axis == 1 || axis == largest was false. Attempting to broadcast an "
        "axis by a dimension other than 1. 3 by 4",
        KERNEL + "MatMul node. Name:'' Status Message: matmul_helper.h:59 Compute MatMul dimension mismatch",
        KERNEL + "Conv node. Name:'y' Status Message: Input channels C is not equal to kernel channels * group. C: 4",
        KERNEL + "Concat node. Name:'' Status Message: providers/cuda/tensor/concat.cc Non concat axis dimensions must "
        "match: Axis 1 has mismatched dimensions of 4 and 3",
        "[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Non-zero status code returned while running Split node. Name:'' "
        "Status Message: Invalid value in 'split'. Split size 2 exceeds the remaining size",
        "[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Got invalid dimensions for input: x for the following indices",
        "[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Unexpected input data type. Actual: (tensor(int64))",
    ],
}
"""As onnxruntime says it; what concerns a processor was taken from its own mouth, the rest from reports of failures."""


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in TEXTS.items() for text in texts])
def test_what_onnxruntime_says_is_told_apart_by_what_follows(kind, text) -> None:
    assert failure_of(RuntimeError(text), "run").kind == kind
    far = text.replace("Status Message: ", f"Status Message: {'/a/long/path' * 60} ")
    assert failure_of(RuntimeError(far), "run").kind == kind and len(failure_of(RuntimeError(far), "run").detail) <= 500


@pytest.mark.parametrize("text", TEXTS["run"])
def test_a_card_that_fails_in_a_kernel_is_replaced_by_the_processor(card, blur, text) -> None:
    card.says = text
    sessions = held()
    assert sessions.run(blur, 1, FEEDS)["y"].shape == (1, 1, 32, 32)
    assert sessions.get(blur, 1).provider == CPU and sessions.take_notice() == GPU_FAILED


def test_the_card_is_not_blamed_for_what_the_processor_cannot_do_either(card, blur) -> None:
    card.says = KERNEL + "Conv node. Name:'c' Status Message: something that nobody knows"
    sessions = held()
    with pytest.raises(Failure) as caught:
        sessions.run(blur, 1, {"x": np.ones((1, 2, 32, 32), np.float32)})
    assert caught.value.kind == "input"
    assert sessions.get(blur, 1).provider == CARD and sessions.take_notice() == ""
