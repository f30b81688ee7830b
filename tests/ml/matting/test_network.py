"""Networks are fed as their signature, settings and metadata say. Made here with the signatures of known families."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from onnx import helper

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.matting.network import feeding_of, network_alpha
from ml.progress import SILENT
from ml.runtime.runtime import Runtime
from tests.ml.matting.scenes import disc_scene, overlap
from tests.ml.small_models import save


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def installed(path: Path, **settings: object) -> InstalledModel:
    return InstalledModel(path.stem, "matting", {"model": path}, "0" * 64, settings=settings)


REDNESS = np.float32([1, 0, -1]).reshape(1, 3, 1, 1)


def redness(path: Path, side: int | str, outputs: dict[str, float], **more: object) -> Path:
    """Each output is (red - blue) of what was fed times a factor: positive on the disc, negative on the wall."""
    shape = [1, 3, side, side if isinstance(side, int) else "w"]
    nodes, constants = [], {"k": REDNESS}
    for name, factor in outputs.items():
        constants[f"f_{name}"] = np.float32([factor])
        nodes += [
            helper.make_node("Conv", ["input", "k"], [f"c_{name}"]),
            helper.make_node("Mul", [f"c_{name}", f"f_{name}"], [name]),
        ]
    ports = {name: [1, 1, *shape[2:]] for name in outputs}
    return save(path, nodes, {"input": shape}, ports, constants, **more)


def test_u2net_stretches_the_first_full_map(tmp_path: Path, runtime: Runtime) -> None:
    model = installed(redness(tmp_path / "u2.onnx", 64, {"d0": 0.2, "d1": -1.0, "d2": 5.0}))
    feeding = feeding_of(runtime.signature(model.path), {})
    assert feeding.output == "d0" and feeding.activation == "stretch" and feeding.mean == (0.485, 0.456, 0.406)
    picture, alpha = disc_scene()
    found = network_alpha(model, runtime, picture, SILENT)
    assert found.shape == (64, 64) and found.min() == 0 and found.max() == 1
    assert overlap(cv2.resize(found, (240, 180)) > 0.5, alpha > 0.5) > 0.95


def test_isnet_and_birefnet_differ_by_their_outputs(tmp_path: Path, runtime: Runtime) -> None:
    isnet = redness(tmp_path / "isnet.onnx", 512, {"out": 0.5, "side": 1.0})
    birefnet = redness(tmp_path / "birefnet.onnx", 512, {"output_image": 1.0})
    assert feeding_of(runtime.signature(isnet), {}).mean == (0.5, )
    picture, alpha = disc_scene()
    found = network_alpha(installed(birefnet), runtime, picture, SILENT)
    assert found.min() > 0 and found.max() < 1  # logits went through a sigmoid, not a stretch
    assert overlap(cv2.resize(found, (240, 180)) > 0.5, alpha > 0.5) > 0.95


def test_modnet_gets_sides_that_are_multiples_of_32(tmp_path: Path, runtime: Runtime) -> None:
    constants = {"k": np.float32([0.5, 0, -0.5]).reshape(1, 3, 1, 1), "l": np.float32(0), "h": np.float32(1)}
    nodes = [
        helper.make_node("Conv", ["input", "k"], ["c"]), helper.make_node("Clip", ["c", "l", "h"], ["output"]),
    ]
    ports = {"input": ["b", 3, "h", "w"]}, {"output": ["b", 1, "h", "w"]}
    path = save(tmp_path / "modnet.onnx", nodes, *ports, constants)
    feeding = feeding_of(runtime.signature(path), {})
    assert (feeding.mean, feeding.std) == ((0.5,), (0.5,))
    picture, alpha = disc_scene(300, 180)
    found = network_alpha(installed(path), runtime, picture, SILENT)
    assert found.shape[0] == 512 and found.shape[1] % 32 == 0
    assert overlap(cv2.resize(found, (300, 180)) > 0.3, alpha > 0.5) > 0.95
    long = network_alpha(installed(path), runtime, np.zeros((20, 2000, 3), np.float32), SILENT)
    assert long.shape[1] <= 1536 + 32


def test_two_classes_become_the_share_of_the_second(tmp_path: Path, runtime: Runtime) -> None:
    constants = {"k": np.float32([[-1, 0, 1], [1, 0, -1]]).reshape(2, 3, 1, 1) * 5}
    nodes = [helper.make_node("Conv", ["data", "k"], ["y"])]
    path = save(tmp_path / "two.onnx", nodes, {"data": [1, 3, 32, 32]}, {"y": [1, 2, 32, 32]}, constants)
    picture, alpha = disc_scene()
    plain = {"mean": [0.0], "std": [1.0], "scale": 1.0, "bgr": False}
    found = network_alpha(installed(path, **plain), runtime, picture, SILENT)
    assert overlap(cv2.resize(found, (240, 180)) > 0.5, alpha > 0.5) > 0.9
    other = network_alpha(installed(path, **plain, **{"class": 0}), runtime, picture, SILENT)
    assert np.allclose(found + other, 1, atol=1e-5)


def test_settings_come_before_metadata_before_the_family(tmp_path: Path, runtime: Runtime) -> None:
    path = redness(tmp_path / "m.onnx", 32, {"y": 1.0}, metadata={"mean": "[0.1, 0.2, 0.3]", "activation": "sigmoid"})
    signature = runtime.signature(path)
    assert feeding_of(signature, {}).mean == (0.1, 0.2, 0.3)
    assert feeding_of(signature, {}).activation == "sigmoid"
    assert feeding_of(signature, {"mean": 0.5}).mean == (0.5,)


def test_other_models_are_refused_in_a_sentence(tmp_path: Path, runtime: Runtime) -> None:
    identity = [helper.make_node("Identity", ["x"], ["y"])]
    words = save(tmp_path / "words.onnx", identity, {"x": [1, 8]}, {"y": [1, 8]})
    with pytest.raises(ModelError, match="does not take one picture"):
        network_alpha(installed(words), runtime, np.zeros((8, 8, 3), np.float32), SILENT)
    mean = [helper.make_node("ReduceMean", ["x"], ["y"], axes=[2, 3], keepdims=0)]
    label = save(tmp_path / "label.onnx", mean, {"x": [1, 3, 8, 8]}, {"y": [1, 3]})
    with pytest.raises(ModelError, match="does not answer with a mask"):
        network_alpha(installed(label), runtime, np.zeros((8, 8, 3), np.float32), SILENT)


@pytest.mark.conformance
def test_sinet_finds_the_astronaut(corpora, runtime: Runtime) -> None:
    path = corpora / "models/anilsathyan7+Portrait-Segmentation/SINet/SINet_Softmax.onnx"
    photo = corpora / "photos/scikit-image+scikit-image/src/_skimage2/data/astronaut.png"
    picture = cv2.imread(str(photo))[:330, 60:390, ::-1].astype(np.float32) / 255
    alpha = cv2.resize(network_alpha(installed(path), runtime, picture, SILENT), (330, 330))
    assert alpha[120, 160] > 0.9 and alpha[250, 150] > 0.9  # face, suit
    assert alpha[40, 20] < 0.1 and alpha[100, 300] < 0.1  # wall, shuttle
    assert 0.3 < (alpha > 0.5).mean() < 0.6
