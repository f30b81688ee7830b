"""Models shaped like SAM's encoder and decoder, a few kilobytes each.

The encoder averages the picture over squares of 16 pixels. The decoder likes what is coloured as under the points on
the object, and not what is coloured as under the points beside it.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

from ml.catalogue.store import InstalledModel
from tests.ml.small_models import save

INT64 = TensorProto.INT64
node = helper.make_node


def encoder(
    path: Path, name: str = "image", outputs: tuple[str, ...] = ("image_embeddings",), free: bool = False
) -> Path:
    """Each output beyond the first is the embedding times two."""
    nodes = [node("AveragePool", [name], [outputs[0]], kernel_shape=[16, 16], strides=[16, 16])]
    nodes += [node("Add", [outputs[0], outputs[0]], [other]) for other in outputs[1:]]
    shape = [1, 3, "h", "w"] if free else [1, 3, 1024, 1024]
    inner = [1, 3, "H", "W"] if free else [1, 3, 64, 64]
    return save(path, nodes, {name: shape}, dict.fromkeys(outputs, inner))


def _likeness(points: str, labels: str, embedding: str, side: float) -> tuple[list, dict]:
    """Nodes that end in "logits" (1, 1, rows, columns) of the embedding's size, and "box", the same for a box."""
    constants = {
        "sixteenth": np.float32(1 / 16), "flat": np.int64([-1, 2]), "line": np.int64([-1]), "one": np.float32(1),
        "zero": np.float32(0), "two": np.float32(2), "half": np.float32(0.5), "sharp": np.float32(-side),
        "back": np.int64([1, 0]), "axes0": np.int64([0]), "axes01": np.int64([0, 1]), "rows_axes": np.int64([1]),
        "column": np.int64([-1, 3, 1, 1]),
    }
    nodes = [
        node("Reshape", [points, "flat"], ["xy"]), node("Reshape", [labels, "line"], ["which"]),
        node("Mul", ["xy", "sixteenth"], ["scaled"]), node("Floor", ["scaled"], ["cells"]),
        node("Gather", ["cells", "back"], ["yx"], axis=1), node("Cast", ["yx"], ["places"], to=INT64),
        node("Squeeze", [embedding, "axes0"], ["plane"]),
        node("Transpose", ["plane"], ["last"], perm=[1, 2, 0]), node("GatherND", ["last", "places"], ["colors"]),
        node("Reshape", ["colors", "column"], ["tall"]), node("Sub", [embedding, "tall"], ["apart"]),
        node("Mul", ["apart", "apart"], ["square"]),
        node("ReduceSum", ["square", "rows_axes"], ["distance"], keepdims=1),
        node("Mul", ["distance", "sharp"], ["steep"]), node("Exp", ["steep"], ["alike"]),
        node("Cast", ["which"], ["kinds"], to=TensorProto.FLOAT),
        node("Equal", ["kinds", "one"], ["on"]), node("Equal", ["kinds", "zero"], ["off"]),
        node("Cast", ["on"], ["plus"], to=TensorProto.FLOAT), node("Cast", ["off"], ["minus"], to=TensorProto.FLOAT),
        node("Sub", ["plus", "minus"], ["weights"]),
        node("Unsqueeze", ["weights", "unsqueezed"], ["weighted"]), node("Mul", ["alike", "weighted"], ["votes"]),
        node("ReduceSum", ["votes", "axes0"], ["sum"], keepdims=1), node("Sub", ["sum", "half"], ["logits"]),
    ]
    constants["unsqueezed"] = np.int64([1, 2, 3])
    return nodes, constants


def _scores(nodes: list, constants: dict, name: str, masks: str) -> None:
    """Three masks of which the second is meant."""
    constants[name + "_c"] = np.float32([[0.2, 0.9, 0.4]])
    nodes += [
        node("Identity", [name + "_c"], [name]), node("Neg", ["large"], ["wrong"]),
        node("Concat", ["wrong", "large", "wrong"], [masks], axis=1),
    ]


def sam_decoder(path: Path) -> Path:
    """As the makers of SAM export it: masks at the size that `orig_im_size` tells, cut out of the square."""
    nodes, constants = _likeness("point_coords", "point_labels", "image_embeddings", 0.25)
    constants |= {
        "to1024": np.int64([1, 1, 1024, 1024]), "n1024": np.float32(1024), "ones": np.int64([1, 1]),
        "start": np.int64([0, 0]), "hw": np.int64([2, 3]),
    }
    nodes += [
        node("Resize", ["logits", "", "", "to1024"], ["whole"], mode="linear"),
        node("ReduceMax", ["orig_im_size"], ["longest"], keepdims=0), node("Div", ["n1024", "longest"], ["ratio"]),
        node("Mul", ["orig_im_size", "ratio"], ["filled"]), node("Round", ["filled"], ["rounded"]),
        node("Cast", ["rounded"], ["ends"], to=INT64), node("Slice", ["whole", "start", "ends", "hw"], ["part"]),
        node("Cast", ["orig_im_size"], ["original"], to=INT64),
        node("Concat", ["ones", "original"], ["sizes"], axis=0),
        node("Resize", ["part", "", "", "sizes"], ["large"], mode="linear"),
        node("Identity", ["logits"], ["low_res_masks"]),
    ]
    _scores(nodes, constants, "iou_predictions", "masks")
    inputs = {
        "image_embeddings": [1, 3, 64, 64], "point_coords": [1, "n", 2], "point_labels": [1, "n"],
        "mask_input": [1, 1, 256, 256], "has_mask_input": [1], "orig_im_size": [2],
    }
    outputs = {"masks": [1, 3, "h", "w"], "iou_predictions": [1, 3], "low_res_masks": [1, 1, 64, 64]}
    return save(path, nodes, inputs, outputs, constants)


