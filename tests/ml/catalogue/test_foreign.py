"""Weights of other frameworks: the same numbers after conversion, and a sentence for every damaged file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ml.catalogue.foreign.tensorflow import read_graph
from ml.catalogue.store import ModelStore
from ml.errors import ModelError
from ml.runtime.runtime import Runtime

FSRCNN = "Saafke+FSRCNN_Tensorflow/models"
UPSCAYL = "upscayl+upscayl/resources/models"
FACES = "justadudewhohacks+face-api.js/weights"


@pytest.fixture(scope="module")
def runtime():
    with Runtime(gpu=False) as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def conv(values, kernel, padding):
    """(h, w, in) and (kh, kw, in, out) as TensorFlow convolves at stride 1, written out."""
    height, width = values.shape[:2]
    kh, kw = kernel.shape[:2]
    if padding == b"SAME":
        values = np.pad(values, ((kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)))
    made = np.zeros((height, width, kernel.shape[3]), np.float64)
    for y in range(kh):
        for x in range(kw):
            made += values[y : y + height, x : x + width] @ kernel[y, x]
    return made


def shuffled(values, block):
    height, width, channels = values.shape
    parts = values.reshape(height, width, block, block, channels // block**2)
    return parts.transpose(0, 2, 1, 3, 4).reshape(height * block, width * block, -1)


def reference(nodes, picture):
    """The graph run as it is written, one operation after the other, in double precision."""
    values = {}
    left = list(nodes.values())
    while left:
        node = next(item for item in left if all(name in values for name in item.inputs))
        left.remove(node)
        values[node.name] = operation(node, [values[name] for name in node.inputs], picture)
    return values["NCHW_output"]


def operation(node, given, picture):
    return {
        "Const": lambda: node.attributes["value"],
        "Placeholder": lambda: picture.astype(np.float64),
        "Conv2D": lambda: conv(given[0], given[1], node.attributes["padding"]),
        "Add": lambda: given[0] + given[1],
        "BiasAdd": lambda: given[0] + given[1],
        "Sub": lambda: given[0] - given[1],
        "Mul": lambda: given[0] * given[1],
        "Abs": lambda: np.abs(given[0]),
        "Relu": lambda: np.maximum(given[0], 0),
        "DepthToSpace": lambda: shuffled(given[0], node.attributes["block_size"]),
        "Transpose": lambda: given[0],
    }[node.kind]()


@pytest.mark.conformance
@pytest.mark.parametrize("name", ["FSRCNN-small_x2", "FSRCNN-small_x3", "FSRCNN_x4"])
def test_fsrcnn_gives_the_numbers_of_its_graph(store, corpora, runtime, name) -> None:
    path = corpora / "models" / FSRCNN / f"{name}.pb"
    model = store.import_file(path, runtime=runtime)
    picture = np.random.default_rng(3).random((14, 17, 1), np.float32)
    found = runtime.run(model.path, {"input": picture[None, None, ..., 0]})["output"][0, 0]
    wanted = reference(read_graph(memoryview(path.read_bytes())), picture)[..., 0]
    assert model.task == "upscale" and found.shape == (14 * int(name[-1]), 17 * int(name[-1]))
    assert np.abs(found - wanted).max() < 2e-5


@pytest.mark.conformance
def test_an_ncnn_upscaler_keeps_the_picture(store, corpora, runtime) -> None:
    """Its numbers were compared with ncnn's own (largest difference 3e-6); here: enlarged, then made small again."""
    model = store.import_file(corpora / "models" / UPSCAYL / "upscayl-lite-4x.param", runtime=runtime)
    down, across = np.mgrid[0:24, 0:32].astype(np.float32) / 32
    picture = np.stack([0.2 + 0.5 * across, 0.8 - 0.5 * down, 0.4 + 0.3 * across * down])
    found = runtime.run(model.path, {"input": picture[None]})["output"][0]
    assert found.shape == (3, 96, 128) and (model.task, model.settings["reach"]) == ("upscale", 34)
    small = found.reshape(3, 24, 4, 32, 4).mean((2, 4))
    assert np.abs(small - picture)[:, 4:-4, 4:-4].mean() < 0.03


