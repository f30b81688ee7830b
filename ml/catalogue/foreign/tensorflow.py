"""TensorFlow's frozen graphs (.pb) made into ONNX: the operations of small picture networks such as FSRCNN.

TensorFlow keeps pictures as NHWC, ONNX as NCHW: values are kept as NCHW throughout, kernels and vectors are turned,
and the transposes at the ends fall away. The long way in which such graphs write PReLU becomes one node.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.foreign.formats import LARGEST, Converted
from ml.catalogue.foreign.graph import Graph, unknown_operation
from ml.errors import ModelError
from ml.runtime.wire import Buffer, damaged, fields, messages, signed, text, varint

MOST_NODES = 5000
# Fields of GraphDef, NodeDef, AttrValue and TensorProto in tensorflow/core/framework.
NODE, NAME, OP, INPUT, ATTRIBUTE = 1, 1, 2, 3, 5
VALUE_LIST, VALUE_TEXT, VALUE_NUMBER, VALUE_TYPE, VALUE_TENSOR = 1, 2, 3, 6, 8
TENSOR_TYPE, TENSOR_SHAPE, TENSOR_CONTENT, TENSOR_FLOATS, TENSOR_INTS = 1, 2, 4, 5, 7
TYPES: dict[int, np.dtype[Any]] = {
    number: np.dtype(name) for number, name in ((1, "<f4"), (2, "<f8"), (3, "<i4"), (9, "<i8"), (19, "<f2"))
}
PLAIN = {"Relu": "Relu", "Abs": "Abs", "Tanh": "Tanh", "Sigmoid": "Sigmoid", "Elu": "Elu", "Neg": "Neg"}
PAIRS = {"Add": "Add", "AddV2": "Add", "Sub": "Sub", "Mul": "Mul", "BiasAdd": "Add", "Maximum": "Max", "Minimum": "Min"}


@dataclass
class Node:
    """One operation. Attributes are bytes, ints or arrays."""

    name: str
    kind: str
    inputs: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)


def convert(source: Path, target: Path) -> Converted:
    """Write `target` (ONNX) from a frozen graph with one input and one output."""
    if source.stat().st_size > LARGEST:
        raise ModelError("The file {name} is too large to be converted.", name=source.name)
    nodes = read_graph(memoryview(source.read_bytes()))
    used = {name for node in nodes.values() for name in node.inputs}
    ends = [node for node in nodes.values() if node.name not in used and node.kind != "Const"]
    starts = [node for node in nodes.values() if node.kind == "Placeholder"]
    if len(starts) != 1 or len(ends) != 1:
        raise ModelError("This model has more than one input or output.", "Export the model to ONNX first.")
    return _Conversion(nodes).write(starts[0], ends[0], target)


def read_graph(data: Buffer) -> dict[str, Node]:
    """The nodes by name. Raises ModelError for data that is no graph."""
    nodes: dict[str, Node] = {}
    for message in messages(data, NODE):
        node = Node("", "")
        for number, value in fields(message):
            if number == NAME:
                node.name = text(value)
            elif number == OP:
                node.kind = text(value)
            elif number == INPUT:
                node.inputs.append(text(value).removesuffix(":0"))
            elif number == ATTRIBUTE and not isinstance(value, int):
                pair = dict(fields(value))
                held = pair.get(2, 0)
                if 1 in pair and not isinstance(held, int):
                    node.attributes[text(pair[1])] = _attribute(held)
        node.inputs = [name for name in node.inputs if not name.startswith("^")]
        nodes[node.name] = node
        if len(nodes) > MOST_NODES:
            raise damaged()
    if not any(node.kind == "Placeholder" for node in nodes.values()):
        raise ModelError("This file is not a TensorFlow graph.", "Export the model to ONNX first.")
    return nodes


def _attribute(value: Buffer) -> Any:
    for number, held in fields(value):
        if number in (VALUE_NUMBER, VALUE_TYPE) and isinstance(held, int):
            return signed(held)
        if isinstance(held, int):
            continue
        if number == VALUE_TEXT:
            return bytes(held)
        if number == VALUE_TENSOR:
            return _tensor(held)
        if number == VALUE_LIST:
            return [item for part in fields(held) for item in _numbers(part)]
    return None


def _numbers(part: tuple[int, int | Buffer]) -> list[int]:
    number, value = part
    if number != VALUE_NUMBER:
        return []
    if isinstance(value, int):
        return [signed(value)]
    found, at = [], 0
    while at < len(value):
        one, at = varint(value, at)
        found.append(signed(one))
    return found


def _tensor(message: Buffer) -> NDArray[Any]:
    """A TensorProto: raw bytes, or a list that may be shorter than the shape and is then filled with its last."""
    kind, shape, listed = 1, [], []
    raw: Buffer | None = None
    for number, value in fields(message):
        if number == TENSOR_TYPE and isinstance(value, int):
            kind = value
        elif number == TENSOR_SHAPE and not isinstance(value, int):
            shape = [next((signed(v) for n, v in fields(dim) if n == 1 and isinstance(v, int)), 0)
                     for dim in messages(value, 2)]
        elif number == TENSOR_CONTENT and not isinstance(value, int):
            raw = value
        elif number == TENSOR_FLOATS and not isinstance(value, int):
            listed.append(np.frombuffer(value, "<f4"))
        elif number == TENSOR_INTS:
            packed = value if isinstance(value, int) else None
            listed.append(np.array([packed] if packed is not None else _numbers((VALUE_NUMBER, value))))
    if kind not in TYPES or any(side < 0 for side in shape):
        raise damaged()
    count = int(np.prod(shape, dtype=object))
    values = np.frombuffer(raw, TYPES[kind]) if raw is not None else np.concatenate(listed) if listed else np.zeros(1)
    if count > LARGEST or not len(values) or (len(values) != count and len(values) != 1):
        raise damaged()
    return np.broadcast_to(values.astype(TYPES[kind]), count).reshape(shape) if len(values) == 1 else (
        values.astype(TYPES[kind]).reshape(shape)
    )


class _Conversion:
    def __init__(self, nodes: dict[str, Node]) -> None:
        self.nodes = nodes
        self.graph = Graph()
        self.made: dict[str, str] = {}

    def write(self, start: Node, end: Node, target: Path) -> Converted:
        channels = self._channels(start.name)
        self.made[start.name] = self.graph.input("input", [1, channels, "height", "width"])
        for node in self._order(end):
            if node.name not in self.made and node.kind != "Const":
                self.made[node.name] = self._node(node)
        value = self.made[end.name]
        self.graph.save(target, {"output": (value, [1, channels, "out_height", "out_width"])}, {
            "range": "1", "reach": str(self.graph.reach[value]), "converted_from": "tensorflow",
        })
        return Converted("upscale", settings={"range": 1, "reach": self.graph.reach[value]})

    def _channels(self, start: str) -> int:
        for node in self.nodes.values():
            if node.kind == "Conv2D" and node.inputs[:1] == [start]:
                return int(self._constant(node.inputs[1]).shape[2])
        raise ModelError("This model does not begin as a picture network does.", "Export the model to ONNX first.")

    def _order(self, end: Node) -> list[Node]:
        """What the end needs, each after what it needs itself. Raises ModelError for a circle."""
        done: dict[str, bool] = {}
        order: list[Node] = []
        stack = [end.name]
        while stack:
            name = stack[-1]
            node = self.nodes.get(name)
            if node is None or done.get(name) is False and len(stack) > MOST_NODES:
                raise damaged()
            waiting = [item for item in node.inputs if item not in done]
            if name in done or not waiting:
                stack.pop()
                if not done.get(name):
                    done[name] = True
                    order.append(node)
                continue
            if len(stack) > MOST_NODES:
                raise damaged()
            stack.extend(waiting)
        return order

    def _constant(self, name: str) -> NDArray[Any]:
        node = self.nodes.get(name)
        while node is not None and node.kind == "Identity":
            node = self.nodes.get(node.inputs[0])
        value = node.attributes.get("value") if node is not None and node.kind == "Const" else None
        if not isinstance(value, np.ndarray):
            raise unknown_operation(name)
        return value

    def _value(self, name: str) -> str:
        """A value as NCHW: a vector of channels stands along the second axis."""
        if name in self.made:
            return self.made[name]
        values = self._constant(name)
        if values.ndim == 1 and len(values) > 1:
            values = values.reshape(1, -1, 1, 1)
        elif values.ndim == 4:
            values = values.transpose(0, 3, 1, 2)
        return self.graph.constant(values)

    def _node(self, node: Node) -> str:
        slope = self._leaning(node)
        if slope is not None:
            value, alpha = slope
            return self.graph.add("PRelu", [self._value(value), self.graph.constant(alpha.reshape(-1, 1, 1))])
        if node.kind in PAIRS and len(node.inputs) == 2:
            return self.graph.add(PAIRS[node.kind], [self._value(name) for name in node.inputs])
        if node.kind in PLAIN:
            return self.graph.add(PLAIN[node.kind], [self._value(node.inputs[0])])
        if node.kind == "Conv2D":
            return self._convolution(node)
        if node.kind in ("Identity", "Transpose"):
            if node.kind == "Transpose" and sorted(self._constant(node.inputs[1]).tolist()) != [0, 1, 2, 3]:
                raise unknown_operation(node.kind)
            return self._value(node.inputs[0])
        if node.kind == "DepthToSpace":
            block = int(node.attributes.get("block_size") or 2)
            return self.graph.add("DepthToSpace", [self._value(node.inputs[0])], blocksize=block, mode="DCR")
        raise unknown_operation(node.kind)

    def _convolution(self, node: Node) -> str:
        if node.attributes.get("data_format", b"NHWC") != b"NHWC":
            raise unknown_operation("NCHW")
        weights = self._constant(node.inputs[1]).transpose(3, 2, 0, 1)
        strides = node.attributes.get("strides") or [1, 1, 1, 1]
        dilations = node.attributes.get("dilations") or [1, 1, 1, 1]
        same = node.attributes.get("padding") == b"SAME"
        return self.graph.convolve(
            self._value(node.inputs[0]), weights, stride=strides[1], dilation=dilations[1],
            pads=None if same else (0, 0, 0, 0),
        )

    def _leaning(self, node: Node) -> tuple[str, NDArray[Any]] | None:
        """(x, alpha) where the node is relu(x) + alpha * (x - |x|) * 0.5, in any order; or None."""
        try:
            if node.kind not in ("Add", "AddV2"):
                return None
            parts = [self.nodes[name] for name in node.inputs]
            positive = next(item for item in parts if item.kind == "Relu")
            half = next(item for item in parts if item.kind == "Mul")
            scaled = next(self.nodes[name] for name in half.inputs if self.nodes[name].kind == "Mul")
            factor = next(self._constant(name) for name in half.inputs if self.nodes[name].kind == "Const")
            below = next(self.nodes[name] for name in scaled.inputs if self.nodes[name].kind == "Sub")
            alpha = next(self._constant(name) for name in scaled.inputs if self.nodes[name].kind == "Const")
            value, size = below.inputs
            fits = positive.inputs == [value] and self.nodes[size].inputs == [value] and self.nodes[size].kind == "Abs"
        except (StopIteration, KeyError, ValueError):
            return None
        return (value, alpha) if fits and factor.size == 1 and float(factor.reshape(-1)[0]) == 0.5 else None
