"""ONNX models made in a test, a few kilobytes each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def save(path: Path, nodes, inputs, outputs, constants=None, metadata=None, domains=()) -> Path:
    """Inputs and outputs by name: a shape (numbers, names or None) of float32, or (shape, type)."""

    def port(name, told):
        shape, kind = told if isinstance(told, tuple) else (told, TensorProto.FLOAT)
        return helper.make_tensor_value_info(name, kind, shape)

    graph = helper.make_graph(
        nodes, "test", [port(*item) for item in inputs.items()], [port(*item) for item in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()],
    )
    imports = [helper.make_opsetid("", 17), *(helper.make_opsetid(name, 1) for name in domains)]
    model = helper.make_model(graph, opset_imports=imports, ir_version=8)
    helper.set_model_props(model, metadata or {})
    path.write_bytes(model.SerializeToString())
    return path


def blur(path: Path, channels: int = 3, radius: int = 2) -> Path:
    """A mean over a square, as a depthwise convolution on pictures of any size."""
    side = 2 * radius + 1
    kernel = np.full((channels, 1, side, side), 1 / side**2, np.float32)
    node = helper.make_node("Conv", ["x", "k"], ["y"], group=channels, pads=[radius] * 4)
    shape = [1, channels, "h", "w"]
    return save(path, [node], {"x": shape}, {"y": shape}, {"k": kernel}, {"maker": "test"})


def grower(path: Path, channels: int = 3, scale: int = 2) -> Path:
    """Enlarges by repeating pixels."""
    node = helper.make_node("Resize", ["x", "", "s"], ["y"], mode="nearest")
    constants = {"s": np.array([1, 1, scale, scale], np.float32)}
    return save(path, [node], {"x": [1, channels, "h", "w"]}, {"y": [1, channels, "H", "W"]}, constants)


def endless(path: Path, size: int = 512) -> Path:
    """Multiplies matrices for hours: the loop runs as often as `count` says."""
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["a", "a"], ["product"]),
            helper.make_node("Softmax", ["product"], ["next"]),
            helper.make_node("Identity", ["go"], ["still"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("a", TensorProto.FLOAT, [size, size]),
        ],
        [
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, [size, size]),
        ],
    )
    loop = helper.make_node("Loop", ["count", "", "start"], ["y"], body=body)
    inputs = {"count": ([], TensorProto.INT64), "start": [size, size]}
    return save(path, [loop], inputs, {"y": [size, size]})


def hungry(path: Path, copies: int = 64) -> Path:
    """Repeats its picture many times over before it sums: needs `copies` times its input, and more."""
    nodes = [
        helper.make_node("Tile", ["x", "n"], ["many"]),
        helper.make_node("Sin", ["many"], ["waves"]),
        helper.make_node("ReduceMean", ["waves"], ["y"], axes=[1], keepdims=1),
    ]
    constants = {"n": np.array([1, copies, 1, 1], np.int64)}
    return save(path, nodes, {"x": [1, 1, "h", "w"]}, {"y": [1, 1, "h", "w"]}, constants)
