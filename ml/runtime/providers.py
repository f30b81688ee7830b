"""Which processors really work here. A list of names says nothing: each is tried with a small model first."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

CPU = "CPUExecutionProvider"
GPUS = (
    "CUDAExecutionProvider", "ROCMExecutionProvider", "MIGraphXExecutionProvider", "DmlExecutionProvider",
    "CoreMLExecutionProvider",
)
"""In the order of trying. TensorRT is left out: it compiles for minutes before the first picture."""


def usable_gpu() -> str | None:
    """The first GPU provider that gives right numbers on this machine, or None."""
    import onnxruntime

    offered = set(onnxruntime.get_available_providers())
    return next((name for name in GPUS if name in offered and _has_device(name) and _counts(name)), None)


def _has_device(provider: str) -> bool:
    """Whether there is such a device at all: asked first, as libraries complain at length where there is none."""
    if provider != "CUDAExecutionProvider":
        return True
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        count = ctypes.c_int(0)
        return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0
    except OSError:
        return False


def _counts(provider: str) -> bool:
    import numpy as np
    import onnxruntime

    try:
        if provider == "CUDAExecutionProvider":
            onnxruntime.preload_dlls()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(_small_model(), options, providers=[provider, CPU])
        if provider not in session.get_providers():
            return False
        values = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        (found,) = session.run(None, {"x": values})
        return bool(np.allclose(found, np.maximum(values * 3 - 9, 0), atol=1e-2))
    except Exception:  # noqa: BLE001 - a driver fails in its own ways; each means that it is not usable
        return False


def _small_model() -> bytes:
    """relu(conv1x1(x, 3) - 9): goes through the libraries that real models need."""
    from onnx import TensorProto, helper

    def floats(name: str, shape: list[int], value: float) -> Any:
        return helper.make_tensor(name, TensorProto.FLOAT, shape, [value])

    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w", "b"], ["c"]), helper.make_node("Relu", ["c"], ["y"])], "try",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 4, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 4, 4])],
        [floats("w", [1, 1, 1, 1], 3.0), floats("b", [1], -9.0)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())