def transformers_decoder(path: Path) -> Path:
    """As transformers exports it: whole points, two embeddings, small masks of the square."""
    nodes, constants = _likeness("input_points", "input_labels", "image_embeddings", 0.25)
    constants["to256"] = np.int64([1, 1, 256, 256])
    constants["outer"] = np.int64([1])
    nodes += [node("Resize", ["logits", "", "", "to256"], ["large"], mode="linear")]
    _scores(nodes, constants, "iou_scores", "small")
    nodes += [node("Unsqueeze", ["small", "outer"], ["pred_masks"])]
    inputs = {
        "input_points": ["b", "q", "n", 2], "input_labels": (["b", "q", "n"], INT64),
        "image_embeddings": [1, 3, 64, 64], "image_positional_embeddings": [1, 3, 64, 64],
    }
    return save(path, nodes, inputs, {"iou_scores": [1, 3], "pred_masks": [1, 1, 3, 256, 256]}, constants)


def sam2_decoder(path: Path) -> Path:
    """As SAM 2 is exported: finer features besides, masks of the stretched square."""
    nodes, constants = _likeness("point_coords", "point_labels", "image_embed", 0.25)
    constants["to256"] = np.int64([1, 1, 256, 256])
    nodes += [node("Resize", ["logits", "", "", "to256"], ["large"], mode="linear")]
    _scores(nodes, constants, "iou_predictions", "masks")
    inputs = {
        "image_embed": [1, 3, 64, 64], "high_res_feats_0": [1, 3, 64, 64], "high_res_feats_1": [1, 3, 64, 64],
        "point_coords": ["b", "n", 2], "point_labels": ["b", "n"], "mask_input": ["b", 1, 256, 256],
        "has_mask_input": ["b"],
    }
    return save(path, nodes, inputs, {"masks": [1, 3, 256, 256], "iou_predictions": [1, 3]}, constants)


def efficient_decoder(path: Path) -> Path:
    """As EfficientSAM is exported: a batch of queries, masks of the picture's size."""
    nodes, constants = _likeness("batched_point_coords", "batched_point_labels", "image_embeddings", 5.0)
    constants["ones"] = np.int64([1, 1])
    constants["outer"] = np.int64([1])
    nodes += [
        node("Concat", ["ones", "orig_im_size"], ["sizes"], axis=0),
        node("Resize", ["logits", "", "", "sizes"], ["large"], mode="linear"),
    ]
    _scores(nodes, constants, "iou_predictions", "three")
    nodes += [node("Unsqueeze", ["three", "outer"], ["output_masks"])]
    inputs = {
        "image_embeddings": [1, 3, "H", "W"], "batched_point_coords": [1, 1, "n", 2],
        "batched_point_labels": [1, 1, "n"], "orig_im_size": ([2], INT64),
    }
    return save(path, nodes, inputs, {"output_masks": [1, 1, 3, "h", "w"], "iou_predictions": [1, 3]}, constants)


def box_decoder(path: Path) -> Path:
    """Answers with the box between the first two points, of the square: shows where corners arrive."""
    y, x = np.mgrid[0:256, 0:256].astype(np.float32) * 4 + 2
    constants = {
        "x": x[None, None], "y": y[None, None], "line": np.int64([-1]), **{f"i{n}": np.int64(n) for n in range(4)},
    }
    nodes = [node("Reshape", ["point_coords", "line"], ["flat"])]
    nodes += [node("Gather", ["flat", f"i{n}"], [f"c{n}"], axis=0) for n in range(4)]
    nodes += [
        node("Sub", ["x", "c0"], ["s0"]), node("Sub", ["y", "c1"], ["s1"]), node("Sub", ["c2", "x"], ["s2"]),
        node("Sub", ["c3", "y"], ["s3"]), node("Min", ["s0", "s1", "s2", "s3"], ["low_res_masks"]),
    ]
    inputs = {"image_embeddings": [1, 3, 64, 64], "point_coords": [1, "n", 2], "point_labels": [1, "n"]}
    return save(path, nodes, inputs, {"low_res_masks": [1, 1, 256, 256]}, constants)


def family(folder: Path, name: str) -> InstalledModel:
    """One of sam, transformers, sam2, efficient, box; in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    encoders = {
        "transformers": {"name": "pixel_values", "outputs": ("image_embeddings", "image_positional_embeddings")},
        "sam2": {"outputs": ("image_embed", "high_res_feats_0", "high_res_feats_1")},
        "efficient": {"name": "batched_images", "free": True},
    }
    decoders = {
        "sam": sam_decoder, "transformers": transformers_decoder, "sam2": sam2_decoder, "efficient": efficient_decoder,
        "box": box_decoder,
    }
    files = {
        "encoder": encoder(folder / "encoder.onnx", **encoders.get(name, {})),
        "decoder": decoders[name](folder / "decoder.onnx"),
    }
    return InstalledModel(name, "segmentation", files, sha256(name.encode()).hexdigest())
