"""ncnn networks (.param and .bin) made into ONNX: the operations of ESRGAN and SRVGG upscalers and their like.

A .param is text, one layer a line: kind, name, how many inputs and outputs, their names, then key=value settings. The
.bin holds the weights in the same order, without names (ncnn's wiki, "param and model file structure").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.foreign.formats import LARGEST, Converted
from ml.catalogue.foreign.graph import Graph, unknown_operation
from ml.errors import ModelError
from ml.runtime.wire import damaged

MAGIC = "7767517"
MOST_LAYERS = 5000
LARGEST_TEXT = 4 << 20
HALF_FLOATS, FLOATS_FLAG = 0x01306B47, 0
ARRAY_KEYS = -23300
"""A setting that is a list has this minus its number as its key."""


@dataclass
class Layer:
    kind: str
    name: str
    inputs: list[str]
    outputs: list[str]
    settings: dict[int, list[float]]

    def number(self, key: int, otherwise: float = 0) -> float:
        held = self.settings.get(key)
        return held[0] if held else otherwise

    def whole(self, key: int, otherwise: int = 0) -> int:
        return int(self.number(key, otherwise))


def convert(source: Path, target: Path) -> Converted:
    """Write `target` (ONNX) from `source` (.param) and the .bin beside it."""
    weights = source.with_suffix(".bin")
    if not weights.is_file():
        raise ModelError("The file {name} belongs to this model and is missing.", name=weights.name)
    if source.stat().st_size > LARGEST_TEXT or weights.stat().st_size > LARGEST:
        raise ModelError("The file {name} is too large to be converted.", name=source.name)
    layers = read_layers(source.read_text(encoding="utf-8", errors="replace"))
    return _Conversion(layers, Weights(weights.read_bytes())).write(target)


def read_layers(text: str) -> list[Layer]:
    """Raises ModelError for a text that is no .param of the present version."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != [MAGIC]:
        raise ModelError("This file is not an ncnn network.", "Export the model to ONNX first.")
    try:
        layers = [_layer(words) for words in lines[2:]]
        if int(lines[1][0]) != len(layers) or len(layers) > MOST_LAYERS:
            raise damaged()
    except (ValueError, IndexError, OverflowError) as error:
        raise damaged() from error
    return layers


def _layer(words: list[str]) -> Layer:
    ins, outs = int(words[2]), int(words[3])
    names = words[4 : 4 + ins + outs]
    if min(ins, outs) < 0 or len(names) != ins + outs:
        raise damaged()
    settings: dict[int, list[float]] = {}
    for word in words[4 + ins + outs :]:
        key, _, value = word.partition("=")
        parts = [float(part) for part in value.split(",")]
        number = int(key)
        if number <= ARRAY_KEYS:
            number, parts = ARRAY_KEYS - number, parts[1:]
        settings[number] = parts
    return Layer(words[0], words[1], names[:ins], names[ins:], settings)


