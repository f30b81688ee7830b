"""Writes the few operations of our networks as an ONNX model: small, plain, the same each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
"""Old enough for every onnxruntime in use."""
Weights = NDArray[np.float32]


class Graph:
    """Each method adds a node and returns the name of its result. The input is called "input"."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._result = ""

    def convolution(
        self, source: str, kernel: Weights, bias: Weights | None, *, groups: int = 1, padding: int = 1
    ) -> str:
        inputs = [source, self._constant(kernel)]
        if bias is not None:
            inputs.append(self._constant(bias))
        return self._add(
            "Conv", inputs, kernel_shape=list(kernel.shape[2:]), pads=[padding] * 4, group=groups
        )

    def leaky(self, source: str, slope: float) -> str:
        return self._add("LeakyRelu", [source], alpha=slope)

    def relu(self, source: str) -> str:
        return self._add("Relu", [source])

    def add(self, one: str, other: str) -> str:
        return self._add("Add", [one, other])

    def subtract(self, one: str, other: str) -> str:
        return self._add("Sub", [one, other])

    def pad_edges(self, source: str, pixels: int) -> str:
        """The edge's pixels go on outwards."""
        sides = np.asarray([0, 0, pixels, pixels, 0, 0, pixels, pixels], np.int64)
        return self._add("Pad", [source, self._constant(sides)], mode="edge")

    def depth_to_space(self, source: str, scale: int) -> str:
        return self._add("DepthToSpace", [source], blocksize=scale, mode="CRD")

    def output(self, source: str) -> None:
        self._result = source

    def model(self, metadata: Mapping[str, str]) -> onnx.ModelProto:
        """The checked model: float32 (n, 3, height, width) in and out, sides free."""
        for node in self._nodes:
            node.output[:] = ["output" if name == self._result else name for name in node.output]
            node.input[:] = ["output" if name == self._result else name for name in node.input]
        ports = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3, f"{name}_height", f"{name}_width"])
            for name in ("input", "output")
        ]
        graph = helper.make_graph(self._nodes, "network", ports[:1], ports[1:], self._constants)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        made.producer_name = "Atelier"
        for name, value in sorted(metadata.items()):
            made.metadata_props.add(key=name, value=value)
        onnx.checker.check_model(made)
        return made

    def _constant(self, values: NDArray[Any]) -> str:
        name = f"weights_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _add(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        name = f"step_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], name, **attributes))
        return name
