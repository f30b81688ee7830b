"""Keras picture networks that TensorFlow.js keeps as layers (`model.json` and shards) made into ONNX.

Such are the many small upscalers made for browsers. Keras keeps pictures as NHWC; the ONNX takes NCHW.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from ml.catalogue.foreign.formats import Converted
from ml.catalogue.foreign.graph import Graph, unknown_operation
from ml.catalogue.foreign.tfjs import LARGEST_MANIFEST, Group, read_groups
from ml.errors import ModelError
from ml.runtime.inspection import inside
from ml.runtime.wire import damaged

FORMAT, CHANNELS_AXIS, MOST_LAYERS = b'"layers-model"', (3, -1), 5000
HEAD = 4096
SHUFFLE, BETA = re.compile(r"PixelShuffle([2-8])x"), 0.2
"""Layers of UpscalerJS's own (K. Scott, MIT): their names carry the scale; residuals are damped by a fifth."""
ACTIVATIONS = {"relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid", "elu": "Elu", "softplus": "Softplus"}


class Layer(msgspec.Struct, frozen=True):
    """One layer; the first of `inbound_nodes` names those that it takes."""

    class_name: str
    name: str
    config: dict[str, Any]
    inbound_nodes: list[list[list[Any]]] = []


class _Network(msgspec.Struct, frozen=True):
    layers: list[Layer]
    input_layers: list[list[Any]]
    output_layers: list[list[Any]]


class _Named(msgspec.Struct, frozen=True):
    class_name: str
    config: _Network


class _Topology(msgspec.Struct, frozen=True):
    model_config: _Named


class Model(msgspec.Struct, frozen=True, rename="camel"):
    """The whole of `model.json`."""

    model_topology: _Topology
    weights_manifest: list[Group]


def is_layers_model(path: Path) -> bool:
    """Whether a JSON file says that it is one."""
    try:
        with path.open("rb") as stream:
            return FORMAT in stream.read(HEAD)
    except OSError:
        return False


def read_model(path: Path) -> Model:
    """Raises ModelError for what is none."""
    try:
        if path.stat().st_size > LARGEST_MANIFEST:
            raise damaged()
        model = msgspec.json.decode(path.read_bytes(), type=Model)
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        raise damaged() from error
    if len(model.model_topology.model_config.config.layers) > MOST_LAYERS:
        raise damaged()
    return model


def shards(path: Path) -> tuple[Path, ...]:
    """The files with the bytes. Raises ModelError for one outside the model's folder."""
    return tuple(inside(path.parent, name) for group in read_model(path).weights_manifest for name in group.paths)


def convert(path: Path, target: Path) -> Converted:
    """Write `target` (ONNX). Raises ModelError for layers that are not known here."""
    model = read_model(path)
    maker = _Maker(read_groups(path, model.weights_manifest))
    network = model.model_topology.model_config.config
    try:
        reach = maker.convert(network, target)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise damaged() from error
    return Converted("upscale" if maker.scale > 1 else "", settings={"reach": reach})


