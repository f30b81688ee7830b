"""An ONNX graph being put together: nodes in order, constants by name, and how far each value looks around itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError

OPSET, IR_VERSION = 17, 8
Shape = Sequence[int | str]


class Graph:
    """Values are named by strings. `reach` is how many pixels of the input around one count for a value."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: dict[str, NDArray[Any]] = {}
        self._inputs: dict[str, Shape] = {}
        self.reach: dict[str, int] = {}

    def input(self, name: str, shape: Shape) -> str:
        self._inputs[name] = shape
        self.reach[name] = 0
        return name

    def constant(self, values: Any, kind: Any = np.float32) -> str:
        name = f"c{len(self._constants)}"
        self._constants[name] = np.ascontiguousarray(values, kind)
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str = "", **attributes: Any) -> str:
        """A node with one output; returns the output's name."""
        from onnx import helper

        name = output or f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        self.reach[name] = max((self.reach.get(item, 0) for item in inputs), default=0)
        return name

    def convolve(
        self, value: str, weights: NDArray[Any], bias: NDArray[Any] | None = None, *, groups: int = 1,
        stride: int = 1, dilation: int = 1, pads: Sequence[int] | None = None,
    ) -> str:
        """`weights` as ONNX has them: (out, in / groups, height, width). `pads` None pads as TensorFlow's SAME."""
        inputs = [value, self.constant(weights)]
        if bias is not None:
            inputs.append(self.constant(bias))
        padding: dict[str, Any] = {"auto_pad": "SAME_UPPER"} if pads is None else {"pads": list(pads)}
        made = self.add(
            "Conv", inputs, group=groups, strides=[stride] * 2, dilations=[dilation] * 2,
            kernel_shape=list(weights.shape[2:]), **padding,
        )
        self.reach[made] += max(weights.shape[2:]) // 2 * dilation
        return made

    def save(self, path: Path, outputs: Mapping[str, tuple[str, Shape]], metadata: Mapping[str, str]) -> None:
        """`outputs` by name: the value and its shape. Raises ModelError when the parts do not fit together."""
        import onnx
        from onnx import TensorProto, helper, numpy_helper

        for name, (value, _shape) in outputs.items():
            self.add("Identity", [value], name)
        graph = helper.make_graph(
            self._nodes, "imported",
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in self._inputs.items()],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, (_, shape) in outputs.items()],
            [numpy_helper.from_array(values, name) for name, values in self._constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        helper.set_model_props(model, dict(metadata))
        try:
            onnx.checker.check_model(model, full_check=True)
        except Exception as error:
            raise ModelError(
                "The parts of this model do not fit together: {reason}", "Get it again.",
                reason=" ".join(str(error).split())[:200],
            ) from error
        path.write_bytes(model.SerializeToString())


def unknown_operation(name: str) -> ModelError:
    return ModelError(
        "This model uses an operation that cannot be converted: {name}.", "Export the model to ONNX first.",
        name=name[:80],
    )
