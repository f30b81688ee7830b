"""face-api.js networks made into ONNX: 68 points of a face (two sizes), and the tiny face detector.

The weights say only names and shapes; how they are connected follows the nets' public description (V. Mühler,
face-api.js, MIT): blocks of depthwise separable convolutions whose outputs are summed, as in DenseNet but by addition;
and a MobileNet-like YOLOv2 with five anchors. What the nets want done to a picture is built in, so the ONNX takes
plain pixels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.foreign.formats import Converted
from ml.catalogue.foreign.graph import Graph
from ml.catalogue.foreign.tfjs import read_weights
from ml.errors import ModelError

Weights = Mapping[str, NDArray[np.float32]]
POINTS_SIDE, POINTS_MEAN, POINTS_SPREAD = 112, (122.782, 117.001, 104.298), 255.0
FINDER_SIDE, FINDER_CELLS, FINDER_MEAN, FINDER_SPREAD = 416, 13, (117.001, 114.697, 97.404), 256.0
ANCHORS = ((1.603231, 2.094468), (6.041143, 7.080126), (2.882459, 3.518061), (4.266906, 5.178857), (9.041765, 10.66308))
LEAK = 0.1
BLOCK = re.compile(r"dense(\d)/conv(\d)/")


def convert(manifest: Path, target: Path) -> Converted:
    """Write `target` (ONNX). Raises ModelError for weights of another network."""
    weights = read_weights(manifest)
    try:
        if "fc/weights" in weights and weights["fc/weights"].shape[1] == 136:
            return _points(weights, target)
        if weights.get("conv8/filters", np.zeros(0)).shape == (1, 1, 512, 25) and "conv0/filters" in weights:
            return _finder(weights, target)
    except KeyError as error:
        raise ModelError("The weights {name} are missing in this model.", "Get it again.", name=error) from error
    raise ModelError(
        "These weights are of a network that is not known here.", "The 68 points and the tiny face detector are."
    )


def _points(weights: Weights, target: Path) -> Converted:
    """(1, 3, 112, 112) RGB pixels from 0 to 255 of a face in a square -> (1, 136): x and y by turns, as shares of the
    square."""
    graph = Graph()
    value = _normal(graph, graph.input("pixels", [1, 3, POINTS_SIDE, POINTS_SIDE]), POINTS_MEAN, POINTS_SPREAD)
    blocks = sorted({int(found[1]) for name in weights if (found := BLOCK.match(name))})
    for block in blocks:
        value = _block(graph, weights, value, f"dense{block}")
    side = POINTS_SIDE >> len(blocks)
    value = graph.add("AveragePool", [value], strides=[2, 2], kernel_shape=[side, side])
    value = graph.add("Flatten", [value], axis=1)
    ends = [graph.constant(weights["fc/weights"]), graph.constant(weights["fc/bias"])]
    value = graph.add("Gemm", [value, *ends])
    graph.save(target, {"landmarks": (value, [1, 136])}, {
        "range": "255", "colours": "RGB", "points": "68", "order": "ibug-300w", "converted_from": "face-api.js",
    })
    return Converted("face_landmarks", "points68", {"range": 255, "points": 68})


def _block(graph: Graph, weights: Weights, value: str, name: str) -> str:
    """Halve the picture, then add up convolutions, each of the sum of those before."""
    first = f"{name}/conv0"
    if f"{first}/filters" in weights:
        value = graph.convolve(value, _kernel(weights[f"{first}/filters"]), weights[f"{first}/bias"], stride=2)
    else:
        value = _separable(graph, weights, value, first, 2)
    total = graph.add("Relu", [value])
    count = len({found[2] for key in weights if (found := BLOCK.match(key)) and key.startswith(f"{name}/")})
    inner = total
    for index in range(1, count):
        total = graph.add("Add", [total, _separable(graph, weights, inner, f"{name}/conv{index}", 1)])
        inner = graph.add("Relu", [total])
    return inner


def _finder(weights: Weights, target: Path) -> Converted:
    """(1, 3, 416, 416) RGB, (pixel - 127) / 128 -> scores (1, n, 2) and boxes (1, n, 4) as corners in shares of the
    square: what detectors of the Ultra-Light family take and give."""
    graph = Graph()
    value = graph.input("input", [1, 3, FINDER_SIDE, FINDER_SIDE])
    value = graph.add("Add", [graph.add("Mul", [value, graph.constant(128.0)]), graph.constant(127.0)])
    value = _normal(graph, value, FINDER_MEAN, FINDER_SPREAD)
    value = graph.convolve(value, _kernel(weights["conv0/filters"]), weights["conv0/bias"], pads=(0, 0, 0, 0))
    for index in range(1, 6):
        value = _halved(graph, graph.add("LeakyRelu", [value], alpha=LEAK), 2)
        value = _separable(graph, weights, value, f"conv{index}", 1)
    value = _halved(graph, graph.add("LeakyRelu", [value], alpha=LEAK), 1)
    value = graph.convolve(value, _kernel(weights["conv8/filters"]), weights["conv8/bias"], pads=(0, 0, 0, 0))
    scores, boxes = _decoded(graph, value)
    count = FINDER_CELLS**2 * len(ANCHORS)
    graph.save(target, {"scores": (scores, [1, count, 2]), "boxes": (boxes, [1, count, 4])}, {
        "colours": "RGB", "converted_from": "face-api.js",
    })
    return Converted("face_detection", "ultra_light")


def _decoded(graph: Graph, value: str) -> tuple[str, str]:
    """YOLOv2's five numbers an anchor (J. Redmon and A. Farhadi, YOLO9000, 2017, equations 1 to 5)."""
    cells, count = FINDER_CELLS, FINDER_CELLS**2 * len(ANCHORS)
    value = graph.add("Transpose", [value], perm=[0, 2, 3, 1])
    value = graph.add("Reshape", [value, graph.constant([1, count, 5], np.int64)])
    where, size, sure = (_part(graph, value, *span) for span in ((0, 2), (2, 4), (4, 5)))
    down, across = np.mgrid[0:cells, 0:cells]
    corners = np.repeat(np.stack([across, down], axis=2).reshape(-1, 2), len(ANCHORS), axis=0)
    cell = graph.constant(np.float32(1 / cells))
    where = graph.add("Add", [graph.add("Sigmoid", [where]), graph.constant(corners[None])])
    where = graph.add("Mul", [where, cell])
    anchors = np.tile(np.array(ANCHORS), (cells * cells, 1))[None]
    half = graph.add("Mul", [graph.add("Exp", [size]), graph.constant(anchors / cells / 2)])
    boxes = graph.add("Concat", [graph.add("Sub", [where, half]), graph.add("Add", [where, half])], axis=2)
    face = graph.add("Sigmoid", [sure])
    return graph.add("Concat", [graph.add("Sub", [graph.constant(1.0), face]), face], axis=2), boxes


def _part(graph: Graph, value: str, start: int, end: int) -> str:
    return graph.add("Slice", [value, *(graph.constant([number], np.int64) for number in (start, end, 2))])


def _normal(graph: Graph, value: str, mean: tuple[float, ...], spread: float) -> str:
    middle = graph.constant(np.array(mean).reshape(1, 3, 1, 1))
    return graph.add("Div", [graph.add("Sub", [value, middle]), graph.constant(spread)])


def _separable(graph: Graph, weights: Weights, value: str, name: str, stride: int) -> str:
    depthwise = weights[f"{name}/depthwise_filter"].transpose(2, 3, 0, 1)
    value = graph.convolve(value, depthwise, groups=depthwise.shape[0], stride=stride)
    return graph.convolve(value, _kernel(weights[f"{name}/pointwise_filter"]), weights[f"{name}/bias"])


def _halved(graph: Graph, value: str, stride: int) -> str:
    return graph.add("MaxPool", [value], kernel_shape=[2, 2], strides=[stride] * 2, auto_pad="SAME_UPPER")


def _kernel(filters: NDArray[Any]) -> NDArray[Any]:
    """TensorFlow's (height, width, in, out) as ONNX's (out, in, height, width)."""
    return filters.transpose(3, 2, 0, 1)