class _Maker:
    """Builds the graph layer by layer; `values` by the layer's name. `scale` is how many times larger it makes."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self.weights = weights
        self.graph = Graph()
        self.values: dict[str, str] = {}
        self.scale = 1

    def convert(self, network: _Network, target: Path) -> int:
        if len(network.input_layers) != 1 or len(network.output_layers) != 1:
            raise ModelError("This model takes or gives several things.", "Export the model to ONNX first.")
        for layer in network.layers:
            self._add(layer)
        value = self.values[str(network.output_layers[0][0])]
        reach = self.graph.reach[value]
        self.graph.save(target, {"output": (value, ["n", "c", "out_height", "out_width"])}, {
            "reach": str(reach), "converted_from": "keras",
        })
        return reach

    def _add(self, layer: Layer) -> None:
        known: Mapping[str, Callable[[Layer, list[str]], str]] = {
            "InputLayer": self._input, "Conv2D": self._convolve, "Activation": self._activate, "ReLU": self._relu,
            "LeakyReLU": self._leaky, "PReLU": self._prelu, "Concatenate": self._join, "Add": self._sum,
            "UpSampling2D": self._enlarge, "Rescaling": self._rescale, "MultiplyBeta": self._damp,
        }
        shuffle = SHUFFLE.fullmatch(layer.class_name)
        if shuffle is not None:
            known = {layer.class_name: partial(self._shuffle, int(shuffle[1]))}
        if layer.class_name not in known:
            raise unknown_operation(layer.class_name)
        nodes = layer.inbound_nodes
        given = [self.values[str(item[0])] for item in nodes[0]] if nodes else []
        self.values[layer.name] = known[layer.class_name](layer, given)

    def _input(self, layer: Layer, given: list[str]) -> str:
        shape = layer.config["batch_input_shape"]
        if len(shape) != 4 or shape[3] not in (1, 3):
            raise ModelError("This model does not take pictures: its input {name} has another shape.", name=layer.name)
        sides = [side or name for side, name in zip(shape[1:3], ("height", "width"))]
        return self.graph.input("input", ["n", int(shape[3]), *sides])

    def _convolve(self, layer: Layer, given: list[str]) -> str:
        config = layer.config
        if tuple(config.get("strides", (1, 1))) != (1, 1) or config.get("groups", 1) != 1:
            raise unknown_operation("Conv2D, strides")
        kernel = self.weights[f"{layer.name}/kernel"].transpose(3, 2, 0, 1)
        bias = self.weights[f"{layer.name}/bias"] if config.get("use_bias", True) else None
        pads = None if config.get("padding") == "same" else (0, 0, 0, 0)
        value = self.graph.convolve(
            given[0], kernel, bias, pads=pads, dilation=int(tuple(config.get("dilation_rate", (1, 1)))[0])
        )
        return self._activated(value, config.get("activation", "linear"))

    def _activate(self, layer: Layer, given: list[str]) -> str:
        return self._activated(given[0], layer.config["activation"])

    def _activated(self, value: str, name: str) -> str:
        if name == "linear":
            return value
        if name not in ACTIVATIONS:
            raise unknown_operation(str(name))
        return self.graph.add(ACTIVATIONS[name], [value])

    def _relu(self, layer: Layer, given: list[str]) -> str:
        if layer.config.get("max_value") is not None or layer.config.get("threshold"):
            raise unknown_operation("ReLU, bounded")
        slope = float(layer.config.get("negative_slope") or 0.0)
        return self.graph.add("LeakyRelu", given, alpha=slope)

    def _leaky(self, layer: Layer, given: list[str]) -> str:
        return self.graph.add("LeakyRelu", given, alpha=float(layer.config.get("alpha", 0.3)))

    def _prelu(self, layer: Layer, given: list[str]) -> str:
        slopes = self.weights[f"{layer.name}/alpha"]
        if slopes.shape[:2] != (1, 1):
            raise unknown_operation("PReLU of one size")
        return self.graph.add("PRelu", [given[0], self.graph.constant(slopes.transpose(2, 0, 1))])

    def _join(self, layer: Layer, given: list[str]) -> str:
        if layer.config.get("axis", -1) not in CHANNELS_AXIS:
            raise unknown_operation("Concatenate, axis")
        return self.graph.add("Concat", given, axis=1)

    def _sum(self, layer: Layer, given: list[str]) -> str:
        total = given[0]
        for value in given[1:]:
            total = self.graph.add("Add", [total, value])
        return total

    def _enlarge(self, layer: Layer, given: list[str]) -> str:
        size, way = layer.config["size"], layer.config.get("interpolation", "nearest")
        if way not in ("nearest", "bilinear"):
            raise unknown_operation(f"UpSampling2D, {way}")
        self.scale *= int(size[0])
        scales = self.graph.constant([1.0, 1.0, float(size[0]), float(size[1])])
        if way == "nearest":
            form = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        else:
            form = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        return self.graph.add("Resize", [given[0], "", scales], **form)

    def _shuffle(self, scale: int, layer: Layer, given: list[str]) -> str:
        """TensorFlow's depth_to_space: the place within the square counts before the channel."""
        self.scale *= scale
        return self.graph.add("DepthToSpace", given, blocksize=scale, mode="DCR")

    def _damp(self, layer: Layer, given: list[str]) -> str:
        return self.graph.add("Mul", [given[0], self.graph.constant(BETA)])

    def _rescale(self, layer: Layer, given: list[str]) -> str:
        scaled = self.graph.add("Mul", [given[0], self.graph.constant(float(layer.config["scale"]))])
        return self.graph.add("Add", [scaled, self.graph.constant(float(layer.config.get("offset", 0.0)))])
