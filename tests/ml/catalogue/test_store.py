"""The folder of models: whole or not there, told apart by their inputs, checked by their hashes."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from ml.catalogue import catalogue
from ml.catalogue.catalogue import Catalogue, CatalogueFile, CatalogueModel
from ml.catalogue.importing import copy_all
from ml.catalogue.record import hash_of, is_name, name_from, safe_path
from ml.catalogue.store import ModelStore
from ml.errors import ModelError, ModelMissing
from ml.progress import Silent
from ml.runtime.runtime import Runtime
from tests.ml import small_models


@pytest.fixture(scope="module")
def runtime():
    with Runtime(gpu=False) as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


@pytest.fixture
def blur(tmp_path: Path) -> Path:
    return small_models.blur(tmp_path / "blur.onnx")


def test_an_empty_store_has_nothing(store) -> None:
    assert store.installed() == () and not store.root.exists()
    with pytest.raises(ModelMissing):
        store.find("blur")


def test_import_find_verify_remove(store, blur, runtime) -> None:
    model = store.import_file(blur, task="denoise", runtime=runtime)
    assert (model.name, model.task, model.origin) == ("blur", "denoise", "blur.onnx")
    assert model.path.read_bytes() == blur.read_bytes() and model.path != blur
    assert store.installed() == (model,) and store.for_task("denoise") == (model,) and store.for_task("style") == ()
    assert store.find("blur") == model and store.verify("blur") == ()
    data = bytearray(model.path.read_bytes())
    data[-1] ^= 1
    model.path.write_bytes(data)
    assert store.verify("blur") == ("blur.onnx",)
    assert store.installed() == () and not store.has("blur")
    assert [(item.name, item.task, item.files) for item in store.damaged()] == [("blur", "denoise", ("blur.onnx",))]
    data[-1] ^= 1
    model.path.write_bytes(data)
    assert store.verify("blur") == () and store.damaged() == () and store.has("blur")
    store.remove("blur")
    assert store.installed() == () and list(store.root.iterdir()) == []
    with pytest.raises(ModelMissing):
        store.remove("blur")


def test_a_name_is_taken_once(store, blur, runtime) -> None:
    store.import_file(blur, task="denoise", runtime=runtime)
    with pytest.raises(ModelError, match="installed already"):
        store.import_file(blur, task="style", runtime=runtime)
    assert store.import_file(blur, task="style", name="other", runtime=runtime).name == "other"
    assert [item.name for item in store.installed()] == ["blur", "other"]


def test_a_file_that_is_cut_off_is_no_model_and_can_be_replaced(store, blur, runtime) -> None:
    model = store.import_file(blur, task="denoise", runtime=runtime)
    model.path.write_bytes(b"")
    assert store.installed() == () and store.verify("blur") == ("blur.onnx",)
    assert [item.files for item in store.damaged()] == [("blur.onnx",)]
    (store.root / "blur" / "model.json").write_text("{")
    assert store.verify("blur") == ("model.json",) and [item.files for item in store.damaged()] == [("model.json",)]
    assert store.import_file(blur, task="denoise", runtime=runtime).path.read_bytes() == blur.read_bytes()


def test_what_fails_halfway_leaves_nothing(store, blur, tmp_path, runtime) -> None:
    class Stop(Exception):
        pass

    class StopsLate(Silent):
        def __call__(self, share, text=""):
            raise Stop

    broken = tmp_path / "broken.onnx"
    broken.write_bytes(blur.read_bytes()[:-20])
    for path, progress, error in ((broken, Silent(), ModelError), (blur, StopsLate(), Stop)):
        with pytest.raises(error):
            store.import_file(path, task="denoise", runtime=runtime, progress=progress)
        assert store.installed() == () and list(store.root.iterdir()) == []


@pytest.mark.parametrize(
    "record",
    [
        b"", b"[1, 2]", b"{" * 5000, b'{"name": "blur"}',
        json.dumps({"name": "other", "task": "style", "files": {}}).encode(),
        json.dumps({"name": "blur", "task": "x", "files": {"model": {"path": "../../a", "size": 1, "sha256": "0" * 64}}}
                   ).encode(),
    ],
)
def test_a_damaged_record_is_no_model(store, blur, runtime, record) -> None:
    store.import_file(blur, task="denoise", runtime=runtime)
    (store.root / "blur" / "model.json").write_bytes(record)
    assert store.installed() == ()
    with pytest.raises(ModelMissing):
        store.find("blur")


@given(st.text(max_size=100))
def test_names_stay_in_the_folder(text) -> None:
    made = name_from(text)
    assert is_name(made) and Path(made).name == made
    if is_name(text):
        assert "/" not in text and "\\" not in text and text not in (".", "..")


@pytest.mark.parametrize("text", ["/etc/passwd", "../x", "a/../b", "a//b", "C:/x", "a\\b", "", ".", "a/./b"])
def test_paths_stay_in_the_folder(text) -> None:
    with pytest.raises(ModelError, match="outside"):
        safe_path(text)


def test_weights_beside_a_model_come_along(store, tmp_path, runtime) -> None:
    import onnx

    model = onnx.load(small_models.blur(tmp_path / "blur.onnx"))
    onnx.save(model, tmp_path / "far.onnx", save_as_external_data=True, location="far.data", size_threshold=0)
    found = store.import_file(tmp_path / "far.onnx", task="denoise", runtime=runtime)
    assert sorted(path.name for path in found.files.values()) == ["far.data", "far.onnx"]
    feeds = {"x": np.ones((1, 3, 9, 9), np.float32)}
    assert np.allclose(runtime.run(found.path, feeds)["y"][0, 0, 4, 4], 1.0)
    (store.root / "far" / "far.data").write_bytes(b"")
    assert store.installed() == ()


# What a model is for


def identity(path, inputs, outputs):
    """A model with these ports that does nothing sensible."""
    first = next(iter(inputs))
    nodes = [helper.make_node("Identity", [first], [name]) for name in outputs]
    return small_models.save(path, nodes, inputs, outputs)


def picture(channels=3, side=None):
    return [1, channels, side or "h", side or "w"]


def test_the_task_is_read_off_the_inputs(store, tmp_path, runtime) -> None:
    free = [None, None, None, None]
    cases = {
        "voice_activity": ({"input": ["b", "n"], "state": [2, "b", 128], "sr": ([], TensorProto.INT64)}, {"o": None}),
        "speech": ({"input": ["b", "n"], "input_lengths": ["b"], "scales": [3]}, {"output": None}),
        "inpaint": ({"image": picture(), "mask": picture(1)}, {"output": free}),
        "depth": ({"input": picture()}, {"depth": [1, "h2", "w2"]}),
        "face_landmarks": ({"input": picture(3, 112)}, {"points": [1, 136]}),
    }
    for task, (inputs, outputs) in cases.items():
        assert store.import_file(identity(tmp_path / f"{task}-x.onnx", inputs, outputs), runtime=runtime).task == task


def test_a_name_is_a_hint_and_no_more(store, tmp_path, runtime) -> None:
    for name, task in (("u2netp", "matting"), ("candy-9", "style"), ("RealESRGAN_x4plus", "upscale")):
        path = small_models.blur(tmp_path / f"{name}.onnx")
        assert store.import_file(path, runtime=runtime).task == task
    with pytest.raises(ModelError, match="cannot be told"):
        store.import_file(small_models.blur(tmp_path / "mystery.onnx"), runtime=runtime)
    with pytest.raises(ModelError, match="no task"):
        store.import_file(small_models.blur(tmp_path / "mystery.onnx"), task="nonsense", runtime=runtime)


def test_encoder_and_decoder_belong_together(store, tmp_path, runtime) -> None:
    encoder = identity(tmp_path / "enc.onnx", {"image": picture()}, {"image_embeddings": None})
    decoder = identity(
        tmp_path / "dec.onnx",
        {"image_embeddings": [1, 256, 64, 64], "point_coords": [1, "n", 2], "point_labels": [1, "n"]}, {"masks": None},
    )
    with pytest.raises(ModelError, match="only the decoder"):
        store.import_file(decoder, runtime=runtime)
    found = store.import_files([decoder, encoder], name="sam", runtime=runtime)
    assert (found.task, found.files["encoder"].name, found.files["decoder"].name) == (
        "segmentation", "enc.onnx", "dec.onnx"
    )


def test_what_runs_code_is_refused(store, tmp_path) -> None:
    (tmp_path / "model.pth").write_bytes(b"\x80\x04")
    with pytest.raises(ModelError, match="run code"):
        store.import_file(tmp_path / "model.pth")
    (tmp_path / "pytorch_model.bin.index.json").write_bytes(b"{}")
    with pytest.raises(ModelError, match="run code"):
        store.import_file(tmp_path / "pytorch_model.bin.index.json")
    (tmp_path / "notes.txt").write_bytes(b"hello")
    with pytest.raises(ModelError, match="no model"):
        store.import_file(tmp_path / "notes.txt")
    with pytest.raises(ModelError, match="no file"):
        store.import_file(tmp_path / "nothing.onnx")


def test_a_model_that_is_known_by_its_hash_does_its_own_task_only(store, blur, runtime, monkeypatch) -> None:
    item = CatalogueFile(path="a.onnx", size=blur.stat().st_size, sha256=hash_of(blur), addresses=("http://a/a.onnx",))
    known = {"licence": "MIT", "page": "http://a", "input": "a picture", "output": "a picture", "file": (item,)}
    models = (
        CatalogueModel(name="soft", task="denoise", title="Soft", **known),
        CatalogueModel(name="soft-style", task="style", title="Soft style", **known),
    )
    monkeypatch.setattr(catalogue, "shipped", lambda: Catalogue(models))
    with pytest.raises(ModelError, match="another task: denoise, not upscale"):
        store.import_file(blur, task="upscale", runtime=runtime)
    assert list(store.root.glob("*")) == []
    assert store.import_file(blur, runtime=runtime).task == "denoise"
    assert store.import_file(blur, task="style", runtime=runtime).name == "soft-style"


def test_a_folder_of_an_image_generator_is_taken_whole(store, tmp_path) -> None:
    folder = tmp_path / "sd"
    for part in ("text_encoder", "unet", "vae_decoder"):
        (folder / part).mkdir(parents=True)
        if part != "unet":
            small_models.blur(folder / part / "model.onnx")
    (folder / "model_index.json").write_text("{}")
    with pytest.raises(ModelError, match="unet"):
        store.import_file(folder)
    small_models.blur(folder / "unet" / "model.onnx")
    with pytest.raises(ModelError, match="another task: generate, not upscale"):
        store.import_file(folder, task="upscale")
    found = store.import_file(folder)
    assert (found.task, found.adapter) == ("generate", "stable_diffusion")
    assert found.path.parent.parent == found.files["model_index.json"].parent
    assert store.verify("sd") == ()


def test_a_whisper_file_is_known_by_its_first_bytes(store, tmp_path) -> None:
    (tmp_path / "ggml-tiny.bin").write_bytes(b"lmgg" + bytes(100))
    found = store.import_file(tmp_path / "ggml-tiny.bin")
    assert (found.task, found.adapter, found.name) == ("speech_recognition", "whisper_ggml", "ggml-tiny")


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("names", "task", "adapter"),
    [
        (["yunet_n_dynamic.onnx"], "face_detection", "yunet"),
        (["yunet_n_320_320.onnx"], "face_detection", "yunet"),
        (["version-RFB-320_simplified.onnx"], "face_detection", "ultra_light"),
        (["SINet_Softmax.onnx"], "matting", ""),
        (["silero_vad.onnx"], "voice_activity", "silero"),
        (["model_2.onnx", "model_1.onnx"], "speech_denoise", "dtln"),
    ],
)
def test_real_weights_are_recognised(store, corpora, runtime, names, task, adapter) -> None:
    paths = [next((corpora / "models").rglob(name)) for name in names]
    found = store.import_files(paths, runtime=runtime)
    assert (found.task, found.adapter) == (task, adapter) and store.verify(found.name) == ()
    assert found.licence in ("MIT", "Apache-2.0")  # the catalogue knows them by their hashes
    if task == "speech_denoise":
        assert (found.files["model"].name, found.files["model_2"].name) == ("model_1.onnx", "model_2.onnx")


def test_a_small_file_on_a_full_disk_needs_more_than_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, folder = tmp_path / "small.onnx", tmp_path / "place"
    file.write_bytes(bytes(5000))
    folder.mkdir()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(9000, 8000, 1000))
    with pytest.raises(ModelError) as raised:
        copy_all({file: "small.onnx"}, folder, Silent())
    assert raised.value.values == {"needed": 1, "free": 0}
    assert not list(folder.iterdir())
