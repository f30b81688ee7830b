"""The list of models: whole, honest about hashes; and the way from it into the store."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from ml.catalogue.catalogue import Catalogue, CatalogueFile, CatalogueModel, read_catalogue, shipped
from ml.catalogue.install import discard, download_folder, held_bytes, install, is_agreed, lock_file, offer
from ml.catalogue.lock import held
from ml.catalogue.store import ModelStore
from ml.catalogue.tasks import TASKS
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from tests.ml import small_models
from tests.ml.loopback import serving


@pytest.fixture(scope="module")
def runtime():
    with Runtime(gpu=False) as made:
        yield made


@pytest.fixture
def server():
    with serving() as behaviour:
        yield behaviour


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def entry(server, files: dict[str, bytes], **changes) -> CatalogueModel:
    server.files.update({f"/{name}": data for name, data in files.items()})
    listed = tuple(
        CatalogueFile(
            path=name, role="model" if index == 0 else name, size=len(data), sha256=hashlib.sha256(data).hexdigest(),
            addresses=(f"{server.address}/{name}",),
        )
        for index, (name, data) in enumerate(files.items())
    )
    facts = {"name": "test", "task": "denoise", "title": "Test", "licence": "MIT", "page": server.address,
             "input": "a picture", "output": "a picture", "settings": {"a": 1}, "file": listed}
    return CatalogueModel(**{**facts, **changes})


def test_the_shipped_catalogue_is_whole() -> None:
    models = shipped().models
    assert {model.task for model in models} == set(TASKS) - {"language"}
    for model in models:
        assert model.licence and model.input and model.output and len({item.role for item in model.file}) == len(
            model.file
        )
        for item in model.file:
            assert bool(item.sha256) == bool(item.size) == bool(item.addresses)
            assert all(address.startswith("https://") for address in item.addresses)
        assert model.size or model.rough_size, f"{model.name}: how large is it?"
    assert sum(model.can_be_fetched for model in models) >= 30


def test_every_family_that_the_tools_name_is_listed() -> None:
    names = " ".join(model.name for model in shipped().models)
    for family in ("u2net", "modnet", "birefnet", "sam-vit", "mobile-sam", "yunet", "ultra-light", "fsrcnn", "esrgan",
                   "nafnet", "dncnn", "lama", "midas", "silero", "dtln", "piper", "whisper", "clip", "stable-diffusion",
                   "style-", "sinet"):
        assert family in names


@pytest.mark.conformance
def test_hashes_are_those_of_the_files_at_hand(corpora) -> None:
    here = {path.name: path for path in (corpora / "models").rglob("*") if path.is_file()}
    found = 0
    for item in (item for model in shipped().models for item in model.file):
        path = here.get(Path(item.path).name)
        if path is not None and item.sha256:
            data = path.read_bytes()
            assert (item.size, item.sha256) == (len(data), hashlib.sha256(data).hexdigest()), item.path
            found += 1
    assert found >= 20


@pytest.mark.parametrize(
    "text",
    ["model = 3", "[[model]]\nname = 'x'", "]", "[[model]]\nname='../x'\ntask='style'\ntitle='t'\nlicence='MIT'\n"
     "page='https://a'\ninput='a'\noutput='b'"],
)
def test_a_bad_catalogue_is_a_sentence(tmp_path, text) -> None:
    (tmp_path / "models.toml").write_text(text)
    with pytest.raises(ModelError, match="catalogue"):
        read_catalogue(tmp_path / "models.toml")


def test_install(server, store, tmp_path) -> None:
    data = small_models.blur(tmp_path / "m.onnx").read_bytes()
    model = entry(server, {"m.onnx": data, "labels.txt": b"one two"})
    told = offer(store, model)
    assert (told.size, told.licence, told.held) == (len(data) + 7, "MIT", 0) and server.asked == []
    found = install(store, told)
    assert found == store.find("test") and found.path.read_bytes() == data and found.settings == {"a": 1}
    assert (found.title, found.licence, found.origin) == ("Test", "MIT", f"{server.address}/m.onnx")
    assert store.verify("test") == () and [item.name for item in store.root.iterdir()] == ["test"]
    with pytest.raises(ModelError, match="installed already"):
        offer(store, model)


def test_an_interrupted_install_goes_on_with_what_is_there(server, store, tmp_path) -> None:
    data = small_models.blur(tmp_path / "m.onnx").read_bytes() * 100
    model = entry(server, {"first.bin": b"abc", "second.bin": data})
    server.cuts = [None, 50, 50, 50, 50]
    assert not is_agreed(store, offer(store, model))
    with pytest.raises(ModelError, match="cut off"):
        install(store, offer(store, model))
    assert is_agreed(store, offer(store, model))
    other = msgspec.structs.replace(model, licence="GPL-3.0-only")
    assert not is_agreed(store, offer(store, other))
    assert store.installed() == () and held_bytes(store, model) == offer(store, model).held == 203
    server.asked.clear()
    install(store, offer(store, model))
    assert server.asked == [("/second.bin", "bytes=200-")] and store.verify("test") == ()
    store.remove("test")
    server.cuts = [None, 10, 0]
    with pytest.raises(ModelError):
        install(store, offer(store, model))
    discard(store, model)
    assert held_bytes(store, model) == 0


def test_same_names_in_folders(server, store) -> None:
    model = entry(server, {"a/model.onnx": b"one", "b/model.onnx": b"two"})
    found = install(store, offer(store, model))
    assert found.files["model"].read_bytes() == b"one" and found.files["b/model.onnx"].read_bytes() == b"two"


def test_what_has_no_hash_is_not_offered(server, store) -> None:
    model = entry(server, {"m.onnx": b"x"}, file=(CatalogueFile(path="m.onnx"),))
    with pytest.raises(ModelError, match="no checksum"):
        offer(store, model)
    with pytest.raises(ModelError, match="no model"):
        Catalogue((model,)).find("other")


def test_a_file_changed_between_two_runs_is_noticed(server, store) -> None:
    model = entry(server, {"first.bin": b"abc", "second.bin": b"defdef"})
    server.cuts = [None, 1, 0, 0]
    with pytest.raises(ModelError):
        install(store, offer(store, model))
    server.cuts.clear()
    (store.root / ".download-test" / "first.bin").write_bytes(b"xyz")
    with pytest.raises(ModelError, match="changed on the disk"):
        install(store, offer(store, model))
    assert store.installed() == ()


@pytest.mark.conformance
def test_foreign_weights_become_onnx_on_the_way(server, store, corpora, runtime) -> None:
    folder = corpora / "models" / "upscayl+upscayl" / "resources" / "models"
    files = {name: (folder / name).read_bytes() for name in ("upscayl-lite-4x.param", "upscayl-lite-4x.bin")}
    found = install(store, offer(store, entry(server, files, task="upscale", settings={"scale": 4})), runtime)
    assert found.path.suffix == ".onnx" and found.settings == {"scale": 4, "range": 1, "reach": 34}
    assert runtime.signature(found.path).inputs[0].shape == (1, 3, None, None) and store.verify("test") == ()


FETCHES = """
import sys
from pathlib import Path
from ml.catalogue.install import lock_file
from ml.catalogue.lock import held
from ml.catalogue.store import ModelStore
with held(lock_file(ModelStore(Path(sys.argv[1])), "test")) as is_ours:
    print(is_ours, flush=True)
    sys.stdin.read()
