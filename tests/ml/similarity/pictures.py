"""Pictures with shapes and colours of their own, made from a seed, and a tiny model of CLIP's kind."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ml.catalogue.store import InstalledModel
from tests.ml.generation.tiny_folder import tiny_tokens


def scene(seed: int, width: int = 200, height: int = 150) -> np.ndarray:
    """(height, width, 3) uint8: a ground that changes, and a dozen shapes."""
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, 256, (2, 2, 3)).astype(np.uint8)
    picture = cv2.resize(corners, (width, height), interpolation=cv2.INTER_LINEAR)
    for _ in range(12):
        colour = [int(value) for value in rng.integers(0, 256, 3)]
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        size = int(rng.integers(8, 45))
        if rng.random() < 0.5:
            cv2.circle(picture, centre, size, colour, -1)
        else:
            cv2.rectangle(picture, centre, (centre[0] + size, centre[1] + 2 * size), colour, -1)
    return picture


def plain(colour: tuple[int, int, int], width: int = 40, height: int = 30) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def clip_model(folder: Path, in_one_file: bool = False) -> InstalledModel:
    """Pictures by their mean colour; words "red", "teal", "blue" by the sums of theirs. Two files, or one with both."""
    vocabulary, merges = tiny_tokens()
    table = np.zeros((len(vocabulary), 3), np.float32)
    for word, colour in {"red": (1, 0, 0), "teal": (0, 1, 0.8), "blue": (0, 0, 1)}.items():
        table[vocabulary[word + "</w>"]] = colour
    images = [
        helper.make_node("Mul", ["pixel_values", "std"], ["scaled"]),
        helper.make_node("Add", ["scaled", "mean"], ["colours"]),
        helper.make_node("ReduceMean", ["colours"], ["image_embeds"], axes=[2, 3], keepdims=0),
    ]
    texts = [
        helper.make_node("Gather", ["table", "input_ids"], ["states"]),
        helper.make_node("ReduceSum", ["states", "axis"], ["text_embeds"], keepdims=0),
    ]
    pixels = helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["batch", 3, 32, 32])
    numbers = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["text_batch", 77])
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["text_batch", 77])
    outputs = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3])
               for name in ("image_embeds", "text_embeds")}
    mean = np.array([0.48145466, 0.4578275, 0.40821073], np.float32).reshape(1, 3, 1, 1)
    deviation = np.array([0.26862954, 0.26130258, 0.27577711], np.float32).reshape(1, 3, 1, 1)
    weights = {"mean": mean, "std": deviation, "table": table, "axis": np.array([1])}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges), encoding="utf-8")

    def save(name: str, nodes: list, inputs: list, made: list) -> Path:
        used = {item for node in nodes for item in node.input}
        constants = [numpy_helper.from_array(value, key) for key, value in weights.items() if key in used]
        graph = helper.make_graph(nodes, "clip", inputs, made, constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model)
        onnx.save(model, str(folder / name))
        return folder / name

    if in_one_file:
        files = {"model": save("model.onnx", images + texts, [numbers, pixels, mask], list(outputs.values()))}
    else:
        files = {
            "image": save("visual.onnx", images, [pixels], [outputs["image_embeds"]]),
            "text": save("textual.onnx", texts, [numbers], [outputs["text_embeds"]]),
        }
    return InstalledModel("clip", "embedding", files, "1" * 64)
