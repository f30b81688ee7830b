"""A voice shaped as Piper's are, a few kilobytes: every phoneme hums for a while, as long as the scales say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

from tests.ml.small_models import save

RATE = 16_000
SYMBOLS = "_^$ !'(),-.:;?abcdefhijklmnopqrstuvwxyzæçðøħŋœǀɐɑɒɔəɚɛɜɡɪɫɹɾʃʊʌʒʔˈˌːβθ"
HUM = 800
"""Samples a phoneme at length scale 1."""


def tiny_voice(folder: Path, speakers: int = 0, language: str = "en-us", kind: str = "espeak") -> tuple[Path, Path]:
    """The model's file and its description, beside each other as they are published."""
    nodes = [
        helper.make_node("Cast", ["input"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["scales", "hums"], ["lengths"]),
        helper.make_node("Slice", ["lengths", "one", "two"], ["length"]),
        helper.make_node("Cast", ["length"], ["count"], to=TensorProto.INT64),
        helper.make_node("Concat", ["ones", "count"], ["shape"], axis=0),
        helper.make_node("Unsqueeze", ["numbers", "last"], ["column"]),
        helper.make_node("Expand", ["column", "shape"], ["held"]),
        helper.make_node("Reshape", ["held", "flat"], ["row"]),
        helper.make_node("CumSum", ["row", "two"], ["phase"]),
        helper.make_node("Mul", ["phase", "step"], ["angle"]),
        helper.make_node("Sin", ["angle"], ["output"]),
    ]
    constants = {
        "hums": np.full(3, HUM, np.float32), "one": np.array([1], np.int64), "two": np.array([2], np.int64),
        "ones": np.array([1, 1], np.int64), "last": np.array([2], np.int64), "flat": np.array([1, 1, -1], np.int64),
        "step": np.float32(0.002),
    }
    whole = TensorProto.INT64
    inputs = {"input": ([1, "n"], whole), "input_lengths": ([1], whole), "scales": [3]}
    if speakers:
        inputs["sid"] = ([1], whole)
    model = save(folder / "voice.onnx", nodes, inputs, {"output": [1, 1, None]}, constants)
    told = {
        "audio": {"sample_rate": RATE}, "espeak": {"voice": language}, "phoneme_type": kind,
        "inference": {"noise_scale": 0.6, "length_scale": 1.0, "noise_w": 0.8}, "num_speakers": max(speakers, 1),
        "speaker_id_map": {f"person {number}": number for number in range(speakers)},
        "phoneme_id_map": {symbol: [number] for number, symbol in enumerate(SYMBOLS)},
    }
    config = folder / "voice.onnx.json"
    config.write_text(json.dumps(told), encoding="utf-8")
    return model, config