@pytest.mark.conformance
def test_a_real_face_gets_its_box_and_its_points(store, corpora, runtime) -> None:
    import cv2

    image = cv2.imread(str(next((corpora / "photos").rglob("astronaut*"))))
    rgb = np.ascontiguousarray(image[..., ::-1]).astype(np.float32)
    finder = store.import_file(corpora / "models" / FACES / "tiny_face_detector_model-weights_manifest.json",
                               runtime=runtime)
    assert (finder.task, finder.adapter) == ("face_detection", "ultra_light")
    small = cv2.resize(rgb, (416, 416), interpolation=cv2.INTER_AREA)
    outputs = runtime.run(finder.path, {"input": ((small - 127) / 128).transpose(2, 0, 1)[None]})
    best = outputs["scores"][0, :, 1].argmax()
    left, top, right, bottom = outputs["boxes"][0, best] * rgb.shape[0]
    assert outputs["scores"][0, best, 1] > 0.9 and 150 < left < 190 and 60 < top < 100 and 170 < bottom < 210
    side = right - left
    crop = rgb[int(top) : int(top + side), int(left) : int(left + side)]
    face = cv2.resize(crop, (112, 112), interpolation=cv2.INTER_AREA).transpose(2, 0, 1)[None]
    for name in ("face_landmark_68_model", "face_landmark_68_tiny_model"):
        model = store.import_file(corpora / "models" / FACES / f"{name}-weights_manifest.json", runtime=runtime)
        assert model.task == "face_landmarks"
        points = runtime.run(model.path, {"pixels": face})["landmarks"].reshape(68, 2) * side + (left, top)
        eyes, mouth, chin = points[36:48].mean(0), points[48:68].mean(0), points[8]
        assert np.abs(points[36:42].mean(0) - (203, 107)).max() < 6 and np.abs(mouth - (225, 151)).max() < 6
        assert eyes[1] < points[30, 1] < mouth[1] < chin[1] and points[0, 0] < eyes[0] < points[16, 0]


# Damaged and hostile


@pytest.mark.conformance
@pytest.mark.parametrize(
    "names",
    [
        (f"{FSRCNN}/FSRCNN-small_x2.pb",),
        (f"{UPSCAYL}/upscayl-lite-4x.bin", f"{UPSCAYL}/upscayl-lite-4x.param"),
        (f"{UPSCAYL}/upscayl-lite-4x.param", f"{UPSCAYL}/upscayl-lite-4x.bin"),
        (f"{FACES}/face_landmark_68_tiny_model-shard1",
         f"{FACES}/face_landmark_68_tiny_model-weights_manifest.json"),
        (f"{FACES}/face_landmark_68_tiny_model-weights_manifest.json",
         f"{FACES}/face_landmark_68_tiny_model-shard1"),
    ],
    ids=["pb", "bin", "param", "shard", "manifest"],
)
def test_a_cut_file_is_refused(store, corpora, tmp_path, runtime, names) -> None:
    """The first of the names is cut at many places; the import must be refused with nothing left behind."""
    folder = tmp_path / "cut"
    folder.mkdir()
    for name in names:
        shutil.copyfile(corpora / "models" / name, folder / Path(name).name)
    cut = folder / Path(names[0]).name
    whole = cut.read_bytes()
    leading = next(path for path in sorted(folder.iterdir()) if not path.name.endswith((".bin", "shard1")))
    for share in (0.0, 0.01, 0.3, 0.55, 0.8, 0.99):
        cut.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(ModelError):
            store.import_file(leading, runtime=runtime)
    assert store.installed() == ()


def test_missing_partners_are_named(store, tmp_path) -> None:
    (tmp_path / "x.param").write_text("7767517\n1 1\nInput data 0 1 data\n")
    with pytest.raises(ModelError, match=r"x\.bin"):
        store.import_file(tmp_path / "x.param")
    manifest = tmp_path / "x-weights_manifest.json"
    manifest.write_text(json.dumps([{"weights": [], "paths": ["x-shard1"]}]))
    with pytest.raises(ModelError, match="x-shard1"):
        store.import_file(manifest)


def test_a_manifest_reads_no_other_folder(store, tmp_path) -> None:
    (tmp_path / "secret").write_bytes(bytes(8))
    folder = tmp_path / "inner"
    folder.mkdir()
    manifest = folder / "x-weights_manifest.json"
    for name in ("../secret", str(tmp_path / "secret")):
        manifest.write_text(json.dumps([{"weights": [{"name": "a", "shape": [2]}], "paths": [name]}]))
        with pytest.raises(ModelError, match="outside its folder"):
            store.import_file(manifest)


@pytest.mark.parametrize(
    "line",
    [
        "Convolution c 1 1 data out 0=999999999 1=99999 6=2000000000",
        "Convolution c 1 1 data out 0=8 1=3 6=-1",
        "Convolution c 1 1 missing out 0=8 1=3 6=216",
        "Evil c 1 1 data out 0=8",
        "PReLU c 1 1 data out 0=1000000000",
        "PixelShuffle c 1 1 data out 0=1000000",
        "BinaryOp c 1 1 data out 0=0",
        "Split c -1 1 data out",
        "Interp c 1 1 data out 0=1 1=1e30 2=nan",
    ],
)
def test_absurd_layers_are_refused(store, tmp_path, line) -> None:
    (tmp_path / "x.param").write_text(f"7767517\n2 2\nInput data 0 1 data\n{line}\n")
    (tmp_path / "x.bin").write_bytes(bytes(64))
    with pytest.raises(ModelError):
        store.import_file(tmp_path / "x.param")
    assert store.installed() == ()


def test_other_files_of_the_same_endings_are_refused(store, tmp_path) -> None:
    for name, data in (("a.pb", b"hello"), ("b.param", b"hello"), ("c-weights_manifest.json", b"{}")):
        (tmp_path / name).write_bytes(data)
        (tmp_path / "b.bin").write_bytes(b"")
        with pytest.raises(ModelError):
            store.import_file(tmp_path / name)