class Weights:
    """The .bin, read from front to back."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def floats(self, count: int) -> NDArray[np.float32]:
        """`count` plain floats."""
        return self._take(count, np.dtype("<f4")).astype(np.float32)

    def flagged(self, count: int) -> NDArray[np.float32]:
        """`count` floats after a word that says how they are stored."""
        flag = int(self._take(1, np.dtype("<u4"))[0])
        if flag == HALF_FLOATS:
            found = self._take(count, np.dtype("<f2")).astype(np.float32)
            self._at += -self._at % 4
            return found
        if flag != FLOATS_FLAG:
            raise ModelError("The weights of this model are stored in a way that is not known here.")
        return self.floats(count)

    @property
    def is_used_up(self) -> bool:
        return self._at >= len(self._data)

    def _take(self, count: int, kind: np.dtype[Any]) -> NDArray[Any]:
        end = self._at + count * kind.itemsize
        if count <= 0 or end > len(self._data):
            raise damaged()
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at = end
        return found


class _Conversion:
    def __init__(self, layers: list[Layer], weights: Weights) -> None:
        self.layers = layers
        self.weights = weights
        self.graph = Graph()
        self.made: dict[str, str] = {}
        self.channels: dict[str, int] = {}
        self.kinds: dict[str, Callable[[Layer], str]] = {
            "Convolution": self._convolution, "ConvolutionDepthWise": self._convolution, "PReLU": self._leaning,
            "ReLU": self._relu, "BinaryOp": self._pair, "Eltwise": self._sum, "Interp": self._resize,
            "PixelShuffle": self._shuffle, "Concat": self._join, "Sigmoid": self._sigmoid, "TanH": self._tanh,
            "Clip": self._clip,
        }

    def write(self, target: Path) -> Converted:
        for layer in self.layers:
            self._convert(layer)
        if not self.weights.is_used_up:
            raise damaged()
        used = {name for layer in self.layers for name in layer.inputs}
        ends = [name for layer in self.layers for name in layer.outputs if name not in used]
        starts = [layer for layer in self.layers if layer.kind == "Input"]
        if len(starts) != 1 or len(ends) != 1:
            raise ModelError("This model has more than one input or output.", "Export the model to ONNX first.")
        value, channels = self.made[ends[0]], self.channels[self.made[ends[0]]]
        reach = self.graph.reach[value]
        self.graph.save(target, {"output": (value, [1, channels, "out_height", "out_width"])}, {
            "range": "1", "reach": str(reach), "converted_from": "ncnn",
        })
        return Converted("upscale", settings={"range": 1, "reach": reach})

    def _convert(self, layer: Layer) -> None:
        if layer.kind == "Input":
            made = self.graph.input("input", [1, 3, "height", "width"])
            self.channels[made] = 3
        elif layer.kind in ("Split", "Noop", "Dropout"):
            made = self._value(layer, 0)
        elif layer.kind in self.kinds:
            made = self.kinds[layer.kind](layer)
            self.channels.setdefault(made, self.channels.get(self._value(layer, 0), 0))
        else:
            raise unknown_operation(layer.kind)
        self.made.update(dict.fromkeys(layer.outputs, made))

    def _value(self, layer: Layer, index: int) -> str:
        try:
            return self.made[layer.inputs[index]]
        except (KeyError, IndexError) as error:
            raise damaged() from error

    def _convolution(self, layer: Layer) -> str:
        out, width, count = layer.whole(0), layer.whole(1), layer.whole(6)
        height = layer.whole(11, width)
        groups = layer.whole(7, 1) if layer.kind == "ConvolutionDepthWise" else 1
        each, rest = divmod(count, max(out * width * height, 1))
        if min(out, width, height, groups, each) < 1 or rest:
            raise damaged()
        kernel = self.weights.flagged(count).reshape(out, each, height, width)
        bias = self.weights.floats(out) if layer.whole(5) else None
        left, stride = layer.whole(4), layer.whole(3, 1)
        pads = (layer.whole(14, left), left, layer.whole(16, layer.whole(14, left)), layer.whole(15, left))
        made = self.graph.convolve(
            self._value(layer, 0), kernel, bias, groups=groups, stride=stride, dilation=layer.whole(2, 1), pads=pads
        )
        made = self._activated(made, layer)
        self.channels[made] = out
        return made

    def _activated(self, value: str, layer: Layer) -> str:
        """What a convolution has fused into itself: 1 ReLU, 2 leaky ReLU, 3 clip, 4 sigmoid."""
        kind, numbers = layer.whole(9), layer.settings.get(10, [])
        if kind == 0:
            return value
        if kind == 1:
            return self.graph.add("Relu", [value])
        if kind == 2 and numbers:
            return self.graph.add("LeakyRelu", [value], alpha=numbers[0])
        if kind == 4:
            return self.graph.add("Sigmoid", [value])
        raise unknown_operation(f"activation {kind}")

    def _leaning(self, layer: Layer) -> str:
        count = layer.whole(0)
        slopes = self.weights.floats(count).reshape(-1, 1, 1)
        return self.graph.add("PRelu", [self._value(layer, 0), self.graph.constant(slopes)])

    def _relu(self, layer: Layer) -> str:
        slope = layer.number(0)
        value = self._value(layer, 0)
        return self.graph.add("LeakyRelu", [value], alpha=slope) if slope else self.graph.add("Relu", [value])

    def _pair(self, layer: Layer) -> str:
        kinds = {0: "Add", 1: "Sub", 2: "Mul", 3: "Div", 4: "Max", 5: "Min"}
        kind = kinds.get(layer.whole(0))
        if kind is None:
            raise unknown_operation(f"BinaryOp {layer.whole(0)}")
        other = self.graph.constant(layer.number(2)) if layer.whole(1) else self._value(layer, 1)
        return self.graph.add(kind, [self._value(layer, 0), other])

    def _sum(self, layer: Layer) -> str:
        """Eltwise: 0 product, 1 sum, 2 maximum; a sum may weigh its parts."""
        kind = {0: "Mul", 1: "Add", 2: "Max"}.get(layer.whole(0))
        factors = layer.settings.get(1, [])
        if kind is None:
            raise unknown_operation(f"Eltwise {layer.whole(0)}")
        parts = [self._value(layer, index) for index in range(len(layer.inputs))]
        if factors and kind == "Add":
            parts = [self.graph.add("Mul", [part, self.graph.constant(by)]) for part, by in zip(parts, factors)]
        made = parts[0]
        for part in parts[1:]:
            made = self.graph.add(kind, [made, part])
        return made

    def _resize(self, layer: Layer) -> str:
        """Interp by a factor: 1 nearest, 2 bilinear, 3 bicubic."""
        mode = {1: "nearest", 2: "linear", 3: "cubic"}.get(layer.whole(0))
        down, across = layer.number(1, 1.0), layer.number(2, 1.0)
        if mode is None or layer.whole(3) or layer.whole(4) or not 0 < down <= 8 or not 0 < across <= 8:
            raise unknown_operation("Interp")
        scales = self.graph.constant([1, 1, down, across])
        how = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"} if mode == "nearest" else {
            "coordinate_transformation_mode": "align_corners" if layer.whole(6) else "half_pixel"}
        return self.graph.add("Resize", [self._value(layer, 0), "", scales], mode=mode, **how)

    def _shuffle(self, layer: Layer) -> str:
        by = layer.whole(0, 1)
        if not 1 <= by <= 8:
            raise damaged()
        value = self._value(layer, 0)
        made = self.graph.add("DepthToSpace", [value], blocksize=by, mode="DCR" if layer.whole(1) else "CRD")
        self.channels[made] = self.channels.get(value, 0) // by**2
        return made

    def _join(self, layer: Layer) -> str:
        if layer.whole(0):
            raise unknown_operation("Concat along a side")
        parts = [self._value(layer, index) for index in range(len(layer.inputs))]
        made = self.graph.add("Concat", parts, axis=1)
        self.channels[made] = sum(self.channels.get(part, 0) for part in parts)
        return made

    def _sigmoid(self, layer: Layer) -> str:
        return self.graph.add("Sigmoid", [self._value(layer, 0)])

    def _tanh(self, layer: Layer) -> str:
        return self.graph.add("Tanh", [self._value(layer, 0)])

    def _clip(self, layer: Layer) -> str:
        low, high = (self.graph.constant(layer.number(key)) for key in (0, 1))
        return self.graph.add("Clip", [self._value(layer, 0), low, high])