"""


def test_two_processes_do_not_fetch_one_model_together(server, store) -> None:
    model = entry(server, {"a.bin": b"abc" * 1000})
    made = offer(store, model)
    folder = download_folder(store, "test")
    folder.mkdir(parents=True)
    (folder / "a.bin.part").write_bytes(b"abc")
    other = subprocess.Popen(
        [sys.executable, "-c", FETCHES, str(store.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[3],
    )
    with other:
        assert other.stdout.readline() == "True\n"
        with pytest.raises(ModelError, match="being fetched already"):
            install(store, made)
        discard(store, model)
        assert (folder / "a.bin.part").read_bytes() == b"abc" and server.asked == []
        other.kill()
    assert install(store, made).path.read_bytes() == b"abc" * 1000
    assert [item.name for item in store.root.iterdir()] == ["test"]


def test_two_threads_do_not_either(server, store) -> None:
    with held(lock_file_in(store)) as first, held(lock_file_in(store)) as second:
        assert first and not second
        with pytest.raises(ModelError, match="being fetched already"):
            install(store, offer(store, entry(server, {"a.bin": b"abc"})))
    with held(lock_file_in(store)) as again:
        assert again
    assert list(store.root.iterdir()) == []


def lock_file_in(store: ModelStore) -> Path:
    store.root.mkdir(exist_ok=True)
    return lock_file(store, "test")
