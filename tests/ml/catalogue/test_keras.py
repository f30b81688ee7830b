"""Layers models of TensorFlow.js made into ONNX: the numbers of each layer written out, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.catalogue.foreign.formats import format_of
from ml.catalogue.store import ModelStore
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.upscale.model import upscaler
from tests.ml.catalogue.test_foreign import conv, shuffled


@pytest.fixture(scope="module")
def runtime():
    with Runtime(threads=1, gpu=False) as made:
        yield made


def layer(kind: str, name: str, *given: str, **config: Any) -> dict[str, Any]:
    nodes = [[[item, 0, 0, {}] for item in given]] if given else []
    return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": nodes}


def written(folder: Path, layers: list[dict[str, Any]], weights: dict[str, np.ndarray]) -> Path:
    """`model.json` and one shard."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = [{"name": name, "shape": list(item.shape), "dtype": "float32"} for name, item in weights.items()]
    network = {"layers": layers, "input_layers": [["LR", 0, 0]], "output_layers": [[layers[-1]["name"], 0, 0]]}
    model = {
        "format": "layers-model", "modelTopology": {"model_config": {"class_name": "Functional", "config": network}},
        "weightsManifest": [{"paths": ["shard.bin"], "weights": entries}],
    }
    (folder / "shard.bin").write_bytes(b"".join(item.astype("<f4").tobytes() for item in weights.values()))
    (folder / "model.json").write_text(json.dumps(model))
    return folder / "model.json"


INPUT = layer("InputLayer", "LR", batch_input_shape=[None, None, None, 3])


def convolution(name: str, given: str, **config: Any) -> dict[str, Any]:
    return layer("Conv2D", name, given, **{"strides": [1, 1], "padding": "same", "use_bias": True,
                                           "activation": "linear", **config})


def chance(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(0, 0.2, shape).astype(np.float32)


def test_the_numbers_are_those_of_the_layers(runtime: Runtime, tmp_path: Path) -> None:
    layers = [
        INPUT, convolution("a", "LR", activation="relu"), convolution("b", "a"), layer("Activation", "c", "b",
                                                                                        activation="tanh"),
        layer("Concatenate", "d", "a", "c", axis=3), layer("LeakyReLU", "e", "d", alpha=0.25),
        convolution("f", "e", use_bias=False), layer("MultiplyBeta", "g", "f"), layer("PReLU", "h", "g"),
        layer("PixelShuffle2x", "i", "h"), layer("Add", "j", "i", "i"),
    ]
    weights = {"a/kernel": chance(3, 3, 3, 4), "a/bias": chance(4), "b/kernel": chance(1, 1, 4, 4), "b/bias": chance(4),
               "f/kernel": chance(5, 5, 8, 12), "h/alpha": chance(1, 1, 12)}
    path = written(tmp_path / "net", layers, weights)
    model = ModelStore(tmp_path / "models").import_file(path, name="net", runtime=runtime)
    assert model.task == "upscale" and model.settings["reach"] == 3
    given = np.random.default_rng(1).random((9, 11, 3))
    a = np.maximum(conv(given, weights["a/kernel"], b"SAME") + weights["a/bias"], 0)
    c = np.tanh(conv(a, weights["b/kernel"], b"SAME") + weights["b/bias"])
    e = np.concatenate([a, c], axis=2)
    e = np.where(e > 0, e, 0.25 * e)
    g = 0.2 * conv(e, weights["f/kernel"], b"SAME")
    wanted = 2 * shuffled(np.where(g > 0, g, g * weights["h/alpha"][0, 0]), 2)
    feeds = {"input": given.transpose(2, 0, 1)[None].astype(np.float32)}
    found = runtime.run(model.path, feeds)["output"][0].transpose(1, 2, 0)
    assert found.shape == (18, 22, 3) and np.abs(found - wanted).max() < 1e-5


def test_an_enlarging_layer_makes_an_upscaler(runtime: Runtime, tmp_path: Path) -> None:
    kernel = np.zeros((1, 1, 3, 3), np.float32)
    kernel[0, 0] = np.eye(3)
    layers = [INPUT, layer("UpSampling2D", "grow", "LR", size=[3, 3], interpolation="nearest"),
              convolution("last", "grow", padding="valid")]
    path = written(tmp_path / "net", layers, {"last/kernel": kernel, "last/bias": np.zeros(3, np.float32)})
    model = ModelStore(tmp_path / "models").import_file(path, name="net", runtime=runtime)
    assert upscaler(runtime, model).scale == 3
    given = np.random.default_rng(1).random((5, 4, 3), np.float32)
    found = runtime.run(model.path, {"input": given.transpose(2, 0, 1)[None]})["output"][0].transpose(1, 2, 0)
    assert np.allclose(found, given.repeat(3, 0).repeat(3, 1), atol=1e-6)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([INPUT, layer("Lambda", "x", "LR", function="code")], "cannot be converted: Lambda"),
        ([INPUT, layer("Activation", "x", "LR", activation="swish")], "cannot be converted: swish"),
        ([INPUT, convolution("x", "LR", strides=[2, 2])], "cannot be converted"),
        ([layer("InputLayer", "LR", batch_input_shape=[None, 7])], "another shape"),
        ([INPUT, layer("Add", "x", "absent")], "damaged"), ([INPUT, convolution("x", "LR")], "damaged"),
    ],
)
def test_what_is_not_known_is_refused(runtime: Runtime, tmp_path: Path, layers: Any, said: str) -> None:
    store = ModelStore(tmp_path / "models")
    with pytest.raises(ModelError, match=said):
        store.import_file(written(tmp_path / "net", layers, {}), name="net", runtime=runtime)
    assert store.installed() == ()


def test_shards_lie_in_the_models_folder(runtime: Runtime, tmp_path: Path) -> None:
    path = written(tmp_path / "net", [INPUT], {})
    path.write_text(path.read_text().replace("shard.bin", "../shard.bin"))
    with pytest.raises(ModelError, match="outside its folder"):
        ModelStore(tmp_path / "models").import_file(path, name="net", runtime=runtime)


def test_our_own_records_of_that_name_are_no_layers(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"name": "net", "task": "upscale", "files": {}}')
    assert format_of(path) is None and format_of(tmp_path / "absent" / "model.json") is None
